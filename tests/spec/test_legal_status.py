"""Whose duty applies on a day (docs/specification/rules.md §1), before, on and after every boundary."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aanwezig.rules.legal_status import is_responsible, legal_status
from aanwezig.rules.provisions import Provisions
from aanwezig.values import CannotTell
from factories.registers import (
    AMSTERDAM,
    OTHER_PO,
    PO,
    closure,
    day,
    enrolment,
    exemption,
    pupil,
    school,
    setting,
)

HERE = setting(on="2026-07-03")


def status(on: str, readings: dict[str, Any] | None = None, where: Any = HERE, **facts: Any) -> Any:
    return legal_status(pupil(**facts), where, day(on), Provisions(readings))


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        # Born on the last of September: the month after is October.
        ("2020-09-30", "2025-09-30", "not_yet"),
        ("2020-09-30", "2025-10-01", "compulsory"),
        # Born on the first of October: November; 1 and 2 November 2025 are a weekend.
        ("2020-10-01", "2025-10-31", "not_yet"),
        ("2020-10-01", "2025-11-02", "not_yet"),
        ("2020-10-01", "2025-11-03", "compulsory"),
        # Born in December: January, after the Christmas holiday (20 December-4 January).
        ("2020-12-15", "2026-01-04", "not_yet"),
        ("2020-12-15", "2026-01-05", "compulsory"),
        # Turned 5 in June: July begins with a school day in noord (holiday from 4 July).
        ("2020-06-10", "2025-07-01", "compulsory"),
        # 16 on 31 July 2026: the school year that ends that day.
        ("2010-07-31", "2026-07-31", "compulsory"),
        ("2010-07-31", "2026-08-01", "qualification"),
        # 16 a day later: a school year more.
        ("2010-08-01", "2026-08-01", "compulsory"),
        ("2010-08-01", "2027-07-31", "compulsory"),
        ("2010-08-01", "2027-08-01", "qualification"),
        # 18 and the RMC upper age.
        ("2007-10-10", "2025-10-09", "qualification"),
        ("2007-10-10", "2025-10-10", "rmc"),
        ("2002-10-10", "2025-10-09", "rmc"),
        ("2002-10-10", "2025-10-10", "none"),
    ],
)
def test_the_status_follows_the_age(born: str, on: str, expected: str) -> None:
    assert status(on, birth_date=born) == expected


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        # 5 on 1 March 2025, not on 28 February: April, not March.
        ("2020-02-29", "2025-03-31", "not_yet"),
        ("2020-02-29", "2025-04-01", "compulsory"),
        ("2008-02-29", "2026-02-28", "qualification"),
        ("2008-02-29", "2026-03-01", "rmc"),
        ("2004-02-29", "2027-02-28", "rmc"),
        ("2004-02-29", "2027-03-01", "none"),
    ],
)
def test_who_was_born_on_29_february_has_a_birthday_on_1_march(born: str, on: str, expected: str) -> None:
    assert status(on, birth_date=born) == expected


def test_a_month_without_a_school_day_passes_to_the_first_one_after_it() -> None:
    # Turned 5 in July: August, which has no school day in noord (until 24 August); this school opens later still.
    closed = setting(schools=[school()], closures=[closure("2025-08-25", "2025-09-07", "holiday")])
    where = {"birth_date": "2020-07-15", "where": closed}
    assert status("2025-09-05", **where) == "not_yet"
    assert status("2025-09-08", **where) == "compulsory"


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        # The school's own study days on 1 and 2 October.
        ({"enrolments": (enrolment(),)}, "2025-10-03"),
        # Another school has lessons on the first.
        ({"enrolments": (enrolment(school_id=OTHER_PO),)}, "2025-10-01"),
        # Not enrolled: the region of the municipality.
        ({"enrolments": (), "municipality": AMSTERDAM}, "2025-10-01"),
        # Nothing is known: Monday to Friday.
        ({"enrolments": ()}, "2025-10-01"),
    ],
)
def test_the_first_school_day_is_that_of_the_school_else_of_the_region(
    facts: dict[str, Any], first: str
) -> None:
    where = setting(closures=[closure("2025-10-01", "2025-10-02")])
    before = date.fromordinal(day(first).toordinal() - 1).isoformat()
    assert status(before, where=where, birth_date="2020-09-30", **facts) == "not_yet"
    assert status(first, where=where, birth_date="2020-09-30", **facts) == "compulsory"


@pytest.mark.parametrize(
    ("municipality", "first"),
    # Turned 5 in April 2026: May, on 1 May in the May holiday (until 3 May), on 4 May school; 5 May is free.
    [(AMSTERDAM, "2026-05-04"), (None, "2026-05-01")],
)
def test_without_a_school_the_holidays_of_the_region_count_where_it_is_known(
    municipality: str | None, first: str
) -> None:
    facts = {"enrolments": (), "municipality": municipality, "birth_date": "2021-04-10"}
    before = date.fromordinal(day(first).toordinal() - 1).isoformat()
    assert status(before, **facts) == "not_yet"
    assert status(first, **facts) == "compulsory"


@pytest.mark.parametrize(
    ("completed", "recorded", "on", "expected"),
    [
        # 12 years on 31 July 2025, recorded on 10 September: never before the record.
        (12, "2025-09-10", "2025-09-10", "compulsory"),
        (12, "2025-09-10", "2025-09-11", "qualification"),
        # Nobody said when it was recorded: the 31 July before the reference date.
        (12, None, "2025-07-31", "compulsory"),
        (12, None, "2025-08-01", "qualification"),
        # 11 years: one school year more.
        (11, "2025-09-10", "2026-07-31", "compulsory"),
        (11, "2025-09-10", "2026-08-01", "qualification"),
        # The number on 31 July itself is not there yet that day.
        (11, "2025-07-31", "2025-08-01", "qualification"),
        # Age alone decides.
        (None, None, "2026-07-31", "compulsory"),
        # Whichever comes first: at 16 the years do not matter.
        (9, "2025-09-10", "2027-07-31", "compulsory"),
        (9, "2025-09-10", "2027-08-01", "qualification"),
    ],
)
def test_twelve_full_school_years_end_compulsory_education(
    completed: int | None, recorded: str | None, on: str, expected: str
) -> None:
    facts = {"birth_date": "2010-10-01", "school_years_completed": completed, "pupil_recorded_on": recorded}
    assert status(on, **facts) == expected


def test_a_start_qualification_holds_from_its_day() -> None:
    facts = {"birth_date": "2008-01-01", "start_qualification_on": "2025-10-15"}
    assert status("2025-10-14", **facts) == "qualification"
    assert status("2025-10-15", **facts) == "none"
    older = {"birth_date": "2006-01-01", "start_qualification_on": "2025-10-15"}
    assert status("2025-10-14", **older) == "rmc"
    assert status("2025-10-15", **older) == "none"


def test_a_start_qualification_does_not_end_compulsory_education() -> None:
    assert status("2025-10-15", birth_date="2011-01-01", start_qualification_on="2025-07-01") == "compulsory"


def test_who_is_exempt_from_the_qualification_duty_is_none_at_16_and_17_and_rmc_from_18() -> None:
    facts = {"birth_date": "2008-01-15", "qualification_exempt": True}
    assert status("2024-07-31", **facts) == "compulsory"
    assert status("2024-08-01", **facts) == "none"
    assert status("2026-01-14", **facts) == "none"
    assert status("2026-01-15", **facts) == "rmc"


@pytest.mark.parametrize("ground", ["art5_a", "art5_b", "art5_c", "art5a_travelling", "art15"])
def test_an_exemption_goes_before_everything_while_it_is_in_force(ground: str) -> None:
    facts = {"exemptions": (exemption(ground, "2025-10-01", "2025-10-31"),)}
    assert status("2025-09-30", **facts) == "compulsory"
    assert status("2025-10-01", **facts) == "exempt"
    assert status("2025-10-31", **facts) == "exempt"
    assert status("2025-11-01", **facts) == "compulsory"
    assert status("2025-10-15", birth_date=None, **facts) == "exempt"


def test_hours_at_home_under_six_are_no_exemption_from_the_duty() -> None:
    facts = {"birth_date": "2020-05-01", "exemptions": (exemption("under6_5h", "2025-08-01"),)}
    assert status("2025-10-15", **facts) == "compulsory"


def test_without_a_date_of_birth_nobody_can_tell() -> None:
    assert status("2025-10-15", birth_date=None) == CannotTell("birth_date")


@pytest.mark.parametrize(
    ("on", "reading", "expected"),
    [
        ("2025-12-31", None, "none"),
        ("2026-01-01", None, "none"),
        # The other reading exists from the day the act came into force, not before.
        ("2025-12-31", "until_27", "none"),
        ("2026-01-01", "until_27", "rmc"),
        ("2028-10-09", "until_27", "rmc"),
        ("2028-10-10", "until_27", "none"),
    ],
)
def test_the_rmc_upper_age_is_a_parameter_with_dates(on: str, reading: str | None, expected: str) -> None:
    readings = {"legal_status.rmc_upper_age": reading} if reading else None
    assert status(on, readings, birth_date="2001-10-10") == expected


def test_from_twelve_on_the_young_person_is_responsible_too() -> None:
    facts = pupil(birth_date="2013-10-10")
    assert is_responsible(facts, day("2025-10-09"), Provisions()) is False
    assert is_responsible(facts, day("2025-10-10"), Provisions()) is True
    assert is_responsible(pupil(birth_date=None), day("2025-10-10"), Provisions()) == CannotTell("birth_date")


def test_two_schools_begin_when_the_first_of_them_has_lessons() -> None:
    where = setting(closures=[closure("2025-10-01", "2025-10-02", school_id=PO)])
    facts = {"birth_date": "2020-09-30", "enrolments": (enrolment(), enrolment(school_id=OTHER_PO))}
    assert status("2025-10-01", where=where, **facts) == "compulsory"
