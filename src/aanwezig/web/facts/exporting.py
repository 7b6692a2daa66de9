"""The database's facts as a register folder (docs/specification/interfaces.md, export-register).

Current and superseded rows with their known time, so that a question about the folder gives what the application gives.
Never names: these lie apart from the facts. For research the pupils can be pseudonymised by a key that stays here.
"""

from __future__ import annotations

import hashlib
import hmac
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from aanwezig.tables import TABLES, Kind, Table
from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.access.actor import SYSTEM
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.models import School
from aanwezig.web.facts.reading import facts_of_schools

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
LEAST_KEY_BYTES = 32
# Ids that would lead back to a child or family; groups, schools and codes do not.
NAMES_OF_PEOPLE = {"pupil_id": "pupil", "absence_id": "absence", "household": "household"}
# What people wrote freely may name somebody. That something was written stays, for a rule may ask whether it was.
WRITTEN = "recorded"
NOT_WRITTEN_FREELY = ("sex",)


@dataclass(frozen=True, slots=True)
class Exported:
    """How many rows each table of the folder has; ``schools``: of how many schools."""

    schools: int
    rows: Mapping[str, int]
    pseudonymised: bool


def export_register(
    directory: Path, schools: Iterable[str] | None = None, key: bytes | None = None
) -> Exported:
    """Write a register folder of some schools (None: all) in Parquet; with a ``key`` pseudonymised.

    Pseudonymised: pupil, registration and household become a keyed hash (HMAC-SHA-256), the same in each export with the
    same key; a birth date becomes the first day of its month, enough for the beginning and the end of compulsory
    education (the 18th birthday may move by some days); free text only says that something was written. Without the
    key nobody can go back; with it the school can. The folder is there whole or not at all.
    AanwezigError: the folder is there and not empty, there is nothing to export, or a school is not known.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise _error(
            "EXP-001",
            f"'{directory}' bestaat al en is niet leeg.",
            f"'{directory}' is there already and is not empty.",
            "Noem een nieuwe map: een export komt nooit bij andere bestanden.",
            "Name a new folder: an export never goes among other files.",
        )
    known = set(School.objects.values_list("code", flat=True))
    wanted = known if schools is None else set(schools)
    if not wanted or wanted - known:
        raise _error(
            "EXP-002",
            "Er is geen school om te exporteren."
            if not wanted
            else "Een gevraagde school is hier niet bekend.",
            "There is no school to export."
            if not wanted
            else "A school that was asked for is not known here.",
            "Kijk onder Beheer welke scholen er zijn, of importeer eerst.",
            "See under Administration which schools there are, or import first.",
        )
    tables = dict(facts_of_schools(None if schools is None else wanted).tables)
    tables["absences"] = _told_apart(tables["absences"])
    if key is not None:
        tables = {name: _pseudonymised(TABLES[name], rows, key) for name, rows in tables.items()}
    directory.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        for name, rows in tables.items():
            pq.write_table(rows, made / f"{name}.parquet", compression="zstd")
        if directory.exists():
            directory.rmdir()
        made.rename(directory)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    exported = Exported(len(wanted), {name: rows.num_rows for name, rows in tables.items()}, key is not None)
    record_change(
        SYSTEM,
        "register.exported",
        details={"schools": [*sorted(wanted)[:50]], "pseudonymised": exported.pseudonymised},
    )
    return exported


def read_key(path: Path) -> bytes:
    """The key of a pseudonymised export; AanwezigError when the file is not there or holds too little."""
    mend_nl = "Maak er een met: openssl rand -base64 48 > BESTAND, en bewaar die waar de export niet komt."
    mend_en = "Make one with: openssl rand -base64 48 > FILE, and keep it where the export does not go."
    try:
        key = path.read_bytes().strip()
    except OSError:
        raise _error(
            "EXP-003",
            f"Het sleutelbestand '{path}' is niet te lezen.",
            f"The key file '{path}' cannot be read.",
            mend_nl,
            mend_en,
        ) from None
    if len(key) < LEAST_KEY_BYTES:
        raise _error(
            "EXP-004",
            f"De sleutel is te kort: minstens {LEAST_KEY_BYTES} tekens.",
            f"The key is too short: at least {LEAST_KEY_BYTES} characters.",
            mend_nl,
            mend_en,
        )
    return key


def _told_apart(absences: pa.Table) -> pa.Table:
    """Schools number their registrations themselves: where two gave one number, the school comes before it."""
    pairs = absences.select(["absence_id", "school_id"]).group_by(["absence_id", "school_id"]).aggregate([])
    ids = pairs.filter(pc.is_valid(pairs["absence_id"]))["absence_id"]
    if pc.count_distinct(ids).as_py() == len(ids):
        return absences
    named = pc.binary_join_element_wise(absences["school_id"], absences["absence_id"], "-")
    return absences.set_column(absences.column_names.index("absence_id"), "absence_id", named)


def _pseudonymised(table: type[Table], rows: pa.Table, key: bytes) -> pa.Table:
    of_pupils = any(column.name == "pupil_id" for column in table.columns)
    for place, column in enumerate(table.all_columns()):
        cells = rows[column.name]
        if column.name in NAMES_OF_PEOPLE:
            cells = _each(cells, _hashing(key, NAMES_OF_PEOPLE[column.name]))
        elif column.name == "birth_date":
            cells = pc.floor_temporal(cells, unit="month").cast(pa.date32())
        elif of_pupils and column.kind is Kind.TEXT and column.name not in NOT_WRITTEN_FREELY:
            cells = pc.if_else(pc.is_valid(cells), pa.scalar(WRITTEN), pa.scalar(None, pa.string()))
        else:
            continue
        rows = rows.set_column(place, column.name, cells)
    if not of_pupils:
        return rows
    # In the order in which they came, rows could be laid beside another list. Of one pupil they keep their order.
    return rows.take(pc.sort_indices(rows, sort_keys=[("pupil_id", "ascending")]))


def _hashing(key: bytes, what: str) -> Callable[[str], str]:
    def hashed(own: str) -> str:
        return hmac.new(key, f"{what}:{own}".encode(), hashlib.sha256).hexdigest()[:32]

    return hashed


def _each(cells: Any, change: Callable[[str], str]) -> Any:
    """A column with every value changed, each different one once."""
    different = {one: None if one is None else change(one) for one in pc.unique(cells).to_pylist()}
    return pa.array([different[cell] for cell in cells.to_pylist()], pa.string())


def _error(code: str, nl: str, en: str, mend_nl: str, mend_en: str) -> AanwezigError:
    return AanwezigError(code, BilingualText(nl, en), BilingualText(mend_nl, mend_en))
