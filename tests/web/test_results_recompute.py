"""Recomputing a school: what follows from its facts is stored, what no longer follows is cleared and says so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from web_world import FIRST, TODAY, World

from aanwezig.rules.provisions import Provisions
from aanwezig.web.access.actor import SYSTEM
from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.facts.changes import add_fact, correct_fact, withdraw_fact
from aanwezig.web.facts.models import FACTS, Pupil, School
from aanwezig.web.facts.reading import facts_of_school
from aanwezig.web.organisations.models import Role
from aanwezig.web.results.actions import choose_threshold, forget_threshold
from aanwezig.web.results.computing import compute
from aanwezig.web.results.models import Choice, PupilWeek, PupilYear, SchoolPicture, StoredFinding
from aanwezig.web.results.recompute import Summary, recompute_school
from aanwezig.web.results.store import ToStore, store
from aanwezig.web.results.thresholds import thresholds_of

MONDAY = date(2026, 3, 9)


def recompute(world: World, **options: Any) -> Summary:
    return recompute_school(world.school.code, TODAY, **options)


def miss_16_hours(world: World, pupil: Pupil) -> list[Any]:
    """Three days of six lessons in vo: 18 hours."""
    return [
        world.absent(
            pupil,
            MONDAY + timedelta(days=day),
            lesson=str(lesson),
            absence_id=f"{pupil.pk}-{day}-{lesson}",
        )
        for day in range(3)
        for lesson in range(1, 7)
    ]


def the_duty(pupil: Pupil) -> StoredFinding:
    return StoredFinding.objects.get(pupil=pupil, rule="relative_16h")


def test_a_duty_is_stored_with_its_facts_and_when_it_is_due(world: World) -> None:
    pupil = world.pupil("p1")
    rows = miss_16_hours(world, pupil)
    summary = recompute(world)
    duty = the_duty(pupil)
    assert summary.changes is not None and summary.changes.new >= 1
    assert (duty.kind, duty.obligation, duty.met, duty.due) == ("duty", "must", False, date(2026, 3, 18))
    assert (duty.first_day, duty.last_day, duty.quantity) == (MONDAY, MONDAY + timedelta(days=2), 1080)
    assert set(duty.facts) <= {f"absences:{row.pk}" for row in rows}
    assert "16" in duty.explanation_nl and duty.explanation_en
    assert duty.group == "1A"


def test_a_correction_clears_a_finding_and_the_row_stays(world: World) -> None:
    pupil = world.pupil("p1")
    rows = miss_16_hours(world, pupil)
    recompute(world)
    before = the_duty(pupil)
    corrected = [correct_fact(row, None, {"reason": "sick", "authorised": "yes"}) for row in rows]
    summary = recompute(world)
    after = the_duty(pupil)
    assert after.ref == before.ref and after.cleared_at is not None and after.cleared_because == "facts"
    assert summary.changes is not None and summary.changes.cleared >= 1
    for row in corrected:
        correct_fact(row, None, {"reason": "truant", "authorised": "no"})
    recompute(world)
    again = the_duty(pupil)
    assert (again.ref, again.found_at, again.cleared_at) == (before.ref, before.found_at, None)
    assert again.reopened_at is not None


def test_nothing_is_written_when_nothing_changed(world: World) -> None:
    miss_16_hours(world, world.pupil("p1"))
    recompute(world)
    changes = recompute(world).changes
    assert changes is not None and (changes.new, changes.changed, changes.cleared) == (0, 0, 0)


def test_a_recorded_notification_meets_the_duty(world: World) -> None:
    pupil = world.pupil("p1")
    miss_16_hours(world, pupil)
    recompute(world)
    values = {
        "pupil_id": pupil.pk,
        "school_id": world.school.code,
        "category": "relative_16h",
        "first_day": MONDAY,
        "last_day": MONDAY + timedelta(days=2),
        "sent_on": TODAY,
        "status": "registered",
    }
    add_fact("notifications", None, values)
    recompute(world)
    assert the_duty(pupil).met is True
    assert PupilYear.objects.get(pupil=pupil).open_duties == 0


def test_the_row_of_a_pupil_says_where_it_stands(world: World) -> None:
    pupil = world.pupil("p1")
    FACTS["deliveries"].objects.create(school_id=world.school.code, last_day=TODAY)
    world.absent(pupil, MONDAY, minutes=150, reason="truant")
    world.absent(pupil, MONDAY + timedelta(days=1), reason="sick")
    world.absent(pupil, MONDAY + timedelta(days=2), reason="late", minutes=10)
    recompute(world)
    row = PupilYear.objects.get(pupil=pupil)
    assert row.is_enrolled and row.legal_status == "compulsory"
    assert (row.proposed_tier, row.tier_reasons[0]["because"]) == (2, "change")
    assert row.band == "good" and row.rate is not None and 0.9 < row.rate < 1
    assert row.figures["by_reason"] == {"truant": 150, "sick": 300, "late": 10}
    assert row.late_count == 1
    days = {one["date"]: one for one in row.picture["absent_days"]}
    assert days["2026-03-10"]["whole"] and not days["2026-03-09"]["whole"]
    assert days["2026-03-09"]["reason"] == "truant" and days["2026-03-09"]["state"] == "no"
    assert len(row.recent) == 8 and row.recent[-1]["rate"] == 1.0
    missed = row.picture["not_reached"][0]
    assert (missed["quantity"], missed["threshold"], missed["first_day"]) == (150, 960, "2026-03-09")
    assert "niet bereikt" in missed["text"]["nl"]


def test_rows_that_nobody_marked_are_named_beside_the_hours_that_count(world: World) -> None:
    pupil = world.pupil("p1")
    world.absent(pupil, MONDAY, minutes=100)
    world.absent(pupil, MONDAY + timedelta(days=1), reason="unknown", authorised=None, minutes=50)
    recompute(world)
    missed = PupilYear.objects.get(pupil=pupil).picture["not_reached"][0]
    assert (missed["quantity"], missed["quantity_with_unknown"]) == (100, 150)


def test_weeks_add_up_to_the_year(world: World) -> None:
    pupil = world.pupil("p1")
    world.absent(pupil, MONDAY, minutes=150)
    recompute(world)
    weeks = PupilWeek.objects.filter(pupil=pupil)
    year = PupilYear.objects.get(pupil=pupil)
    assert sum(week.possible_minutes for week in weeks) == year.possible_minutes
    assert sum(week.absent_minutes for week in weeks) == 150
    # The autumn holiday of noord has no week.
    assert not weeks.filter(monday=date(2025, 10, 20)).exists()


def test_a_school_that_delivered_nothing_does_not_look_present(world: World) -> None:
    pupil = world.pupil("p1")
    recompute(world)
    figures = SchoolPicture.objects.get().figures
    assert figures["freshness"]["state"] == "no_data"
    assert figures["school"]["rate"] is None and figures["tiers"] == []
    row = PupilYear.objects.get(pupil=pupil)
    assert (row.rate, row.band, row.proposed_tier) == (None, "", None)
    assert not PupilWeek.objects.exists()


def test_a_school_that_is_behind_says_how_many_school_days(world: World) -> None:
    pupil = world.pupil("p1")
    world.absent(pupil, MONDAY)
    FACTS["deliveries"].objects.create(school_id=world.school.code, last_day=date(2026, 3, 13))
    recompute(world)
    fresh = SchoolPicture.objects.get().figures["freshness"]
    # Monday to Thursday are missing; of today, a Friday, nothing needs to be there yet.
    assert (fresh["state"], fresh["school_days_behind"], fresh["delivered_to"]) == (
        "incomplete",
        4,
        "2026-03-13",
    )
    weeks = {week["monday"]: week for week in SchoolPicture.objects.get().figures["weeks"]}
    assert weeks["2026-03-09"]["is_complete"] and not weeks["2026-03-16"]["is_complete"]
    assert weeks["2026-03-16"]["rate"] is None


def test_a_pupil_who_changed_school_keeps_the_year(world: World) -> None:
    pupil = world.pupil("p1", school=world.other_school, last_day=date(2025, 12, 31))
    FACTS["enrolments"].objects.create(
        pupil=pupil, school_id=world.school.code, first_day=date(2026, 1, 1), group="1A", level="1"
    )
    world.absent(pupil, date(2025, 11, 3), school_id=world.other_school.code)
    world.absent(pupil, MONDAY)
    recompute(world)
    row = PupilYear.objects.get(pupil=pupil, school=world.school.code)
    assert {one["date"] for one in row.picture["absent_days"]} == {"2025-11-03", "2026-03-09"}
    assert row.possible_minutes is not None and row.possible_minutes > 35_000
    school = SchoolPicture.objects.get().figures["school"]
    # The school's own figure is about the time at the school.
    assert school["possible_minutes"] < row.possible_minutes


def test_two_rows_of_one_number_at_two_schools_are_both_there(world: World) -> None:
    pupil = world.pupil("p1")
    FACTS["enrolments"].objects.create(pupil=pupil, school_id=world.other_school.code, first_day=FIRST)
    world.absent(pupil, MONDAY, absence_id="1")
    world.absent(pupil, MONDAY, absence_id="1", school_id=world.other_school.code)
    assert facts_of_school(world.school.code, TODAY).tables["absences"].num_rows == 2


def test_results_of_other_schools_stay_as_they_are(world: World) -> None:
    other = world.pupil("p2", school=world.other_school, group="3B")
    for day in range(3):
        world.absent(other, MONDAY + timedelta(days=day), school_id=world.other_school.code)
    recompute_school(world.other_school.code, TODAY)
    before = list(StoredFinding.objects.filter(school=world.other_school.code).values())
    miss_16_hours(world, world.pupil("p1"))
    recompute(world)
    assert before and list(StoredFinding.objects.filter(school=world.other_school.code).values()) == before
    assert School.objects.get(code=world.other_school.code).computed_version == 1


def test_an_end_in_the_middle_leaves_the_old_results_whole(world: World) -> None:
    pupil = world.pupil("p1")
    rows = miss_16_hours(world, pupil)
    recompute(world)
    before = _everything()
    for row in rows:
        withdraw_fact(row)

    def end() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recompute(world, before_end=end)
    assert _everything() == before
    assert School.objects.get(code=world.school.code).computed_version == 1
    school = School.objects.get(code=world.school.code)
    assert school.computed_version < school.facts_version
    recompute(world)
    assert the_duty(pupil).cleared_at is not None
    assert School.objects.get(code=world.school.code).computed_version == school.facts_version


def _everything() -> list[list[dict[str, Any]]]:
    return [
        list(m.objects.order_by("pk").values()) for m in (StoredFinding, PupilYear, PupilWeek, SchoolPicture)
    ]


def test_a_slower_recompute_does_not_undo_a_newer_one(world: World) -> None:
    pupil = world.pupil("p1")
    code = world.school.code
    old = facts_of_school(code, TODAY)
    slow = compute(old, code, TODAY, Provisions(), TODAY)
    for day in range(4):
        values = {
            "pupil_id": pupil.pk,
            "school_id": code,
            "date": MONDAY + timedelta(days=day),
            "reason": "truant",
            "authorised": "no",
            "part": "day",
        }
        add_fact("absences", None, values)
    recompute(world)
    assert store(code, old.version, TODAY, [ToStore(slow)], {}) is None
    assert the_duty(pupil).cleared_at is None


def test_facts_that_changed_meanwhile_leave_the_school_stale(world: World) -> None:
    pupil = world.pupil("p1")
    row = world.absent(pupil, MONDAY)
    code = world.school.code
    facts = facts_of_school(code, TODAY)
    computed = compute(facts, code, TODAY, Provisions(), TODAY)
    withdraw_fact(row)
    assert store(code, facts.version, TODAY, [ToStore(computed)], {}) is not None
    school = School.objects.get(code=code)
    assert school.computed_version < school.facts_version


def test_as_known_before_a_correction_the_old_row_counts(world: World) -> None:
    pupil = world.pupil("p1")
    rows = miss_16_hours(world, pupil)
    for row in rows:
        correct_fact(row, None, {"reason": "sick", "authorised": "yes"})
    code, yesterday = world.school.code, TODAY - timedelta(days=1)

    def duties(known: date | None) -> int:
        facts = facts_of_school(code, TODAY, known)
        from aanwezig.findings import check

        with facts.open(TODAY, known) as register:
            return sum(1 for one in check(register).findings if one.rule == "relative_16h")

    assert (duties(yesterday), duties(TODAY), duties(None)) == (1, 0, 0)


def test_a_threshold_of_the_school_changes_what_follows_and_says_why(world: World) -> None:
    pupil, school = world.pupil("p1"), School.objects.get(code=world.school.code)
    rows = miss_16_hours(world, pupil)
    # Exactly 16 lessons: reached by the law, not by who says 'more than'.
    for row in rows[16:]:
        withdraw_fact(row)
    recompute(world)
    assert the_duty(pupil).cleared_at is None
    choose_threshold(
        world.actor(Role.SCHOOL_LEADER), school, "relative_16h.operator", ">", "Afspraak met leerplicht"
    )
    recompute(world)
    duty = the_duty(pupil)
    assert duty.cleared_at is not None and duty.cleared_because == "thresholds"
    forget_threshold(world.actor(Role.SCHOOL_LEADER), school, "relative_16h.operator")
    recompute(world)
    assert the_duty(pupil).cleared_at is None
    assert Choice.objects.get().ended_at is not None


def test_a_threshold_stands_beside_its_source(world: World) -> None:
    school = School.objects.get(code=world.school.code)
    choose_threshold(
        world.actor(Role.SCHOOL_LEADER), school, "bands.chronic_from", 12, "Afspraak in het bestuur"
    )
    found = {one.key: one for one in thresholds_of(school.code, TODAY)}
    chosen = found["bands.chronic_from"]
    assert (chosen.default, chosen.chosen, chosen.is_chosen) == (10, 12, True)
    assert chosen.source and chosen.why == "Afspraak in het bestuur" and chosen.chosen_by
    assert found["relative_16h.threshold_minutes"].default == 960
    assert not found["relative_16h.threshold_minutes"].is_chosen


def test_a_threshold_needs_the_right_a_fitting_value_and_a_reason(world: World) -> None:
    school = School.objects.get(code=world.school.code)
    leader = world.actor(Role.SCHOOL_LEADER)
    with pytest.raises(NotAllowed):
        choose_threshold(world.actor(Role.MENTOR), school, "bands.chronic_from", 12, "omdat")
    for key, value, why in (
        ("bands.chronic_from", "veel", "omdat"),
        ("bands.nothing", 3, "omdat"),
        ("bands.chronic_from", 12, "  "),
    ):
        with pytest.raises(Exception, match=r"threshold|why|drempel|waarom") as error:
            choose_threshold(leader, school, key, value, why)
        assert type(error.value).__name__ == "ValidationError"
    assert not Choice.objects.exists()


def test_a_past_school_year_is_made_anew_only_when_it_changed(world: World) -> None:
    pupil = world.pupil("p1", first_day=date(2024, 8, 1))
    row = world.absent(pupil, date(2024, 11, 4))
    assert recompute(world).years == ("2024-2025", "2025-2026")
    world.absent(pupil, MONDAY)
    assert recompute(world).years == ("2025-2026",)
    correct_fact(row, None, {"reason": "sick", "authorised": "yes"})
    assert recompute(world).years == ("2024-2025", "2025-2026")
    past = PupilYear.objects.get(pupil=pupil, school_year="2024-2025")
    assert past.figures["by_reason"] == {"sick": 300}


def test_a_duty_of_last_year_is_met_by_a_notification_of_this_year(world: World) -> None:
    pupil = world.pupil("p1", first_day=date(2024, 8, 1))
    for day in (date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 3)):
        for lesson in range(1, 7):
            world.absent(pupil, day, lesson=str(lesson), absence_id=f"{day}-{lesson}")
    recompute(world)
    assert the_duty(pupil).met is False
    values = {
        "pupil_id": pupil.pk,
        "school_id": world.school.code,
        "category": "relative_16h",
        "first_day": date(2025, 7, 1),
        "last_day": date(2025, 7, 3),
        "sent_on": date(2025, 9, 1),
        "status": "registered",
    }
    add_fact("notifications", SYSTEM.user_id, values)
    recompute(world)
    assert the_duty(pupil).met is True
