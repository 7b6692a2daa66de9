"""The slow second reader: the signals of rules.md §2 (last columns), §4 and §5, by brute force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from oracle_absence import DayAccount, day_account
from oracle_calendar import (
    in_region_holiday,
    is_public_holiday,
    lesson_weeks_between,
    municipality_regions,
    school_minutes,
    window_end,
)
from oracle_duties import is_gap_without_school, suspended_days
from oracle_findings import Finding, Readings, runs
from oracle_measures import band_of, is_provisional, pupil_account
from oracle_register import (
    ONE_DAY,
    Register,
    Row,
    days_from_to,
    end_of_data,
    enrolment_on,
    school_year_of,
    schools_ever,
    schools_on,
)
from oracle_status import DUTY, WHOLE_EXEMPTIONS, is_exempt, legal_status


def accounts_of_day(reg: Register, pupil_id: str, day: date) -> list[DayAccount]:
    """What every school of enrolment says of a day on which it had data; possible time adds up (register.md §5)."""
    found = []
    for school_id in schools_on(reg, pupil_id, day):
        account = day_account(reg, pupil_id, school_id, day) if day <= end_of_data(reg, school_id) else None
        if account is not None:
            found.append(account)
    return found


def school_days_of_pupil(reg: Register, pupil_id: str) -> list[date]:
    """The pupil's own school days: those with possible time, up to the reference date."""
    key = ("school_days_of_pupil", pupil_id)
    if key not in reg.memory:
        enrolments = reg.of_pupil("enrolments", pupil_id)
        if not enrolments:
            reg.memory[key] = []
        else:
            start = min(row["first_day"] for row in enrolments)
            days = days_from_to(start, reg.on)
            reg.memory[key] = [day for day in days if accounts_of_day(reg, pupil_id, day)]
    found: list[date] = reg.memory[key]
    return found


def missed_and_possible(reg: Register, pupil_id: str, day: date) -> tuple[Fraction, Fraction]:
    accounts = accounts_of_day(reg, pupil_id, day)
    return (
        sum((account.absent for account in accounts), Fraction(0)),
        sum((account.possible for account in accounts), Fraction(0)),
    )


def signal(rule: str, pupil_id: str, first: date, last: date, school_id: str | None = None) -> Finding:
    return Finding(rule, "signal", pupil_id, school_id, first, last)


def kearney_25(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """≥ 25 % missed in any 10 consecutive school days of the pupil, all 10 past; one per unbroken run (§5)."""
    days = school_days_of_pupil(reg, pupil_id)
    if readings.past == "before_on":
        days = [day for day in days if day < reg.on]
    windows = [days[n : n + 10] for n in range(len(days) - 9)]
    over = []
    for window in windows:
        figures = [missed_and_possible(reg, pupil_id, day) for day in window]
        over.append(sum(m for m, _ in figures) * 4 >= sum(p for _, p in figures))
    found: list[Finding] = []
    for number, window in enumerate(windows):
        if not over[number]:
            continue
        if number and over[number - 1]:
            found[-1].last_day = window[-1]
        else:
            found.append(signal("kearney_25", pupil_id, window[0], window[-1]))
    return found


def within_school_weeks(
    reg: Register, school_id: str, first: date, last: date, weeks: int, reading: str
) -> bool:
    """Whether two days lie within so many school weeks; the text leaves two ways of counting them."""
    if reading == "rolling":
        return last <= window_end(reg, school_id, first, weeks)
    return lesson_weeks_between(reg, school_id, first, last) <= weeks


def stretches_of_count(
    reg: Register, school_id: str, days: list[date], number: int, weeks: int, reading: str
) -> list[tuple[date, date]]:
    """First and last counted day of every stretch in which ``number`` of them lie within ``weeks`` school weeks."""
    found: list[tuple[date, date]] = []
    for index in range(number - 1, len(days)):
        first, last = days[index - number + 1], days[index]
        if within_school_weeks(reg, school_id, first, last, weeks, reading):
            if found and first <= found[-1][1]:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
    return found


def kearney_10(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """≥ 10 days absent within 15 school weeks; a day counts from half of it missed (§5)."""
    days = []
    for day in school_days_of_pupil(reg, pupil_id):
        missed, possible = missed_and_possible(reg, pupil_id, day)
        if missed * 2 >= possible:
            days.append(day)
    schools = schools_ever(reg, pupil_id)
    if not schools:
        return []
    stretches = stretches_of_count(reg, schools[0], days, 10, 15, readings.weeks)
    return [signal("kearney_10", pupil_id, first, last) for first, last in stretches]


def is_sick_day(reg: Register, pupil_id: str, day: date) -> bool:
    """Any sick minutes make a sick day (§5)."""
    return any(
        row["reason"] == "sick" and minutes > 0
        for account in accounts_of_day(reg, pupil_id, day)
        for row, minutes in account.missed
    )


def sick_spells(reg: Register, pupil_id: str) -> list[list[date]]:
    """The first school day without sickness ends the spell (§5); weekends and closures do not (register.md §5)."""
    return runs(school_days_of_pupil(reg, pupil_id), lambda day: is_sick_day(reg, pupil_id, day))


def mazl_4th(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """Fourth sick report in 12 school weeks; at the fourth report, again only after a new four (§5, §9.5)."""
    reports = [spell[0] for spell in sick_spells(reg, pupil_id)]
    found: list[Finding] = []
    since_last: list[date] = []
    for report in reports:
        since_last.append(report)
        schools = schools_on(reg, pupil_id, report)
        if len(since_last) >= 4 and within_school_weeks(
            reg, schools[0], since_last[-4], report, 12, readings.weeks
        ):
            found.append(signal("mazl_4th", pupil_id, since_last[-4], report))
            found[-1].quantity, found[-1].threshold, found[-1].unit = 4, 4, "reports"
            since_last = []
    return found


def mazl_7th(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """Seventh consecutive school day sick (day 7 triggers), one per spell (§5)."""
    found = []
    for spell in sick_spells(reg, pupil_id):
        if len(spell) >= 7:
            last = spell[6] if readings.seventh == "day7" else spell[-1]
            found.append(signal("mazl_7th", pupil_id, spell[0], last))
    return found


def late_days(reg: Register, pupil_id: str, school_id: str) -> list[date]:
    """Every row late that stands, on a school day while enrolled (register.md §3: a lateness count)."""
    found = []
    for day in sorted({row["date"] for row in reg.of_pupil("absences", pupil_id)}):
        account = day_account(reg, pupil_id, school_id, day)
        if account is not None:
            found += [day for row, _ in account.missed if row["reason"] == "late"]
    return found


def lateness(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """Nine times late in 12 school weeks (§5)."""
    found = []
    for school_id in schools_ever(reg, pupil_id):
        days = late_days(reg, pupil_id, school_id)
        found += [
            signal("lateness", pupil_id, first, last, school_id)
            for first, last in stretches_of_count(reg, school_id, days, 9, 12, readings.weeks)
        ]
    return found


def stretches_of_rows(
    reg: Register, pupil_id: str, school_id: str, rule: str, wanted: Callable[[Row], bool]
) -> list[Finding]:
    """One finding per stretch of the pupil's school days with such a row (§5)."""

    def holds(day: date) -> bool:
        account = day_account(reg, pupil_id, school_id, day)
        if rule == "doubtful_sickness" and legal_status(reg, pupil_id, day) not in DUTY:
            return False  # a category of the absence register, so for whom absence can be reported at all
        least = Fraction(0) if rule == "doubtful_sickness" else Fraction(-1)
        return account is not None and any(wanted(row) and minutes > least for row, minutes in account.missed)

    start = min(row["first_day"] for row in reg.of_pupil("enrolments", pupil_id))
    days = [
        day
        for day in days_from_to(start, reg.on)
        if any(day_account(reg, pupil_id, other, day) is not None for other in schools_ever(reg, pupil_id))
    ]
    return [signal(rule, pupil_id, run[0], run[-1], school_id) for run in runs(days, holds)]


def doubtful_sickness(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """Sick, marked no (§2): category other, may."""
    found = []
    for school_id in schools_ever(reg, pupil_id):
        found += stretches_of_rows(
            reg,
            pupil_id,
            school_id,
            "doubtful_sickness",
            lambda row: row["reason"] == "sick" and row.get("authorised") == "no",
        )
    for finding in found:
        finding.obligation = "may"
    return found


def informal_exclusion(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """Any sent_home (§5; §2 names sent_out too), or a reduced programme without agreement of the parents (§5)."""
    reasons = {"sent_home", "sent_out"} if readings.sent_out == "in" else {"sent_home"}
    found = []
    for school_id in schools_ever(reg, pupil_id):
        found += stretches_of_rows(
            reg, pupil_id, school_id, "informal_exclusion", lambda row: row["reason"] in reasons
        )
    for row in reg.of_pupil("reduced_programmes", pupil_id):
        if not row.get("agreed_by"):
            last = min(row["last_day"] or reg.on, reg.on)
            found.append(signal("informal_exclusion", pupil_id, row["first_day"], last, row["school_id"]))
    return found


def suspension_repeated(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """Three one-day suspensions in 12 school weeks (§4)."""
    found = []
    for school_id in schools_ever(reg, pupil_id):
        days = sorted(
            suspended_days(reg, row)[0]
            for row in reg.of_pupil("suspensions", pupil_id)
            if row["school_id"] == school_id
            and row["kind"] == "suspension"
            and len(suspended_days(reg, row)) == 1
        )
        found += [
            signal("suspension_repeated", pupil_id, first, last, school_id)
            for first, last in stretches_of_count(reg, school_id, days, 3, 12, readings.weeks)
        ]
    return found


def stay_at_home_waiting(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """An application waiting or refused, and no education followed for more than 5 school days (§5).

    No education: exempt, not enrolled, or every possible minute missed whatever the reason; on days with status
    compulsory, qualification or exempt (whom §6 counts as home-sitters). School days are those of the school of
    enrolment, else Monday-Friday without the holidays of the region where the pupil lives.
    """
    found = []
    for row in reg.of_pupil("applications", pupil_id):
        if row["state"] not in ("waiting", "refused", "refused_full"):
            continue
        start = min(
            [row["applied_on"], *(other["first_day"] for other in reg.of_pupil("enrolments", pupil_id))]
        )
        if not reg.of_pupil("enrolments", pupil_id):
            start = date(reg.on.year - 20, 1, 1)
        days = [day for day in days_from_to(start, reg.on) if is_day_of_education(reg, pupil_id, day)]

        def nothing_followed(day: date) -> bool:
            if legal_status(reg, pupil_id, day) not in ("compulsory", "qualification", "exempt"):
                return False
            missed, possible = missed_and_possible(reg, pupil_id, day)
            return missed >= possible

        found += [
            signal("stay_at_home_waiting", pupil_id, run[0], run[-1])
            for run in runs(days, nothing_followed)
            if len(run) > 5 and run[-1] >= row["applied_on"]
        ]
    spans = {(finding.first_day, finding.last_day): finding for finding in found}
    return list(spans.values())


def is_day_of_education(reg: Register, pupil_id: str, day: date) -> bool:
    """A school day of the pupil, exempt or not; without a school a school day of the region (§6, Durations)."""
    schools = schools_on(reg, pupil_id, day)
    if schools:
        for school_id in schools:
            enrolment = enrolment_on(reg, pupil_id, school_id, day)
            group = enrolment.get("group") if enrolment else None
            known = day <= end_of_data(reg, school_id) or is_exempt(reg, pupil_id, day)
            if known and school_minutes(reg, school_id, group, day) > 0:
                return True
        return False
    region = municipality_regions().get(reg.pupil(pupil_id).get("municipality") or "")
    return day.isoweekday() <= 5 and not is_public_holiday(day) and not in_region_holiday(region, day)


def exemption_ending(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """Running out within 60 days: warn; ended without enrolment next day: warn (§3), where there is a duty then."""
    found = []
    for row in reg.of_pupil("exemptions", pupil_id):
        last = row["last_day"]
        if last is None or row["ground"] not in WHOLE_EXEMPTIONS:
            continue
        running_out = reg.on <= last <= reg.on + timedelta(days=60)
        next_day = last + ONE_DAY
        in_duty = legal_status(reg, pupil_id, next_day) in ("compulsory", "qualification")
        ended_without = last < reg.on and not schools_on(reg, pupil_id, next_day) and in_duty
        if ended_without and is_gap_without_school(reg, pupil_id, days_from_to(next_day, reg.on)):
            continue  # §6: a gap without a school day of the region is no gap (yet)
        if running_out or ended_without:
            found.append(signal("exemption_ending", pupil_id, row["first_day"], min(last, reg.on)))
    return found


def bands(reg: Register, pupil_id: str, readings: Readings) -> list[Finding]:
    """At risk, chronic, severe: the band of the school year so far (§5; register.md §5)."""
    first, _ = school_year_of(reg.on)
    figures = pupil_account(reg, pupil_id, first, reg.on)
    if figures.possible == 0:
        return []
    band = band_of(figures.absent, figures.possible)
    provisional = is_provisional(reg, pupil_id, figures)
    if band == "good" or (provisional and readings.provisional == "silent"):
        return []
    return [signal(band, pupil_id, first, reg.on)]


SIGNALS = (
    *(kearney_25, kearney_10, mazl_4th, mazl_7th, lateness, doubtful_sickness, informal_exclusion),
    *(suspension_repeated, stay_at_home_waiting, exemption_ending, bands),
)
