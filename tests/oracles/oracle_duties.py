"""The slow second reader: the duties of rules.md §2 and §4, by brute force."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from oracle_absence import (
    day_account,
    is_luxury,
    is_missed_whole,
    is_unauthorised,
    is_undecided,
    is_without_valid_reason,
    sixteen_hour_minutes,
)
from oracle_calendar import (
    add_working_days,
    in_region_holiday,
    is_public_holiday,
    municipality_regions,
    school_minutes,
    window_end,
)
from oracle_findings import Finding, mark_met, runs
from oracle_register import (
    ONE_DAY,
    Register,
    Row,
    days_from_to,
    enrolment_on,
    fact_name,
    schools_ever,
    schools_on,
)
from oracle_status import CANNOT_TELL, DUTY, is_exempt, legal_status

SIXTEEN_HOURS = 960
MUST = {"compulsory", "qualification"}


def has_duty_status(reg: Register, pupil_id: str, day: date, suppose_duty: bool) -> bool:
    """Only days with status compulsory, qualification or rmc count (§2, Minutes)."""
    status = legal_status(reg, pupil_id, day)
    return status in DUTY or (suppose_duty and status == CANNOT_TELL)


def unauthorised_days(
    reg: Register, pupil_id: str, school_id: str, *, count_undecided: bool = False, suppose_duty: bool = False
) -> dict[date, tuple[Fraction, set[str]]]:
    """Per day the unauthorised minutes at one school, and the rows they come from (§2: Counted, Minutes)."""
    found: dict[date, tuple[Fraction, set[str]]] = {}
    days = sorted(
        {row["date"] for row in reg.of_pupil("absences", pupil_id) if row["school_id"] == school_id}
    )
    for day in days:
        account = day_account(reg, pupil_id, school_id, day)
        if account is None:
            continue
        rows = [
            row
            for row, _ in account.missed
            if is_unauthorised(row) or (count_undecided and is_undecided(row))
        ]
        each = [(row, sixteen_hour_minutes(reg, row, account)) for row in rows]
        minutes = sum((value for _, value in each), Fraction(0))
        if minutes > 0 and has_duty_status(reg, pupil_id, day, suppose_duty):
            found[day] = (minutes, {fact_name("absences", row) for row, value in each if value > 0})
    return found


def changed_school_between(reg: Register, pupil_id: str, school_id: str, first: date, last: date) -> bool:
    """At a change of school counting starts from nothing (§9.1): not enrolled here on a day between."""
    return any(enrolment_on(reg, pupil_id, school_id, day) is None for day in days_from_to(first, last))


def sixteen_hour_windows(
    reg: Register, pupil_id: str, school_id: str, minutes: dict[date, tuple[Fraction, set[str]]]
) -> list[tuple[date, date, Fraction]]:
    """Scan days upward: the first day whose earliest begin reaches the threshold in its window; start anew (§9.1)."""
    found: list[tuple[date, date, Fraction]] = []
    reset = date.min
    for day in sorted(minutes):
        for begin in sorted(minutes):
            if begin <= reset or begin > day:
                continue
            if day > window_end(reg, school_id, begin):
                continue
            if changed_school_between(reg, pupil_id, school_id, begin, day):
                continue
            total = sum((minutes[d][0] for d in minutes if begin <= d <= day), Fraction(0))
            if total >= SIXTEEN_HOURS:
                found.append((begin, day, total))
                reset = day
                break
    return found


def relative_16h(reg: Register, pupil_id: str) -> list[Finding]:
    """Unauthorised lesson time adds up to 16 hours within four consecutive lesson weeks (§2)."""
    found = []
    for school_id in schools_ever(reg, pupil_id):
        minutes = unauthorised_days(reg, pupil_id, school_id)
        for begin, day, total in sixteen_hour_windows(reg, pupil_id, school_id, minutes):
            status = legal_status(reg, pupil_id, day)
            facts = set().union(*(minutes[d][1] for d in minutes if begin <= d <= day))
            found.append(
                Finding(
                    rule="relative_16h",
                    kind="duty",
                    pupil_id=pupil_id,
                    school_id=school_id,
                    first_day=begin,
                    last_day=day,
                    quantity=total,
                    threshold=SIXTEEN_HOURS,
                    unit="minutes",
                    obligation="must" if status in MUST else "may",
                    due=add_working_days(day, 5),
                    facts=facts,
                )
            )
    mark_met(reg, found, "relative_16h")
    return found


def relative_16h_not_decidable(reg: Register, pupil_id: str) -> dict[str, bool]:
    """What is missing where it would reach 16 hours: the mark of unknown rows, or the birth date (§2).

    Value True: must be named; False: it may (counting the unmarked only moves a finding).
    """
    missing: dict[str, bool] = {}
    for school_id in schools_ever(reg, pupil_id):
        decided = unauthorised_days(reg, pupil_id, school_id)
        wide = unauthorised_days(reg, pupil_id, school_id, count_undecided=True)
        now = sixteen_hour_windows(reg, pupil_id, school_id, decided)
        then = sixteen_hour_windows(reg, pupil_id, school_id, wide)
        first, last = reg.memory["reported_year"]
        now = [w for w in now if first <= w[1] <= last]
        then = [w for w in then if first <= w[1] <= last]
        if len(then) > len(now):
            missing["authorised"] = True
        elif then != now or wide != decided:
            missing.setdefault("authorised", False)
        if reg.pupil(pupil_id).get("birth_date") is None:
            certain = unauthorised_days(reg, pupil_id, school_id, suppose_duty=True)
            reached = sixteen_hour_windows(reg, pupil_id, school_id, certain)
            missing["birth_date"] = any(first <= w[1] <= last for w in reached) or missing.get(
                "birth_date", False
            )
            if any(is_undecided(row) for row in reg.of_pupil("absences", pupil_id)):
                missing.setdefault("authorised", False)  # both are missing: naming either or both is true
    return missing


def unauthorised_runs(reg: Register, pupil_id: str, school_id: str) -> list[list[date]]:
    """Uninterrupted: every school day missed whole without a valid reason, on days with a duty status.

    rules.md §6, Durations: closures neither break nor start it; two enrolments at once: whole at both (§9.6); at a
    change of school counting starts from nothing (§9.1); only days with a duty status count (§9.3).
    """
    enrolments = [row for row in reg.of_pupil("enrolments", pupil_id) if row["school_id"] == school_id]
    found: list[list[date]] = []
    for enrolment in enrolments:
        last = min(enrolment["last_day"] or reg.on, reg.on)
        days = days_from_to(enrolment["first_day"], last)
        school_days = [day for day in days if school_minutes(reg, school_id, enrolment.get("group"), day) > 0]

        def holds(day: date) -> bool:
            accounts = [day_account(reg, pupil_id, school, day) for school in schools_on(reg, pupil_id, day)]
            real = [account for account in accounts if account is not None]
            whole = all(is_missed_whole(reg, account, is_without_valid_reason) for account in real)
            return bool(real) and whole and has_duty_status(reg, pupil_id, day, False)

        found += runs(school_days, holds)
    return found


def first_school_day_after(days: list[date], day: date) -> date | None:
    return next((other for other in days if other > day), None)


def long_relative(reg: Register, pupil_id: str) -> list[Finding]:
    """Four lesson weeks are complete and the absence goes on; raised only on a school day (§2)."""
    found = []
    for school_id in schools_ever(reg, pupil_id):
        for run in unauthorised_runs(reg, pupil_id, school_id):
            end = window_end(reg, school_id, run[0])
            reached = first_school_day_after(run, end)
            if reached is None or legal_status(reg, pupil_id, reached) not in MUST:
                continue
            found.append(
                Finding(
                    rule="long_relative",
                    kind="duty",
                    pupil_id=pupil_id,
                    school_id=school_id,
                    first_day=run[0],
                    last_day=run[-1],
                    quantity=(run[-1] - run[0]).days + 1,
                    unit="days",
                    obligation="must",
                    due=add_working_days(reached, 5),
                )
            )
    mark_met(reg, found, "long_relative")
    return found


def rmc_18plus(reg: Register, pupil_id: str) -> list[Finding]:
    """Age 18 to the RMC upper age: four weeks uninterrupted are complete, so day 28 without holidays (§2).

    Complete: no school day of the window was attended, and the window's last day is not after the reference date.
    """
    found = []
    for school_id in schools_ever(reg, pupil_id):
        for run in unauthorised_runs(reg, pupil_id, school_id):
            end = window_end(reg, school_id, run[0])
            enrolment = enrolment_on(reg, pupil_id, school_id, run[0])
            group = enrolment.get("group") if enrolment else None
            wanted = [d for d in days_from_to(run[0], end) if school_minutes(reg, school_id, group, d) > 0]
            if end > reg.on or not set(wanted) <= set(run) or legal_status(reg, pupil_id, end) != "rmc":
                continue
            found.append(
                Finding(
                    rule="rmc_18plus",
                    kind="duty",
                    pupil_id=pupil_id,
                    school_id=school_id,
                    first_day=run[0],
                    last_day=run[-1],
                    quantity=(run[-1] - run[0]).days + 1,
                    unit="days",
                    obligation="must",
                    due=add_working_days(end, 5),
                )
            )
    mark_met(reg, found, "rmc_18plus")
    return found


def luxury(reg: Register, pupil_id: str) -> list[Finding]:
    """On holiday without granted leave, from one half day; one finding per run of school days (§2, §9.5).

    A day belongs to the run when half of its possible minutes were missed so. Reached on the first such day.
    """
    found = []
    for school_id in schools_ever(reg, pupil_id):
        for enrolment in reg.of_pupil("enrolments", pupil_id):
            if enrolment["school_id"] != school_id:
                continue
            last = min(enrolment["last_day"] or reg.on, reg.on)
            days = days_from_to(enrolment["first_day"], last)
            group = enrolment.get("group")
            school_days = [day for day in days if school_minutes(reg, school_id, group, day) > 0]

            def holds(day: date, school_id: str = school_id) -> bool:
                account = day_account(reg, pupil_id, school_id, day)
                if account is None or legal_status(reg, pupil_id, day) not in MUST:
                    return False
                missed = sum((m for row, m in account.missed if is_luxury(row)), Fraction(0))
                return missed > 0 and missed * 2 >= account.possible

            found += [
                Finding(
                    rule="luxury",
                    kind="duty",
                    pupil_id=pupil_id,
                    school_id=school_id,
                    first_day=run[0],
                    last_day=run[-1],
                    obligation="must",
                    due=add_working_days(run[0], 5),
                )
                for run in runs(school_days, holds)
            ]
    mark_met(reg, found, "luxury")
    return found


def suspended_days(reg: Register, row: Row) -> list[date]:
    """School days of that school, as decided, whatever the legal status (§4)."""
    enrolment = enrolment_on(reg, row["pupil_id"], row["school_id"], row["first_day"])
    group = enrolment.get("group") if enrolment else None
    days = days_from_to(row["first_day"], row["last_day"])
    return [day for day in days if school_minutes(reg, row["school_id"], group, day) > 0]


def one_suspension(reg: Register, before: Row, after: Row) -> bool:
    """Two decisions of one school without a school day between them (the project's reading: a week on end)."""
    enrolment = enrolment_on(reg, after["pupil_id"], after["school_id"], after["first_day"])
    group = enrolment.get("group") if enrolment else None
    between = days_from_to(before["last_day"] + ONE_DAY, after["first_day"] - ONE_DAY)
    same_school = before["school_id"] == after["school_id"]
    return same_school and not any(school_minutes(reg, after["school_id"], group, day) > 0 for day in between)


def suspensions(reg: Register, pupil_id: str) -> list[Finding]:
    """More than 5 school days; more than one → Inspectorate; reason_given is no (§4).

    Counted as decided; one that still runs is told up to the reference date.
    """
    rows = [row for row in reg.of_pupil("suspensions", pupil_id) if row["kind"] == "suspension"]
    rows.sort(key=lambda row: (row["school_id"], row["first_day"]))
    joined: list[list[Row]] = []
    for row in rows:
        if joined and one_suspension(reg, joined[-1][-1], row):
            joined[-1].append(row)
        else:
            joined.append([row])
    found = []
    for group in joined:
        days = sum(len(suspended_days(reg, row)) for row in group)
        if days > 5:
            found.append(suspension_finding(reg, "suspension_too_long", group, days, 5))
    for row in rows:
        days = len(suspended_days(reg, row))
        if days > 1:
            found.append(suspension_finding(reg, "suspension_inspectorate", [row], days, 1))
            told = row.get("inspectorate_told_on")
            found[-1].met = told is not None and told <= reg.on
        if row.get("reason_given") == "no":
            found.append(suspension_finding(reg, "suspension_reason", [row], None, None))
    return found


def suspension_finding(
    reg: Register, rule: str, rows: list[Row], days: int | None, threshold: int | None
) -> Finding:
    return Finding(
        rule=rule,
        kind="duty",
        pupil_id=rows[0]["pupil_id"],
        school_id=rows[0]["school_id"],
        first_day=rows[0]["first_day"],
        last_day=min(rows[-1]["last_day"], reg.on),
        quantity=days,
        threshold=threshold,
        unit=None if days is None else "days",
        obligation="must",
    )


def absolute(reg: Register, pupil_id: str) -> list[Finding]:
    """Not enrolled while compulsory or under the qualification duty (§5; §6 ocw_2016 names both); from the day after the last enrolment (§6, Durations).

    Time before the first enrolment of a register is not looked at: another school's register may hold it.
    """
    enrolments = reg.of_pupil("enrolments", pupil_id)
    since = [row["since"] for row in reg.of_pupil("not_enrolled", pupil_id)]
    if enrolments:
        start = min(row["first_day"] for row in enrolments)
    elif since:
        start = min(since)
    elif reg.pupil(pupil_id).get("birth_date"):
        start = max(reg.pupil(pupil_id)["birth_date"], date(reg.on.year - 20, 1, 1))
    else:
        return []
    days = days_from_to(start, reg.on)

    def holds(day: date) -> bool:
        if schools_on(reg, pupil_id, day) or is_exempt(reg, pupil_id, day):
            return False
        return legal_status(reg, pupil_id, day) in MUST

    return [
        Finding(
            rule="absolute",
            kind="signal",
            pupil_id=pupil_id,
            school_id=None,
            first_day=run[0],
            last_day=run[-1],
        )
        for run in runs(days, holds)
        if not is_gap_without_school(reg, pupil_id, run)
    ]


def is_gap_without_school(reg: Register, pupil_id: str, run: list[date]) -> bool:
    """A gap without a school day of the region is no gap (§6, Durations)."""
    region = municipality_regions().get(reg.pupil(pupil_id).get("municipality") or "")
    return not any(
        day.isoweekday() <= 5 and not is_public_holiday(day) and not in_region_holiday(region, day)
        for day in run
    )
