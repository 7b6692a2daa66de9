"""An intruder who knows linear programming learns nothing of a small group from what was released."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from aanwezig.disclosure import (
    Dimension,
    GroupTable,
    Measure,
    Member,
    Population,
    ReleaseLog,
    release,
    release_with_report,
)
from factories.group_tables import ALL, DAY, TEXT, Intruder, counts, in_force, left_out, numbers_of, shown

LEAVES = in_force("school_leaves")
ROUNDED = in_force("ehrql_like")
RESEARCH = in_force("research")

# Small numbers, nobody and larger groups side by side.
cell = st.one_of(st.integers(0, 12), st.integers(0, 60), st.just(0))
tables_of_two = arrays(np.int64, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=4), elements=cell)
tables_of_three = arrays(
    np.int64, array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=3), elements=cell
)
SOME = settings(max_examples=60, deadline=None)
FEW = settings(max_examples=30, deadline=None)


def assert_nothing_is_learnt(intruder: Intruder, keys: list[Any], width: int) -> None:
    for key in keys:
        low, high = intruder.interval(key)
        assert high - low >= width - 1e-4, (low, high)


def hidden_keys(table: Any, who: Any = "all", measure: str = "pupils") -> list[Any]:
    return [Intruder.key(table, who, measure, address) for address in left_out(table, measure)]


@given(tables_of_two)
@SOME
def test_no_cell_of_a_table_can_be_recomputed(numbers: Any) -> None:
    table = counts(numbers)
    made = release(table, LEAVES)
    intruder = Intruder()
    intruder.reads(made)
    assert_nothing_is_learnt(intruder, hidden_keys(made), LEAVES.width)


@given(tables_of_three)
@FEW
def test_no_cell_of_a_table_of_three_dimensions_can_be_recomputed(numbers: Any) -> None:
    made = release(counts(numbers), LEAVES)
    intruder = Intruder()
    intruder.reads(made)
    assert_nothing_is_learnt(intruder, hidden_keys(made), LEAVES.width)


@given(tables_of_two)
@SOME
def test_every_number_that_is_shown_is_true_and_not_small(numbers: Any) -> None:
    table = counts(numbers)
    truth = numbers_of(table)
    for address, value in shown(release(table, LEAVES)).items():
        assert value is None or (value == truth[address] and (value == 0 or value >= LEAVES.minimum))


@given(tables_of_two)
@SOME
def test_no_rounded_cell_can_be_recomputed(numbers: Any) -> None:
    made = release(counts(numbers), ROUNDED)
    intruder = Intruder()
    intruder.reads(made, slack=(2, 2))
    assert_nothing_is_learnt(intruder, hidden_keys(made), ROUNDED.width)
    assert all(value is None or (value % 5 == 0 and value >= 10) for value in shown(made).values())


@given(tables_of_two, st.randoms(use_true_random=False))
@SOME
def test_neither_a_part_nor_the_others_can_be_recomputed(numbers: Any, random: Any) -> None:
    table = with_a_part(numbers, random)
    for rules in (LEAVES, RESEARCH):
        made = release(table, rules)
        intruder = Intruder()
        intruder.reads(made)
        for name in ("pupils", "chronic"):
            assert_nothing_is_learnt(intruder, hidden_keys(made, measure=name), rules.width)
        pupils, chronic = numbers_of(table), numbers_of(table, "chronic")
        others = {address: pupils[address] - chronic[address] for address in pupils}
        small = [
            ("others", Intruder.key(made, "all", "chronic", address))
            for address, number in others.items()
            if 0 < number < rules.minimum or (rules is RESEARCH and number == 0 < pupils[address])
        ]
        assert_nothing_is_learnt(intruder, small, rules.width)


def with_a_part(numbers: Any, random: Any) -> GroupTable:
    dimensions = [Dimension.flat("a", TEXT, [f"a{i}" for i in range(numbers.shape[0])])]
    dimensions.append(Dimension.flat("b", TEXT, [f"b{i}" for i in range(numbers.shape[1])]))
    rows = [
        {"a": f"a{i}", "b": f"b{j}", "pupils": int(n), "chronic": random.randint(0, int(n))}
        for (i, j), n in np.ndenumerate(numbers)
    ]
    measures = [
        Measure.count("pupils", TEXT),
        Measure.count("chronic", TEXT, part_of="pupils", sensitive=True),
        Measure.ratio("share", TEXT, part="chronic", whole="pupils"),
    ]
    return GroupTable.from_rows("table", TEXT, ALL, dimensions, measures, rows)


@given(
    st.lists(st.lists(st.lists(cell, min_size=1, max_size=3), min_size=1, max_size=3), min_size=1, max_size=3)
)
@SOME
def test_no_cell_of_classes_in_levels_in_schools_can_be_recomputed(schools: Any) -> None:
    members, rows = [Member("all")], []
    for s, levels in enumerate(schools):
        members.append(Member(f"s{s}", within="all"))
        for v, classes in enumerate(levels):
            members.append(Member(f"s{s}v{v}", within=f"s{s}"))
            for c, number in enumerate(classes):
                members.append(Member(f"s{s}v{v}c{c}", within=f"s{s}v{v}"))
                rows.append({"class": f"s{s}v{v}c{c}", "pupils": number})
    dimension = Dimension("class", TEXT, tuple(members))
    table = GroupTable.from_rows("t", TEXT, ALL, [dimension], [Measure.count("pupils", TEXT)], rows)
    made = release(table, LEAVES)
    intruder = Intruder()
    intruder.reads(made)
    assert_nothing_is_learnt(intruder, hidden_keys(made), LEAVES.width)


@given(tables_of_three)
@FEW
def test_two_tables_of_one_population_tell_no_more_than_each(numbers: Any) -> None:
    log = ReleaseLog()
    first = log.release(counts(numbers.sum(axis=2), names="ab"), LEAVES)
    second = log.release(counts(numbers.sum(axis=1), names="ac"), LEAVES)
    intruder = Intruder()
    intruder.reads(first)
    intruder.reads(second)
    assert_nothing_is_learnt(intruder, hidden_keys(first) + hidden_keys(second), LEAVES.width)


@given(tables_of_two, st.randoms(use_true_random=False), st.booleans(), st.sampled_from([LEAVES, ROUNDED]))
@SOME
def test_a_population_less_a_part_of_it_reveals_no_small_group(
    numbers: Any, random: Any, part_first: bool, rules: Any
) -> None:
    smaller = numbers.copy()
    for place in np.ndindex(numbers.shape):
        smaller[place] -= min(int(numbers[place]), random.choice([0, 0, 1, 3, 9]))
    within = Population("part", TEXT, DAY, within=frozenset({"pupils"}))
    whole_table, part_table = counts(numbers), counts(smaller, within)
    log = ReleaseLog()
    order = [part_table, whole_table] if part_first else [whole_table, part_table]
    made = {table.population.name: log.release(table, rules) for table in order}
    slack = (2, 2) if rules is ROUNDED else (0, 0)
    intruder = Intruder()
    intruder.reads(made["pupils"], "pupils", slack)
    intruder.reads(made["part"], "part", slack)
    intruder.knows_part("pupils", "part")
    assert_nothing_is_learnt(
        intruder, hidden_keys(made["pupils"], "pupils") + hidden_keys(made["part"], "part"), rules.width
    )
    truth, less = numbers_of(whole_table), numbers_of(part_table)
    small = [
        ("difference", Intruder.key(made["part"], "part", "pupils", address))
        for address in truth
        if 0 < truth[address] - less[address] < rules.minimum
    ]
    assert_nothing_is_learnt(intruder, small, rules.width)


@given(st.lists(cell, min_size=6, max_size=9), st.data())
@FEW
def test_two_ways_to_cut_ages_reveal_no_single_age(by_age: list[int], data: Any) -> None:
    ages = [str(at) for at in range(len(by_age))]
    log, intruder = ReleaseLog(), Intruder()
    for at, number in enumerate(by_age):
        intruder.learns(("age", at), 0, None)
        assert number >= 0
    tables = []
    for name in ("x", "y"):
        cuts = sorted(data.draw(st.sets(st.integers(1, len(ages) - 1), min_size=1, max_size=3)))
        edges = list(zip([0, *cuts], [*cuts, len(ages)], strict=True))
        members = [Member("all")] + [
            Member(f"{a}-{b}", within="all", covers=frozenset(ages[a:b])) for a, b in edges
        ]
        dimension = Dimension(f"ages {name}", TEXT, tuple(members), base="age")
        rows = [{dimension.name: f"{a}-{b}", "pupils": sum(by_age[a:b])} for a, b in edges]
        table = GroupTable.from_rows(name, TEXT, ALL, [dimension], [Measure.count("pupils", TEXT)], rows)
        made = log.release(table, LEAVES)
        tables.append(made)
        intruder.reads(made)
        for a, b in edges:
            key = Intruder.key(made, "all", "pupils", (f"{a}-{b}",))
            intruder.sums.append((key, [("age", at) for at in range(a, b)]))
    assert_nothing_is_learnt(intruder, [key for made in tables for key in hidden_keys(made)], LEAVES.width)
    for at, number in enumerate(by_age):
        if 0 < number < LEAVES.minimum:
            low, high = intruder.interval(("age", at))
            assert high - low >= LEAVES.width - 1e-4


@given(tables_of_two)
@FEW
def test_the_same_table_is_released_the_same_way_twice(numbers: Any) -> None:
    log = ReleaseLog()
    first = log.release(counts(numbers), LEAVES)
    again = log.release(counts(numbers), LEAVES)
    assert shown(first) == shown(again) == shown(release(counts(numbers), LEAVES))


@given(tables_of_two)
@FEW
def test_what_is_left_out_stands_in_the_report_and_nowhere_else(numbers: Any) -> None:
    made, report = release_with_report(counts(numbers), LEAVES)
    assert set(report.details["pupils"]) == set(left_out(made))
    assert made.left_out == len(left_out(made))
