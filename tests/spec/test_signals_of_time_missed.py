"""Criteria that count time missed, by example (docs/specification/rules.md §5, §9.5; register.md §5)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from aanwezig.rules.catalogue import RULES
from aanwezig.rules.facts import Absence, PupilFacts, Setting
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from factories.beside import observed, on_days, school_days
from factories.registers import (
    OTHER_PO,
    PO,
    absence,
    attendance,
    closure,
    day,
    enrolment,
    pupil,
    setting,
    sick,
    truant,
    week_timetable,
    weekdays,
)

TIMETABLE = week_timetable(300)


def found(rule: str, facts: PupilFacts, on: Setting, **choices: object) -> list[Finding]:
    chosen = {name.replace("__", "."): value for name, value in choices.items()}
    said = RULES[rule](attendance(facts, on), Provisions(chosen))
    assert not said.not_decidable
    return list(said.findings)


def minutes(rows: dict[str, int], reason: str = "truant") -> list[Absence]:
    return [absence(on, reason, number) for on, number in rows.items()]


class TestKearney25:
    """A quarter of possible time missed in any ten consecutive school days, all ten past."""

    on = setting("2025-10-10", timetable=TIMETABLE)

    def test_ten_days_of_300_minutes_hold_750_at_the_line(self) -> None:
        rows = minutes({"2025-09-08": 300, "2025-09-09": 300, "2025-09-10": 150})
        assert len(found("kearney_25", pupil(rows), self.on)) == 1

    def test_one_minute_less_is_below_the_line(self) -> None:
        rows = minutes({"2025-09-08": 300, "2025-09-09": 300, "2025-09-10": 149})
        assert not found("kearney_25", pupil(rows), self.on)

    def test_the_finding_runs_over_all_windows_that_hold_the_days(self) -> None:
        rows = minutes({"2025-09-08": 300, "2025-09-09": 300, "2025-09-10": 300})
        (finding,) = found("kearney_25", pupil(rows), self.on)
        # The first window ends on the day the quarter is reached, the last begins on the last day but 2.5.
        assert (finding.first_day, finding.last_day) == (date(2025, 8, 28), date(2025, 9, 19))
        assert (finding.quantity, finding.threshold, finding.unit) == (Fraction(30), 25, "percent")

    def test_two_bursts_with_a_quiet_window_between_are_two_findings(self) -> None:
        rows = minutes(dict.fromkeys(["2025-09-01", "2025-09-02", "2025-09-03"], 300))
        rows += minutes(dict.fromkeys(["2025-10-06", "2025-10-07", "2025-10-08"], 300))
        assert len(found("kearney_25", pupil(rows), self.on)) == 2

    def test_a_window_that_is_not_wholly_past_does_not_count(self) -> None:
        begun = enrolment("2025-09-29")
        rows = minutes(dict.fromkeys(["2025-09-29", "2025-09-30", "2025-10-01"], 300))
        facts = pupil(rows, enrolments=(begun,))
        ninth, tenth = school_days(self.on, "2025-09-29", 10)[8:]
        assert not found("kearney_25", facts, setting(ninth, timetable=TIMETABLE))
        assert len(found("kearney_25", facts, setting(tenth, timetable=TIMETABLE))) == 1

    def test_nothing_is_seen_after_the_last_day_that_the_school_delivered(self) -> None:
        rows = minutes(dict.fromkeys(["2025-09-08", "2025-09-09", "2025-09-10"], 300))
        late = setting("2025-10-10", timetable=TIMETABLE, complete_through={PO: "2025-09-09"})
        assert not found("kearney_25", pupil(rows), late)

    def test_a_holiday_does_not_break_ten_consecutive_school_days(self) -> None:
        on = setting("2025-11-14", timetable=TIMETABLE)
        rows = minutes({"2025-10-16": 300, "2025-10-17": 300, "2025-10-27": 150})
        assert len(found("kearney_25", pupil(rows), on)) == 1

    def test_all_reasons_count_and_presence_elsewhere_does_not(self) -> None:
        rows = [sick("2025-09-08", 300), absence("2025-09-09", "suspended", 300)]
        quarter = [*rows, absence("2025-09-10", "medical", 150)]
        assert found("kearney_25", pupil(quarter), self.on)
        assert not found("kearney_25", pupil([*rows, absence("2025-09-10", "elsewhere", 300)]), self.on)

    def test_by_lesson_weeks_the_window_is_two_whole_weeks(self) -> None:
        across = minutes({"2025-09-11": 300, "2025-09-12": 300, "2025-09-22": 150})
        choice = {"kearney_25__window": "two_lesson_weeks"}
        assert found("kearney_25", pupil(across), self.on)
        assert not found("kearney_25", pupil(across), self.on, **choice)
        within = minutes({"2025-09-11": 300, "2025-09-12": 300, "2025-09-19": 150})
        (finding,) = found("kearney_25", pupil(within), self.on, **choice)
        assert finding.details["readings"] == {"window": "lesson_weeks"}


class TestKearney10:
    """Ten days absent within fifteen school weeks; a day counts from half of it."""

    on = setting("2026-03-27", timetable=TIMETABLE)

    def days(self, number: int) -> list[str]:
        return [each.isoformat() for each in weekdays("2025-09-01", "2025-12-01")[:number]]

    @pytest.mark.parametrize(("number", "findings"), [(9, 0), (10, 1), (11, 1)])
    def test_nine_ten_and_eleven_days(self, number: int, findings: int) -> None:
        rows = minutes(dict.fromkeys(self.days(number), 300))
        assert len(found("kearney_10", pupil(rows), self.on)) == findings

    @pytest.mark.parametrize(("missed", "findings"), [(149, 0), (150, 1), (151, 1)])
    def test_the_tenth_day_counts_from_half_of_it(self, missed: int, findings: int) -> None:
        rows = minutes({**dict.fromkeys(self.days(9), 300), "2025-09-15": missed})
        assert len(found("kearney_10", pupil(rows), self.on)) == findings

    # Begun on Monday 1 September; without the autumn and Christmas holidays 15 lesson weeks end on Sunday 21 December.
    @pytest.mark.parametrize(("tenth", "findings"), [("2025-12-19", 1), ("2026-01-05", 0)])
    def test_weeks_without_a_school_day_are_skipped(self, tenth: str, findings: int) -> None:
        rows = minutes({**dict.fromkeys(self.days(9), 300), tenth: 300})
        assert len(found("kearney_10", pupil(rows), self.on)) == findings

    def test_the_finding_runs_from_the_first_to_the_last_of_the_days(self) -> None:
        (finding,) = found("kearney_10", pupil(minutes(dict.fromkeys(self.days(12), 300))), self.on)
        assert (finding.first_day, finding.last_day) == (date(2025, 9, 1), date(2025, 9, 16))
        assert (finding.quantity, finding.threshold, finding.unit) == (12, 10, "days")
        assert finding.details["reached_on"] == "2025-09-12"
        assert len(finding.facts) == 12


class TestBands:
    """Good to 5 %, at risk above, chronic from 10, severe from 20; nothing while provisional."""

    # 40 school days of 300 minutes: 25 August-17 October.
    on = setting("2025-10-17", timetable=TIMETABLE)
    names = ("at_risk", "chronic", "severe")

    @pytest.mark.parametrize(
        ("missed", "band"),
        [
            (600, None),
            (601, "at_risk"),
            (1199, "at_risk"),
            (1200, "chronic"),
            (2399, "chronic"),
            (2400, "severe"),
            (12000, "severe"),
        ],
    )
    def test_on_both_sides_of_each_boundary(self, missed: int, band: str | None) -> None:
        days = [each.isoformat() for each in school_days(self.on, "2025-08-25", 40)]
        rows = minutes({each: min(300, missed - 300 * n) for n, each in enumerate(days) if missed > 300 * n})
        raised = [name for name in self.names if found(name, pupil(rows), self.on)]
        assert raised == ([band] if band else [])

    # 10 percent of the year: noord has 194 school days, so the 20th passes it.
    @pytest.mark.parametrize(("number", "findings"), [(19, 0), (20, 1)])
    def test_no_band_before_a_tenth_of_the_school_days_of_the_year(self, number: int, findings: int) -> None:
        year = len(list(self.on.calendars.of(PO).school_days(date(2025, 8, 1), date(2026, 7, 31))))
        assert 190 < year <= 200
        days = school_days(self.on, "2025-08-25", number)
        on = setting(days[-1], timetable=TIMETABLE)
        assert len(found("severe", pupil(on_days(days)), on)) == findings

    @pytest.mark.parametrize(("number", "findings"), [(9, 0), (10, 1)])
    def test_no_band_before_the_pupil_had_ten_school_days(self, number: int, findings: int) -> None:
        days = school_days(self.on, "2026-01-12", number)
        on = setting(days[-1], timetable=TIMETABLE)
        facts = pupil(on_days(days), enrolments=(enrolment("2026-01-12"),))
        assert len(found("severe", facts, on)) == findings

    def test_a_pupil_who_changed_school_keeps_the_whole_year(self) -> None:
        both = week_timetable(300) + week_timetable(300, OTHER_PO)
        on = setting("2025-10-17", timetable=both)
        moved = (enrolment(last="2025-09-19"), enrolment("2025-09-22", school_id=OTHER_PO))
        first_weeks = on_days(school_days(on, "2025-08-25", 6))
        (finding,) = found("chronic", pupil(first_weeks, enrolments=moved), on)
        assert finding.quantity == 15
        assert finding.school_id == OTHER_PO

    def test_last_year_is_not_this_year(self) -> None:
        rows = on_days(school_days(self.on, "2025-05-12", 20))
        assert not any(found(name, pupil(rows), self.on) for name in self.names)


class TestDistress:
    """At least two weeks, recorded by a person; absence is not needed."""

    @pytest.mark.parametrize(("last", "findings"), [("2025-09-13", 0), ("2025-09-14", 1), ("2025-09-15", 1)])
    def test_thirteen_fourteen_and_fifteen_days(self, last: str, findings: int) -> None:
        facts = pupil(observations=(observed("distress", "2025-09-01", last),))
        assert len(found("kearney_distress", facts, setting("2025-10-01"))) == findings

    def test_a_record_without_an_end_runs_up_to_the_reference_date(self) -> None:
        facts = pupil(observations=(observed("distress", "2025-09-01"),))
        assert not found("kearney_distress", facts, setting("2025-09-13"))
        (finding,) = found("kearney_distress", facts, setting("2025-09-20"))
        assert (finding.last_day, finding.quantity) == (day("2025-09-20"), 20)

    def test_records_that_follow_each_other_are_one_stretch(self) -> None:
        weeks = (
            observed("distress", "2025-09-01", "2025-09-07"),
            observed("distress", "2025-09-08", "2025-09-14"),
        )
        (finding,) = found("kearney_distress", pupil(observations=weeks), setting("2025-10-01"))
        assert len(finding.facts) == 2

    def test_a_contact_is_no_distress(self) -> None:
        facts = pupil(observations=(observed("contact", "2025-09-01"),))
        assert not found("kearney_distress", facts, setting("2025-10-01"))


class TestSickness:
    """MAZL: the fourth sick report in twelve school weeks, the seventh school day in a row."""

    on = setting("2026-03-27")
    reports = ("2025-09-01", "2025-09-10", "2025-09-22", "2025-11-20")

    @pytest.mark.parametrize(("number", "findings"), [(3, 0), (4, 1)])
    def test_the_third_and_the_fourth_report(self, number: int, findings: int) -> None:
        assert len(found("mazl_4th", pupil(on_days(self.reports[:number])), self.on)) == findings

    # Begun on Monday 1 September twelve lesson weeks end on Sunday 30 November (autumn holiday skipped).
    @pytest.mark.parametrize(("fourth", "findings"), [("2025-11-28", 1), ("2025-12-01", 0)])
    def test_the_last_day_of_twelve_school_weeks_and_the_day_after(self, fourth: str, findings: int) -> None:
        rows = on_days([*self.reports[:3], fourth])
        assert len(found("mazl_4th", pupil(rows), self.on)) == findings

    def test_days_that_follow_each_other_are_one_report(self) -> None:
        rows = on_days(["2025-09-05", "2025-09-08", "2025-09-09", "2025-09-10"])
        assert not found("mazl_4th", pupil(rows), self.on)

    def test_it_is_raised_again_only_after_a_new_four(self) -> None:
        days = [f"2025-09-{number:02}" for number in (1, 3, 5, 9, 11, 15, 17, 19)]
        assert len(found("mazl_4th", pupil(on_days(days[:7])), self.on)) == 1
        first, second = found("mazl_4th", pupil(on_days(days)), self.on)
        assert (first.first_day, first.last_day) == (day("2025-09-01"), day("2025-09-09"))
        assert (second.first_day, second.last_day) == (day("2025-09-11"), day("2025-09-19"))
        assert (second.quantity, second.threshold, second.unit) == (4, 4, "reports")

    @pytest.mark.parametrize(("number", "findings"), [(6, 0), (7, 1), (8, 1)])
    def test_the_sixth_seventh_and_eighth_school_day(self, number: int, findings: int) -> None:
        days = school_days(self.on, "2025-10-13", number)
        raised = found("mazl_7th", pupil(on_days(days)), self.on)
        assert len(raised) == findings
        if raised:
            # Monday 13 October: the autumn holiday (18-26) lies between and does not end the spell.
            assert raised[0].quantity == number
            assert raised[0].details["reached_on"] == "2025-10-28"

    def test_any_sick_minutes_make_a_sick_day(self) -> None:
        days = school_days(self.on, "2025-09-08", 7)
        rows = [sick(each, 10) for each in days]
        assert len(found("mazl_7th", pupil(rows), self.on)) == 1
        assert not found("mazl_7th", pupil([*rows[:3], *rows[4:]]), self.on)

    def test_truancy_is_not_sickness(self) -> None:
        rows = on_days(school_days(self.on, "2025-09-08", 9), "truant")
        assert not found("mazl_7th", pupil(rows), self.on)

    def test_the_primary_criterion_is_off_until_a_school_chooses_it(self) -> None:
        rows = on_days(school_days(self.on, "2025-09-08", 10))
        assert not found("mazl_po", pupil(rows), self.on)
        assert len(found("mazl_po", pupil(rows), self.on, mazl_po__enabled=True)) == 1

    @pytest.mark.parametrize(("number", "findings"), [(9, 0), (10, 1)])
    def test_primary_more_than_nine_days_in_a_school_year(self, number: int, findings: int) -> None:
        rows = on_days(school_days(self.on, "2025-09-08", number))
        assert len(found("mazl_po", pupil(rows), self.on, mazl_po__enabled=True)) == findings

    @pytest.mark.parametrize(("number", "findings"), [(3, 0), (4, 1)])
    def test_primary_four_times_in_a_school_year(self, number: int, findings: int) -> None:
        rows = on_days(["2025-09-01", "2025-11-03", "2026-01-12", "2026-03-09"][:number])
        assert len(found("mazl_po", pupil(rows), self.on, mazl_po__enabled=True)) == findings


class TestLateness:
    """Nine times in twelve school weeks."""

    on = setting("2026-03-27")

    def late(self, number: int) -> list[Absence]:
        return [absence(each, "late", 5) for each in weekdays("2025-09-01", "2025-10-01")[:number]]

    @pytest.mark.parametrize(("number", "findings"), [(8, 0), (9, 1), (10, 1)])
    def test_eight_nine_and_ten_times(self, number: int, findings: int) -> None:
        assert len(found("lateness", pupil(self.late(number)), self.on)) == findings

    @pytest.mark.parametrize(("ninth", "findings"), [("2025-11-28", 1), ("2025-12-01", 0)])
    def test_the_ninth_on_the_last_day_of_twelve_weeks_and_after(self, ninth: str, findings: int) -> None:
        assert len(found("lateness", pupil(self.late(8), absence(ninth, "late", 5)), self.on)) == findings

    def test_late_without_minutes_is_late_too(self) -> None:
        rows = [absence(each, "late", lesson=1) for each in weekdays("2025-09-01", "2025-09-11")]
        (finding,) = found("lateness", pupil(rows), self.on)
        assert (finding.quantity, finding.unit) == (9, "reports")


class TestTransition:
    """The first eight lesson weeks of a school year or after a school change."""

    # 25 August-17 October is eight lesson weeks: 40 days, 12,000 minutes; 600 missed is 95 percent present.
    @pytest.mark.parametrize(("missed", "findings"), [(599, 0), (600, 0), (601, 1)])
    def test_attendance_of_exactly_95_percent_is_well(self, missed: int, findings: int) -> None:
        on = setting("2025-11-14", timetable=TIMETABLE)
        rows = minutes({"2025-09-01": 300, "2025-09-02": 299, "2025-09-03": missed - 599})
        assert len(found("transition", pupil(rows), on)) == findings

    @pytest.mark.parametrize(("number", "findings"), [(2, 0), (3, 1)])
    def test_three_times_late(self, number: int, findings: int) -> None:
        rows = [absence(each, "late", 1) for each in weekdays("2025-09-01", "2025-09-05")[:number]]
        assert len(found("transition", pupil(rows), setting("2025-11-14"))) == findings

    @pytest.mark.parametrize(("on_day", "findings"), [("2025-10-16", 1), ("2025-10-27", 0)])
    def test_the_last_week_counts_and_the_ninth_does_not(self, on_day: str, findings: int) -> None:
        rows = [absence(each, "late", 1) for each in ("2025-09-01", "2025-09-02", on_day)]
        assert len(found("transition", pupil(rows), setting("2025-11-14"))) == findings

    def test_a_school_change_begins_eight_weeks_of_its_own(self) -> None:
        moved = (enrolment(last="2026-01-16"), enrolment("2026-01-19", school_id=OTHER_PO))
        rows = [absence(f"2026-02-0{n}", "late", 1, school_id=OTHER_PO) for n in (2, 3, 4)]
        (finding,) = found("transition", pupil(rows, enrolments=moved), setting("2026-03-27"))
        assert finding.details["start"] == "school_change"
        assert finding.first_day == date(2026, 1, 19)
        assert finding.school_id == OTHER_PO

    def test_an_administrative_new_enrolment_at_the_same_school_is_no_change(self) -> None:
        again = (enrolment(last="2026-01-16"), enrolment("2026-01-17"))
        rows = [absence(f"2026-02-0{n}", "late", 1) for n in (2, 3, 4)]
        assert not found("transition", pupil(rows, enrolments=again), setting("2026-03-27"))

    def test_it_names_other_signals_beside_it_but_is_not_raised_by_them(self) -> None:
        from aanwezig.rules.catalogue import judge

        on = setting("2025-11-14", timetable=TIMETABLE)
        alone = judge(attendance(pupil(absence("2025-09-01", "sent_home", 60)), on), Provisions())
        assert [finding.rule for finding in alone.findings] == ["informal_exclusion"]
        rows = [absence("2025-09-01", "sent_home", 300), *on_days(["2025-09-02", "2025-09-03"])]
        both = judge(attendance(pupil(rows), on), Provisions())
        (start,) = [finding for finding in both.findings if finding.rule == "transition"]
        assert "informal_exclusion" in start.details["other_signals"]


class TestRelapse:
    """Two absent half days within ten school days, after a return was recorded."""

    on = setting("2025-12-19", timetable=TIMETABLE)
    returned = (observed("return", "2025-10-06"),)

    @pytest.mark.parametrize(("missed", "findings"), [(299, 0), (300, 1)])
    def test_a_whole_day_is_two_half_days(self, missed: int, findings: int) -> None:
        facts = pupil(sick("2025-10-08", missed), observations=self.returned)
        assert len(found("relapse", facts, self.on)) == findings

    def test_two_half_days_within_ten_school_days_and_one_day_later(self) -> None:
        days = school_days(self.on, "2025-10-08", 11)
        within = [sick(days[0], 150), sick(days[9], 150)]
        after = [sick(days[0], 150), sick(days[10], 150)]
        assert len(found("relapse", pupil(within, observations=self.returned), self.on)) == 1
        assert not found("relapse", pupil(after, observations=self.returned), self.on)

    def test_absence_before_the_return_does_not_count(self) -> None:
        facts = pupil(sick("2025-10-03", 300), sick("2025-10-07", 150), observations=self.returned)
        assert not found("relapse", facts, self.on)

    def test_without_a_recorded_return_there_is_no_relapse(self) -> None:
        assert not found("relapse", pupil(truant("2025-10-08", 300)), self.on)

    def test_only_the_first_ten_days_are_watched_where_somebody_chooses_so(self) -> None:
        facts = pupil(sick("2025-11-20", 300), observations=self.returned)
        choice = {"relapse__watched_school_days": "first_ten_days"}
        assert len(found("relapse", facts, self.on)) == 1
        assert not found("relapse", facts, self.on, **choice)


def test_closed_days_of_the_school_itself_are_no_school_days() -> None:
    closed = [closure("2025-09-09"), closure("2025-09-10")]
    on = setting("2025-10-10", closures=closed)
    days = ["2025-09-04", "2025-09-05", "2025-09-08", "2025-09-11", "2025-09-12", "2025-09-15", "2025-09-16"]
    assert len(found("mazl_7th", pupil(on_days(days)), on)) == 1
