"""What was built into a made-up register, beside it in ``truth/``: for checks, never read by a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.simulate.drawing import Array
from aanwezig.simulate.folder import write_json
from aanwezig.simulate.marks import EMPTY, NO, REASON, Process
from aanwezig.simulate.parameters import SECTOR_SHAPES, Parameters
from aanwezig.simulate.problematic import TYPES, WAYS_TO_MARK
from aanwezig.simulate.writing import NO_DATE, coded, dates, numbered_ids, write_table
from aanwezig.tables import REASONS

if TYPE_CHECKING:
    from aanwezig.simulate.output import RegisterFiles
    from aanwezig.simulate.run import MadeBlock

DAY: pa.DataType = pa.date32()
MOMENT: pa.DataType = pa.timestamp("us", tz="UTC")
TEXT: pa.DataType = pa.string()
WHOLE: pa.DataType = pa.int32()
SHARE: pa.DataType = pa.float64()
FLAG: pa.DataType = pa.bool_()
PUPILS = pa.schema(
    [
        ("pupil_id", TEXT),
        ("birth_date", DAY),
        ("type", TEXT),
        ("type_school_id", TEXT),
        ("onset_on", DAY),
        ("mends_on", DAY),
        ("height", SHARE),
        ("growth_school_days", WHOLE),
        ("marked_as_reason", TEXT),
        ("marked_as_authorised", TEXT),
        ("sick_propensity", SHARE),
        ("late_propensity", SHARE),
        ("truant_propensity", SHARE),
        ("chronically_ill", FLAG),
        ("possible_minutes", WHOLE),
        ("absent_minutes", WHOLE),
        ("sick_marked_minutes", WHOLE),
        ("truly_sick_minutes", WHOLE),
        ("problematic_minutes", WHOLE),
        ("unauthorised_minutes", WHOLE),
    ]
)
PATTERNS = pa.schema(
    [
        ("pupil_id", TEXT),
        ("school_id", TEXT),
        ("kind", TEXT),
        ("to_be_found", FLAG),
        ("first_day", DAY),
        ("last_day", DAY),
        ("school_days", WHOLE),
        ("minutes", WHOLE),
    ]
)
CHANGES = pa.schema(
    [
        ("absence_id", TEXT),
        ("pupil_id", TEXT),
        ("date", DAY),
        ("what", TEXT),
        ("changed_at", MOMENT),
        ("was_reason", TEXT),
        ("was_authorised", TEXT),
        ("is_reason", TEXT),
        ("is_authorised", TEXT),
    ]
)
FAULTS = pa.schema([("kind", TEXT), ("absence_id", TEXT), ("pupil_id", TEXT), ("date", DAY)])
NOTIFICATIONS = pa.schema(
    [
        ("pupil_id", TEXT),
        ("school_id", TEXT),
        ("category", TEXT),
        ("first_day", DAY),
        ("last_day", DAY),
        ("behaviour", TEXT),
        ("sent_on", DAY),
    ]
)
TRULY_SICK = (Process.SICK, Process.LONG_ILLNESS)
OF_A_TYPE = (Process.REFUSAL, Process.TRUANCY, Process.WITHDRAWAL, Process.EXCLUSION)

README = """# De waarheid achter dit verzonnen register

Deze map zegt wat er in het register is gestopt. Geen enkele regel leest haar.

- `pupils.parquet`: per leerling de soort verzuim (`type`) met begin, hoogte en groei; hoe de school het
  opschrijft; de aanleg om ziek, te laat of spijbelaar te zijn (1 is gemiddeld); en de minuten die eruit
  kwamen, zoals het register op de laatste dag bekend is. `truly_sick_minutes` is echte ziekte,
  `sick_marked_minutes` wat de school ziek noemt. `birth_date` staat hier ook waar hij in het register ontbreekt.
- `patterns.parquet`: geplante patronen op en net naast een grens; `to_be_found` zegt of de regel het vindt.
- `changes.parquet`: wat later werd verbeterd of ingetrokken, en wanneer.
- `faults.parquet`: tegenspraken die met opzet in het register staan.
- `notifications.parquet`: elke plicht die een school zag, en of zij op tijd, te laat of nooit meldde.
- `parameters.json`: de instellingen. Het zijn keuzes van ons, geen bron voor een cijfer.

# The truth behind this made-up register

This folder says what was put into the register. No rule reads it.

- `pupils.parquet`: per pupil the type of absence with its onset, height and growth; how the school writes it
  down; the propensity to be ill, late or truant (1 is average); and the minutes that came of it, as the
  register is known on its last day. `truly_sick_minutes` is real illness, `sick_marked_minutes` what the
  school calls sick. `birth_date` stands here also where the register lacks it.
- `patterns.parquet`: planted patterns on a line and just off it; `to_be_found` says whether the rule finds it.
- `changes.parquet`: what was corrected or withdrawn later, and when.
- `faults.parquet`: contradictions that stand in the register on purpose.
- `notifications.parquet`: every duty that a school saw, and whether it reported in time, late or never.
- `parameters.json`: the settings. They are choices of ours, no source for a figure.
"""


class TruthFiles:
    """The files of ``truth/``."""

    def __init__(self, folder: Path, register: RegisterFiles) -> None:
        folder.mkdir()
        self.folder, self.register = folder, register
        self._pupils = pq.ParquetWriter(folder / "pupils.parquet", PUPILS, compression="zstd")
        self._lists: dict[str, list[dict[str, Any]]] = {
            "patterns": [],
            "changes": [],
            "faults": [],
            "notifications": [],
        }

    def write_block(self, made: MadeBlock) -> None:
        self._pupils.write_table(self._pupil_table(made))
        stays, ids = made.block.stays, self.register.schools.ids
        self._lists["patterns"] += [
            {
                "pupil": int(stays.pupil[p.stay]),
                "school_id": ids[int(stays.school[p.stay])],
                "kind": p.kind,
                "to_be_found": p.to_be_found,
                "first_day": p.first,
                "last_day": p.last,
                "school_days": p.school_days,
                "minutes": p.minutes,
            }
            for p in made.patterns
        ]
        self._lists["changes"] += made.truth.changes
        self._lists["faults"] += made.truth.faults
        self._lists["notifications"] += [
            {
                **{name: n[name] for name in ("category", "first_day", "last_day", "behaviour", "sent_on")},
                "pupil": int(stays.pupil[n["stay"]]),
                "school_id": ids[int(stays.school[n["stay"]])],
            }
            for n in made.notifications
        ]

    def _pupil_table(self, made: MadeBlock) -> pa.Table:
        block, rows, course = made.block, made.rows, made.course
        days, epoch, number = block.days, self.register.epoch, len(block)
        local = block.local[rows.stay]

        def minutes(chosen: Array) -> pa.Array[Any]:
            own = np.flatnonzero(chosen & rows.stands)
            return pa.array(
                np.bincount(local[own], weights=rows.missed[own], minlength=number).astype(np.int32)
            )

        absent = ~np.isin(rows.reason, [REASON["elsewhere"], REASON["exempt"]])
        sick = rows.reason == REASON["sick"]
        until = np.minimum(block.stays.last, self.register.until)
        counted = until >= block.stays.first
        calendar = block.stays.calendar
        possible = np.where(
            counted,
            days.possible_before[calendar, np.maximum(until, 0) + 1]
            - days.possible_before[calendar, np.minimum(block.stays.first, days.length)],
            0,
        )
        kind = np.zeros(number, dtype=np.int64)
        course_of = np.full(number, -1)
        own = block.local[course.stay]
        kind[own], course_of[own] = course.kind, np.arange(len(own))
        onset, mends = np.full(number, NO_DATE), np.full(number, NO_DATE)
        begun, exists = block.day_at(course.stay, course.onset)
        onset[own] = np.where(exists, begun, NO_DATE)
        better, exists = block.day_at(course.stay, course.mends)
        mends[own] = np.where(exists, better, NO_DATE)
        without = course_of < 0

        def of_course(values: Array, type_: pa.DataType) -> pa.Array[Any]:
            spread = np.zeros(number, dtype=values.dtype)
            spread[own] = values
            return pa.array(spread, type=type_, mask=without)

        ways = [
            WAYS_TO_MARK[k][w] for k, w in zip(course.kind.tolist(), course.marked_as.tolist(), strict=True)
        ]
        reasons, marks = np.zeros(number, dtype=np.int64), np.full(number, int(EMPTY))
        reasons[own] = [REASONS.index(name) for name, _, _ in ways]
        marks[own] = [int(mark) for _, mark, _ in ways]
        school = np.zeros(number, dtype=np.int64)
        school[own] = block.stays.school[course.stay]
        columns = {
            "pupil_id": numbered_ids("p", np.arange(block.first_pupil, block.last_pupil) + 1, 7),
            "birth_date": dates(block.population.pupils.birth[block.first_pupil : block.last_pupil], epoch),
            "type": coded(kind, TYPES),
            "type_school_id": coded(school, self.register.school_ids, without),
            "onset_on": dates(onset, epoch),
            "mends_on": dates(mends, epoch),
            "height": of_course(course.height, SHARE),
            "growth_school_days": of_course(course.growth.astype(np.int32), WHOLE),
            "marked_as_reason": coded(reasons, REASONS, without),
            "marked_as_authorised": coded(marks, ("no", "yes"), without | (marks == EMPTY)),
            "sick_propensity": pa.array(made.propensities.sick),
            "late_propensity": pa.array(made.propensities.late),
            "truant_propensity": pa.array(made.propensities.truant),
            "chronically_ill": pa.array(made.propensities.chronically_ill),
            "possible_minutes": pa.array(
                np.bincount(block.local, weights=possible, minlength=number).astype(np.int32)
            ),
            "absent_minutes": minutes(absent),
            "sick_marked_minutes": minutes(sick),
            "truly_sick_minutes": minutes(
                np.isin(rows.process, TRULY_SICK) | (sick & (rows.process == Process.PLANTED))
            ),
            "problematic_minutes": minutes(np.isin(rows.process, OF_A_TYPE)),
            "unauthorised_minutes": minutes(absent & (rows.authorised == NO)),
        }
        return pa.table([columns[name].cast(PUPILS.field(name).type) for name in PUPILS.names], schema=PUPILS)

    def close(self) -> None:
        self._pupils.close()

    def write_descriptions(self, parameters: Parameters) -> None:
        for name, schema in (
            ("patterns", PATTERNS),
            ("changes", CHANGES),
            ("faults", FAULTS),
            ("notifications", NOTIFICATIONS),
        ):
            write_table(self.folder / f"{name}.parquet", self._table(self._lists[name], schema))
        sectors = {name: asdict(shape) for name, shape in SECTOR_SHAPES.items()}
        write_json(self.folder / "parameters.json", {**asdict(parameters), "sectors": sectors})
        (self.folder / "README.md").write_text(README, "utf-8")

    def _table(self, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
        """Rows with days, numbers and codes as counted here, as the columns that a reader expects."""
        epoch = self.register.epoch
        pupil = np.array([row["pupil"] for row in rows], dtype=np.int64)
        arrays = []
        for column in schema:
            name = column.name
            if name == "pupil_id":
                arrays.append(numbered_ids("p", pupil + 1, 7))
            elif name == "absence_id":
                arrays.append(numbered_ids("a", np.array([row["number"] for row in rows], dtype=np.int64), 9))
            elif column.type == DAY:
                values = [row["day"] if name == "date" else row[name] for row in rows]
                whole = pa.array([None if v is None else v + epoch for v in values], pa.int32())
                arrays.append(whole.cast(DAY))
            elif name.endswith("_reason"):
                arrays.append(
                    pa.array([None if row[name] is None else REASONS[row[name]] for row in rows], TEXT)
                )
            elif name.endswith("_authorised"):
                arrays.append(pa.array([{0: "no", 1: "yes"}.get(row[name]) for row in rows], TEXT))
            else:
                arrays.append(pa.array([row[name] for row in rows], column.type))
        return pa.table(arrays, schema=schema)
