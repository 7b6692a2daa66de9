"""Not enrolled, waiting, sent away, out of sight, falling marks, by example (docs/specification/rules.md §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from aanwezig.rules.catalogue import RULES
from aanwezig.rules.facts import PupilFacts, Result, Setting
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.provisions import Provisions
from factories.beside import (
    applied,
    observed,
    on_days,
    out_of_school,
    participation,
    programme,
    result,
    school_days,
)
from factories.registers import (
    AMSTERDAM,
    OTHER_PO,
    absence,
    attendance,
    day,
    enrolment,
    exemption,
    pupil,
    setting,
    week_timetable,
)


def said(rule: str, facts: PupilFacts, on: Setting, **choices: object) -> Judgement:
    chosen = {name.replace("__", "."): value for name, value in choices.items()}
    return RULES[rule](attendance(facts, on), Provisions(chosen))


def found(rule: str, facts: PupilFacts, on: Setting, **choices: object) -> list[Finding]:
    return list(said(rule, facts, on, **choices).findings)


class TestAbsolute:
    """Not enrolled while that is compulsory, by calendar from the day after the last enrolment."""

    def left(self, last: str = "2025-09-30", **more: object) -> PupilFacts:
        return pupil(enrolments=(enrolment(last=last),), municipality=AMSTERDAM, **more)

    def test_on_the_last_day_enrolled_the_day_after_and_later(self) -> None:
        assert not found("absolute", self.left(), setting("2025-09-30"))
        (first,) = found("absolute", self.left(), setting("2025-10-01"))
        assert (first.first_day, first.last_day, first.quantity) == (day("2025-10-01"), day("2025-10-01"), 1)
        (later,) = found("absolute", self.left(), setting("2025-10-10"))
        assert (later.quantity, later.unit, later.school_id) == (10, "days", None)

    def test_a_gap_of_a_weekend_or_a_holiday_is_no_gap(self) -> None:
        for last, again in (("2025-10-03", "2025-10-06"), ("2025-10-17", "2025-10-27")):
            both = (enrolment(last=last), enrolment(again, school_id=OTHER_PO))
            facts = pupil(enrolments=both, municipality=AMSTERDAM)
            assert not found("absolute", facts, setting("2025-11-28"))

    def test_a_gap_of_one_school_day_is_a_gap(self) -> None:
        both = (enrolment(last="2025-10-03"), enrolment("2025-10-07", school_id=OTHER_PO))
        (gap,) = found("absolute", pupil(enrolments=both, municipality=AMSTERDAM), setting("2025-11-28"))
        assert (gap.first_day, gap.last_day) == (day("2025-10-04"), day("2025-10-06"))

    def test_an_exemption_ends_it_and_its_end_begins_it(self) -> None:
        facts = self.left(exemptions=(exemption("art5_a", "2025-10-11", "2025-11-10"),))
        spans = [(f.first_day, f.last_day) for f in found("absolute", facts, setting("2025-11-20"))]
        assert spans == [
            (day("2025-10-01"), day("2025-10-10")),
            (day("2025-11-11"), day("2025-11-20")),
        ]

    def test_without_duty_there_is_none(self) -> None:
        young = self.left(birth_date="2021-03-01")
        grown = self.left(birth_date="2007-03-01")
        qualified = self.left(birth_date="2008-11-01", start_qualification_on="2025-07-01")
        for facts in (young, grown, qualified):
            assert not found("absolute", facts, setting("2025-11-20"))

    def test_the_qualification_duty_counts_unless_somebody_chooses_otherwise(self) -> None:
        facts = self.left(birth_date="2008-11-01")
        assert found("absolute", facts, setting("2025-11-20"))
        choice = {"absolute__statuses": "compulsory_only"}
        assert not found("absolute", facts, setting("2025-11-20"), **choice)

    def test_the_18th_birthday_ends_it(self) -> None:
        facts = self.left(birth_date="2007-11-10")
        (finding,) = found("absolute", facts, setting("2025-11-20"))
        assert finding.last_day == day("2025-11-09")

    def test_a_person_never_enrolled_counts_from_since_or_from_the_first_compulsory_day(self) -> None:
        told = pupil(
            enrolments=(), municipality=AMSTERDAM, not_enrolled=(out_of_school("2025-10-06", "newcomer"),)
        )
        (finding,) = found("absolute", told, setting("2025-10-15"))
        assert (finding.first_day, finding.details["why"]) == (day("2025-10-06"), "newcomer")
        five = pupil(enrolments=(), municipality=AMSTERDAM, birth_date="2020-09-15")
        assert not found("absolute", five, setting("2025-09-30"))
        (finding,) = found("absolute", five, setting("2025-10-02"))
        assert finding.first_day == day("2025-10-01")

    def test_without_a_birth_date_it_cannot_be_told(self) -> None:
        judgement = said("absolute", self.left(birth_date=None), setting("2025-10-10"))
        assert not judgement.findings
        assert [q.missing for q in judgement.not_decidable] == ["birth_date"]


class TestWaiting:
    """An application waits or was refused, and no education for more than five school days."""

    def waiting(self, state: str = "waiting", since: str = "2025-09-01", **more: object) -> PupilFacts:
        given: dict[str, Any] = {"enrolments": (enrolment(last="2025-08-29"),), **more}
        return pupil(applications=(applied(state, since),), municipality=AMSTERDAM, **given)

    @pytest.mark.parametrize(("on", "findings"), [("2025-09-05", 0), ("2025-09-08", 1), ("2025-09-09", 1)])
    def test_five_six_and_seven_school_days(self, on: str, findings: int) -> None:
        raised = found("stay_at_home_waiting", self.waiting(), setting(on))
        assert len(raised) == findings
        if raised:
            assert raised[0].first_day == day("2025-09-01")
            assert raised[0].quantity == {"2025-09-08": 6, "2025-09-09": 7}[on]

    @pytest.mark.parametrize("state", ["waiting", "refused", "refused_full"])
    def test_states_that_count(self, state: str) -> None:
        assert found("stay_at_home_waiting", self.waiting(state), setting("2025-09-12"))

    @pytest.mark.parametrize("state", ["offered", "enrolled", "withdrawn", "advised_away"])
    def test_states_that_do_not(self, state: str) -> None:
        assert not found("stay_at_home_waiting", self.waiting(state), setting("2025-09-12"))

    def test_at_home_while_enrolled_counts_whatever_the_reason(self) -> None:
        on = setting("2025-09-12")
        rows = on_days(school_days(on, "2025-09-01", 6), "sick")
        facts = pupil(rows, applications=(applied("waiting", "2025-09-01"),))
        assert found("stay_at_home_waiting", facts, on)

    def test_a_day_at_school_begins_the_count_anew(self) -> None:
        on = setting("2025-09-12")
        days = school_days(on, "2025-09-01", 7)
        rows = on_days([*days[:3], *days[4:]], "sick")
        facts = pupil(rows, applications=(applied("waiting", "2025-09-01"),))
        assert not found("stay_at_home_waiting", facts, on)

    def test_an_arrangement_is_education(self) -> None:
        facts = self.waiting(participations=(participation("2025-09-01"),))
        assert not found("stay_at_home_waiting", facts, setting("2025-09-12"))

    def test_an_old_refusal_does_not_count_once_enrolled_elsewhere(self) -> None:
        on = setting("2026-03-27")
        rows = [
            absence(each, "sick", part="day", school_id=OTHER_PO) for each in school_days(on, "2026-01-12", 8)
        ]
        facts = pupil(
            rows,
            applications=(applied("refused", "2025-09-01"),),
            enrolments=(enrolment("2025-09-02", school_id=OTHER_PO),),
        )
        assert not found("stay_at_home_waiting", facts, on)

    def test_an_offer_ends_the_waiting_as_a_new_row_or_not_at_all(self) -> None:
        first = applied("waiting", "2025-09-01")
        states = (first, replace(applied("offered", "2025-09-03"), applied_on=first.applied_on))
        facts = pupil(applications=states, municipality=AMSTERDAM, enrolments=(enrolment(last="2025-09-03"),))
        assert not found("stay_at_home_waiting", facts, setting("2025-10-01"))
        waiting_only = replace(facts, applications=states[:1])
        assert found("stay_at_home_waiting", waiting_only, setting("2025-10-01"))

    def test_who_is_too_young_is_not_waiting_at_home(self) -> None:
        facts = pupil(
            enrolments=(), birth_date="2022-01-01", applications=(applied("waiting", "2025-09-01"),)
        )
        assert not found("stay_at_home_waiting", facts, setting("2025-09-12"))


class TestInformalExclusion:
    """Any sent home or out of the lesson, and fewer lessons without agreement."""

    on = setting("2025-12-19")

    def test_one_time_is_enough(self) -> None:
        (finding,) = found("informal_exclusion", pupil(absence("2025-10-06", "sent_home", 60)), self.on)
        assert (finding.first_day, finding.last_day, finding.quantity) == (
            day("2025-10-06"),
            day("2025-10-06"),
            1,
        )

    def test_days_that_follow_each_other_are_one_stretch(self) -> None:
        rows = on_days(["2025-10-16", "2025-10-17", "2025-10-27", "2025-10-29"], "sent_home")
        first, second = found("informal_exclusion", pupil(rows), self.on)
        assert (first.first_day, first.last_day, first.quantity) == (day("2025-10-16"), day("2025-10-27"), 3)
        assert second.first_day == day("2025-10-29")

    def test_sent_out_counts_unless_somebody_chooses_otherwise(self) -> None:
        facts = pupil(absence("2025-10-06", "sent_out", 30))
        assert found("informal_exclusion", facts, self.on)
        assert not found("informal_exclusion", facts, self.on, informal_exclusion__reasons="sent_home_only")

    def test_a_suspension_is_a_formal_decision(self) -> None:
        assert not found("informal_exclusion", pupil(absence("2025-10-06", "suspended", 300)), self.on)

    @pytest.mark.parametrize(("agreed_by", "findings"), [(None, 1), ("", 1), (" ", 1), ("ouders", 0)])
    def test_fewer_lessons_with_and_without_agreement(self, agreed_by: str | None, findings: int) -> None:
        facts = pupil(reduced_programmes=(programme("2025-10-06", agreed_by=agreed_by),))
        raised = found("informal_exclusion", facts, self.on)
        assert len(raised) == findings
        assert all(finding.last_day == day("2025-12-19") for finding in raised)


class TestNoContact:
    """Not enrolled, exempt or more than four weeks absent, and nobody recorded contact for four weeks."""

    def test_27_28_and_29_days_without_contact(self) -> None:
        facts = pupil(enrolments=(enrolment(last="2025-09-30"),), municipality=AMSTERDAM)
        assert not found("no_contact", facts, setting("2025-10-27"))
        (finding,) = found("no_contact", facts, setting("2025-10-28"))
        assert (finding.first_day, finding.quantity, finding.threshold) == (day("2025-10-01"), 28, 28)
        assert found("no_contact", facts, setting("2025-10-29"))[0].quantity == 29

    def test_a_contact_begins_the_count_anew(self) -> None:
        facts = pupil(
            enrolments=(enrolment(last="2025-09-30"),),
            municipality=AMSTERDAM,
            observations=(observed("contact", "2025-10-20"),),
        )
        assert not found("no_contact", facts, setting("2025-11-16"))
        (finding,) = found("no_contact", facts, setting("2025-11-17"))
        assert finding.details["last_contact_on"] == "2025-10-20"
        assert "observations:contact-2025-10-20" in finding.facts

    def test_last_contact_of_the_record_of_not_being_enrolled_counts(self) -> None:
        told = (out_of_school("2025-10-01", last_contact="2025-10-20"),)
        facts = pupil(enrolments=(enrolment(last="2025-09-30"),), municipality=AMSTERDAM, not_enrolled=told)
        assert not found("no_contact", facts, setting("2025-11-16"))

    def test_an_exempt_child_stays_in_view(self) -> None:
        facts = pupil(exemptions=(exemption("art5_a", "2025-09-01"),))
        (finding,) = found("no_contact", facts, setting("2025-09-28"))
        assert finding.details["why"] == ["exempt"]

    def test_long_absence_counts_from_more_than_four_lesson_weeks(self) -> None:
        on = setting("2025-10-17")
        facts = pupil(on_days(school_days(on, "2025-09-01", 35)))
        # Four lesson weeks are 1-28 September; the absence goes on on the 29th.
        assert not found("no_contact", facts, setting("2025-09-28"))
        (finding,) = found("no_contact", facts, setting("2025-09-29"))
        assert (finding.first_day, finding.quantity) == (day("2025-09-01"), 29)

    def test_a_pupil_at_school_needs_no_contact(self) -> None:
        assert not found("no_contact", pupil(), setting("2025-12-19"))


class TestGrades:
    """The last three results against those before them in the same school year."""

    on = setting("2026-03-27")

    def results(
        self, *values: float, subject: str | None = "wiskunde", year: int = 2025
    ) -> tuple[Result, ...]:
        return tuple(result(date(year, 9, 1 + 3 * n), value, subject) for n, value in enumerate(values))

    # 6.5 to 5.525 is exactly 15 percent.
    @pytest.mark.parametrize(("last", "findings"), [(5.535, 0), (5.525, 1), (5.5, 1)])
    def test_a_fall_of_fifteen_percent(self, last: float, findings: int) -> None:
        facts = pupil(results=self.results(6.5, 6.5, 6.5, last, last, last))
        assert len(found("grades_falling", facts, self.on)) == findings

    def test_the_fall_is_told_with_the_subject(self) -> None:
        (finding,) = found("grades_falling", pupil(results=self.results(8, 8, 8, 6, 6, 6)), self.on)
        assert finding.quantity == Fraction(25)
        assert "wiskunde" in finding.explanation.nl
        assert finding.details["subject"] == "wiskunde"

    def test_five_results_are_too_few(self) -> None:
        assert not found("grades_falling", pupil(results=self.results(8, 8, 4, 4, 4)), self.on)

    def test_subjects_are_not_mixed(self) -> None:
        mixed = (*self.results(9, 9, 9, subject="gym"), *self.results(5, 5, 5, subject="wiskunde"))
        assert not found("grades_falling", pupil(results=mixed), self.on)

    def test_an_empty_value_is_no_zero(self) -> None:
        empty = tuple(result(f"2025-11-0{n}", None) for n in (1, 2, 3))
        facts = pupil(results=(*self.results(8, 8, 8, 8), *empty))
        assert not found("grades_falling", facts, self.on)


class TestExemptionEnding:
    """Sixty days before the end, and after it without an enrolment."""

    def exempt(self, last: str, *enrolments: object) -> PupilFacts:
        return pupil(
            exemptions=(exemption("art5_a", "2025-01-01", last),),
            enrolments=enrolments,
            municipality=AMSTERDAM,
        )

    # Sixty days before 30 November is 1 October.
    @pytest.mark.parametrize(("on", "findings"), [("2025-09-30", 0), ("2025-10-01", 1), ("2025-11-30", 1)])
    def test_61_60_and_0_days_before(self, on: str, findings: int) -> None:
        raised = found("exemption_ending", self.exempt("2025-11-30"), setting(on))
        assert len(raised) == findings
        assert all(finding.last_day == day(on) for finding in raised)

    def test_ended_without_an_enrolment(self) -> None:
        (finding,) = found("exemption_ending", self.exempt("2025-10-31"), setting("2025-11-04"))
        assert (finding.first_day, finding.last_day, finding.quantity) == (
            day("2025-11-01"),
            day("2025-11-04"),
            4,
        )

    def test_enrolled_on_the_next_school_day_is_in_time(self) -> None:
        back = self.exempt("2025-10-31", enrolment("2025-11-03"))
        late = self.exempt("2025-10-31", enrolment("2025-11-04"))
        assert not found("exemption_ending", back, setting("2025-11-10"))
        (finding,) = found("exemption_ending", late, setting("2025-11-10"))
        assert finding.last_day == day("2025-11-03")

    def test_an_exemption_that_another_follows_is_not_ending(self) -> None:
        both = (
            exemption("art5_a", "2025-01-01", "2025-10-31"),
            exemption("art5_b", "2025-11-01", "2026-10-31"),
        )
        facts = pupil(exemptions=both, enrolments=(), municipality=AMSTERDAM)
        assert not found("exemption_ending", facts, setting("2025-10-15"))

    def test_without_an_end_nothing_ends(self) -> None:
        facts = pupil(exemptions=(exemption("art5_a", "2025-01-01"),), enrolments=())
        assert not found("exemption_ending", facts, setting("2025-10-15"))


class TestUnderSix:
    """Five hours a week, ten with the head's permission, none from the sixth birthday."""

    on = setting("2025-12-19", timetable=week_timetable(300))

    def child(self, *minutes: int, ground: str = "under6_5h", birth: str = "2020-03-01") -> PupilFacts:
        days = ("2025-10-06", "2025-10-08", "2025-10-10")
        rows = [absence(each, "exempt", number) for each, number in zip(days, minutes, strict=False)]
        return pupil(rows, birth_date=birth, exemptions=(exemption(ground, "2025-08-01"),))

    @pytest.mark.parametrize(("minutes", "findings"), [((200, 100), 0), ((200, 101), 1)])
    def test_five_hours_a_week(self, minutes: tuple[int, ...], findings: int) -> None:
        raised = found("under6_surplus", self.child(*minutes), self.on)
        assert len(raised) == findings
        assert all(finding.details["surplus_minutes"] == 1 for finding in raised)

    @pytest.mark.parametrize(("minutes", "findings"), [((300, 200, 100), 0), ((300, 200, 101), 1)])
    def test_ten_hours_a_week(self, minutes: tuple[int, ...], findings: int) -> None:
        assert len(found("under6_surplus", self.child(*minutes, ground="under6_10h"), self.on)) == findings

    @pytest.mark.parametrize(("birth", "findings"), [("2019-10-07", 0), ("2019-10-06", 1), ("2019-10-05", 1)])
    def test_on_and_around_the_sixth_birthday(self, birth: str, findings: int) -> None:
        assert len(found("under6_surplus", self.child(60, birth=birth), self.on)) == findings

    def test_without_a_birth_date_it_cannot_be_told(self) -> None:
        facts = pupil(
            absence("2025-10-06", "exempt", 60),
            birth_date=None,
            exemptions=(exemption("under6_5h", "2025-08-01"),),
        )
        assert [q.missing for q in said("under6_surplus", facts, self.on).not_decidable] == ["birth_date"]
