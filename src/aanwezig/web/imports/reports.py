"""The report of an import as it is stored: numbers in the database, what names pupils in a file beside the upload."""

from __future__ import annotations

import json
from typing import Any

from aanwezig.register import ImportReport
from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.imports import files
from aanwezig.web.imports.models import Batch

# Told on the page in its own words, or about the command line.
NOT_TOLD = ("saved_map", "would_ask", "no_period", "tables_missing", "sector_unknown", "starting_point")
DETAILS = "details.json"


def plain_report(report: ImportReport, *, is_nothing: bool = False) -> dict[str, Any]:
    """The numbers, for the database: nothing of it is about one pupil. ``is_nothing``: it brought nothing new."""
    counts = {table.table: table for table in report.tables}
    main = counts.get("absences") or counts.get("pupils")
    return {
        "numbers": report.numbers(),
        # What the delivery is about: absence, or else pupils.
        "main": None if main is None else {**main.as_dict(), "refused": report.refused},
        "tables": [table.as_dict() for table in report.tables],
        "to_confirm": [table.table for table in report.to_confirm],
        "faults": [
            {"code": group.code, "count": group.count, "what": _both(group.what), "mend": _both(group.mend)}
            for group in report.fault_groups
        ],
        "notes": [_both(note) for note in report.notes if note.code not in NOT_TOLD],
        "files": [
            {"name": file.name, "rows": file.rows, "earlier": file.earlier_batch} for file in report.files
        ],
        "pupils": None
        if report.pupils is None
        else {
            "named": report.pupils.named,
            "known_by": report.pupils.known_by,
            "unknown": report.pupils.unknown,
            "unknown_rows": report.pupils.unknown_rows,
            "made": report.pupils.made,
        },
        "stopped": report.stopped,
        "is_nothing": is_nothing,
    }


def keep_details(batch: Batch, report: ImportReport) -> None:
    """What names pupils: the first rows as they will be kept, examples of faults, numbers of unknown pupils.

    Of what was kept only what a person still has to mend.
    """
    previews = report.previews if report.batch_id is None else {}
    content = {
        "previews": {name: [_shown(row) for row in rows] for name, rows in previews.items()},
        "examples": {
            group.code: [
                {"file": file, "row": fault.row, "column": fault.column, "value": fault.value}
                for file, fault in group.examples
            ]
            for group in report.fault_groups
        },
        "unknown": [] if report.pupils is None else [list(one) for one in report.pupils.unknown_ids],
    }
    files.write(batch, DETAILS, json.dumps(content, ensure_ascii=False))


def details_of(batch: Batch) -> dict[str, Any]:
    """What ``keep_details`` kept; nothing when it was removed."""
    text = files.read(batch, DETAILS)
    return json.loads(text) if text else {"previews": {}, "examples": {}, "unknown": []}


def error_of(error: AanwezigError) -> dict[str, Any]:
    """An error as it is stored; it holds nothing of a pupil."""
    return {"code": error.code, "where": error.where, "what": _both(error.what), "mend": _both(error.mend)}


def _both(text: BilingualText) -> dict[str, str]:
    return {"nl": text.nl, "en": text.en}


def _shown(row: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not None}
