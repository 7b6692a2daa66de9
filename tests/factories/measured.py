"""Examples of measures as somebody from a school would tell them: a small register in, figures out.

Run by ``tests/spec`` on DuckDB against the figures, by ``tests/conformance`` on Spark and the slow plain reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

SCHOOLS = "school_id,name,sector,holiday_region,partnership,municipality,lesson_minutes\n"
PO = "25PL00,De Brug,po,noord,PO2001,0363,\n"
VO = "03XY01,Het Plein,vo,noord,VO2001,0599,50\n"
# A real timetable: five days of 300 minutes at the first school, of 350 at the second.
TIMETABLE = "school_id,weekday,minutes\n" + "".join(
    f"{school},{weekday},{minutes}\n"
    for school, minutes in (("25PL00", 300), ("03XY01", 350))
    for weekday in range(1, 6)
)
ABSENCES = "pupil_id,school_id,date,minutes,lesson,part,start_time,reason,authorised,recorded_at,subject,absence_id\n"


@dataclass(frozen=True)
class Example:
    """``told``: the sentence; ``expected``: columns of the row of one unit and period."""

    told: str
    absences: str
    expected: Mapping[str, Any]
    by: str = "pupil"
    per: str = "week"
    unit_id: str | None = "p1"
    period: str = "2025-09-08"
    on: date = date(2025, 10, 1)
    enrolments: str = "p1,25PL00,2024-08-01,,5a,5\n"
    tables: Mapping[str, str | None] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The register of the example as a folder of CSV files."""
        texts: dict[str, str | None] = {
            "schools": SCHOOLS + PO + VO,
            "timetable": TIMETABLE,
            "pupils": "pupil_id,birth_date,municipality\np1,2014-03-01,0363\np2,2014-04-01,0363\np3,2013-04-01,0599\n",
            "enrolments": "pupil_id,school_id,first_day,last_day,group,level\n" + self.enrolments,
            "absences": ABSENCES + self.absences,
            **self.tables,
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            if text is not None:
                (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder


def row(day: str, reason: str = "sick", pupil: str = "p1", school: str = "25PL00", **cells: Any) -> str:
    """A line of absences."""
    columns = ABSENCES.strip().split(",")
    values = {"pupil_id": pupil, "school_id": school, "date": day, "reason": reason, **cells}
    return ",".join(str(values.get(column, "")) for column in columns) + "\n"


MONDAY, TUESDAY = "2025-09-08", "2025-09-09"
AT_VO = "p1,03XY01,2024-08-01,,2a,2\n"
NO_TIMETABLE: Mapping[str, str | None] = {"timetable": None}


def _lesson(hour: int, reason: str = "truant", recorded: str = "", **cells: Any) -> str:
    return row(MONDAY, reason, school="03XY01", lesson=hour, recorded_at=recorded, **cells)


EXAMPLES = [
    Example(
        "a week without absence is wholly attended",
        "",
        {"possible_minutes": 1500, "absent_minutes": 0, "attendance_rate": 1.0, "band": "good", "pupils": 1},
    ),
    Example(
        "a day sick is a fifth of the week, and all reasons count",
        row(MONDAY, minutes=300, authorised="yes"),
        {
            "absent_minutes": 300,
            "attendance_rate": 0.8,
            "band": "severe",
            "absent_sick": 300,
            "absent_authorised": 300,
            "absent_unauthorised": 0,
        },
    ),
    Example(
        "being elsewhere for the school is being present",
        row(MONDAY, "elsewhere", minutes=300),
        {"possible_minutes": 1500, "absent_minutes": 0, "attendance_rate": 1.0},
    ),
    Example(
        "exempt time is not possible",
        row(MONDAY, "exempt", minutes=120),
        {"possible_minutes": 1380, "absent_minutes": 0},
    ),
    Example(
        "the morning is half of the day, and an empty mark is unknown and not 'no'",
        row(MONDAY, part="morning"),
        {"absent_minutes": 150, "absent_mark_unknown": 150, "absent_unauthorised": 0},
    ),
    Example(
        "half of an odd number of minutes is not rounded",
        row("2025-09-10", part="morning"),
        {"possible_minutes": 1485, "absent_minutes": 142.5},
        tables={"timetable": TIMETABLE.replace("25PL00,3,300", "25PL00,3,285")},
    ),
    Example(
        "a lesson without minutes is as long as the school's lesson",
        _lesson(1) + _lesson(2),
        {"absent_minutes": 100},
        enrolments=AT_VO,
    ),
    Example(
        "a lesson of a school that states no length is 50 minutes",
        row(MONDAY, lesson=1),
        {"absent_minutes": 50},
    ),
    Example(
        "of two rows on one lesson the one recorded last decides",
        _lesson(1, "truant", "2025-09-08T10:00:00") + _lesson(1, "sick", "2025-09-08T12:00:00"),
        {"absent_minutes": 50, "absent_sick": 50, "absent_truant": 0},
        enrolments=AT_VO,
    ),
    Example(
        "of two rows on one lesson recorded at the same moment the first line decides",
        _lesson(1, "truant") + _lesson(1, "sick"),
        {"absent_minutes": 50, "absent_sick": 0, "absent_truant": 50},
        enrolments=AT_VO,
    ),
    Example(
        "a row for the whole day covers the lessons recorded before it",
        _lesson(1, "truant", "2025-09-08T10:00:00")
        + row(MONDAY, "sick", school="03XY01", part="day", recorded_at="2025-09-08T12:00:00"),
        {"absent_minutes": 350, "absent_sick": 350, "absent_truant": 0},
        enrolments=AT_VO,
    ),
    Example(
        "a lesson recorded after the whole day takes its time from it",
        row(MONDAY, "sick", school="03XY01", part="day", recorded_at="2025-09-08T08:00:00")
        + _lesson(1, "truant", "2025-09-08T12:00:00"),
        {"absent_minutes": 350, "absent_sick": 300, "absent_truant": 50},
        enrolments=AT_VO,
    ),
    Example(
        "more than possible is cut, each reason in proportion",
        row(MONDAY, "sick", minutes=300) + row(MONDAY, "truant", minutes=100),
        {"possible_minutes": 1500, "absent_minutes": 300, "absent_sick": 225, "absent_truant": 75},
    ),
    Example(
        "against an assumed timetable the registered minutes stand and raise the day's possible time",
        row(MONDAY, "truant", minutes=330),
        {
            "possible_minutes": 4 * 282 + 330,
            "absent_minutes": 330,
            "assumed_timetable": True,
        },
        tables=NO_TIMETABLE,
    ),
    Example(
        "absence on a closed day counts nowhere",
        row(MONDAY, minutes=300),
        {"possible_minutes": 1200, "absent_minutes": 0},
        tables={"closures": "school_id,first_day,last_day,kind\n25PL00,2025-09-08,2025-09-08,study_day\n"},
    ),
    Example(
        "absence before enrolment counts nowhere",
        row(MONDAY, minutes=300) + row(TUESDAY, minutes=300),
        {"possible_minutes": 1200, "absent_minutes": 300},
        enrolments="p1,25PL00,2025-09-09,,5a,5\n",
    ),
    Example(
        "lateness counts its minutes, and without minutes only the time",
        row(MONDAY, "late", minutes=10) + row(TUESDAY, "late", lesson=1),
        {"absent_minutes": 10, "absent_late": 10, "late_count": 2},
    ),
    Example(
        "lateness in the morning without minutes is not half a day",
        row(MONDAY, "late", part="morning"),
        {"absent_minutes": 0, "late_count": 1},
    ),
    Example(
        "exempt by article 5 nothing is possible, and that is neither 0 nor 100 percent",
        row(MONDAY, minutes=300),
        {
            "possible_minutes": 0,
            "absent_minutes": 0,
            "attendance_rate": None,
            "band": None,
            "provisional": None,
        },
        tables={"exemptions": "pupil_id,ground,first_day,last_day\np1,art5_a,2025-08-01,\n"},
    ),
    Example(
        "a child under 6 with five hours a week has an hour a day less possible",
        "",
        {"possible_minutes": 1200},
        tables={
            "pupils": "pupil_id,birth_date,municipality\np1,2020-03-01,0363\n",
            "exemptions": "pupil_id,ground,first_day,last_day\np1,under6_5h,2025-08-01,\n",
        },
    ),
    Example(
        "a school that stopped sending does not look present: of what was not delivered nothing is said",
        "",
        {
            "pupils": 1,
            "possible_minutes": None,
            "absent_minutes": None,
            "attendance_rate": None,
            "band": None,
            "absent_sick": None,
            "late_count": None,
        },
        tables={"deliveries": "school_id,last_day\n25PL00,2025-09-05\n"},
    ),
    Example(
        "in a week delivered in part only the days delivered are possible",
        row(TUESDAY, minutes=300) + row("2025-09-11", minutes=300),
        {"possible_minutes": 600, "absent_minutes": 300, "attendance_rate": 0.5},
        tables={"deliveries": "school_id,last_day\n25PL00,2025-08-29\n25PL00,2025-09-09\n"},
    ),
    Example(
        "at two schools at once possible time adds up",
        row(MONDAY, minutes=300),
        {"possible_minutes": 1500 + 1750, "absent_minutes": 300},
        enrolments="p1,25PL00,2024-08-01,,5a,5\np1,03XY01,2025-08-01,,2a,2\n",
    ),
    Example(
        "two enrolments at one school that overlap are counted once",
        "",
        {"possible_minutes": 1500},
        enrolments="p1,25PL00,2024-08-01,,5a,5\np1,25PL00,2025-09-01,2025-09-30,6a,6\n",
    ),
    Example(
        "a pupil who changed school keeps the whole figure",
        row(MONDAY, minutes=300) + row("2025-09-11", school="03XY01", minutes=350),
        {"possible_minutes": 2 * 300 + 3 * 350, "absent_minutes": 650, "pupils": 1},
        enrolments="p1,25PL00,2024-08-01,2025-09-09,5a,5\np1,03XY01,2025-09-10,,2a,2\n",
    ),
    Example(
        "a school has the part of a pupil who changed school that was there",
        row(MONDAY, minutes=300) + row("2025-09-11", school="03XY01", minutes=350),
        {"possible_minutes": 600, "absent_minutes": 300, "pupils": 1, "share_severe": 1.0},
        by="school",
        unit_id="25PL00",
        enrolments="p1,25PL00,2024-08-01,2025-09-09,5a,5\np1,03XY01,2025-09-10,,2a,2\n",
    ),
    Example(
        "a reduced programme leaves the possible time whole, and the agreed hours stand beside it",
        row(MONDAY, minutes=300) + row(TUESDAY, minutes=300) + row("2025-09-10", minutes=150),
        {
            "possible_minutes": 1500,
            "attendance_rate": 0.5,
            "agreed_minutes": 750,
            "attendance_rate_agreed": 1.0,
        },
        tables={
            "reduced_programmes": (
                "pupil_id,school_id,first_day,last_day,minutes_per_week,ground,agreed_by\n"
                "p1,25PL00,2025-09-01,,750,return_plan,parents\n"
            )
        },
    ),
    Example(
        "shares are of the pupils, not of the minutes",
        row(MONDAY, minutes=300) + row(MONDAY, pupil="p2", minutes=60),
        {
            "pupils": 3,
            "absent_minutes": 360,
            "share_good": 2 / 3,
            "share_severe": 1 / 3,
            "share_at_risk": 0.0,
            "share_chronic": 0.0,
            "band": "at_risk",
        },
        by="group",
        unit_id="5a",
        enrolments="".join(f"p{n},25PL00,2024-08-01,,5a,5\n" for n in (1, 2, 3)),
    ),
    Example(
        "improved is more present than in the own week before, whatever others did",
        row("2025-09-01", minutes=300) + row(MONDAY, minutes=299) + row(MONDAY, pupil="p2", minutes=1),
        {"share_improved": 0.5, "pupils": 2},
        by="school",
        unit_id="25PL00",
        enrolments="".join(f"p{n},25PL00,2024-08-01,,5a,5\n" for n in (1, 2)),
    ),
    Example(
        "a new pupil had no week before, so nobody knows whether it improved",
        row(MONDAY, minutes=10),
        {"share_improved": None, "pupils": 1},
        by="school",
        unit_id="25PL00",
        enrolments="p1,25PL00,2025-09-08,,5a,5\n",
    ),
    Example(
        "a municipality's pupils are those that live there",
        row(MONDAY, pupil="p3", minutes=300),
        {"pupils": 1, "absent_minutes": 300},
        by="municipality",
        unit_id="0599",
        enrolments="p1,25PL00,2024-08-01,,5a,5\np3,25PL00,2024-08-01,,5a,5\n",
    ),
    Example(
        "nobody's municipality is a unit of its own: unknown is not left out",
        "",
        {"pupils": 1},
        by="municipality",
        unit_id=None,
        tables={"pupils": "pupil_id,birth_date,municipality\np1,2014-03-01,\n"},
    ),
    Example(
        "a partnership's pupils are those of its schools",
        "",
        {"pupils": 1, "possible_minutes": 1750},
        by="partnership",
        unit_id="VO2001",
        enrolments="p1,25PL00,2024-08-01,,5a,5\np3,03XY01,2024-08-01,,2a,2\n",
    ),
    Example(
        "a holiday region's pupils are those of its schools",
        "",
        {"pupils": 2},
        by="region",
        unit_id="noord",
        enrolments="p1,25PL00,2024-08-01,,5a,5\np3,03XY01,2024-08-01,,2a,2\n",
    ),
    Example(
        "a level goes over schools",
        "",
        {"pupils": 2},
        by="level",
        unit_id="5",
        enrolments="p1,25PL00,2024-08-01,,5a,5\np3,03XY01,2024-08-01,,2a,5\n",
    ),
    Example(
        "a month is named by year and month and stops at the reference date",
        row("2025-09-30", minutes=300) + row("2025-10-01", minutes=300),
        {"possible_minutes": 300, "absent_minutes": 300},
        per="month",
        period="2025-10",
    ),
    Example(
        "a week is named by its Monday, also the last of the year",
        "",
        {"possible_minutes": 1500},
        period="2026-06-29",
        on=date(2026, 7, 3),
    ),
    Example(
        "the previous year counts up to the same day, whatever came after it",
        row("2024-09-10", minutes=1) + row("2024-10-10", minutes=300) + row(MONDAY, minutes=300),
        {"share_improved": 0.0},
        by="school",
        per="school_year",
        unit_id="25PL00",
        period="2025-2026",
    ),
    Example(
        "of a year before without one registration of the school nothing is known",
        row(MONDAY, minutes=300),
        {"share_improved": None},
        by="school",
        per="school_year",
        unit_id="25PL00",
        period="2025-2026",
    ),
]
