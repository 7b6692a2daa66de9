"""All notification duties of a register at once (docs/specification/rules.md §2), equal to the plain functions.

How it goes: rows that can count are fetched, put together per pupil and day, and judged by kernels that
count a little too much (doubles and the day's cap are not looked at yet). Of the few pupils who then reach
something all rows are looked at: where every day is plain to read, the kernels' answer stands; where a day
is not, or the pupil needs the plain function anyway, that function judges.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from aanwezig.engines import OpenRegister
from aanwezig.findings.batch.calendar_arrays import CalendarArrays, day_number, day_of
from aanwezig.findings.batch.days import Days, days_of
from aanwezig.findings.batch.kernels import WINDOW, runs, threshold_windows
from aanwezig.findings.batch.legal_days import (
    COMPULSORY,
    QUALIFICATION,
    RMC,
    legal_days,
)
from aanwezig.findings.batch.rows import (
    CountingMarks,
    Pupils,
    counting_rows,
    day_totals,
    pupils_of,
)
from aanwezig.findings.pupils import pupils_of as facts_of
from aanwezig.findings.pupils import setting_of
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.catalogue import judge
from aanwezig.rules.facts import Setting
from aanwezig.rules.finding import Finding, NotDecidable, as_number
from aanwezig.rules.meeting import due_after
from aanwezig.rules.provisions import Provisions, all_provisions
from aanwezig.values import SchoolYear

DUTIES = ("relative_16h", "long_relative", "luxury", "rmc_18plus")
SUSPENSION_DUTIES = ("suspension_too_long", "suspension_inspectorate", "suspension_reason")
# A run can only be four lesson weeks when its ends lie this far apart, with a school day in each of them;
# which of them are, the plain function says.
LONG_RUN = 14
FIELDS: list[pa.Field[Any]] = [
    pa.field("rule", pa.string()),
    pa.field("pupil_id", pa.string()),
    pa.field("school_id", pa.string()),
    pa.field("first_day", pa.date32()),
    pa.field("last_day", pa.date32()),
    pa.field("quantity", pa.float64()),
    pa.field("threshold", pa.float64()),
    pa.field("unit", pa.string()),
    pa.field("obligation", pa.string()),
    pa.field("due", pa.date32()),
    pa.field("met", pa.bool_()),
]
SCHEMA = pa.schema(FIELDS)


@dataclass(frozen=True)
class Duties:
    """``findings``: the columns of ``SCHEMA``, by rule, pupil and day; ``not_decidable`` as in ``check``.

    The sentence that explains a duty, and its facts, come from ``check`` of that pupil.
    """

    findings: pa.Table
    not_decidable: tuple[NotDecidable, ...]


def duties_at_scale(register: OpenRegister, provisions: Provisions | None = None) -> Duties:
    """The duties of every pupil on the reference date."""
    provisions = provisions or Provisions()
    setting = setting_of(register)
    pupils, schools, keys = pupils_of(register, setting.calendars, dict(setting.complete_through))
    if not _default_readings(provisions, setting.on):
        return _together(
            Judged([], set(), set()),
            set(range(len(pupils.ids))),
            pupils,
            schools,
            register,
            setting,
            provisions,
        )
    rule = provisions.on("relative_16h", setting.on)
    rows = counting_rows(register, pupils, schools, CountingMarks.of(rule))
    calendars = [setting.calendars.of(*key) for key in keys]
    first = min(pc.min(rows["date"]).as_py() or setting.on, setting.on)
    arrays = CalendarArrays.of(calendars, first, setting.on)
    ages = provisions.on("legal_status", setting.on)
    legal = legal_days(
        pupils.birth,
        pupils.qualified_on,
        pupils.qualification_exempt,
        compulsory_age=ages["start_age"],
        qualification_age=ages["compulsory_until_age"],
        adult_age=ages["qualification_until_age"],
        rmc_upper_age=ages["rmc_upper_age"],
    )
    threshold = float(rule["threshold_minutes"])
    days, plain = days_of(rows, pupils, arrays, legal, setting, schools, threshold)
    if not provisions_hold(provisions, day_of(arrays.first), setting.on):
        # A threshold that changes within the data is left to the function that knows both texts.
        everybody = set(range(len(pupils.ids)))
        return _together(Judged([], set(), set()), everybody, pupils, schools, register, setting, provisions)
    judged = _judged(days, pupils, register, arrays, schools, setting, provisions)
    plain |= judged.plain | _suspended(register, pupils)
    return _together(judged, plain, pupils, schools, register, setting, provisions)


def provisions_hold(provisions: Provisions, first: date, last: date) -> bool:
    """Whether every number that the duties use is the same on all days from ``first`` to ``last``."""
    for rule in (*DUTIES, "legal_status", "notification_terms"):
        texts = [
            version
            for version in all_provisions()[rule].versions
            if version.first <= last and (version.last is None or version.last >= first)
        ]
        in_force = [provisions.on(rule, max(first, version.first)) for version in texts]
        values = [
            {name: text[name] for name in version.parameters}
            for version, text in zip(texts, in_force, strict=True)
        ]
        if any(value != values[0] for value in values[1:]):
            return False
    return True


def _default_readings(provisions: Provisions, on: date) -> bool:
    """Kernels know the default readings, and the other operator; the rest is for the plain functions."""
    for rule in (*DUTIES, "notification_terms", "legal_status"):
        chosen = set(provisions.on(rule, on).chosen) - {"operator", "threshold_minutes"}
        if chosen:
            return False
    return True


Found = tuple[int, str, int, int, float, str]


@dataclass(frozen=True)
class Judged:
    """What the kernels found: (pupil, rule, first, last, quantity, obligation), and whom they leave.

    ``undecided``: who would reach the 16 hours, or reach them once more, with the rows of which nobody said
    whether they were authorised.
    """

    findings: list[Found]
    undecided: set[int]
    plain: set[int]


def _judged(
    days: Days,
    pupils: Pupils,
    register: OpenRegister,
    arrays: CalendarArrays,
    schools: list[str],
    setting: Setting,
    provisions: Provisions,
) -> Judged:
    rule = provisions.on("relative_16h", setting.on)
    series = days.pupil.astype(np.int64)
    duty = days.status > 0
    windows = threshold_windows(
        series[duty],
        days.position[duty],
        (days.hours + days.undecided)[duty],
        float(rule["threshold_minutes"]),
        rule["operator"] == ">=",
        WINDOW,
    )
    reaching = days.pupil[duty][windows[1]]
    firsts, lasts = runs(series, days.school_day, (days.long >= days.possible) & duty)
    far = _may_be_long(days, firsts, lasts, pupils, arrays)
    plain = {int(number) for number in np.unique(days.pupil[firsts[far]])}
    flagged = np.union1d(reaching, days.pupil[days.luxury > 0]).astype(np.int64)
    flagged = np.setdiff1d(flagged, np.array(sorted(plain), np.int64))
    chosen = days.where(np.isin(days.pupil, flagged))
    totals, unclear = _looked_at(chosen, pupils, register, arrays, schools, setting, flagged)
    broken = chosen.hours != np.floor(chosen.hours)
    plain |= {int(number) for number in np.unique(chosen.pupil[unclear | broken])}
    sure = np.isin(chosen.pupil, np.array(sorted(plain), np.int32), invert=True)
    chosen, totals = chosen.where(sure), totals[sure]
    threshold, operator = float(rule["threshold_minutes"]), str(rule["operator"])
    hours = _sixteen_hours(chosen, chosen.hours, threshold, operator)
    with_open = _sixteen_hours(chosen, chosen.hours + chosen.undecided, threshold, operator)
    year = day_number(SchoolYear.of(setting.on).first)
    certain = Counter(found[0] for found in hours if found[3] >= year)
    perhaps = Counter(found[0] for found in with_open if found[3] >= year)
    undecided = {number for number, count in perhaps.items() if count > certain[number]}
    holidays = _luxury(chosen, totals, pupils, arrays, provisions, setting)
    return Judged([*hours, *holidays], undecided, plain)


def _may_be_long(
    days: Days,
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    pupils: Pupils,
    arrays: CalendarArrays,
) -> NDArray[np.bool_]:
    """Which runs can be four lesson weeks: those at whose next school day four weeks have gone by.

    A run with no school day after it in the enrolment may go on for a holiday: it counts when it is long
    enough for a school day a week. A group's own timetable may skip weeks of the school's: never left out.
    """
    number = days.pupil[firsts]
    lasted = days.until[lasts] - days.position[firsts] >= WINDOW
    in_all = arrays.school_day[pupils.calendar[number], pupils.last[number] - arrays.first]
    cut = in_all <= days.school_day[lasts]
    cut &= days.position[lasts] - days.position[firsts] >= LONG_RUN
    found: NDArray[np.bool_] = lasted | cut | arrays.grouped[pupils.calendar[number]]
    return found


def _looked_at(
    days: Days,
    pupils: Pupils,
    register: OpenRegister,
    arrays: CalendarArrays,
    schools: list[str],
    setting: Setting,
    flagged: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """All minutes of each day whatever their reason, and whether the day is not plain to read.

    Plain: one row, or rows that overlap nowhere for sure; no more than possible by a real timetable.
    """
    if not len(days.pupil):
        return np.empty(0), np.empty(0, np.bool_)
    table = day_totals(register, pupils, flagged)
    span = 1 << 20
    there = table["pupil"].to_numpy().astype(np.int64) * span + table["date"].cast(pa.int32()).to_numpy()
    index = np.searchsorted(there, days.pupil.astype(np.int64) * span + days.date)
    number: dict[str, Any] = {name: table[name].to_numpy()[index] for name in table.column_names[2:]}
    lengths = np.array([setting.calendars.schools[school].lesson_length for school in schools], np.float64)
    minutes = number["minutes"] + number["unsized"] * lengths[pupils.school[days.pupil]]
    doubled = (number["lessons"] > number["different_lessons"]) | (number["others"] > 0)
    unclear = (number["n"] > 1) & (doubled | (number["presence"] > 0))
    whole = (number["n"] == 1) & (number["others"] == 1)
    minutes = np.where(whole, np.maximum(days.long, np.maximum(days.luxury, minutes)), minutes)
    assumed = arrays.assumed[pupils.calendar[days.pupil]]
    return minutes, unclear | (~assumed & (minutes > days.possible))


def _sixteen_hours(days: Days, amounts: NDArray[np.float64], threshold: float, operator: str) -> list[Found]:
    counted = (days.status > 0) & (amounts > 0)
    days, amounts = days.where(counted), amounts[counted]
    begins, ends, sums = threshold_windows(
        days.pupil.astype(np.int64), days.position, amounts, threshold, operator == ">=", WINDOW
    )
    return [
        (
            int(days.pupil[end]),
            "relative_16h",
            int(days.date[begin]),
            int(days.date[end]),
            float(amount),
            "may" if days.status[end] == RMC else "must",
        )
        for begin, end, amount in zip(begins, ends, sums, strict=True)
    ]


def _luxury(
    days: Days,
    totals: NDArray[np.float64],
    pupils: Pupils,
    arrays: CalendarArrays,
    provisions: Provisions,
    setting: Setting,
) -> list[Found]:
    needed = provisions.on("luxury", setting.on)["half_days"]
    # An assumed timetable is raised to what was registered that day.
    possible = np.where(
        arrays.assumed[pupils.calendar[days.pupil]], np.maximum(days.possible, totals), days.possible
    )
    halves = np.where(days.luxury >= possible, 2, (days.luxury * 2 >= possible).astype(np.int64))
    halves[days.luxury <= 0] = 0
    compulsory = (days.status == COMPULSORY) | (days.status == QUALIFICATION)
    firsts, lasts = runs(days.pupil.astype(np.int64), days.school_day, (halves >= needed) & compulsory)
    return [
        (
            int(days.pupil[first]),
            "luxury",
            int(days.date[first]),
            int(days.date[last]),
            float(halves[first : last + 1].sum()) / 2,
            "must",
        )
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _suspended(register: OpenRegister, pupils: Pupils) -> set[int]:
    if not register.has("suspensions"):
        return set()
    found: Any = pc.index_in(register.arrow("suspensions")["pupil_id"], pupils.ids)
    return set(found.to_pylist()) - {None}


def _together(
    judged: Judged,
    plain: set[int],
    pupils: Pupils,
    schools: list[str],
    register: OpenRegister,
    setting: Setting,
    provisions: Provisions,
) -> Duties:
    """What the kernels found in the reference date's school year, with what the plain functions say of the rest."""
    year = SchoolYear.of(setting.on).first
    found = [finding for finding in judged.findings if finding[0] not in plain]
    named = _ids(pupils, {finding[0] for finding in found} | judged.undecided | plain)
    open_questions = {NotDecidable("relative_16h", named[n], "authorised") for n in judged.undecided - plain}
    dues: dict[tuple[str, date], date] = {}
    rows: list[tuple[object, ...]] = []
    thresholds = {
        "relative_16h": (float(provisions.on("relative_16h", setting.on)["threshold_minutes"]), "minutes"),
        "luxury": (provisions.on("luxury", setting.on)["half_days"] / 2, "days"),
    }
    for number, rule, first_number, last_number, quantity, obligation in found:
        first, last = day_of(first_number), day_of(last_number)
        if last < year:
            continue
        pupil_id, school = named[number], schools[pupils.school[number]]
        reached = first if rule == "luxury" else last
        due = dues.get((rule, reached))
        if due is None:
            due = dues[rule, reached] = due_after(reached, provisions).day
        threshold, unit = thresholds[rule]
        rows.append((rule, pupil_id, school, first, last, quantity, threshold, unit, obligation, due, False))
    chosen = (*DUTIES, *SUSPENSION_DUTIES)
    for facts in facts_of(register, only=[named[number] for number in sorted(plain)]):
        judgement = judge(Attendance(facts, setting), provisions, chosen)
        rows.extend(_row(finding) for finding in judgement.findings)
        open_questions.update(judgement.not_decidable)
    rows.sort(key=lambda row: (row[0], row[1], str(row[3]), str(row[4]), row[2]))
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[] for _ in SCHEMA]
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)
    return Duties(table, tuple(sorted(open_questions)))


def _ids(pupils: Pupils, numbers: set[int]) -> dict[int, str]:
    ordered = sorted(numbers)
    ids: list[Any] = pupils.ids.take(pa.array(ordered, pa.int64())).to_pylist()
    return dict(zip(ordered, ids, strict=True))


def _row(finding: Finding) -> tuple[object, ...]:
    quantity, threshold = as_number(finding.quantity), as_number(finding.threshold)
    return (
        finding.rule,
        finding.pupil_id,
        finding.school_id,
        finding.first_day,
        finding.last_day,
        None if quantity is None else float(quantity),
        None if threshold is None else float(threshold),
        finding.unit,
        finding.obligation,
        finding.due,
        finding.met,
    )


def _year(on: date) -> date:
    from aanwezig.values import SchoolYear

    return SchoolYear.of(on).first
