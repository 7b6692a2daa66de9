"""Which numbers about groups may leave, told by examples."""

from __future__ import annotations

import csv
import io
import json
import pickle
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from aanwezig.disclosure import (
    Cell,
    Detail,
    Dimension,
    Estimate,
    GroupTable,
    Measure,
    Member,
    Population,
    Reason,
    ReleasableTable,
    ReleaseLog,
    check_against,
    policies,
    policy,
    release,
    release_with_report,
)
from aanwezig.values import AanwezigError, NotInForce
from factories.group_tables import ALL, DAY, TEXT, counts, in_force, left_out, shown

LEAVES, RESEARCH, ROUNDED = in_force(), in_force("research"), in_force("ehrql_like")


def one_column(*numbers: int, total: str | None = "total") -> GroupTable:
    dimension = Dimension.flat("band", TEXT, [f"b{at}" for at in range(len(numbers))], total)
    rows = [{"band": f"b{at}", "pupils": number} for at, number in enumerate(numbers)]
    return GroupTable.from_rows("t", TEXT, ALL, [dimension], [Measure.count("pupils", TEXT)], rows)


@pytest.mark.parametrize(
    ("name", "number", "released"),
    [
        ("school_leaves", 0, 0),
        ("school_leaves", 1, None),
        ("school_leaves", 4, None),
        ("school_leaves", 5, 5),
        ("school_leaves", 6, 6),
        ("research", 0, 0),
        ("research", 9, None),
        ("research", 10, 10),
        ("research", 11, 11),
        ("ehrql_like", 0, None),
        ("ehrql_like", 7, None),
        ("ehrql_like", 8, 10),
        ("ehrql_like", 12, 10),
        ("ehrql_like", 13, 15),
    ],
)
def test_a_group_is_shown_from_the_minimum_of_the_policy(
    name: str, number: int, released: int | None
) -> None:
    made = release(one_column(number, total=None), in_force(name))
    assert made.cell("pupils", "b0").value == released


def test_one_small_group_takes_another_with_it_when_the_total_is_shown() -> None:
    made = release(one_column(3, 40, 12), LEAVES)
    assert shown(made) == {("total",): 55, ("b0",): None, ("b1",): 40, ("b2",): None}


def test_two_small_groups_protect_each_other() -> None:
    made = release(one_column(3, 4, 40), LEAVES)
    assert shown(made) == {("total",): 47, ("b0",): None, ("b1",): None, ("b2",): 40}


def test_two_groups_that_are_too_small_together_take_a_third_with_them() -> None:
    made = release(one_column(1, 2, 40, 9), LEAVES)
    assert left_out(made) == [("b0",), ("b1",), ("b3",)]


def test_a_small_cell_of_a_cross_table_takes_a_rectangle_with_it() -> None:
    made = release(counts([[20, 3, 14], [30, 40, 25], [8, 22, 17]]), LEAVES)
    assert left_out(made) == [("a0", "b1"), ("a0", "b2"), ("a2", "b1"), ("a2", "b2")]


def test_with_rounding_fewer_cells_go_because_the_total_says_less() -> None:
    made = release(one_column(3, 40, 62, 81), ROUNDED)
    assert shown(made) == {("total",): 185, ("b0",): None, ("b1",): 40, ("b2",): 60, ("b3",): 80}


def test_a_table_of_one_row_leaves_out_its_total_too() -> None:
    assert left_out(release(one_column(3), LEAVES)) == [("total",), ("b0",)]
    assert left_out(release(one_column(7), LEAVES)) == []


def test_of_a_table_of_small_groups_only_the_total_stays() -> None:
    assert shown(release(one_column(2, 3, 1), LEAVES)) == {("total",): 6} | {
        (f"b{i}",): None for i in range(3)
    }


def test_a_table_of_nobody_is_shown_where_nobody_may_be_shown() -> None:
    assert set(shown(release(counts(np.zeros((2, 2))), LEAVES)).values()) == {0}
    assert set(shown(release(counts(np.zeros((2, 2))), ROUNDED)).values()) == {None}


def test_a_small_class_is_not_found_from_its_level_and_school() -> None:
    members = (
        Member("school"),
        Member("1", within="school"),
        Member("1a", within="1"),
        Member("1b", within="1"),
        Member("2", within="school"),
        Member("2a", within="2"),
        Member("2b", within="2"),
    )
    rows = [
        {"class": name, "pupils": number} for name, number in (("1a", 3), ("1b", 20), ("2a", 18), ("2b", 25))
    ]
    table = GroupTable.from_rows(
        "t", TEXT, ALL, [Dimension("class", TEXT, members)], [Measure.count("pupils", TEXT)], rows
    )
    assert left_out(release(table, LEAVES)) == [("1a",), ("1b",)]


def with_part(whole: int, part: int, *, sensitive: bool = False) -> GroupTable:
    measures = [
        Measure.count("pupils", TEXT),
        Measure.count("chronic", TEXT, part_of="pupils", sensitive=sensitive),
        Measure.ratio("share", TEXT, part="chronic", whole="pupils"),
    ]
    rows = [{"school": "A", "pupils": whole, "chronic": part}]
    return GroupTable.from_rows("t", TEXT, ALL, [Dimension.flat("school", TEXT, ["A"], None)], measures, rows)


@pytest.mark.parametrize(
    ("part", "told"), [(4, False), (5, True), (15, True), (16, False), (20, True), (0, True)]
)
def test_a_part_is_shown_when_it_and_the_others_are_nobody_or_enough(part: int, told: bool) -> None:
    made = release(with_part(20, part), LEAVES)
    assert (made.cell("chronic", "A").value is not None) == told
    assert made.cell("pupils", "A").value == 20


@pytest.mark.parametrize(("part", "told"), [(0, False), (10, True), (40, False), (30, True), (31, False)])
def test_no_group_turns_out_to_have_a_sensitive_trait_as_a_whole_or_not_at_all(part: int, told: bool) -> None:
    made = release(with_part(40, part, sensitive=True), RESEARCH)
    assert (made.cell("chronic", "A").value is not None) == told


def test_a_share_goes_with_what_it_is_made_of() -> None:
    made = release(with_part(20, 3), LEAVES)
    assert made.cell("share", "A") == Cell(None, Reason.PROTECTED)
    assert release(with_part(20, 5), LEAVES).cell("share", "A").value == 0.25


def test_a_share_is_made_from_rounded_numbers() -> None:
    made = release(with_part(41, 12), ROUNDED)
    assert made.cell("share", "A").value == 10 / 40


def test_a_share_of_nobody_has_no_value_and_is_not_counted_as_left_out() -> None:
    made = release(with_part(0, 0), LEAVES)
    assert made.cell("share", "A") == Cell(None, Reason.NO_VALUE)
    assert made.left_out == 0


def minutes(*by_pupil: int, rules: Any = RESEARCH) -> ReleasableTable:
    units = [{"id": at, "school": "A", "minutes": number} for at, number in enumerate(by_pupil)]
    measures = [
        Measure.count("pupils", TEXT),
        Measure.sum("minutes", TEXT, over="pupils"),
        Measure.ratio("mean", TEXT, part="minutes", whole="pupils"),
        Measure.extreme("most", TEXT, "maximum", over="pupils", of="minutes"),
    ]
    dimension = Dimension.flat("school", TEXT, ["A"], None)
    table = GroupTable.from_units("t", TEXT, ALL, [dimension], measures, units, unit="id")
    return release(table, rules)


def test_a_sum_over_enough_pupils_is_shown_with_its_average() -> None:
    made = minutes(*[60] * 12)
    assert (made.cell("minutes", "A").value, made.cell("mean", "A").value) == (720.0, 60.0)


def test_a_sum_that_two_pupils_make_almost_alone_is_left_out() -> None:
    # The rest, 90, is under a tenth of the largest, 1,000: the second could tell the first's.
    assert minutes(1000, 1000, *[9] * 10).cell("minutes", "A").value is None
    # The rest, 170, leaves the largest open by a tenth, but the two make 1,400 of 1,570.
    assert minutes(700, 700, *[17] * 10).cell("minutes", "A").value is None
    # The rest, 250, is more than 15 % of 1,650.
    assert minutes(700, 700, *[25] * 10).cell("minutes", "A").value == 1650


def test_a_sum_over_few_pupils_is_left_out_and_its_average_too() -> None:
    made = minutes(60, 60, 60, 60, rules=LEAVES)
    assert left_out(made, "minutes") == left_out(made, "mean") == [("A",)]


def test_the_highest_value_is_one_pupils_and_is_left_out() -> None:
    assert minutes(*[60] * 12).cell("most", "A") == Cell(None, Reason.EXTREME)
    assert minutes(*[60] * 12, rules=replace(RESEARCH, extremes="shown")).cell("most", "A").value == 60


def test_dominance_is_not_judged_without_contributors() -> None:
    measures = [Measure.count("pupils", TEXT), Measure.sum("minutes", TEXT, over="pupils")]
    rows = [{"school": "A", "pupils": 20, "minutes": 100}]
    table = GroupTable.from_rows("t", TEXT, ALL, [Dimension.flat("school", TEXT, ["A"])], measures, rows)
    with pytest.raises(ValueError, match="contributors"):
        release(table, RESEARCH)


@pytest.mark.parametrize(("degrees", "told"), [(9, False), (10, True)])
def test_an_estimate_needs_degrees_of_freedom(degrees: int, told: bool) -> None:
    measures = [Measure.count("pupils", TEXT), Measure.estimate("effect", TEXT, over="pupils")]
    table = GroupTable.from_rows(
        "t",
        TEXT,
        ALL,
        [Dimension.flat("model", TEXT, ["m"], None)],
        measures,
        [{"model": "m", "pupils": 30}],
        estimates={"effect": {("m",): Estimate(0.3, degrees)}},
    )
    cell = release(table, RESEARCH).cell("effect", "m")
    assert cell == (Cell(0.3, None) if told else Cell(None, Reason.ESTIMATE))


def test_a_group_in_which_nobody_can_be_protects_nobody() -> None:
    dimension = Dimension.flat("band", TEXT, ["small", "empty", "large"])
    rows = [{"band": "small", "pupils": 3}, {"band": "large", "pupils": 40}]
    measures = [Measure.count("pupils", TEXT)]
    table = GroupTable.from_rows("t", TEXT, ALL, [dimension], measures, rows, impossible=[("empty",)])
    made = release(table, LEAVES)
    assert made.cell("pupils", "empty").value == 0
    assert left_out(made) == [("small",), ("large",)]


PART = Population("part", TEXT, DAY, within=frozenset({"pupils"}))


def test_a_second_table_may_not_tell_who_is_in_the_first_alone() -> None:
    log = ReleaseLog()
    log.release(counts([20, 30]), LEAVES)
    # Three of the first group are not in the part: 20 - 17.
    table = counts([17, 30], PART)
    assert check_against(table, LEAVES, log) > 0
    with pytest.raises(AanwezigError, match="DIS-003"):
        release(table, LEAVES, earlier=log, refuse=True)
    made = log.release(table, LEAVES)
    assert made.cell("pupils", "a0").value is None


@pytest.mark.parametrize("part", [[20, 30], [15, 30], [15, 20]])
def test_a_second_table_that_differs_by_nobody_or_by_enough_does_no_harm(part: list[int]) -> None:
    log = ReleaseLog()
    log.release(counts([20, 30]), LEAVES)
    assert check_against(counts(part, PART), LEAVES, log) == 0


def test_tables_of_another_day_are_not_compared() -> None:
    log = ReleaseLog()
    log.release(counts([20, 30]), LEAVES)
    later = replace(PART, day=date(2026, 11, 1))
    assert check_against(counts([17, 30], later), LEAVES, log) == 0


def test_the_minutes_of_a_small_difference_are_protected_too() -> None:
    def table(pupils: int, total: int, who: Population) -> GroupTable:
        measures = [Measure.count("pupils", TEXT), Measure.sum("minutes", TEXT, over="pupils")]
        rows = [{"school": "A", "pupils": pupils, "minutes": total}]
        dimension = Dimension.flat("school", TEXT, ["A"], None)
        return GroupTable.from_rows("t", TEXT, who, [dimension], measures, rows)

    log = ReleaseLog()
    log.release(table(20, 900, ALL), LEAVES)
    made = log.release(table(18, 500, PART), LEAVES)
    assert left_out(made) == left_out(made, "minutes") == [("A",)]
    assert made.reasons == (Reason.REFUSED,)


def test_numbers_that_were_corrected_since_are_told_apart() -> None:
    log = ReleaseLog()
    log.release(counts([[20, 30]]), LEAVES)
    again = counts([[21], [30]], names="ca")
    with pytest.raises(AanwezigError, match="DIS-002"):
        release(again, LEAVES, earlier=log)


def test_a_reader_cannot_tell_a_small_cell_from_one_left_out_beside_it() -> None:
    made, report = release_with_report(one_column(3, 40, 12), LEAVES)
    assert {made.cell("pupils", name).reason for name in ("b0", "b2")} == {Reason.PROTECTED}
    assert report.details == {"pupils": {("b0",): Detail.TOO_FEW, ("b2",): Detail.SECONDARY}}
    assert report.counted() == {"pupils": {"too_few": 1, "secondary": 1}}


def test_outputs_hold_no_number_that_was_left_out() -> None:
    table = one_column(3, 4087, 1234)
    made = release(table, LEAVES)
    told = made.to_csv() + made.to_json() + str(made.to_arrow().to_pylist()) + repr(made)
    assert "4087" in told
    assert "1234" not in told
    assert made.to_arrow()["pupils"].to_pylist() == [5324, None, 4087, None]
    assert made.to_arrow()["pupils_left_out"].to_pylist() == [None, "protected", None, "protected"]
    rows = list(csv.DictReader(io.StringIO(made.to_csv())))
    assert rows[1] == {"band": "b0", "pupils": "", "pupils_left_out": "protected"}
    read = json.loads(made.to_json())
    assert read["left_out"] == 2
    assert read["cells"][1]["pupils"] is None
    assert read["policy"]["minimum"] == 5
    assert set(read["reasons"]["protected"]) == {"nl", "en"}


def test_neither_form_shows_numbers_in_its_text() -> None:
    table = one_column(3, 4087, 1234)
    made, report = release_with_report(table, LEAVES)
    log = ReleaseLog([made])
    told = f"{table!r} {table} {made!r} {made} {report!r} {log!r} {made.cell('pupils', 'b1')!r}"
    assert not any(number in told for number in ("4087", "1234", "5324"))


def test_the_numbers_that_were_left_out_cannot_be_reached() -> None:
    made = release(one_column(3, 4087, 1234), LEAVES)
    assert b"1234" not in pickle.dumps(made.to_json())
    reached: list[Any] = [made]
    seen: set[int] = set()
    while reached:
        one = reached.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        assert one != 1234 or isinstance(one, bool)
        assert not isinstance(one, GroupTable | np.ndarray)
        if isinstance(one, dict):
            reached += one.values()
        elif isinstance(one, tuple | list | frozenset):
            reached += one
        elif hasattr(one, "items"):
            reached += [value for _, value in one.items()]
        else:
            reached += [getattr(one, name) for name in getattr(type(one), "__dataclass_fields__", ())]


def test_a_releasable_table_cannot_be_made_or_changed_by_hand() -> None:
    made = release(one_column(8, 9), LEAVES)
    with pytest.raises(TypeError, match="release"):
        replace(made, name="other")
    with pytest.raises(AttributeError):
        made.name = "other"  # type: ignore[misc]
    with pytest.raises(KeyError):
        made.cell("pupils", "nowhere")


def test_a_measure_that_is_not_shown_is_judged_and_not_told() -> None:
    measures = [
        Measure.count("pupils", TEXT),
        Measure.count("chronic", TEXT, part_of="pupils", shown=False),
        Measure.ratio("share", TEXT, part="chronic", whole="pupils"),
    ]
    rows = [{"school": "A", "pupils": 20, "chronic": 3}, {"school": "B", "pupils": 20, "chronic": 10}]
    dimension = Dimension.flat("school", TEXT, ["A", "B"], None)
    made = release(GroupTable.from_rows("t", TEXT, ALL, [dimension], measures, rows), LEAVES)
    assert made.to_arrow().column_names == ["school", "pupils", "pupils_left_out", "share", "share_left_out"]
    assert shown(made, "share") == {("A",): None, ("B",): 0.5}
    with pytest.raises(KeyError):
        made.cell("chronic", "B")


def test_a_table_tells_its_policy_its_minimum_and_how_much_it_leaves_out() -> None:
    made = release(one_column(3, 40, 12), ROUNDED)
    for language, words in (
        ("nl", ("Ondergrens: 8", "afgerond op 5", "Weggelaten getallen: 1")),
        ("en", ("Minimum: 8", "rounded to 5", "Numbers left out: 1")),
    ):
        told = " ".join(made.explain(language))  # type: ignore[arg-type]
        assert all(word in told for word in words), told


def test_a_name_that_a_spreadsheet_would_calculate_is_made_harmless() -> None:
    dimension = Dimension.flat("band", TEXT, ["=1+1"], None)
    rows = [{"band": "=1+1", "pupils": 8}]
    table = GroupTable.from_rows("t", TEXT, ALL, [dimension], [Measure.count("pupils", TEXT)], rows)
    assert "'=1+1,8" in release(table, LEAVES).to_csv()


def test_a_policy_holds_on_dates_and_has_sources_and_both_languages() -> None:
    assert set(policies()) == {"school_leaves", "research", "ehrql_like"}
    for name in policies():
        found = in_force(name)
        assert found.sources
        assert found.title.nl != found.title.en
        with pytest.raises(NotInForce):
            policy(name, date(2020, 7, 31))
        assert policy(name, date(2020, 8, 1)) == found
    with pytest.raises(AanwezigError, match="DIS-001"):
        policy("none", DAY)


@pytest.mark.parametrize(
    "rows",
    [
        [{"band": "b9", "pupils": 1}],
        [{"band": "total", "pupils": 1}],
        [{"band": "b0", "pupils": -1}],
        [{"band": "b0", "pupils": None}],
        [{"band": "b0", "pupils": 1}, {"band": "b0", "pupils": 1}],
    ],
)
def test_a_table_that_cannot_be_right_is_refused(rows: list[dict[str, Any]]) -> None:
    dimension = Dimension.flat("band", TEXT, ["b0"])
    with pytest.raises(ValueError, match=r"^(t|band)"):
        GroupTable.from_rows("t", TEXT, ALL, [dimension], [Measure.count("pupils", TEXT)], rows)


def test_a_pupil_who_stands_in_two_groups_is_refused() -> None:
    dimension = Dimension.flat("school", TEXT, ["A", "B"])
    units = [{"id": 1, "school": "A"}, {"id": 1, "school": "B"}]
    with pytest.raises(ValueError, match="twice"):
        GroupTable.from_units("t", TEXT, ALL, [dimension], [Measure.count("pupils", TEXT)], units, unit="id")


def test_a_thousand_schools_by_five_bands_are_released_as_true_and_protected_numbers() -> None:
    random = np.random.default_rng(1)
    numbers = np.stack([random.poisson(mean, 1000) for mean in (120, 40, 15, 6, 2)], axis=1)
    made = release(counts(numbers), LEAVES)
    assert made.cell("pupils", "total", "total").value == int(numbers.sum())
    small = int(((numbers > 0) & (numbers < 5)).sum())
    assert small < made.left_out < 2 * small
