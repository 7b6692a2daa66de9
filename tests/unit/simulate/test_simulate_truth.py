"""What was built in comes out: shares, types, planted patterns and faults, corrections."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from aanwezig.calendar import Calendars
from aanwezig.engines import calendars_of, open_engine, open_register_folder
from aanwezig.findings import check
from aanwezig.simulate.planted import PATTERNS
from aanwezig.simulate.recording import FAULTS
from aanwezig.values import SchoolYear
from factories.made_register import MadeRegister

YEAR = SchoolYear(2025)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_shares_are_like_those_of_dutch_schools(
    make_register: Callable[..., MadeRegister], seed: int
) -> None:
    folder = make_register(pupils=2_000, seed=seed).folder
    truth = pq.read_table(folder / "truth/pupils.parquet").to_pandas()
    truth = truth[truth.possible_minutes > 0]
    absent, possible = truth.absent_minutes.sum(), truth.possible_minutes.sum()
    assert 0.048 <= absent / possible <= 0.062
    assert 0.001 <= truth.unauthorised_minutes.sum() / possible <= 0.01
    assert 0.10 <= (truth.absent_minutes >= 0.1 * truth.possible_minutes).mean() <= 0.16
    assert truth.truly_sick_minutes.sum() / absent > 0.6, "most absence is sickness"


def test_absence_is_highest_in_winter_and_on_mondays(make_register: Callable[..., MadeRegister]) -> None:
    absences = pq.read_table(make_register(pupils=6_000).folder / "absences.parquet").to_pandas()
    sick = absences[absences.reason == "sick"]
    by_month = Counter(day.month for day in sick.date)
    assert by_month[2] / 15 > by_month[6] / 20
    starts = sick.drop_duplicates("pupil_id")
    by_weekday = Counter(day.weekday() for day in starts.date)
    assert by_weekday[0] > by_weekday[3]


def test_a_pupil_inclined_to_be_ill_is_ill_more_often(made_register: MadeRegister) -> None:
    truth = [row for row in made_register.truth("pupils") if row["possible_minutes"] > 100 * 200]
    share = [row["truly_sick_minutes"] / row["possible_minutes"] for row in truth]
    assert np.corrcoef([row["sick_propensity"] for row in truth], share)[0, 1] > 0.5


def test_each_type_begins_on_its_day_and_shows_more_after_it(
    make_register: Callable[..., MadeRegister],
) -> None:
    register = make_register(pupils=12_000, seed=3)
    rows = defaultdict(list)
    for row in register.rows("absences"):
        if row["superseded_at"] is None and row["reason"] not in ("elsewhere", "exempt"):
            rows[row["pupil_id"]].append(row["date"])
    kinds: Counter[str] = Counter()
    days_before: Counter[str] = Counter()
    days_after: Counter[str] = Counter()
    spans: Counter[tuple[str, str]] = Counter()
    for pupil in register.truth("pupils"):
        if pupil["type"] == "none":
            assert pupil["onset_on"] is None
            continue
        kinds[pupil["type"]] += 1
        onset = pupil["onset_on"]
        if onset is None:
            continue
        days = set(rows[pupil["pupil_id"]])
        before = sum(day < onset for day in days)
        days_before[pupil["type"]] += before
        days_after[pupil["type"]] += len(days) - before
        spans[pupil["type"], "before"] += (onset - date(2025, 8, 25)).days
        spans[pupil["type"], "after"] += (date(2026, 7, 5) - onset).days
    assert set(kinds) == {"refusal", "truancy", "withdrawal", "exclusion"}
    for kind in kinds:
        rate_before = days_before[kind] / spans[kind, "before"]
        assert days_after[kind] / spans[kind, "after"] > 1.5 * rate_before, kind


def test_refusal_is_mostly_written_as_sickness_and_truancy_as_unauthorised(
    make_register: Callable[..., MadeRegister],
) -> None:
    truth = make_register(pupils=12_000, seed=3).truth("pupils")
    refusal = Counter(
        (row["marked_as_reason"], row["marked_as_authorised"]) for row in truth if row["type"] == "refusal"
    )
    assert refusal.most_common(1)[0][0] == ("sick", "yes")
    assert {row["marked_as_reason"] for row in truth if row["type"] == "exclusion"} == {"sent_home"}
    truancy = Counter(row["marked_as_authorised"] for row in truth if row["type"] == "truancy")
    assert truancy.most_common(1)[0][0] == "no"


RULE_OF_A_PATTERN = {"hours": "relative_16h", "long": "long_relative", "sick": "mazl_7th"}


def test_rules_find_the_planted_patterns_and_not_those_just_below(made_register: MadeRegister) -> None:
    register = open_register_folder(made_register.folder, open_engine("duckdb"), on=YEAR.last, known=None)
    result = check(register, rules=sorted(RULE_OF_A_PATTERN.values()))
    found = defaultdict(list)
    for finding in result.findings:
        found[finding.rule, finding.pupil_id].append(finding)
    patterns = made_register.truth("patterns")
    assert {row["kind"] for row in patterns} == set(PATTERNS)
    for row in patterns:
        findings = found[RULE_OF_A_PATTERN[row["kind"].partition("_")[0]], row["pupil_id"]]
        assert bool(findings) == row["to_be_found"], row["kind"]
        if findings:
            assert findings[0].first_day == row["first_day"]
            assert findings[0].last_day == row["last_day"]
        if findings and row["kind"].startswith("hours"):
            assert findings[0].quantity == row["minutes"]


def test_rules_find_the_planted_faults_and_no_others(made_register: MadeRegister) -> None:
    register = open_register_folder(made_register.folder, open_engine("duckdb"), on=YEAR.last, known=None)
    result = check(register, rules=sorted(FAULTS))
    planted = {(row["kind"], f"absences:{row['absence_id']}") for row in made_register.truth("faults")}
    assert {kind for kind, _ in planted} == set(FAULTS)
    told = [{(finding.rule, fact) for fact in finding.facts} for finding in result.findings]
    assert all(facts & planted for facts in told)
    assert planted <= set().union(*told)


def test_a_correction_keeps_the_id_and_follows_at_the_moment_that_the_old_row_ends(
    made_register: MadeRegister,
) -> None:
    changes = {row["absence_id"]: row for row in made_register.truth("changes")}
    rows = defaultdict(list)
    for row in made_register.rows("absences"):
        rows[row["absence_id"]].append(row)
    assert {row["what"] for row in changes.values()} == {"corrected", "withdrawn"}
    for absence_id, versions in rows.items():
        change = changes.get(absence_id)
        if change is None:
            assert len(versions) == 1
            assert versions[0]["superseded_at"] is None
        elif change["what"] == "withdrawn":
            assert [version["superseded_at"] for version in versions] == [change["changed_at"]]
        else:
            old, new = versions
            assert old["superseded_at"] == new["recorded_at"] == change["changed_at"]
            assert old["recorded_at"] < new["recorded_at"]
            assert new["superseded_at"] is None
            assert (old["reason"], old["authorised"]) == (change["was_reason"], change["was_authorised"])
            assert (new["reason"], new["authorised"]) == (change["is_reason"], change["is_authorised"])


def test_notifications_are_those_that_the_truth_says_were_sent(made_register: MadeRegister) -> None:
    def key(row: dict[str, object]) -> tuple[object, ...]:
        return tuple(
            row[name] for name in ("pupil_id", "school_id", "category", "first_day", "last_day", "sent_on")
        )

    truth = made_register.truth("notifications")
    sent = {key(row) for row in truth if row["sent_on"] is not None}
    assert {key(row) for row in made_register.rows("notifications")} == sent
    behaviours = {row["behaviour"] for row in truth}
    assert {"on_time", "late", "never"} <= behaviours
    assert all(row["sent_on"] is None for row in truth if row["behaviour"] == "never")
    assert all(row["sent_on"] > row["last_day"] for row in truth if row["sent_on"] is not None)


def test_suspensions_have_their_rows_in_absences(made_register: MadeRegister) -> None:
    register = open_register_folder(made_register.folder, open_engine("duckdb"), on=YEAR.last, known=None)
    calendars: Calendars = calendars_of(register)
    away = {
        (row["pupil_id"], row["date"])
        for row in made_register.rows("absences")
        if row["reason"] == "suspended"
    }
    suspensions = made_register.rows("suspensions")
    assert suspensions
    for row in suspensions:
        days = list(calendars.of(row["school_id"]).school_days(row["first_day"], row["last_day"]))
        assert days
        assert all((row["pupil_id"], day) in away for day in days)


def test_pupils_without_a_school_have_a_reason(make_register: Callable[..., MadeRegister]) -> None:
    register = make_register(pupils=6_000, seed=4)
    enrolled = {row["pupil_id"] for row in register.rows("enrolments")}
    explained = {row["pupil_id"] for table in ("exemptions", "not_enrolled") for row in register.rows(table)}
    outside = {row["pupil_id"] for row in register.rows("pupils")} - enrolled
    assert outside
    assert outside <= explained
    grounds = {row["ground"] for row in register.rows("exemptions")}
    assert {"art5_a", "under6_5h"} <= grounds
    assert {"waiting"} <= {row["state"] for row in register.rows("applications")}


def test_a_change_of_school_within_the_year_does_not_overlap(made_register: MadeRegister) -> None:
    stays = defaultdict(list)
    for row in made_register.rows("enrolments"):
        if row["superseded_at"] is None:
            stays[row["pupil_id"]].append(row)
    changed = [rows for rows in stays.values() if len(rows) > 1]
    assert changed
    for rows in changed:
        assert len({row["school_id"] for row in rows}) == 2
        assert rows[0]["last_day"] < rows[1]["first_day"]


def test_over_more_years_pupils_go_up_a_level_and_on_to_secondary_school(
    make_register: Callable[..., MadeRegister],
) -> None:
    register = make_register(pupils=3_000, school_year=SchoolYear(2024), years=2)
    sector = {row["school_id"]: row["sector"] for row in register.rows("schools")}
    paths = defaultdict(list)
    for row in register.rows("enrolments"):
        if row["superseded_at"] is None:
            paths[row["pupil_id"]].append((sector[row["school_id"]], row["level"], row["first_day"]))
    steps = Counter(
        (rows[0][0], rows[1][0])
        for rows in paths.values()
        if len(rows) > 1 and rows[1][2] == date(2025, 8, 1)
    )
    assert steps["po", "vo"] > 20
    assert steps["po", "po"] > 500
    levels = [
        (rows[0][1], rows[1][1])
        for rows in paths.values()
        if len(rows) == 2 and rows[0][0] == rows[1][0] == "po" and rows[1][2] == date(2025, 8, 1)
    ]
    assert all(int(second) - int(first) in (0, 1) for first, second in levels)
    years = {SchoolYear.of(row["date"]).start_year for row in register.rows("absences")}
    assert years == {2024, 2025}


def test_the_register_as_known_before_a_correction_shows_what_was_written_first(
    made_register: MadeRegister,
) -> None:
    change = next(row for row in made_register.truth("changes") if row["what"] == "corrected")
    versions = [row for row in made_register.rows("absences") if row["absence_id"] == change["absence_id"]]
    seen = []
    for known in (versions[0]["recorded_at"].date(), change["changed_at"].date()):
        register = open_register_folder(
            made_register.folder, open_engine("duckdb"), on=change["date"], known=known
        )
        rows = register.arrow("absences").to_pylist()
        seen += [row["reason"] for row in rows if row["absence_id"] == change["absence_id"]]
    assert seen == [change["was_reason"], change["is_reason"]]
