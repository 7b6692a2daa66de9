"""Luxury absence and doubt about sickness (docs/specification/rules.md §2, §9.5)."""

from __future__ import annotations

from typing import Any

import pytest

from aanwezig.rules.duties import doubtful_sickness, luxury
from aanwezig.rules.facts import Absence
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.provisions import Provisions
from factories.registers import (
    OTHER_PO,
    PO,
    absence,
    attendance,
    closure,
    enrolment,
    leave,
    pupil,
    setting,
    sick,
    truant,
    week_timetable,
    whole_days,
)


def judged(
    *rows: Absence | list[Absence],
    on: Any = "2026-07-03",
    readings: dict[str, Any] | None = None,
    **facts: Any,
) -> Judgement:
    return luxury(attendance(pupil(*rows, **facts), on), Provisions(readings))


def found(*rows: Absence | list[Absence], **more: Any) -> list[Finding]:
    return list(judged(*rows, **more).findings)


def away(first: str, last: str | None = None, **more: Any) -> list[Absence]:
    return whole_days(first, last or first, "luxury", **more)


def test_holiday_without_leave_is_one_finding_per_run_of_school_days() -> None:
    (finding,) = found(away("2025-09-17", "2025-09-19"))
    assert (finding.rule, finding.kind, finding.obligation, finding.unit) == (
        "luxury",
        "duty",
        "must",
        "days",
    )
    assert (str(finding.first_day), str(finding.last_day)) == ("2025-09-17", "2025-09-19")
    assert (finding.quantity, finding.threshold) == (3, 0.5)
    assert str(finding.due) == "2025-09-24"
    assert finding.school_id == PO
    assert len(finding.facts) == 3
    assert finding.explanation.nl == (
        "De leerling was van 17 tot en met 19 september 2025 3 dagen op vakantie buiten de schoolvakantie, zonder verleend verlof. "
        "Vanaf een halve dag is dit luxeverzuim (Leerplichtwet 1969, artikel 21a). "
        "De school meldt dit uiterlijk op 24 september 2025 bij DUO."
    )


def test_weekends_and_holidays_do_not_part_a_run_but_a_day_at_school_does() -> None:
    assert len(found(away("2025-09-18", "2025-09-22"))) == 1
    assert len(found(away("2025-10-17"), away("2025-10-27"))) == 1
    assert len(found(away("2025-09-18"), away("2025-09-22"))) == 2
    assert (
        len(found(away("2025-09-18"), away("2025-09-22"), on=setting(closures=[closure("2025-09-19")]))) == 1
    )


@pytest.mark.parametrize(("minutes", "expected"), [(140, []), (141, [0.5]), (281, [0.5]), (282, [1])])
def test_from_one_half_day_that_is_half_of_the_possible_minutes(minutes: int, expected: list[float]) -> None:
    # A day of 282 minutes.
    assert [finding.quantity for finding in found(absence("2025-09-18", "luxury", minutes))] == expected


@pytest.mark.parametrize(("minutes", "expected"), [(74, 0), (75, 1)])
def test_half_a_short_day_is_half_of_that_day(minutes: int, expected: int) -> None:
    where = setting(timetable=week_timetable({1: 300, 2: 300, 3: 150, 4: 300, 5: 300}))
    assert len(found(absence("2025-09-17", "luxury", minutes), on=where)) == expected


def test_an_afternoon_and_a_day_are_one_and_a_half() -> None:
    (finding,) = found(absence("2025-09-18", "luxury", part="afternoon"), away("2025-09-19"))
    assert finding.quantity == 1.5
    assert "1,5 dagen" in finding.explanation.nl
    assert "1.5 days" in finding.explanation.en


def test_less_than_half_a_day_parts_a_run() -> None:
    rows = [away("2025-09-17"), absence("2025-09-18", "luxury", 60), away("2025-09-19")]
    assert [(str(f.first_day), str(f.last_day)) for f in found(*rows)] == [
        ("2025-09-17", "2025-09-17"),
        ("2025-09-19", "2025-09-19"),
    ]


@pytest.mark.parametrize(
    ("reason", "authorised", "granted", "expected"),
    [
        ("luxury", None, None, True),
        ("luxury", False, None, True),
        ("luxury", True, None, False),
        ("luxury", None, "yes", False),
        ("luxury", None, "no", True),
        ("luxury", None, "requested", True),
        ("leave", False, None, True),
        ("leave", None, None, False),
        ("leave", True, None, False),
        ("leave", False, "yes", False),
        ("leave", None, "no", True),
        ("leave", None, "requested", False),
        ("leave", True, "no", False),
        ("truant", False, None, False),
    ],
)
def test_which_absence_is_luxury(
    reason: str, authorised: bool | None, granted: str | None, expected: bool
) -> None:
    table = (leave("2025-09-17", "2025-09-19", granted=granted),) if granted else ()
    rows = whole_days("2025-09-18", "2025-09-18", reason, authorised=authorised)
    assert bool(found(rows, leave=table)) is expected


def test_leave_covers_its_own_days_and_school_only() -> None:
    rows = away("2025-09-15", "2025-09-19")
    (finding,) = found(rows, leave=(leave("2025-09-15", "2025-09-17"),))
    assert (str(finding.first_day), finding.quantity) == ("2025-09-18", 2)
    (finding,) = found(rows, leave=(leave("2025-09-15", "2025-09-19", school_id=OTHER_PO),))
    assert finding.quantity == 5


def test_holiday_on_a_closed_day_is_none() -> None:
    assert found(away("2025-10-20", "2025-10-24")) == []


@pytest.mark.parametrize(
    ("born", "expected"),
    [("2014-03-01", 1), ("2008-10-10", 1), ("2007-09-18", 0), ("2006-01-01", 0), ("2020-12-01", 0)],
)
def test_for_compulsory_and_qualification_only(born: str, expected: int) -> None:
    assert len(found(away("2025-09-18"), birth_date=born)) == expected


def test_a_birthday_ends_the_run() -> None:
    (finding,) = found(away("2025-09-15", "2025-09-19"), birth_date="2007-09-18")
    assert str(finding.last_day) == "2025-09-17"


def test_without_a_date_of_birth_it_cannot_be_decided() -> None:
    said = judged(away("2025-09-18"), birth_date=None)
    assert said.findings == ()
    assert [(entry.rule, entry.missing) for entry in said.not_decidable] == [("luxury", "birth_date")]
    assert judged(absence("2025-09-18", "luxury", 60), birth_date=None) == Judgement()


def test_each_school_has_its_own() -> None:
    both = (enrolment(), enrolment(school_id=OTHER_PO))
    rows = away("2025-09-18") + away("2025-09-18", school_id=OTHER_PO)
    assert {finding.school_id for finding in found(rows, enrolments=both)} == {PO, OTHER_PO}


def test_only_from_a_whole_day_by_choice() -> None:
    readings = {"luxury.half_days": 2}
    assert found(absence("2025-09-18", "luxury", part="morning"), readings=readings) == []
    assert len(found(away("2025-09-18"), readings=readings)) == 1


# Doubt about sickness.


def doubted(*rows: Absence | list[Absence], **facts: Any) -> Judgement:
    return doubtful_sickness(attendance(pupil(*rows, **facts)), Provisions())


def test_sick_marked_no_is_a_signal_that_may_be_told_as_other() -> None:
    rows = [sick("2025-09-18", part="day", authorised=False), sick("2025-09-19", 60, authorised=False)]
    (finding,) = doubted(rows).findings
    assert (finding.rule, finding.kind, finding.obligation) == ("doubtful_sickness", "signal", "may")
    assert finding.details["category"] == "other"
    assert (finding.quantity, finding.threshold, finding.unit, finding.due) == (2, 1, "days", None)
    assert "overig verzuim" in finding.explanation.nl


@pytest.mark.parametrize("authorised", [None, True])
def test_sick_with_another_mark_raises_no_doubt(authorised: bool | None) -> None:
    assert doubted(sick("2025-09-18", part="day", authorised=authorised)) == Judgement()


def test_doubt_is_one_finding_per_run_of_school_days() -> None:
    rows = [
        sick(on, part="day", authorised=False)
        for on in ("2025-09-18", "2025-09-19", "2025-09-22", "2025-09-24")
    ]
    assert [finding.quantity for finding in doubted(rows).findings] == [3, 1]


@pytest.mark.parametrize(
    ("born", "expected"), [("2014-03-01", 1), ("2006-01-01", 1), ("2002-01-01", 0), ("2021-01-01", 0)]
)
def test_doubt_is_told_of_those_of_whom_absence_is_told(born: str, expected: int) -> None:
    assert (
        len(doubted(sick("2025-09-18", part="day", authorised=False), birth_date=born).findings) == expected
    )


def test_doubt_about_somebody_without_a_date_of_birth_cannot_be_decided() -> None:
    said = doubted(sick("2025-09-18", part="day", authorised=False), birth_date=None)
    assert [(entry.rule, entry.missing) for entry in said.not_decidable] == [
        ("doubtful_sickness", "birth_date")
    ]


def test_other_reasons_raise_no_doubt() -> None:
    assert doubted(truant("2025-09-18", part="day", authorised=False)) == Judgement()
