"""Counting home-sitters: every sentence of docs/specification/rules.md §6 as an example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from aanwezig.counts import all_profiles, national_series, person_in
from aanwezig.counts.outcome import Answer
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import Absence, Application, NotEnrolled, PupilFacts, ReducedProgramme, Spell
from aanwezig.rules.provisions import Provisions
from aanwezig.values import Outcome, SchoolYear
from factories.registers import (
    OTHER_PO,
    PO,
    day,
    enrolment,
    exemption,
    period,
    pupil,
    setting,
    sick,
    truant,
    unknown,
    week_timetable,
    whole_school_days,
)

ALL = tuple(all_profiles())


def answer(profile: str, facts: PupilFacts, on: str, **more: Any) -> Answer:
    readings = more.pop("readings", None)
    where = more.pop("where", None) or setting(on)
    return person_in(all_profiles()[profile], Attendance(facts, where), day(on), Provisions(readings), **more)


def counted(facts: PupilFacts, on: str, profiles: Sequence[str] = ALL, **more: Any) -> dict[str, str | None]:
    """The category by each profile that counts the person on a day."""
    found = {id: answer(id, facts, on, **more) for id in profiles}
    return {id: one.category for id, one in found.items() if one.counts}


def away(first: str, last: str, reason: str = "truant", **more: Any) -> list[Absence]:
    return whole_school_days(setting(), first, last, reason, **more)


def gone(last: str, **facts: Any) -> PupilFacts:
    """Enrolled up to a day, nowhere since."""
    return pupil(enrolments=(enrolment(last=last),), municipality="0363", **facts)


def told(since: str, reason: str = "unknown") -> NotEnrolled:
    return NotEnrolled("not_enrolled:1", day(since), reason)


# A person per definition.


def test_truant_for_more_than_four_weeks() -> None:
    facts = pupil(away("2025-09-01", "2025-10-01"))
    assert counted(facts, "2025-10-01") == {
        "ocw_2016": "long_relative",
        "inspectorate": "long_relative_up_to_3_months",
        "duty_count": "long_relative",
        "vws": "long_relative",
        "balans_2020": "long_relative_up_to_3_months",
        "without_education": "not_at_school",
    }


def test_truant_for_more_than_three_months() -> None:
    facts = pupil(away("2025-09-01", "2026-01-15"))
    assert counted(facts, "2026-01-15", tables=("participations",)) == {
        "ocw_2016": "long_relative",
        "inspectorate": "long_relative_over_3_months",
        "duty_count": "long_relative",
        "vsvkompas": "long_relative",
        "ingrado_plus": "not_at_school",
        "vws": "long_relative",
        "balans_2020": "long_relative_over_3_months",
        "balans_2024": "not_at_school",
        "pact": "not_at_school",
        "without_education": "not_at_school",
    }


def test_sick_for_more_than_three_months_counts_only_where_the_mark_does_not_matter() -> None:
    facts = pupil(away("2025-09-01", "2026-01-15", "sick", authorised=True))
    found = counted(facts, "2026-01-15", tables=("care",))
    assert set(found) == {"ingrado_plus", "balans_2024", "pact", "without_education"}


def test_not_enrolled_for_a_week() -> None:
    assert counted(gone("2025-09-05"), "2025-09-12") == {
        "ocw_2016": "absolute",
        "inspectorate": "absolute",
        "duty_count": "absolute",
        "vws": "absolute",
        "balans_2020": "absolute_up_to_3_months",
    }


def test_exempt_by_article_5_under_a() -> None:
    facts = gone("2025-08-31", exemptions=(exemption("art5_a", "2025-09-01"),))
    assert counted(facts, "2025-09-12") == {
        "ingrado_plus": "art5_a",
        "vws": "art5_a",
        "balans_2020": "art5_a",
    }
    apart = answer("duty_count", facts, "2025-09-12")
    assert (apart.answer, apart.apart, apart.ground, apart.counts) == (Outcome.YES, True, "art5_a", False)


@pytest.mark.parametrize("ground", ["art5_b", "art5_c", "art5a_travelling", "art15"])
def test_other_grounds_count_only_where_every_ground_does(ground: str) -> None:
    facts = gone("2025-05-31", exemptions=(exemption(ground, "2025-06-01"),))
    found = counted(facts, "2025-12-12", tables=("care",))
    assert found == {"balans_2024": "exempt", "pact": "exempt", "without_education": "exempt"}


def test_an_early_leaver_counts_nowhere_else() -> None:
    facts = gone("2025-09-05", birth_date="2006-05-01")
    assert counted(facts, "2025-10-12") == {"early_leavers": "early_leaver"}
    assert not counted(gone("2025-09-05", birth_date="2006-05-01", qualification_exempt=True), "2025-10-12")
    assert not counted(
        gone("2025-09-05", birth_date="2006-05-01", start_qualification_on="2025-07-01"), "2025-10-12"
    )


@pytest.mark.parametrize(
    ("on", "found"),
    [("2026-04-30", {}), ("2026-05-01", {"early_leavers": "early_leaver"})],
)
def test_an_early_leaver_is_18(on: str, found: dict[str, str]) -> None:
    facts = gone("2025-09-05", birth_date="2008-05-01")
    assert counted(facts, on, ["early_leavers"]) == found


def test_who_is_too_young_or_past_the_duty_is_in_no_count() -> None:
    assert not counted(gone("2025-09-05", birth_date="2021-03-01"), "2025-12-12")
    assert not counted(gone("2025-09-05", birth_date="2000-03-01"), "2025-12-12")


def test_vws_counts_only_the_compulsory_age() -> None:
    facts = gone("2025-09-05", birth_date="2008-12-01")
    found = counted(facts, "2025-09-12")
    assert "vws" not in found and found["ocw_2016"] == "absolute"


# Durations: before, on and after.


@pytest.mark.parametrize(
    ("on", "long"),
    [("2025-09-26", False), ("2025-09-28", False), ("2025-09-29", True), ("2025-09-30", True)],
)
def test_more_than_four_weeks_is_day_29_without_holidays(on: str, long: bool) -> None:
    facts = pupil(away("2025-09-01", on))
    assert bool(counted(facts, on, ["ocw_2016"])) is long
    assert bool(counted(facts, on, ["without_education"])) is long


def test_four_weeks_or_longer_is_a_reading() -> None:
    facts = pupil(away("2025-09-01", "2025-09-29"))
    before = pupil(away("2025-09-02", "2025-09-29"))
    reading = {"long_relative.duration": "calendar_28"}
    assert not counted(before, "2025-09-29", ["ocw_2016"])
    assert counted(before, "2025-09-29", ["ocw_2016"], readings=reading)
    assert counted(facts, "2025-09-29", ["ocw_2016"], readings=reading)


@pytest.mark.parametrize(
    ("first", "on", "over", "at_least"),
    [
        ("2026-01-09", "2026-04-07", False, False),
        ("2026-01-09", "2026-04-08", False, True),
        ("2026-01-09", "2026-04-09", True, True),
        ("2026-01-09", "2026-04-10", True, True),
        # Begun on 30 November: 28 February is the same day number that February has.
        ("2025-12-01", "2026-02-27", False, False),
        ("2025-12-01", "2026-02-28", False, True),
        ("2025-12-01", "2026-03-01", True, True),
    ],
)
def test_three_months(first: str, on: str, over: bool, at_least: bool) -> None:
    """The date is what counts, on a day without school too."""
    facts = pupil(away(first, "2026-04-10"))
    where = setting(on)
    cut = pupil([row for row in facts.absences if row.date <= day(on)])
    assert bool(counted(cut, on, ["vsvkompas"], where=where)) is over
    assert bool(counted(cut, on, ["ingrado_plus"], where=where)) is over
    assert bool(counted(cut, on, ["balans_2024"], where=where)) is at_least
    band = answer("balans_2020", cut, on, where=where).category
    assert band == ("long_relative_over_3_months" if over else "long_relative_up_to_3_months")


def test_31_january_becomes_30_april() -> None:
    facts = gone("2026-01-30")
    assert not counted(facts, "2026-04-29", ["vsvkompas"])
    assert counted(facts, "2026-04-30", ["vsvkompas"]) == {"vsvkompas": "absolute"}


def test_not_enrolled_counts_by_calendar_from_the_day_after_the_last_enrolment() -> None:
    found = answer("ocw_2016", gone("2025-09-05"), "2025-09-12")
    assert (found.first, found.days) == (date(2025, 9, 6), 7)


def test_a_person_never_enrolled_counts_from_the_first_compulsory_day() -> None:
    # Born 10 July 2020: five in July, so compulsory from the first school day of August or after it.
    facts = pupil(enrolments=(), birth_date="2020-07-10", municipality="0363")
    first = answer("ocw_2016", facts, "2025-09-30").first
    assert first == date(2025, 8, 25)
    assert not counted(facts, "2025-08-22", ["ocw_2016"])
    assert counted(facts, "2025-08-25", ["ocw_2016"])


def test_since_when_somebody_never_enrolled_was_told() -> None:
    facts = pupil(enrolments=(), not_enrolled=(told("2025-10-06", "newcomer"),), municipality="0363")
    found = answer("ocw_2016", facts, "2025-10-10")
    assert (found.first, found.why_not_enrolled) == (date(2025, 10, 6), "newcomer")


def test_a_gap_without_a_school_day_of_the_region_is_no_gap() -> None:
    # noord: summer up to and with 24 August 2025.
    moved = pupil(
        enrolments=(enrolment(last="2025-07-11"), enrolment("2025-08-25", school_id=OTHER_PO)),
        municipality="0363",
    )
    assert not counted(moved, "2025-08-10")
    assert not counted(moved, "2025-08-25")
    late = pupil(
        enrolments=(enrolment(last="2025-07-11"), enrolment("2025-08-27", school_id=OTHER_PO)),
        municipality="0363",
    )
    assert not counted(late, "2025-08-24", ["ocw_2016"])
    assert counted(late, "2025-08-25", ["ocw_2016"]) == {"ocw_2016": "absolute"}
    assert not counted(late, "2025-08-27", ["ocw_2016"])


def test_on_a_day_without_school_the_state_of_the_last_school_day_holds() -> None:
    facts = pupil(away("2025-09-01", "2025-10-17"))
    for on in ("2025-10-18", "2025-10-22", "2025-10-26"):
        assert counted(facts, on, ["ocw_2016"]), on
    assert not counted(facts, "2025-10-27", ["ocw_2016"])


def test_the_last_day_before_the_summer_and_the_first_after_it_are_two_school_days() -> None:
    where = setting("2025-08-25")
    facts = pupil(whole_school_days(where, "2025-07-11", "2025-08-25"))
    assert len(facts.absences) == 2
    assert not counted(facts, "2025-08-25", where=where)


def test_closures_neither_break_nor_start_an_absence() -> None:
    # Begun on 1 October: four lesson weeks, with the autumn holiday, are over on 4 November.
    rows = away("2025-10-01", "2025-11-10")
    for on, long in (("2025-10-30", False), ("2025-11-04", False), ("2025-11-05", True)):
        facts = pupil([row for row in rows if row.date <= day(on)])
        assert bool(counted(facts, on, ["ocw_2016"])) is long, on


def test_one_day_at_school_begins_a_new_absence() -> None:
    rows = [row for row in away("2025-09-01", "2025-10-10") if row.date != date(2025, 9, 17)]
    assert not counted(pupil(rows), "2025-10-10", ["ocw_2016", "without_education"])


def test_half_a_day_missed_is_no_whole_day() -> None:
    rows = away("2025-09-01", "2025-10-10", minutes=100)
    rows = [truant(row.date, 100) for row in rows]
    assert not counted(pupil(rows), "2025-10-10", ["ocw_2016", "without_education"])


def test_becoming_not_enrolled_begins_a_new_duration_but_all_reasons_join_in_two_definitions() -> None:
    facts = pupil(
        away("2025-09-01", "2025-11-14"), enrolments=(enrolment(last="2025-11-14"),), municipality="0363"
    )
    found = counted(facts, "2025-12-05", tables=("care",))
    assert found["balans_2020"] == "absolute_up_to_3_months"
    assert "vsvkompas" not in found and "pact" not in found
    assert found["balans_2024"] == "not_enrolled"
    assert answer("without_education", facts, "2025-12-05").first == date(2025, 9, 1)


def test_reasons_join_in_who_is_without_education() -> None:
    rows = away("2025-09-01", "2025-09-12", "sick") + away(
        "2025-09-15", "2025-10-03", "leave", authorised=True
    )
    found = counted(pupil(rows), "2025-10-03")
    assert found == {"without_education": "not_at_school"}


def test_the_enrolled_time_before_an_exemption_joins() -> None:
    facts = pupil(away("2025-09-01", "2025-09-19", "sick"), exemptions=(exemption("art15", "2025-09-20"),))
    found = answer("without_education", facts, "2025-10-03")
    assert (found.category, found.first) == ("exempt", date(2025, 9, 1))


def test_after_an_exemption_the_time_not_enrolled_begins_anew() -> None:
    facts = gone("2024-07-31", exemptions=(exemption("art5_a", "2024-08-01", "2025-09-30"),))
    found = answer("balans_2020", facts, "2025-10-10")
    assert (found.category, found.first) == ("absolute_up_to_3_months", date(2025, 10, 1))


def test_missed_whole_at_both_schools() -> None:
    two = (enrolment(), enrolment(school_id=OTHER_PO))
    here = away("2025-09-01", "2025-10-01")
    assert not counted(pupil(here, enrolments=two), "2025-10-01", ["ocw_2016"])
    there = away("2025-09-01", "2025-10-01", school_id=OTHER_PO)
    assert counted(pupil(here, there, enrolments=two), "2025-10-01", ["ocw_2016"])


# Sixteen hours, and in part.


@pytest.mark.parametrize(
    ("minutes", "operator", "found"),
    [(960, ">=", True), (959, ">=", False), (960, ">", False), (961, ">", True)],
)
def test_the_inspectorate_counts_16_hours_in_four_weeks(minutes: int, operator: str, found: bool) -> None:
    rows = [truant("2025-09-08", 330), truant("2025-09-09", 330), truant("2025-09-11", minutes - 660)]
    reading = {"relative_16h.operator": operator}
    got = counted(pupil(rows), "2025-09-12", ["inspectorate"], readings=reading)
    assert got == ({"inspectorate": "relative"} if found else {})


def test_16_hours_hold_until_their_window_ends() -> None:
    rows = [truant("2025-09-08", 480), truant("2025-09-09", 480)]
    assert not counted(pupil(rows[:1]), "2025-09-08", ["inspectorate"])
    assert counted(pupil(rows), "2025-09-09", ["inspectorate"])
    assert counted(pupil(rows), "2025-10-05", ["inspectorate"])
    assert not counted(pupil(rows), "2025-10-06", ["inspectorate"])


def test_vws_counts_two_windows_in_each_of_which_16_hours_are_reached() -> None:
    first = [truant("2025-09-01", 480), truant("2025-09-08", 480)]
    assert not counted(pupil(first), "2025-09-28", ["vws"])
    second = [truant("2025-09-30", 480), truant("2025-10-02", 480)]
    assert not counted(pupil(first, second[:1]), "2025-10-01", ["vws"])
    assert counted(pupil(first, second), "2025-10-02", ["vws"]) == {"vws": "part_time"}
    assert not counted(pupil(first, second), "2025-11-20", ["vws"])
    assert not counted(pupil(second), "2025-10-02", ["vws"])


def test_vws_counts_one_window_that_holidays_make_longer_than_four_weeks() -> None:
    # Begun on 1 October the window ends on 4 November; day 29 is 29 October.
    rows = [truant("2025-10-01", 480), truant("2025-10-02", 480)]
    assert not counted(pupil(rows), "2025-10-28", ["vws"])
    assert counted(pupil(rows), "2025-10-29", ["vws"])
    assert counted(pupil(rows), "2025-11-04", ["vws"])
    assert not counted(pupil(rows), "2025-11-05", ["vws"])


# The pact, and less than half.


def long_away(**facts: Any) -> PupilFacts:
    return pupil(away("2025-09-01", "2026-01-15"), **facts)


def test_the_pact_asks_that_there_is_no_offer() -> None:
    def spell(table: str) -> tuple[Spell, ...]:
        return (Spell(f"{table}:1", "youth_help", period("2025-12-01")),)

    place = Application("applications:1", OTHER_PO, day("2025-12-01"), "enrolled", day("2025-12-10"))
    offered = Application("applications:1", OTHER_PO, day("2025-12-01"), "offered", day("2025-12-10"))
    on = "2026-01-15"
    assert counted(long_away(), on, ["pact"])
    assert not counted(long_away(participations=spell("participations")), on, ["pact"])
    assert not counted(long_away(care=spell("care")), on, ["pact"])
    assert not counted(long_away(applications=(place,)), on, ["pact"])
    assert counted(long_away(applications=(offered,)), on, ["pact"])


def test_without_any_table_of_offers_nobody_can_tell() -> None:
    found = answer("pact", long_away(), "2026-01-15", tables=())
    assert (found.answer, found.missing) == (Outcome.CANNOT_TELL, "participations")
    present = answer("pact", pupil(sick("2026-01-14", part="day")), "2026-01-15", tables=())
    assert present.answer is Outcome.NO


@pytest.mark.parametrize(("minutes", "found"), [(140, False), (141, False), (142, True)])
def test_less_than_half_of_full_time_education(minutes: int, found: bool) -> None:
    where = setting("2025-12-05", timetable=week_timetable(282))
    days = where.calendars.of(PO).school_days(day("2025-08-25"), day("2025-12-05"))
    rows = [sick(one, minutes, authorised=True) for one in days]
    got = counted(pupil(rows), "2025-12-05", ["partial_education"], where=where)
    assert bool(got) is found


def test_a_reduced_programme_is_education_not_followed() -> None:
    def programme(minutes: int) -> ReducedProgramme:
        return ReducedProgramme("reduced:1", PO, period("2025-08-25"), minutes, "return_plan", "parents")

    for minutes, found in ((704, True), (705, False), (706, False)):
        facts = pupil(reduced_programmes=(programme(minutes),))
        assert bool(counted(facts, "2025-12-05", ["partial_education"])) is found, minutes


def test_who_is_wholly_without_education_is_not_in_part() -> None:
    assert not counted(long_away(), "2026-01-15", ["partial_education"])


def test_fewer_than_four_lesson_weeks_say_nothing() -> None:
    begun = (enrolment("2025-11-17"),)
    rows = [sick(row.date, 280) for row in away("2025-11-17", "2025-12-12")]
    early = pupil([row for row in rows if row.date <= date(2025, 12, 5)], enrolments=begun)
    assert not counted(early, "2025-12-05", ["partial_education"])
    assert counted(pupil(rows, enrolments=begun), "2025-12-08", ["partial_education"])


# What nobody can tell, and what is left out.


def test_without_a_birth_date_nobody_can_tell() -> None:
    facts = pupil(away("2025-09-01", "2025-10-01"), birth_date=None)
    found = answer("ocw_2016", facts, "2025-10-01")
    assert (found.answer, found.missing) == (Outcome.CANNOT_TELL, "birth_date")
    assert answer("ocw_2016", pupil(birth_date=None), "2025-10-01").answer is Outcome.NO
    nothing = pupil(birth_date=None, enrolments=())
    assert answer("ocw_2016", nothing, "2025-10-01").missing == "birth_date"


def test_an_absence_of_which_nobody_said_whether_it_was_authorised() -> None:
    facts = pupil(away("2025-09-01", "2025-10-01", "unknown"))
    found = answer("ocw_2016", facts, "2025-10-01")
    assert (found.answer, found.missing) == (Outcome.CANNOT_TELL, "authorised")
    assert counted(facts, "2025-10-01") == {"without_education": "not_at_school"}
    assert answer("ocw_2016", pupil(unknown("2025-10-01", 282)), "2025-10-01").answer is Outcome.NO


def test_what_a_school_did_not_deliver_is_not_known() -> None:
    where = setting("2025-10-06", complete_through={PO: "2025-10-01"})
    facts = pupil(away("2025-09-01", "2025-10-01"))
    found = answer("ocw_2016", facts, "2025-10-06", where=where)
    assert (found.answer, found.missing) == (Outcome.CANNOT_TELL, "deliveries")
    assert answer("ocw_2016", pupil(), "2025-10-06", where=where).answer is Outcome.NO


def test_a_fault_of_administration_is_left_out_visibly() -> None:
    facts = gone("2025-09-05", not_enrolled=(told("2025-09-06", "administrative"),))
    found = answer("ocw_2016", facts, "2025-09-12")
    assert (found.answer, found.left_out, found.category, found.counts) == (
        Outcome.YES,
        True,
        "absolute",
        False,
    )
    assert found.reason == "administrative"


# The moment.


def test_the_yearly_count_takes_who_was_it_at_any_time() -> None:
    back = pupil(away("2025-09-01", "2025-10-01"))
    assert counted(back, "2025-12-12") == {"duty_count": "long_relative"}
    assert not counted(back, "2025-09-28", ["duty_count"], where=setting("2025-12-12"))
    before = pupil(away("2025-05-06", "2025-07-04"))
    assert not counted(before, "2025-12-12", ["duty_count"])


def test_in_the_yearly_count_an_exemption_goes_first() -> None:
    facts = pupil(
        away("2025-09-01", "2025-10-01"), exemptions=(exemption("art5_a", "2025-11-03", "2025-11-07"),)
    )
    found = answer("duty_count", facts, "2025-12-12")
    assert (found.category, found.apart) == ("exemption", True)


def test_over_a_year_the_category_held_longest() -> None:
    facts = pupil(
        away("2025-09-01", "2025-12-19"),
        enrolments=(enrolment(last="2025-12-19"), enrolment("2026-01-12")),
        municipality="0363",
    )
    year = SchoolYear(2025)
    found = counted(facts, "2026-07-31", ["ocw_2016", "duty_count", "balans_2020"], year=year)
    assert found == {
        "ocw_2016": "long_relative",
        "duty_count": "long_relative",
        "balans_2020": "long_relative_up_to_3_months",
    }
    assert counted(facts, "2026-07-31", ["duty_count"]) == {"duty_count": "absolute"}


# Words.


def test_every_answer_has_a_sentence_in_both_languages() -> None:
    people = (
        pupil(away("2025-09-01", "2026-01-15")),
        gone("2025-09-05"),
        gone("2025-09-05", exemptions=(exemption("art5_b", "2025-09-10"),)),
        gone("2025-09-05", birth_date="2006-05-01"),
        pupil(away("2025-09-01", "2026-01-15", "sick")),
        pupil(),
        pupil(birth_date=None, enrolments=()),
    )
    for facts in people:
        for id in ALL:
            because = answer(id, facts, "2026-01-15").because
            assert because.nl.endswith(".") and because.en.endswith(".")
            assert "{" not in because.nl + because.en


def test_the_reason_names_what_would_have_to_be_otherwise() -> None:
    short = answer("vsvkompas", gone("2025-09-05"), "2025-09-12")
    assert short.reason == "too_short"
    assert "more than three months" in short.because.en
    assert (
        answer("ocw_2016", pupil(away("2025-09-01", "2025-10-01", "sick")), "2025-10-01").reason
        == "valid_reason"
    )
    assert answer("early_leavers", pupil(), "2025-10-01").reason == "status"


# Published figures.


def test_the_published_sums_hold() -> None:
    series = national_series()
    years = {year.year: year for year in series.years}
    assert (
        sum((years["2018-2019"].absolute, years["2018-2019"].long_relative, years["2018-2019"].art5_a))
        == 14_897
    )
    assert years["2014-2015"].absolute + years["2014-2015"].long_relative == 9_972
    assert [year.school_year.start_year for year in series.years] == list(range(2009, 2022))


def test_a_sum_that_does_not_hold_is_refused() -> None:
    broken = national_series().model_dump()
    broken["years"][9]["absolute"] += 1
    with pytest.raises(ValueError, match="14898"):
        type(national_series()).model_validate(broken)


def test_exempt_since_a_closed_day_is_told_as_too_short() -> None:
    facts = pupil(exemptions=(exemption("art5_a", "2025-08-18"),))
    found = answer("balans_2024", facts, "2025-08-20")
    assert (found.answer, found.reason) == (Outcome.NO, "too_short")
