"""The figures of the page *School* for one school year (shapes.SchoolFigures)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow.compute

from aanwezig.calendar import Calendars, SchoolCalendar
from aanwezig.engines import OpenRegister
from aanwezig.measures import BANDS, MeasureParameters
from aanwezig.measures.cells import Cells, Units, figures
from aanwezig.pictures.pyramid import EXPECTED, TierShare, advice
from aanwezig.rules.facts import Setting
from aanwezig.values import SchoolYear
from aanwezig.web.results.pupil_pictures import by_part
from aanwezig.web.results.shapes import (
    Alert,
    Freshness,
    ReasonFigures,
    SchoolWeek,
    Texts,
    TierFigures,
    Transitions,
    UnitFigures,
)

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
GOAL = 0.95
FOUR_DAYS = timedelta(days=4)
Row = Mapping[str, Any]


def freshness_of(register: OpenRegister, setting: Setting, code: str) -> Freshness:
    """How far the school's absence is complete; never guessed from the last row that came."""
    year = SchoolYear.of(setting.on)
    calendar = school_calendar(register, setting.calendars, code)
    rows = register.arrow("absences")
    own = rows.filter(pc.and_(pc.equal(rows["school_id"], code), pc.greater_equal(rows["date"], year.first)))
    last_row = pc.max(own["date"]).as_py() if own.num_rows else None
    # What of today is missing may still come.
    last_school_day = calendar.previous_school_day(setting.on)
    stated = setting.complete_through.get(code)
    delivered_to = min(stated, setting.on) if stated else None
    behind = None
    if delivered_to is not None and last_school_day is not None:
        after = max(delivered_to, date.fromordinal(year.first.toordinal() - 1))
        behind = sum(
            1 for _ in calendar.school_days(date.fromordinal(after.toordinal() + 1), last_school_day)
        )
    if delivered_to is None:
        state = "not_stated" if last_row else "no_data"
    elif delivered_to < year.first and last_row is None:
        state = "no_data"
    else:
        state = "incomplete" if behind else "complete"
    return {
        "state": state,  # type: ignore[typeddict-item]
        "delivered_to": delivered_to.isoformat() if delivered_to else None,
        "last_school_day": last_school_day.isoformat() if last_school_day else None,
        "school_days_behind": behind,
        "last_row_on": last_row.isoformat() if last_row else None,
    }


def school_calendar(register: OpenRegister, calendars: Calendars, code: str) -> SchoolCalendar:
    """The calendar that most pupils of the school have: a timetable may stand per group."""
    if not calendars.has_group_timetable(code):
        return calendars.of(code)
    enrolments = register.arrow("enrolments")
    groups = enrolments.filter(pc.equal(enrolments["school_id"], code))["group"].to_pylist()
    usual = Counter(str(group) for group in groups if group is not None).most_common(1)
    return calendars.of(code, usual[0][0] if usual else None)


class SchoolCells:
    """The cells of the pupils at one school: what its own figures are about."""

    def __init__(
        self, cells: Cells, code: str, parameters: MeasureParameters, rose: Any, has_data: bool
    ) -> None:
        self.code, self.parameters, self.rose, self.has_data = code, parameters, rose, has_data
        own = cells.table.filter(pc.equal(cells.table["school_id"], code))
        self.cells = replace(cells, table=own)
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def rows(self, by: Units) -> list[dict[str, Any]]:
        if by not in self._rows:
            self._rows[by] = figures(self.cells, by, "school_year", self.parameters, self.rose).to_pylist()
        return self._rows[by]

    def units(self, by: Units) -> list[UnitFigures]:
        """Figures per class or level, without those of whom no class or level is known."""
        return [self.unit(row) for row in self.rows(by) if row["unit_id"] is not None]

    def school(self) -> UnitFigures | None:
        rows = self.rows("school")
        return self.unit(rows[0]) if rows else None

    def unit(self, row: Row) -> UnitFigures:
        known = self.has_data
        return {
            "name": str(row["unit_id"]),
            "pupils": row["pupils"],
            "possible_minutes": row["possible_minutes"] if known else None,
            "absent_minutes": row["absent_minutes"] if known else None,
            "rate": row["attendance_rate"] if known else None,
            "band": row["band"] if known else None,
            "provisional": row["provisional"] if known else None,
            "assumed_timetable": row["assumed_timetable"],
            "bands": {name: row[f"in_{name}"] for name in BANDS} if known else {},
            "shares": {name: row[f"share_{name}"] if known else None for name in BANDS},
            "share_improved": row["share_improved"] if known else None,
        }

    def weeks(self, complete_to: date) -> list[SchoolWeek]:
        """Per week of which something can be said or should have come: pupils, minutes and rate."""
        names = ["half_possible", "half_absent", "known_days", "unknown_days"]
        rows = self.cells.table.select(["period", "pupil_id", *names])
        rows = rows.filter(
            pc.and_(
                pc.greater_equal(rows["period"], 0),
                pc.greater(pc.add(rows["known_days"], rows["unknown_days"]), 0),
            )
        )
        sums = rows.group_by(["period"], use_threads=False).aggregate(
            [*((name, "sum") for name in names), ("pupil_id", "count_distinct")]
        )
        found: list[SchoolWeek] = []
        for row in sums.sort_by("period").to_pylist():
            label = self.cells.weeks[row["period"]].label
            friday = date.fromisoformat(label) + FOUR_DAYS
            known = self.has_data and row["known_days_sum"] > 0
            possible, absent = row["half_possible_sum"], row["half_absent_sum"]
            found.append(
                {
                    "monday": label,
                    "pupils": row["pupil_id_count_distinct"],
                    "possible_minutes": possible / 2.0 if known else None,
                    "absent_minutes": absent / 2.0 if known else None,
                    "rate": 1.0 - absent / possible if known and possible else None,
                    "is_complete": known and friday <= complete_to,
                }
            )
        return found

    def reasons(self) -> tuple[list[ReasonFigures], dict[str, float]]:
        rows = self.rows("school")
        if not rows or not self.has_data:
            return [], {}
        reasons, marks = by_part(rows[0])
        total = sum(reasons.values())
        found: list[ReasonFigures] = [
            {"reason": name, "minutes": minutes, "share": minutes / total}
            for name, minutes in sorted(reasons.items(), key=lambda item: -item[1])
        ]
        return found, marks


def empty_unit(code: str) -> UnitFigures:
    """A school without pupils in the year: nothing is known."""
    return {
        "name": code,
        "pupils": 0,
        "possible_minutes": None,
        "absent_minutes": None,
        "rate": None,
        "band": None,
        "provisional": None,
        "assumed_timetable": False,
        "bands": {},
        "shares": dict.fromkeys(BANDS, None),
        "share_improved": None,
    }


def tiers_of(proposed: Sequence[int]) -> tuple[list[TierFigures], Texts]:
    """Pupils per proposed tier, highest first, beside the usual shares, and what the shape asks for."""
    if not proposed:
        return [], {"nl": "", "en": ""}
    shares = tuple(TierShare(t, proposed.count(t), proposed.count(t) / len(proposed)) for t in (3, 2, 1))
    found: list[TierFigures] = [
        {
            "tier": one.tier,
            "pupils": one.pupils,
            "share": one.share,
            "expected": EXPECTED[one.tier],
            "is_above": one.above_expected,
        }
        for one in shares
    ]
    return found, {"nl": advice(shares, "nl"), "en": advice(shares, "en")}


def transitions_of(register: OpenRegister, code: str, setting: Setting, signals: int) -> Transitions:
    """Who came after the first school day of the year and who left before the reference date."""
    year = SchoolYear.of(setting.on)
    calendar = school_calendar(register, setting.calendars, code)
    begin = calendar.next_school_day(date.fromordinal(year.first.toordinal() - 1)) or year.first
    own: dict[str, list[Row]] = {}
    for row in register.arrow("enrolments").to_pylist():
        if row["school_id"] == code:
            own.setdefault(str(row["pupil_id"]), []).append(row)
    came = left = 0
    for rows in own.values():
        was_there = any(
            r["first_day"] <= begin and (r["last_day"] is None or r["last_day"] >= begin) for r in rows
        )
        is_there = any(
            r["first_day"] <= setting.on and (r["last_day"] is None or r["last_day"] >= setting.on)
            for r in rows
        )
        during = [r for r in rows if begin < r["first_day"] <= setting.on]
        came += bool(during) and not was_there
        left += (was_there or bool(during)) and not is_there
    return {"came": came, "left": left, "signals": signals}


def alerts_of(findings: Iterable[tuple[str, Any]]) -> list[Alert]:
    """Group alerts, widest first; ``ref`` is the key until the finding is stored."""
    order = {"school": 0, "level": 1, "group": 2}
    found: list[Alert] = [
        {
            "ref": key,
            "group": str(one.details["group"]),
            "group_kind": str(one.details["group_kind"]),
            "criterion": str(one.details["criterion"]),
            "pupils": int(one.details["pupils"]),
            "group_size": int(one.details["group_size"]),
            "text": one.explanation.as_dict(),
        }
        for key, one in findings
        if one.rule == "group_alert"
    ]
    return sorted(found, key=lambda one: (order.get(one["group_kind"], 3), one["group"], one["criterion"]))
