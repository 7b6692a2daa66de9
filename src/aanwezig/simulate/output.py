"""Writing the register and its truth while the blocks come in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from aanwezig.simulate import frame
from aanwezig.simulate.beside import SUBJECTS, Rows
from aanwezig.simulate.drawing import Array
from aanwezig.simulate.folder import MARKER, TRUTH, write_json
from aanwezig.simulate.levels import LEVELS
from aanwezig.simulate.marks import NO, NO_MINUTES, NO_PART, PARTS
from aanwezig.simulate.parameters import Parameters
from aanwezig.simulate.population import (
    END_CHANGE,
    END_EXEMPT,
    END_MOVED,
    END_NONE,
    END_NOT_ENROLLED,
    END_REASONS,
    MOST_SECTIONS,
    Population,
    group_name,
)
from aanwezig.simulate.recording import DAY_LENGTH, MINUTE, NEVER
from aanwezig.simulate.schools import Schools
from aanwezig.simulate.truth import TruthFiles
from aanwezig.simulate.writing import (
    NO_DATE,
    TableFile,
    coded,
    dates,
    integers,
    moments,
    numbered_ids,
    table_schema,
    write_rows,
)
from aanwezig.tables import REASONS

if TYPE_CHECKING:
    from aanwezig.simulate.run import MadeBlock

PUPIL_DIGITS = 7
ABSENCE_DIGITS = 9
PUPIL_COLUMNS = (
    "pupil_id",
    "birth_date",
    "sex",
    "municipality",
    "start_qualification_on",
    "qualification_exempt",
    "school_years_completed",
    "recorded_at",
)
ENROLMENT_COLUMNS = (
    "pupil_id",
    "school_id",
    "first_day",
    "last_day",
    "group",
    "level",
    "end_reason",
    "recorded_at",
    "superseded_at",
)
ABSENCE_COLUMNS = (
    "pupil_id",
    "school_id",
    "date",
    "minutes",
    "lesson",
    "part",
    "start_time",
    "reason",
    "authorised",
    "subject",
    "absence_id",
    "recorded_at",
    "superseded_at",
)
RESULT_COLUMNS = ("pupil_id", "date", "subject", "value")
SUBJECTS_OF_LESSONS = (*SUBJECTS, "gymnastiek", "natuurkunde", "tekenen", "economie", "mentorles")
# Tables of a few rows, gathered until the end.
SMALL_TABLES = (
    "exemptions",
    "leave",
    "suspensions",
    "notifications",
    "reduced_programmes",
    "not_enrolled",
    "applications",
    "admissibility",
    "incidents",
    "care",
    "observations",
)
# What is known only when it happens; a plan or a decision may lie ahead.
FACT_DAYS = {
    "not_enrolled": "since",
    "applications": "state_since",
    "observations": "date",
    "incidents": "date",
}
KNOWN_WHEN_IT_HAPPENS = ("inspectorate_told_on", "last_contact_on")
LATE_ENDS = (END_CHANGE, END_MOVED, END_NOT_ENROLLED, END_EXEMPT)


def pupil_ids(numbers: Array) -> pa.Array[Any]:
    """``p0000001`` for the first pupil: sorted as text they are in the order of the file."""
    return numbered_ids("p", numbers + 1, PUPIL_DIGITS)


def absence_ids(numbers: Array) -> pa.Array[Any]:
    return numbered_ids("a", numbers, ABSENCE_DIGITS)


class RegisterFiles:
    """The open files of one register; use it in a ``with`` statement."""

    def __init__(
        self, folder: Path, schools: Schools, population: Population, until: int, with_truth: bool
    ) -> None:
        self.folder, self.schools, self.population, self.until = folder, schools, population, until
        self.epoch = schools.days.epoch
        self.school_ids = pa.array(schools.ids, type=pa.string())
        self._streams = {
            "pupils": self._stream("pupils", PUPIL_COLUMNS),
            "enrolments": self._stream("enrolments", ENROLMENT_COLUMNS),
            "absences": self._stream("absences", ABSENCE_COLUMNS, ("absence_id",)),
            "results": self._stream("results", RESULT_COLUMNS),
        }
        self._small: dict[str, list[dict[str, Any]]] = {name: [] for name in SMALL_TABLES}
        self.truth_folder = folder / TRUTH if with_truth else None
        self._truth = TruthFiles(self.truth_folder, self) if self.truth_folder else None

    def __enter__(self) -> RegisterFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._streams.values():
            stream.close()
        if self._truth:
            self._truth.close()

    def _stream(self, table: str, columns: tuple[str, ...], plain: tuple[str, ...] = ()) -> TableFile:
        return TableFile(self.folder / f"{table}.parquet", table_schema(table, columns), plain)

    def write_block(self, made: MadeBlock) -> None:
        self._write_pupils(made)
        self._write_enrolments(made)
        self._write_absences(made)
        self._write_results(made)
        self._gather(made)
        if self._truth:
            self._truth.write_block(made)

    def _write_pupils(self, made: MadeBlock) -> None:
        own = slice(made.block.first_pupil, made.block.last_pupil)
        pupils = self.population.pupils
        number = np.arange(made.block.first_pupil, made.block.last_pupil)
        completed = pupils.years_completed[own]
        earned = np.where(pupils.diploma[own] > self.until, NO_DATE, pupils.diploma[own])
        # The number of completed years is the one of 31 July before it was recorded.
        recorded = np.where(completed >= 0, self.epoch * DAY_LENGTH + 360 * MINUTE, NEVER)
        self._streams["pupils"].write(
            {
                "pupil_id": pupil_ids(number),
                "birth_date": dates(
                    np.where(pupils.birth_known[own], pupils.birth[own], NO_DATE), self.epoch
                ),
                "sex": coded(pupils.sex[own].astype(np.int32), ("v", "m")),
                "municipality": coded(pupils.municipality[own], self.population.municipalities),
                "start_qualification_on": dates(earned, self.epoch),
                "qualification_exempt": pa.array(pupils.qualification_exempt[own]),
                "school_years_completed": integers(completed, completed < 0),
                "recorded_at": moments(recorded, NEVER),
            }
        )

    def _write_enrolments(self, made: MadeBlock) -> None:
        """A leaver's end comes into the register some days later, as a correction of the running enrolment."""
        stays = made.block.stays
        chosen = np.flatnonzero(stays.first <= self.until)
        stays = stays.take(chosen)
        ends = np.isin(stays.end, LATE_ENDS)
        # So many days late; by a fixed rule, because it is nobody's secret.
        told = stays.last + 1 + (stays.pupil * 7 + stays.last) % 12
        last_moment = (self.epoch + told) * DAY_LENGTH + 600 * MINUTE
        running = (stays.end == END_NONE) | np.where(ends, told > self.until, stays.last > self.until)
        corrected = ends & ~running
        row = np.concatenate([np.arange(len(stays)), np.flatnonzero(corrected)])
        is_new = np.concatenate([np.zeros(len(stays), bool), np.ones(int(corrected.sum()), bool)])
        order = np.lexsort((is_new, row))
        row, is_new = row[order], is_new[order]
        open_end = running[row] | (corrected[row] & ~is_new)
        began = (self.epoch + stays.first[row]) * DAY_LENGTH + 360 * MINUTE
        recorded = np.where(corrected[row], np.where(is_new, last_moment[row], began), NEVER)
        superseded = np.where(corrected[row] & ~is_new, last_moment[row], NEVER)
        groups, group = np.unique(stays.group_key, return_inverse=True)
        names = [
            group_name((key // MOST_SECTIONS) % len(LEVELS), key % MOST_SECTIONS) for key in groups.tolist()
        ]
        reasons = pa.array([reason or "" for reason in END_REASONS], type=pa.string())
        self._streams["enrolments"].write(
            {
                "pupil_id": pupil_ids(stays.pupil[row]),
                "school_id": coded(stays.school[row], self.school_ids),
                "first_day": dates(stays.first[row], self.epoch),
                "last_day": dates(np.where(open_end, NO_DATE, stays.last[row]), self.epoch),
                "group": coded(group[row], names),
                "level": coded(stays.level[row], [level.name for level in LEVELS]),
                "end_reason": coded(stays.end[row], reasons, open_end | (stays.end[row] == END_NONE)),
                "recorded_at": moments(recorded, NEVER),
                "superseded_at": moments(superseded, NEVER),
            }
        )

    def _write_absences(self, made: MadeBlock) -> None:
        rows, stays, block = made.rows, made.block.stays, made.block
        local = block.local[rows.stay]
        ids = pupil_ids(np.arange(block.first_pupil, block.last_pupil))
        lesson = rows.lesson.astype(np.int64)
        weekday = (rows.day + self.schools.days.first.weekday()) % 7
        # The same lesson of the week is the same subject for a whole group.
        subject = (stays.group_key[rows.stay] * 7 + weekday * 5 + lesson * 3) % len(SUBJECTS_OF_LESSONS)
        start = 510 + 60 * (lesson - 1).clip(0, 9)
        authorised = rows.authorised.astype(np.int64)
        self._streams["absences"].write(
            {
                "pupil_id": coded(local, ids),
                "school_id": coded(stays.school[rows.stay], self.school_ids),
                "date": dates(rows.day, self.epoch),
                "minutes": integers(rows.minutes, rows.minutes == NO_MINUTES),
                "lesson": coded(lesson - 1, [str(n) for n in range(1, 17)], lesson == 0),
                "part": coded(rows.part.astype(np.int64) - 1, PARTS, rows.part == NO_PART),
                "start_time": coded(
                    (start - 510) // 60,
                    [f"{8 + n:02d}:30" for n in range(10)],
                    (lesson == 0) | (rows.minutes < 0),
                ),
                "reason": coded(rows.reason, REASONS),
                "authorised": coded(authorised, ("no", "yes"), authorised < NO),
                "subject": coded(subject, SUBJECTS_OF_LESSONS, lesson == 0),
                "absence_id": absence_ids(rows.number),
                "recorded_at": moments(rows.recorded, NEVER),
                "superseded_at": moments(rows.superseded, NEVER),
            }
        )

    def _write_results(self, made: MadeBlock) -> None:
        found = made.results
        self._streams["results"].write(
            {
                "pupil_id": pupil_ids(found["pupil"]),
                "date": dates(found["date"].astype(np.int32), self.epoch),
                "subject": coded(found["subject"], SUBJECTS),
                "value": pa.array(found["value"].astype(np.float64)),
            }
        )

    def _gather(self, made: MadeBlock) -> None:
        stays = made.block.stays
        for table, rows in made.made.beside.items():
            for row in rows:
                entry: dict[str, Any] = {"pupil": int(stays.pupil[row.stay]), **row.values}
                if table in ("leave", "suspensions", "reduced_programmes"):
                    entry["school"] = int(stays.school[row.stay])
                self._add(table, entry)
                if table == "suspensions":
                    kind = ("conflict", "geweld", "regels overtreden")[(row.stay + entry["first_day"]) % 3]
                    self._add(
                        "incidents", {"pupil": entry["pupil"], "date": entry["first_day"], "kind": kind}
                    )
        for row_ in made.notifications:
            if row_["sent_on"] is not None:
                own = {name: value for name, value in row_.items() if name not in ("stay", "behaviour")}
                stay = row_["stay"]
                self._add(
                    "notifications",
                    {"pupil": int(stays.pupil[stay]), "school": int(stays.school[stay]), **own},
                )
        for table, others in made.others.items():
            for other in others:
                self._add(table, other)

    def write_outside(self, rows: Rows) -> None:
        for table, entries in rows.items():
            for entry in entries:
                self._add(table, entry)

    def _add(self, table: str, entry: dict[str, Any]) -> None:
        """Keep a row, unless it is of after the last day that the register knows."""
        if entry.get(FACT_DAYS.get(table, "first_day"), self.until) > self.until:
            return
        for column in KNOWN_WHEN_IT_HAPPENS:
            if entry.get(column) is not None and entry[column] > self.until:
                entry[column] = None
        if table == "reduced_programmes" and entry["last_day"] is not None and entry["last_day"] > self.until:
            entry["last_day"] = None
        self._small[table].append(entry)

    def close_all(self) -> dict[str, int]:
        """Write the small tables, close every file and say how many rows each table has."""
        counts = {}
        for table in SMALL_TABLES:
            rows = sorted(self._small[table], key=lambda row: row["pupil"])
            ids = pupil_ids(np.array([row["pupil"] for row in rows], dtype=np.int64)).to_pylist()
            for row, pupil_id in zip(rows, ids, strict=True):
                row["pupil_id"] = pupil_id
                del row["pupil"]
                if "school" in row:
                    row["school_id"] = self.schools.ids[row.pop("school")]
            counts[table] = self._write(table, rows)
        counts["schools"] = self._write("schools", frame.school_rows(self.schools))
        counts["closures"] = self._write("closures", frame.closure_rows(self.schools))
        counts["timetable"] = self._write("timetable", frame.timetable_rows(self.schools, self.population))
        counts["deliveries"] = self._write("deliveries", frame.delivery_rows(self.schools, self.until))
        counts["regions"] = self._write("regions", frame.region_rows(self.population))
        counts["test_weeks"] = self._write("test_weeks", frame.test_week_rows(self.schools))
        for table, stream in self._streams.items():
            stream.close()
            counts[table] = stream.rows
        return counts

    def _write(self, table: str, rows: list[Any]) -> int:
        return write_rows(self.folder / f"{table}.parquet", table, rows, self.epoch)

    def write_descriptions(self, summary: Mapping[str, Any], parameters: Parameters, version: str) -> None:
        """The marker, and with the truth the numbers behind it and how to read it."""
        if self._truth:
            self._truth.close()
            self._truth.write_descriptions(parameters)
        write_json(self.folder / MARKER, {"complete": True, "aanwezig": version, **summary})
