"""What an import did, or would do, as numbers, a preview and sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aanwezig.register.columns import FoundColumn
from aanwezig.register.fault_codes import make_error
from aanwezig.register.persons import Persons
from aanwezig.register.report_data import FaultGroup, Note, PupilsOfDelivery, TableCounts
from aanwezig.values import AanwezigError, BilingualText, Fault
from aanwezig.values.text import Language

# Why nothing was kept although the file could be read.
UNKNOWN_CODES, CONFIRMATION, STRICT = "unknown_codes", "confirmation", "strict"
MOST_CODES = 20
# No school has more codes than this.
CODES_OF_A_SCHOOL = 80


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file of a delivery; ``earlier_batch``: the batch that brought exactly this file before."""

    name: str
    sha256: str
    bytes: int
    rows: int = 0
    # The columns found in a list, and what was read from each; none for forms that are no list.
    columns: tuple[FoundColumn, ...] = ()
    earlier_batch: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Numbers of an import. Rows read and refused are lines of the export; the others rows of the register.

    ``changed`` and ``vanished`` rows are superseded. ``unknown_pupils``: pupils of refused rows who are not in
    the register's ``pupils``, counted apart. ``stopped`` says why nothing was kept; with ``dry_run`` nothing is.

    For who shows it: ``tables`` has the counts of every table of the delivery (the plain numbers are those of
    ``absences``), ``to_confirm`` those of which so much changes that it is kept only when confirmed,
    ``previews`` the first rows per table as they are (or would be) kept, ``fault_groups`` the faults by code,
    ``pupils`` what is known of the pupils that an export of absences names.
    """

    files: tuple[FileRead, ...]
    school_id: str
    profile: str
    dry_run: bool = False
    batch_id: str | None = None
    rows_read: int = 0
    new: int = 0
    unchanged: int = 0
    changed: int = 0
    vanished: int = 0
    refused: int = 0
    doubles: int = 0
    present_marks: int = 0
    not_absence: int = 0
    other_school: int = 0
    withdrawn: int = 0
    unknown_pupils: int = 0
    unknown_pupil_rows: int = 0
    unknown_codes: dict[str, int] = field(default_factory=dict)
    base: int = 0
    roster: dict[str, dict[str, int]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    fault_counts: dict[str, int] = field(default_factory=dict)
    faults_path: Path | None = None
    preview: tuple[dict[str, object], ...] = ()
    tables: tuple[TableCounts, ...] = ()
    previews: dict[str, tuple[dict[str, object], ...]] = field(default_factory=dict)
    fault_groups: tuple[FaultGroup, ...] = ()
    pupils: PupilsOfDelivery | None = None
    notes: tuple[Note, ...] = ()
    stopped: str | None = None

    @property
    def superseded(self) -> int:
        """Rows that no longer stand: corrected or vanished upstream."""
        return self.changed + self.vanished

    @property
    def needs_confirmation(self) -> bool:
        """Whether it stopped for want of confirmation, or, of a dry run, whether keeping it would."""
        return self.stopped == CONFIRMATION or (
            self.dry_run and self.stopped is None and bool(self.to_confirm)
        )

    @property
    def to_confirm(self) -> tuple[TableCounts, ...]:
        """The tables of which more than 10 rows and more than 10 % would vanish or change."""
        return tuple(table for table in self.tables if table.needs_confirmation)

    @property
    def error(self) -> AanwezigError | None:
        """The one line that says why nothing was kept; None when nothing stopped it."""
        where = self.files[0].name if self.files else None
        if self.stopped == UNKNOWN_CODES:
            return make_error("REG-110", where, **_listed(self.unknown_codes))
        if self.stopped == CONFIRMATION:
            table = self.to_confirm[0]
            return make_error(
                "REG-111", where, vanished=table.vanished, changed=table.changed, base=table.base
            )
        if self.stopped == STRICT:
            return make_error("REG-115", where, count=self.refused)
        return None

    @property
    def exit_code(self) -> int:
        """0 done, faults listed; 1 refused rows under ``--strict``; 2 nothing could be kept (interfaces.md)."""
        if self.stopped is None:
            return 0
        return 1 if self.stopped == STRICT else 2

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """Everything as plain values, for JSON; names of persons are left out."""
        return {
            "files": [
                {
                    "name": file.name,
                    "sha256": file.sha256,
                    "bytes": file.bytes,
                    "rows": file.rows,
                    "earlier_batch": file.earlier_batch,
                    "columns": [column.as_dict() for column in file.columns],
                }
                for file in self.files
            ],
            "school_id": self.school_id,
            "profile": self.profile,
            "dry_run": self.dry_run,
            "batch": self.batch_id,
            **self.numbers(),
            "unknown_codes": self.unknown_codes,
            "roster": self.roster,
            "fault_counts": self.fault_counts,
            "faults": [fault.as_dict(language) for fault in self.faults],
            "preview": _plain_rows(self.preview),
            "previews": {
                name: _plain_rows(rows) for name, rows in self.previews.items() if name != Persons.name
            },
            "tables": [table.as_dict() for table in self.tables],
            "to_confirm": [table.table for table in self.to_confirm],
            "fault_groups": [group.as_dict(language) for group in self.fault_groups],
            "pupils": None if self.pupils is None else self.pupils.as_dict(),
            "notes": [note.in_language(language) for note in self.notes],
            "note_codes": [note.code for note in self.notes],
            "stopped": self.stopped,
        }

    def numbers(self) -> dict[str, int]:
        """The counts, under the names of docs/specification/register.md §4."""
        return {
            "rows_read": self.rows_read,
            "new": self.new,
            "unchanged": self.unchanged,
            "superseded": self.superseded,
            "changed": self.changed,
            "vanished": self.vanished,
            "refused": self.refused,
            "doubles": self.doubles,
            "present_marks": self.present_marks,
            "not_absence": self.not_absence,
            "other_school": self.other_school,
            "withdrawn": self.withdrawn,
            "unknown_pupils": self.unknown_pupils,
            "unknown_pupil_rows": self.unknown_pupil_rows,
        }


def _plain_rows(rows: tuple[dict[str, object], ...]) -> list[dict[str, object]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _listed(codes: dict[str, int]) -> dict[str, str]:
    """The codes with their counts, most frequent first; so many different ones that it is no column of codes
    are not repeated, for they may be names."""
    if len(codes) > CODES_OF_A_SCHOOL:
        number = len(codes)
        return {
            "codes_nl": f"{number} verschillende; is dit wel de kolom met codes?",
            "codes_en": f"{number} different ones; is this the column of codes?",
        }
    shown = [f"{code} ({count}×)" for code, count in _by_count(codes)]
    more = len(shown) - MOST_CODES
    text = ", ".join(shown[:MOST_CODES]) + (f", … (+{more})" if more > 0 else "")
    return {"codes_nl": text, "codes_en": text}


def _by_count(codes: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(codes.items(), key=lambda item: (-item[1], item[0]))


_LABELS = {
    "rows_read": BilingualText("Rijen gelezen", "Rows read"),
    "new": BilingualText("Nieuw", "New"),
    "unchanged": BilingualText("Ongewijzigd", "Unchanged"),
    "changed": BilingualText("Verbeterd (oude rij vervangen)", "Corrected (old row superseded)"),
    "vanished": BilingualText("Verdwenen in de bron", "Vanished at the source"),
    "refused": BilingualText("Geweigerd", "Refused"),
    "unknown_pupils": BilingualText("Onbekende leerlingen", "Unknown pupils"),
    "unknown_pupil_rows": BilingualText("  met zoveel rijen (geweigerd)", "  with so many rows (refused)"),
    "doubles": BilingualText("Dubbele rijen (één keer geteld)", "Double rows (counted once)"),
    "present_marks": BilingualText("Aanwezig gemeld (geen verzuim)", "Marks of presence (no absence)"),
    "not_absence": BilingualText(
        "Spullen of huiswerk vergeten (geen verzuim)", "Materials or homework forgotten (no absence)"
    ),
    "other_school": BilingualText("Van een andere school (overgeslagen)", "Of another school (left out)"),
    "withdrawn": BilingualText("In de bron ingetrokken (overgeslagen)", "Withdrawn at the source (left out)"),
}
_ALWAYS = ("rows_read", "new", "unchanged", "changed", "vanished", "refused")
_TABLES = {
    "pupils": BilingualText("Leerlingen", "Pupils"),
    "enrolments": BilingualText("Inschrijvingen", "Enrolments"),
    "schools": BilingualText("Scholen", "Schools"),
    "absences": BilingualText("Verzuim", "Absence"),
}


def report_text(report: ImportReport, language: Language = "nl") -> str:
    """A summary for people: what was read, what became of it, what comes next. No pupil is named in it."""
    said: list[str] = [_headline(report).in_language(language), ""]
    for file in report.files:
        said.append(f"{file.name}: {file.bytes} bytes, sha256 {file.sha256[:12]}…")
        if file.earlier_batch:
            said.append(
                BilingualText(
                    f"  Dit bestand is al eerder ingelezen, als levering {file.earlier_batch}.",
                    f"  This file was imported before, as batch {file.earlier_batch}.",
                ).in_language(language)
            )
    said.append("")
    numbers = report.numbers()
    width = max(len(label.in_language(language)) for label in _LABELS.values()) + 2
    for name, label in _LABELS.items():
        if name in _ALWAYS or numbers[name]:
            said.append(f"{label.in_language(language):<{width}}{numbers[name]:>12}")
    for table, counts in report.roster.items():
        kind = _TABLES[table].in_language(language)
        new, changed = counts.get("new", 0), counts.get("changed", 0)
        said.append(
            BilingualText(
                f"{kind}: {new} nieuw, {changed} verbeterd, {counts.get('unchanged', 0)} ongewijzigd",
                f"{kind}: {new} new, {changed} corrected, {counts.get('unchanged', 0)} unchanged",
            ).in_language(language)
        )
    if 0 < len(report.unknown_codes) <= CODES_OF_A_SCHOOL:
        said += ["", BilingualText("Onbekende redencodes:", "Unknown reason codes:").in_language(language)]
        ordered = _by_count(report.unknown_codes)
        said += [f"  {code:<{width}}{count:>10}" for code, count in ordered[:MOST_CODES]]
        if len(ordered) > MOST_CODES:
            said.append(f"  … (+{len(ordered) - MOST_CODES})")
    if report.fault_counts:
        said += [
            "",
            BilingualText("Wat er mis is, per soort:", "What is wrong, by kind:").in_language(language),
        ]
        for code, count in sorted(report.fault_counts.items()):
            what = next(
                (fault.what.in_language(language) for fault in report.faults if fault.code == code), ""
            )
            said.append(f"  {code}  {count:>8}×  {what}")
    if report.faults_path is not None:
        said.append(
            BilingualText(
                f"Foutenverslag met regel, kolom en wat te doen: {report.faults_path}",
                f"Fault report with line, column and what to do: {report.faults_path}",
            ).in_language(language)
        )
    if report.notes:
        said.append("")
        said += [f"- {note.in_language(language)}" for note in report.notes]
    return "\n".join(said) + "\n"


def preview_text(report: ImportReport, language: Language = "nl") -> str:
    """The first rows as they are (or would be) kept; it names pupils, as the register does."""
    if not report.preview:
        return ""
    names = [name for name in report.preview[0] if any(row[name] is not None for row in report.preview)]
    table = [
        names,
        *[["" if row[name] is None else str(row[name]) for name in names] for row in report.preview],
    ]
    widths = [max(len(row[at]) for row in table) for at in range(len(names))]
    title = BilingualText("De eerste rijen zoals ze bewaard worden:", "The first rows as they are kept:")
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    return "\n".join([title.in_language(language), *lines]) + "\n"


def _headline(report: ImportReport) -> BilingualText:
    error = report.error
    if error is not None:
        return BilingualText(error.in_language("nl"), error.in_language("en"))
    if report.dry_run:
        return BilingualText("Proef: er is niets bewaard.", "Dry run: nothing was kept.")
    if report.batch_id is None:
        return BilingualText(
            "Er is niets nieuws: het register is niet veranderd.", "Nothing new: the register is as it was."
        )
    return BilingualText(
        f"Ingelezen als levering {report.batch_id}.", f"Imported as batch {report.batch_id}."
    )
