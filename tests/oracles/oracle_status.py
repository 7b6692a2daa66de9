"""The slow second reader: the legal status of a pupil on a day (rules.md §1 and §9.3)."""

from __future__ import annotations

from datetime import date

from oracle_calendar import in_region_holiday, is_public_holiday, municipality_regions, school_minutes
from oracle_register import ONE_DAY, Register, Row, enrolment_on, schools_on

CANNOT_TELL = "cannot tell"
WHOLE_EXEMPTIONS = {"art5_a", "art5_b", "art5_c", "art5a_travelling", "art15"}
DUTY = {"compulsory", "qualification", "rmc"}
RMC_UPPER_AGE = 23


def birthday(born: date, age: int) -> date:
    """Who was born on 29 February has a birthday on 1 March in other years (§1)."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def is_exempt(reg: Register, pupil_id: str, day: date) -> bool:
    """Exemption in force → exempt (§1); the hours of an under-six are no exemption of the whole."""
    return any(
        row["ground"] in WHOLE_EXEMPTIONS and row["first_day"] <= day <= (row["last_day"] or date.max)
        for row in reg.of_pupil("exemptions", pupil_id)
    )


def is_first_day_candidate(reg: Register, pupil: Row, day: date) -> bool:
    """A school day of the school of enrolment, else of the region of the municipality, else Mon-Fri (§1)."""
    schools = schools_on(reg, pupil["pupil_id"], day)
    if schools:
        for school_id in schools:
            enrolment = enrolment_on(reg, pupil["pupil_id"], school_id, day)
            if enrolment and school_minutes(reg, school_id, enrolment.get("group"), day) > 0:
                return True
        return False
    if day.isoweekday() > 5 or is_public_holiday(day):
        return False
    return not in_region_holiday(municipality_regions().get(pupil.get("municipality") or ""), day)


def first_compulsory_day(reg: Register, pupil: Row) -> date:
    """The first school day of the month after the month of the 5th birthday; a month without passes on (§1)."""
    fifth = birthday(pupil["birth_date"], 5)
    day = date(fifth.year + fifth.month // 12, fifth.month % 12 + 1, 1)
    for _ in range(200):
        if is_first_day_candidate(reg, pupil, day):
            break
        day += ONE_DAY
    return day


def last_compulsory_day_by_age(born: date) -> date:
    """The end (31 July) of the school year in which they turn 16 (§1)."""
    sixteenth = birthday(born, 16)
    return date(sixteenth.year + (1 if sixteenth.month >= 8 else 0), 7, 31)


def is_done_by_school_years(reg: Register, pupil: Row, day: date) -> bool:
    """The end of the school year in which 12 full school years are completed, never before the record (§1, §9.3).

    The number is that of the 31 July before the record (before the reference date where it has no date), so that each
    later school year adds one. The day of the record still is compulsory, as 31 July is. Without
    school_years_completed age alone decides.
    """
    number = pupil.get("school_years_completed")
    if number is None:
        return False
    recorded = pupil.get("recorded_at")
    said_on = recorded.date() if recorded is not None else reg.on
    july = date(said_on.year if said_on.month >= 8 else said_on.year - 1, 7, 31)
    ended = date(july.year + 12 - number, 7, 31)
    return day > (max(ended, said_on) if recorded is not None else ended)


def has_start_qualification(pupil: Row, day: date) -> bool:
    got: date | None = pupil.get("start_qualification_on")
    return got is not None and got <= day


def legal_status(reg: Register, pupil_id: str, day: date) -> str:
    """The whole of rules.md §1, in its order."""
    pupil = reg.pupil(pupil_id)
    if is_exempt(reg, pupil_id, day):
        return "exempt"
    born: date | None = pupil.get("birth_date")
    if born is None:
        return CANNOT_TELL
    key = ("first_compulsory_day", pupil_id)
    if key not in reg.memory:
        reg.memory[key] = first_compulsory_day(reg, pupil)
    if day < reg.memory[key]:
        return "not_yet"
    if day <= last_compulsory_day_by_age(born) and not is_done_by_school_years(reg, pupil, day):
        return "compulsory"
    if day < birthday(born, 18):
        free = has_start_qualification(pupil, day) or bool(pupil.get("qualification_exempt"))
        return "none" if free else "qualification"
    if day < birthday(born, RMC_UPPER_AGE) and not has_start_qualification(pupil, day):
        return "rmc"
    return "none"
