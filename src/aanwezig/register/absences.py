"""Reading an export of absences: from files to staged rows with ids of their own and known pupils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from aanwezig.engines.delimited import Batch
from aanwezig.register.columns import found_columns
from aanwezig.register.fault_codes import make_error
from aanwezig.register.formats import open_absences
from aanwezig.register.formats.opening import unpacked
from aanwezig.register.persons import NAMES, Persons
from aanwezig.register.profile import FileMapping, check_header, is_complete, resolve_header
from aanwezig.register.report_data import PupilsOfDelivery, note
from aanwezig.register.rows import AbsenceColumns, PresentColumns, RosterColumns, RowMapper, Tally
from aanwezig.register.school_days import school_days
from aanwezig.register.staging import (
    FILE,
    FLUSH_ROWS,
    LINE,
    NATURAL,
    THEIR_SCHOOL,
    StagedTable,
    add_absences,
    add_present,
    present_schema,
    staged_schema,
)
from aanwezig.register.stored import live
from aanwezig.register.task import Delivery, Task, small_table, tell_old_faults
from aanwezig.register.tidying import DOUBLE, tidy
from aanwezig.tables import TABLES
from aanwezig.values import SchoolYear

UNKNOWN_PUPIL, DOUBLE_ID, OTHER_SCHOOLS_ID, BOTH_MARKS = (
    "REG-027",
    "REG-029",
    "REG-130",
    "REG-135",
)

# More pupils with unreadable rows than this: the delivery is broken, nothing of it proves an absence gone.
MOST_SPARED = 1_000
# So many unknown pupils the report names; the fault report has all their rows.
MOST_UNKNOWN_SHOWN = 100
# Columns of an export of absences that pupils and enrolments are made from.
ABOUT_PUPILS = ("birth_date", "sex", "group", "level")


class _Reading:
    """Reads the files of a delivery into staged tables."""

    def __init__(self, task: Task) -> None:
        self.task, self.delivery = task, Delivery()
        self.tally = Tally()
        self.roster: dict[str, dict[str, Any]] = {}
        self.first_day: date | None = None
        self.delivered: set[str] = set()
        # Names by pupil, and the columns of names that every file has.
        self.persons: dict[str, dict[str, str | None]] = {}
        self.named: set[str] = set(NAMES)
        # The columns that tell of pupils themselves.
        self.told: set[str] = set()
        self._days: Callable[[date], bool] | None = None
        self.total = sum(path.stat().st_size for path in task.files)

    def is_school_day(self, day: date) -> bool:
        """Asked for long absences only: the register's calendar is read when one comes."""
        if self._days is None:
            task = self.task
            calendars = task.store.calendars(task.school_id, task.engine, task.now.date())
            self._days = school_days(calendars, task.school_id, task.mapping.options)
        return self._days(day)

    def read(self) -> tuple[Path, Path]:
        work = self.task.work
        stage_path, present_path = work / "staged.parquet", work / "present.parquet"
        with (
            StagedTable(stage_path, staged_schema(TABLES["absences"])) as stage,
            StagedTable(present_path, present_schema()) as present,
        ):
            for number, path in enumerate(self.task.files):
                self.task.log.file_name = path.name
                before = self.tally.read
                self._read_file(number, path, stage, present)
                self.delivery.rows_per_file.append(self.tally.read - before)
        return stage_path, present_path

    def _read_file(self, number: int, path: Path, stage: StagedTable, present: StagedTable) -> None:
        mapping = self.task.mapping
        with unpacked(path) as source:
            expected = tuple(name for names in mapping.columns.values() for name in names)
            raw = open_absences(
                source,
                mapping.profile.reader,
                mapping.options,
                expected,
                lambda names: is_complete(mapping, resolve_header(mapping, names)),
            )
            header = resolve_header(mapping, raw.names)
            check_header(mapping, header, path.name, raw.may_have_title)
            mapper = RowMapper(
                mapping,
                header,
                self.task.school_id,
                self.is_school_day,
                self.task.log,
                self.tally,
                self.task.store.wants_persons,
            )
            self.named &= {name for name in NAMES if name in header.places}
            self.delivered |= _spoken_of(mapping, set(header.places))
            self.told |= {name for name in ABOUT_PUPILS if name in header.places}
            absences, roster, marks = AbsenceColumns(), RosterColumns(), PresentColumns()
            first: Batch | None = None
            for batch in raw.batches:
                first = first or batch
                mapper.read(batch, absences, roster, marks)
                self._note_roster(absences, roster)
                roster = RosterColumns()
                if len(absences) >= FLUSH_ROWS:
                    add_absences(stage, absences, self.task.school_id, number)
                    absences = AbsenceColumns()
                add_present(present, marks)
                marks = PresentColumns()
                self.task.progress(self.tally.read, self.total)
            add_absences(stage, absences, self.task.school_id, number)
            self.delivery.columns.append(found_columns(header, first))

    def _note_roster(self, absences: AbsenceColumns, roster: RosterColumns) -> None:
        if self.task.store.wants_persons:
            self._note_persons(roster)
        if not roster.pupil_id or "pupils" in self.task.stored or "birth_date" not in self.told:
            return
        first = min(absences.date, default=None)
        if first is not None and (self.first_day is None or first < self.first_day):
            self.first_day = first
        for pupil, birth, sex, group, level in zip(
            roster.pupil_id, roster.birth_date, roster.sex, roster.group, roster.level, strict=True
        ):
            known = self.roster.setdefault(pupil, {"birth_date": birth, "sex": sex})
            # The group that was named last is the present one.
            known["group"], known["level"] = group or known.get("group"), level or known.get("level")
            known["birth_date"] = known["birth_date"] or birth

    def _note_persons(self, roster: RosterColumns) -> None:
        for pupil, *names in zip(
            roster.pupil_id, roster.first_name, roster.prefix, roster.last_name, strict=True
        ):
            if any(names):
                self.persons[pupil] = dict(zip(NAMES, names, strict=True))


def _spoken_of(mapping: FileMapping, places: set[str]) -> set[str]:
    """The register's columns that the export decides: an empty cell of these is a fact too."""
    found = {
        "pupil_id",
        "school_id",
        "date",
        "reason",
        "authorised",
        "minutes",
        "lesson",
        "part",
        "start_time",
    }
    return found | ({"subject"} & places)


def read_absences(task: Task) -> Delivery:
    """Read, tidy and check the rows of an export of absences."""
    reading = _Reading(task)
    delivery = reading.delivery
    tell_old_faults(task, ("absences", "deliveries"))
    stage_path, present_path = reading.read()
    tally = reading.tally
    delivery.unknown_codes = dict(tally.unknown_codes)
    counts = delivery.counts
    counts.update(
        rows_read=tally.read,
        present_marks=tally.present_marks,
        not_absence=tally.not_absence,
        other_school=tally.other_school,
        withdrawn=tally.withdrawn,
    )
    rows = _of_the_school(task, reading, task.engine.read_parquet(stage_path))
    rows, left_out = tidy(task.engine, rows, task.work)
    counts["doubles"] = _note_doubles(task, left_out)
    rows = _without_other_schools_ids(task, rows)
    rows = _without_unknown_pupils(task, rows, reading)
    _note_both_marks(task, rows, task.engine.read_parquet(present_path))
    delivery.tables["absences"] = (rows, frozenset(reading.delivered))
    _add_roster(task, reading)
    _add_persons(task, reading)
    _add_delivery(task, delivery)
    _spare(task, reading)
    _add_notes(task, reading)
    return delivery


def _of_the_school(task: Task, reading: _Reading, rows: ir.Table) -> ir.Table:
    """Where an export of several schools names ours, only its rows; where it does not, all of them, and told."""
    named = reading.tally.schools
    if task.mapping.schools or task.school_id not in named or len(named) == 1:
        return rows
    reading.delivery.counts["other_school"] += sum(n for name, n in named.items() if name != task.school_id)
    return rows.filter(rows[THEIR_SCHOOL].isnull() | (rows[THEIR_SCHOOL] == task.school_id))


def _file_names(task: Task) -> list[str]:
    return [path.name for path in task.files]


def _note_doubles(task: Task, left_out: ir.Table | None) -> int:
    """Tell of ids that came twice with different content; the number of plain doubles comes back."""
    if left_out is None:
        return 0
    doubles = 0
    names = _file_names(task)
    for batch in task.engine.batches(left_out.order_by([left_out[FILE], left_out[LINE]])):
        for row in batch.to_pylist():
            if row["why"] == DOUBLE:
                doubles += 1
                continue
            task.log.file_name = names[row[FILE]]
            task.log.add(
                DOUBLE_ID,
                "absences",
                row[LINE],
                "absence_id",
                row["absence_id"],
                row["pupil_id"],
                fill={"key": "absence_id"},
            )
    return doubles


def _refuse_lines(task: Task, rows: ir.Table, code: str, column: str, *, counts: bool = True) -> int:
    """Tell of rows by their lines, each line once; how many lines these are."""
    shown = rows.select(FILE, LINE, "pupil_id", "absence_id").distinct(on=[FILE, LINE], keep="first")
    names = _file_names(task)
    number = 0
    for batch in task.engine.batches(shown.order_by([shown[FILE], shown[LINE]])):
        for row in batch.to_pylist():
            number += 1
            task.log.file_name = names[row[FILE]]
            task.log.add(code, "absences", row[LINE], column, row[column], row["pupil_id"], counts=counts)
    return number


def _without_other_schools_ids(task: Task, rows: ir.Table) -> ir.Table:
    """An id names one registration: where another school has it, the row is refused."""
    if "absences" not in task.stored:
        return rows
    stored = live(task.rows("absences"))
    theirs = stored.filter(stored["school_id"] != task.school_id).select("absence_id")
    taken = rows.filter(rows[NATURAL]).semi_join(theirs, "absence_id")
    if not _refuse_lines(task, taken, OTHER_SCHOOLS_ID, "absence_id"):
        return rows
    return rows.anti_join(taken.select("absence_id"), "absence_id")


def _known_pupils(task: Task, reading: _Reading) -> ir.Table | None:
    """Who is a pupil: by the register, else by this list; None: everybody is taken for one."""
    if "pupils" in task.stored:
        return live(task.rows("pupils")).select("pupil_id")
    if task.store.keeps_only_known_pupils:
        made = [{"pupil_id": pupil} for pupil in reading.roster]
        return small_table(task, "pupils", made).select("pupil_id")
    return None


def _without_unknown_pupils(task: Task, rows: ir.Table, reading: _Reading) -> ir.Table:
    """Rows of pupils who are not in ``pupils`` are refused and counted apart.

    Where there is no roster yet all are kept, unless the store keeps nothing of an unknown pupil.
    """
    counts, delivery = reading.delivery.counts, reading.delivery
    has_roster, made = "pupils" in task.stored, reading.roster
    delivery.pupils = told = PupilsOfDelivery(
        named=_count(task, rows.select("pupil_id").distinct()),
        known_by="register" if has_roster else "delivery" if made else "nothing",
        made=0 if has_roster else len(made),
        told=tuple(name for name in ABOUT_PUPILS if name in reading.told),
    )
    known = _known_pupils(task, reading)
    if known is None:
        return rows
    strange = rows.anti_join(known, "pupil_id")
    counts["unknown_pupil_rows"] = _refuse_lines(task, strange, UNKNOWN_PUPIL, "pupil_id")
    if not counts["unknown_pupil_rows"]:
        return rows
    by_pupil = strange.group_by("pupil_id").aggregate(
        n=(strange[FILE].cast("string") + ":" + strange[LINE].cast("string")).nunique()
    )
    counts["unknown_pupils"] = _count(task, by_pupil)
    shown = by_pupil.order_by([by_pupil["n"].desc(), by_pupil["pupil_id"]]).limit(MOST_UNKNOWN_SHOWN)
    delivery.pupils = replace(
        told,
        unknown=counts["unknown_pupils"],
        unknown_rows=counts["unknown_pupil_rows"],
        unknown_ids=tuple((row["pupil_id"], row["n"]) for row in task.engine.to_arrow(shown).to_pylist()),
    )
    return rows.semi_join(known, "pupil_id")


def _count(task: Task, rows: ir.Table) -> int:
    return int(task.engine.to_arrow(rows.count().as_table()).column(0)[0].as_py())


def _note_both_marks(task: Task, rows: ir.Table, present: ir.Table) -> None:
    """Present and absent for the same lesson in one delivery: told, the absence is kept."""
    if task.engine.to_arrow(present.limit(1)).num_rows:
        both = rows.semi_join(present, ["pupil_id", "date", "lesson"])
        _refuse_lines(task, both.mutate(lesson=both["lesson"]), BOTH_MARKS, "absence_id", counts=False)


def _add_roster(task: Task, reading: _Reading) -> None:
    """A first register from one list: pupils and enrolments out of the export, where it has no roster yet."""
    options = task.mapping.options
    delivery = reading.delivery
    if "schools" not in task.stored and options.sector is not None:
        school = {
            "school_id": task.school_id,
            "name": options.school_name or task.school_id,
            "sector": options.sector,
            "municipality": options.municipality,
            "partnership": options.partnership,
            "holiday_region": options.holiday_region,
            "lesson_minutes": options.lesson_minutes,
        }
        delivery.tables["schools"] = (small_table(task, "schools", [school]), frozenset(school))
    if not reading.roster or "pupils" in task.stored:
        return
    pupils = [
        {"pupil_id": pupil, "birth_date": known["birth_date"], "sex": known["sex"]}
        for pupil, known in reading.roster.items()
    ]
    delivery.tables["pupils"] = (small_table(task, "pupils", pupils), frozenset(pupils[0]))
    if "enrolments" in task.stored:
        return
    first = SchoolYear.of(min(filter(None, (options.first_day, reading.first_day)))).first
    enrolments = [
        {
            "pupil_id": pupil,
            "school_id": task.school_id,
            "first_day": first,
            "group": known["group"],
            "level": known["level"],
        }
        for pupil, known in reading.roster.items()
    ]
    delivery.tables["enrolments"] = (small_table(task, "enrolments", enrolments), frozenset(enrolments[0]))
    delivery.notes.append(
        note(
            "pupils_made",
            f"'pupils' en 'enrolments' zijn gemaakt uit deze lijst: alleen leerlingen die erin staan, "
            f"ingeschreven vanaf {first.isoformat()}. Wie nooit verzuimde, ontbreekt. "
            "Lees liever een leerlinglijst in (profiel roster, edexml of oneroster).",
            f"'pupils' and 'enrolments' were made from this list: only the pupils in it, enrolled from "
            f"{first.isoformat()}. Who was never absent is missing. Better import a roster (profile roster, edexml or oneroster).",
        )
    )


def _add_persons(task: Task, reading: _Reading) -> None:
    """The names that the list gives of pupils who stand or are made from it."""
    if not reading.persons or not reading.named:
        return
    rows = [{"pupil_id": pupil, **names} for pupil, names in reading.persons.items()]
    persons = small_table(task, Persons.name, rows)
    known = _known_pupils(task, reading)
    if known is not None:
        persons = persons.semi_join(known, "pupil_id")
    reading.delivery.tables[Persons.name] = (persons, frozenset(("pupil_id", *reading.named)))


def _add_delivery(task: Task, delivery: Delivery) -> None:
    """A stated last day says up to when absence is complete (table ``deliveries``)."""
    last = task.mapping.options.last_day
    if last is None:
        return
    row = {"school_id": task.school_id, "last_day": last}
    delivery.tables["deliveries"] = (small_table(task, "deliveries", [row]), frozenset(row))


def _spare(task: Task, reading: _Reading) -> None:
    """What could not be read has not vanished: registrations of these pupils stay as they are."""
    tally, delivery = reading.tally, reading.delivery
    if not task.mapping.options.has_scope or not (tally.unread_pupils or tally.unread_lines):
        return
    if tally.unread_lines or len(tally.unread_pupils) > MOST_SPARED:
        delivery.spared = None
        delivery.notes.append(
            note(
                "nothing_vanished",
                "Sommige regels zijn niet te lezen en noemen geen leerling. Daarom is nu niets als verdwenen geteld.",
                "Some lines cannot be read and name no pupil. So nothing was counted as vanished now.",
            )
        )
        return
    delivery.spared = frozenset(tally.unread_pupils)
    delivery.notes.append(
        note(
            "some_spared",
            f"Leerlingen van wie een rij niet te lezen is: {len(tally.unread_pupils)}. Van hen is nu niets als "
            "verdwenen geteld.",
            f"Pupils of whom a row cannot be read: {len(tally.unread_pupils)}. Of them nothing was counted as "
            "vanished now.",
        )
    )


def _add_notes(task: Task, reading: _Reading) -> None:
    mapping, tally, notes = task.mapping, reading.tally, reading.delivery.notes
    if mapping.profile.starting_point is not None:
        start = mapping.profile.starting_point
        notes.append(note("starting_point", start.nl, start.en))
    schools = tally.schools
    if not mapping.schools and schools and task.school_id not in schools:
        notes.append(
            note(
                "other_schools",
                f"Het bestand noemt {len(schools)} scholen, maar niet {task.school_id}. Zoals gevraagd zijn alle rijen "
                f"bij {task.school_id} gezet. Klopt dat niet, zet dan in [schools] van een indeling welke school "
                "welke is.",
                f"The file names {len(schools)} schools, but not {task.school_id}. As asked all rows were taken as of "
                f"{task.school_id}. If that is wrong, say in [schools] of a map which school is which.",
            )
        )
    if not mapping.options.has_scope:
        notes.append(
            note(
                "no_period",
                "De periode van deze levering is niet opgegeven ('from' en 'to' in [options]): wat in de bron "
                "verdween, blijft staan, en tot welke dag het verzuim compleet is, is niet bekend.",
                "The period of this delivery is not stated ('from' and 'to' in [options]): what vanished at the "
                "source stays, and up to which day absence is complete is not known.",
            )
        )
    missing = [
        name
        for name in ("schools", "pupils", "enrolments")
        if name not in task.stored and name not in reading.delivery.tables
    ]
    if missing:
        notes.append(
            note(
                "tables_missing",
                f"In het register ontbreken nog: {', '.join(missing)}. Lees een leerlinglijst in (profiel roster, edexml of "
                "oneroster) of zet ze in de map; daarna kan 'aanwezig check' rekenen. Of een leerling bekend is, "
                "kon nu niet worden gekeken.",
                f"Still missing in the register: {', '.join(missing)}. Import a roster (profile roster, edexml or oneroster) "
                "or put them in the folder; then 'aanwezig check' can work. Whether a pupil is known could not be "
                "looked at yet.",
            )
        )
    stored = task.stored.get("absences")
    if stored is not None and stored.note is not None:
        notes.append(stored.note)


def check_school(task: Task) -> None:
    """AanwezigError when the register has schools and this is none of them, unless the map describes it."""
    if "schools" not in task.stored or task.mapping.options.sector is not None:
        return
    rows = live(task.rows("schools"))
    found = task.engine.to_arrow(rows.filter(rows["school_id"] == task.school_id).limit(1))
    if found.num_rows == 0:
        raise make_error("REG-118", task.store.name, school=task.school_id)
