"""From the findings and cells of a school to the row and picture of each pupil (shapes.PupilFigures, PupilPicture)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute

from aanwezig.measures.cells import Cells
from aanwezig.measures.grids import absent_day_expression
from aanwezig.rules.duties.running_window import RunningWindow
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.signals.change import limits_of
from aanwezig.rules.tier import TierProposal
from aanwezig.rules.wording import day_text, hours_text
from aanwezig.web.results.shapes import (
    AbsentDay,
    ChartWeek,
    ControlChart,
    NotReached,
    Pattern,
    PupilFigures,
    RecentWeek,
    Texts,
    TierReasonShape,
)

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
RECENT_WEEKS = 8
MARKS = ("authorised", "unauthorised", "mark_unknown")
Row = Mapping[str, Any]


def pupil_figures(row: Row, before: tuple[float, bool] | None, days: Sequence[AbsentDay]) -> PupilFigures:
    """A row of ``measures.cells.figures`` by pupil as what is stored."""
    is_known = row["absent_minutes"] is not None
    reasons, marks = by_part(row)
    return {
        "possible_minutes": row["possible_minutes"],
        "absent_minutes": row["absent_minutes"],
        "attendance_rate": row["attendance_rate"],
        "band": row["band"],
        "provisional": row["provisional"],
        "assumed_timetable": row["assumed_timetable"],
        "by_reason": reasons if is_known else None,
        "by_mark": marks if is_known else None,
        "agreed_minutes": row["agreed_minutes"],
        "attendance_rate_agreed": row["attendance_rate_agreed"],
        "has_reduced_programme": row["agreed_minutes"] != row["possible_minutes"],
        "late_count": row["late_count"],
        "absent_days": sum(1 for day in days if day["absent"]) if is_known else None,
        "whole_days": sum(1 for day in days if day["whole"]) if is_known else None,
        "rate_before": before[0] if before else None,
        "improved": before[1] if before else None,
    }


def by_part(row: Row) -> tuple[dict[str, float], dict[str, float]]:
    """Minutes per reason and per mark of a row of figures, what is above 0."""
    parts = {
        name.removeprefix("absent_"): value
        for name, value in row.items()
        if name.startswith("absent_") and name != "absent_minutes" and value
    }
    marks = {name: parts.pop(name) for name in MARKS if name in parts}
    return parts, marks


def absent_days_of(cells: Cells) -> dict[str, list[AbsentDay]]:
    """Per pupil the days of the school year with absence or lateness, in order."""
    marked = cells.marked
    register = marked.prepared.register
    days = register.engine.to_arrow(absent_day_expression(marked))
    days = days.filter(pc.greater_equal(days["date"], pa.scalar(cells.year.now.first, pa.date32())))
    said = _reasons_of_days(register.arrow("absences"), cells.year.now.first)
    found: dict[str, list[AbsentDay]] = {}
    names = ("pupil_id", "date", "possible_minutes", "absent_minutes", "is_whole", "late_count")
    columns = [days[name].to_pylist() for name in names]
    for pupil, day, possible, absent, whole, late in zip(*columns, strict=True):
        reason, state = said.get((pupil, day), ("unknown", "unknown"))
        found.setdefault(pupil, []).append(
            {
                "date": day.isoformat(),
                "possible": possible,
                "absent": absent,
                "whole": whole,
                "late": late,
                "reason": reason,
                "state": state,
            }
        )
    for own in found.values():
        own.sort(key=lambda one: one["date"])
    return found


def _reasons_of_days(absences: pa.Table, first: date) -> dict[tuple[Any, Any], tuple[str, str]]:
    """Per pupil and day the reason that was noted for most of it, and what the marks say together."""
    rows = absences.filter(
        pc.and_(
            pc.greater_equal(absences["date"], pa.scalar(first, pa.date32())),
            pc.invert(pc.is_in(absences["reason"], pa.array(["elsewhere", "exempt"]))),
        )
    )
    # Without minutes a day weighs more than half a day, and that more than a lesson.
    weight = pc.if_else(
        pc.fill_null(pc.equal(rows["part"], "day"), False),
        300,
        pc.if_else(pc.is_valid(rows["part"]), 150, 50),
    )
    rows = (
        rows.select(["pupil_id", "date", "reason"])
        .append_column("weight", pc.coalesce(rows["minutes"], weight))
        .append_column("mark", pc.fill_null(rows["authorised"], "unknown"))
    )
    grouped = rows.group_by(["pupil_id", "date", "reason"], use_threads=False).aggregate(
        [("weight", "sum"), ("mark", "min"), ("mark", "max")]
    )
    found: dict[tuple[Any, Any], tuple[str, str]] = {}
    most: dict[tuple[Any, Any], int] = {}
    names = ("pupil_id", "date", "reason", "weight_sum", "mark_min", "mark_max")
    for pupil, day, reason, sum_, low, high in zip(*(grouped[n].to_pylist() for n in names), strict=True):
        key = (pupil, day)
        state = low if low == high else "mixed"
        known = found.get(key)
        if known is not None and known[1] != state:
            state = "mixed"
        if known is None or sum_ > most[key]:
            most[key], found[key] = sum_, (reason, state)
        else:
            found[key] = (known[0], state)
    return found


def patterns_of(findings: Iterable[Finding]) -> list[Pattern]:
    """The patterns among a pupil's findings, with their counts."""
    return [
        {
            "pattern": str(one.details["pattern"]),
            "value": None if one.details.get("value") is None else str(one.details["value"]),
            "missed_here": int(one.details["missed_here"]),
            "missed_in_all": int(one.details["missed_in_all"]),
            "possible_here": int(one.details["possible_here"]),
            "possible_in_all": int(one.details["possible_in_all"]),
            "expected_by_chance": float(one.details["expected_by_chance"]),
            "chance": float(one.details["chance_corrected"]),
            "text": one.explanation.as_dict(),  # type: ignore[typeddict-item]
        }
        for one in findings
        if one.rule == "pattern"
    ]


class Weeks:
    """The weeks of every pupil: half minutes possible and absent per school, from the cells."""

    def __init__(self, cells: Cells) -> None:
        self.periods = cells.weeks
        self.is_whole = [period.last.weekday() >= 4 for period in cells.weeks]
        now = cells.table.filter(pc.greater_equal(cells.table["period"], 0))
        sums = now.group_by(["pupil_id", "school_id", "period"], use_threads=False).aggregate(
            [("half_possible", "sum"), ("half_absent", "sum"), ("assumed_days", "sum")]
        )
        sums = sums.filter(pc.greater(sums["half_possible_sum"], 0)).sort_by(
            [("pupil_id", "ascending"), ("school_id", "ascending"), ("period", "ascending")]
        )
        names = ("school_id", "period", "half_possible_sum", "half_absent_sum", "assumed_days_sum")
        rows = list(zip(*(sums[name].to_pylist() for name in names), strict=True))
        self._rows = rows
        self._together: dict[str, dict[int, tuple[int, int, bool]]] = {}
        pupils = np.asarray(sums["pupil_id"].to_numpy(zero_copy_only=False), dtype=object)
        edges = (
            [0, *(np.flatnonzero(pupils[1:] != pupils[:-1]) + 1).tolist(), len(rows)] if len(rows) else [0]
        )
        self._places = {str(pupils[first]): slice(first, last) for first, last in pairwise(edges)}

    def of(self, pupil: str) -> list[tuple[str, int, int, int, int]]:
        """School, number of the week, half minutes possible and absent, assumed days; in order of school and week."""
        place = self._places.get(pupil)
        return self._rows[place] if place is not None else []

    def together(self, pupil: str) -> dict[int, tuple[int, int, bool]]:
        """Per week half minutes possible and absent over all schools, and whether a timetable was assumed."""
        if pupil in self._together:
            return self._together[pupil]
        found = self._together[pupil] = {}
        for _, week, possible, absent, assumed in self.of(pupil):
            known = found.get(week)
            if known is None:
                found[week] = (possible, absent, assumed > 0)
            else:
                found[week] = (known[0] + possible, known[1] + absent, known[2] or assumed > 0)
        return found


def recent_weeks(weeks: Weeks, together: Mapping[int, tuple[int, int, bool]]) -> list[RecentWeek]:
    """The rates of the last weeks, oldest first."""
    found: list[RecentWeek] = []
    for period in weeks.periods[-RECENT_WEEKS:]:
        own = together.get(period.number)
        found.append({"week": period.label, "rate": 1.0 - own[1] / own[0] if own else None})
    return found


def charts_of(
    pupil: str, weeks: Weeks, findings: Iterable[Finding], provisions: Provisions
) -> list[ControlChart]:
    """A control chart per school, with the limits of the rule ``change`` and the weeks that it found."""
    changes = [one for one in findings if one.rule == "change" and one.first_day and one.last_day]
    last = weeks.periods[-1].last if weeks.periods else date.max
    rule = provisions.on("change", last)
    size, needed = int(rule["baseline_weeks"]), int(rule["needs_weeks"])
    by_school: dict[str, list[tuple[int, int, int]]] = {}
    for school, week, possible, absent, _ in weeks.of(pupil):
        # A week that still runs is no whole week.
        if weeks.is_whole[week]:
            by_school.setdefault(school, []).append((week, possible, absent))
    found: list[ControlChart] = []
    for school, own in by_school.items():
        baseline = [absent * 100 / possible for _, possible, absent in own if absent < possible][:size]
        centre = lower = upper = None
        if len(baseline) >= needed:
            # Only drawn: what lies beyond the limit was decided by the rule, in fractions.
            limits: Any = limits_of(
                cast(Any, baseline), int(rule["sigmas"]), int(rule["minimum_rise_percent"])
            )
            centre = float(1 - limits.centre / 100)
            lower = max(0.0, float(1 - limits.upper / 100))
            upper = min(1.0, float(1 - (2 * limits.centre - limits.upper) / 100))
        points: list[ChartWeek] = []
        for week, possible, absent in own:
            label = weeks.periods[week].label
            points.append(
                {
                    "week": label,
                    "rate": 1.0 - absent / possible,
                    "signal": _signal_of(label, school, changes) if changes else None,
                }
            )
        found.append(
            {
                "school_id": school,
                "centre": centre,
                "lower_limit": lower,
                "upper_limit": upper,
                "baseline_weeks": len(baseline),
                "weeks": points,
            }
        )
    return found


def _signal_of(label: str, school: str, changes: Sequence[Finding]) -> str | None:
    monday = date.fromisoformat(label)
    for one in changes:
        if one.first_day is None or one.last_day is None or one.school_id not in (None, school):
            continue
        if one.first_day <= monday + timedelta(days=6) and monday <= one.last_day:
            return str(one.details.get("by"))
    return None


def tier_reasons(proposal: TierProposal | None) -> list[TierReasonShape]:
    if proposal is None:
        return []
    return [
        {
            "tier": one.tier,
            "because": one.because,
            "text": one.text.as_dict(),  # type: ignore[typeddict-item]
            "facts": list(one.facts),
        }
        for one in proposal.reasons
    ]


def not_reached(windows: Iterable[RunningWindow]) -> list[NotReached]:
    """The 16 hours in the window that runs, said with what is missing and what nobody marked yet."""
    return [
        {
            "rule": "relative_16h",
            "school_id": one.school_id,
            "quantity": float(one.minutes),
            "quantity_with_unknown": float(one.with_unknown),
            "threshold": float(one.threshold),
            "unit": "minutes",
            "first_day": one.first.isoformat() if one.first else None,
            "window_last": one.last.isoformat() if one.last and one.last != date.max else None,
            "text": _window_text(one),
        }
        for one in windows
    ]


def _window_text(one: RunningWindow) -> Texts:
    hours, threshold = hours_text(one.minutes), hours_text(one.threshold)
    if one.first is None:
        nl = f"De {threshold.nl} in vier lesweken is niet bereikt: er telt nog niets mee."
        en = f"The {threshold.en} within four lesson weeks is not reached: nothing counts yet."
    else:
        since = day_text(one.first)
        nl = f"De {threshold.nl} in vier lesweken is niet bereikt: {hours.nl} ongeoorloofd sinds {since.nl}."
        en = f"The {threshold.en} within four lesson weeks is not reached: {hours.en} unauthorised since {since.en}."
        if one.last is not None and one.last != date.max:
            last = day_text(one.last)
            nl += f" Dit tijdvak loopt tot en met {last.nl}."
            en += f" This window runs up to and including {last.en}."
    if one.with_unknown > one.minutes:
        more = hours_text(one.with_unknown - one.minutes)
        nl += f" Van nog {more.nl} is niet bekend of het geoorloofd is."
        en += f" Of another {more.en} it is not known whether it is authorised."
    return {"nl": nl, "en": en}
