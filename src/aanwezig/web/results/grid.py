"""The weekday × lesson grid of a school, with what stands out (docs/specification/register.md §5, patterns)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from scipy.stats import binom

from aanwezig.engines import OpenRegister
from aanwezig.measures import weekday_lesson_grid
from aanwezig.measures.cells import Cells
from aanwezig.rules.facts import Setting
from aanwezig.web.results.school_figures import school_calendar
from aanwezig.web.results.shapes import GridCell, Texts

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
# A cell stands out with so many registrations at least, and with this share of false alarms (register.md §5).
LEAST_REGISTRATIONS = 5
FALSE_DISCOVERY = 0.05
WEEKDAYS: dict[str, tuple[str, ...]] = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
# Days in Arrow are counted from here.
EPOCH = date(1970, 1, 1)
# Weekday (1 Monday) and lesson hour.
Slot = tuple[int, str]


def grid_of(
    register: OpenRegister, setting: Setting, cells: Cells, code: str
) -> tuple[list[GridCell], Texts]:
    """The weekday × lesson grid with what stands out.

    A cell stands out when more lessons were missed there than its share of the lessons in the timetable gives, unlikely
    by chance (binomial, one-sided, Benjamini-Hochberg over the cells). Days that a pupil missed whole say nothing of
    the hour: they are left out of that test, not of the counts.
    """
    grid = weekday_lesson_grid(register, "school", setting.calendars)
    rows = grid.filter(pc.equal(grid["unit_id"], code)).to_pylist()
    loose = _lessons_on_partial_days(register, setting, cells, code)
    slots = _slots(register, setting, cells, code)
    total, all_slots = sum(loose.values()), sum(slots.values())
    expected = {key: total * number / all_slots for key, number in slots.items()} if all_slots else {}
    out = _standing_out(loose, slots)
    found: list[GridCell] = [
        {
            "weekday": row["weekday"],
            "lesson": row["lesson"],
            "registrations": row["registrations"],
            "pupils": row["pupils"],
            "absent_minutes": row["absent_minutes"],
            "share": _share(row["registrations"], slots.get((row["weekday"], row["lesson"]), 0)),
            "expected": expected.get((row["weekday"], row["lesson"])),
            "stands_out": (row["weekday"], row["lesson"]) in out,
        }
        for row in rows
    ]
    return found, _grid_text(loose, expected, out)


def _lessons_on_partial_days(
    register: OpenRegister, setting: Setting, cells: Cells, code: str
) -> Counter[tuple[int, str]]:
    """Lessons missed by weekday and hour on days that were not missed whole."""
    rows = register.arrow("absences")
    first = pa.scalar(cells.year.now.first, pa.date32())
    wanted = pc.and_(pc.equal(rows["school_id"], code), pc.greater_equal(rows["date"], first))
    present = pc.is_in(rows["reason"], pa.array(["elsewhere", "exempt"]))
    rows = rows.filter(pc.and_(wanted, pc.and_(pc.is_valid(rows["lesson"]), pc.invert(present))))
    lessons = (
        rows.select(["pupil_id", "date", "lesson"]).group_by(["pupil_id", "date", "lesson"]).aggregate([])
    )
    found: Counter[tuple[int, str]] = Counter()
    by_day: dict[tuple[Any, Any], list[str]] = {}
    columns = (lessons[name].to_pylist() for name in ("pupil_id", "date", "lesson"))
    for pupil, day, lesson in zip(*columns, strict=True):
        by_day.setdefault((pupil, day), []).append(lesson)
    calendar = school_calendar(register, setting.calendars, code)
    length = setting.calendars.schools[code].lesson_length
    for (_, day), own in by_day.items():
        if len(own) * length < calendar.minutes(day):
            found.update((day.isoweekday(), lesson) for lesson in own)
    return found


def _share(missed: int, given: int) -> float | None:
    """A pupil may be noted for more than the timetable gives: never more than all."""
    return min(1.0, missed / given) if given else None


def _slots(register: OpenRegister, setting: Setting, cells: Cells, code: str) -> Counter[Slot]:
    """How many lessons the pupils enrolled had in each lesson hour, by the length of the days in the timetable."""
    calendar = school_calendar(register, setting.calendars, code)
    length = setting.calendars.schools[code].lesson_length
    last = setting.last_day(code)
    rows = register.arrow("enrolments")
    rows = rows.filter(pc.equal(rows["school_id"], code))
    first_days = np.sort(np.asarray(rows["first_day"].cast(pa.int32()).to_numpy()))
    last_days = np.sort(np.asarray(pc.fill_null(rows["last_day"].cast(pa.int32()), 2**31 - 1).to_numpy()))
    found: Counter[Slot] = Counter()
    for day in calendar.school_days(cells.year.now.first, last):
        number = (day - EPOCH).days
        pupils = int(
            np.searchsorted(first_days, number, "right") - np.searchsorted(last_days, number, "left")
        )
        for hour in range(1, round(calendar.minutes(day) / length) + 1):
            found[day.isoweekday(), str(hour)] += pupils
    return found


def _standing_out(loose: Mapping[Slot, int], slots: Mapping[Slot, int]) -> set[Slot]:
    known = sorted(key for key in slots if slots[key])
    total, all_slots = sum(loose.get(key, 0) for key in known), sum(slots[key] for key in known)
    if not total or not all_slots:
        return set()
    hits = np.array([loose.get(key, 0) for key in known])
    share = np.array([slots[key] / all_slots for key in known])
    chance = np.asarray(binom.sf(hits - 1, total, share))
    order = np.argsort(chance, kind="stable")
    scaled = chance[order] * len(known) / (np.arange(len(known)) + 1)
    corrected = np.minimum.accumulate(scaled[::-1])[::-1]
    return {
        known[place]
        for place, own in zip(order.tolist(), corrected.tolist(), strict=True)
        if own <= FALSE_DISCOVERY and hits[place] >= LEAST_REGISTRATIONS
    }


def _grid_text(loose: Mapping[Slot, int], expected: Mapping[Slot, float], out: set[Slot]) -> Texts:
    if not loose:
        return {
            "nl": "Er is geen verzuim per les genoteerd. Wanneer op een dag iets wordt gemist, is dus niet te zien.",
            "en": "No absence is noted by lesson, so what time of day is missed cannot be seen.",
        }
    if not out:
        return {
            "nl": "Geen lesuur valt op: de verschillen kunnen toeval zijn.",
            "en": "No lesson hour stands out: the differences may be chance.",
        }
    worst = sorted(out, key=lambda slot: expected.get(slot, 0.0) - loose[slot])[:3]
    nl = ", ".join(
        f"{WEEKDAYS['nl'][day - 1]} lesuur {hour} ({loose[day, hour]} keer, bij gelijke verdeling {expected[day, hour]:.0f})"
        for day, hour in worst
    )
    en = ", ".join(
        f"{WEEKDAYS['en'][day - 1]} lesson {hour} ({loose[day, hour]} times, {expected[day, hour]:.0f} if spread evenly)"
        for day, hour in worst
    )
    return {
        "nl": f"Vaker gemist dan bij toeval: {nl}. Dagen die helemaal gemist zijn, tellen hierbij niet mee.",
        "en": f"Missed more often than by chance: {en}. Days missed whole are left out of this.",
    }
