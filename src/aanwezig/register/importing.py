"""The import: files in, a batch in a store out, or a report of why not (docs/specification/register.md §4)."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aanwezig.engines import open_engine
from aanwezig.register.absences import check_school, read_absences
from aanwezig.register.batches import file_hash
from aanwezig.register.fault_codes import make_error
from aanwezig.register.fault_log import FaultLog
from aanwezig.register.folder_store import FolderStore
from aanwezig.register.formats.opening import first_bytes
from aanwezig.register.merging import Scope, lay_over
from aanwezig.register.persons import Persons
from aanwezig.register.profile import FileMapping, Profile, load_profile, make_mapping
from aanwezig.register.report import CONFIRMATION, STRICT, UNKNOWN_CODES, FileRead, ImportReport
from aanwezig.register.report_data import TableCounts, note
from aanwezig.register.roster import read_rosters
from aanwezig.register.saved_map import laid_over, to_keep
from aanwezig.register.store import WANTED, Batch, Store
from aanwezig.register.task import Delivery, Progress, Task
from aanwezig.values.text import Language

# Beyond this DuckDB spills to disk; reading and writing take some hundreds of megabytes beside it.
MEMORY_LIMIT = "400MB"
PREVIEW_ROWS = 10
SAVED_MAP = note(
    "saved_map",
    "De indeling van een eerdere levering van deze school is gebruikt. Geef --map om die te vervangen.",
    "The map of an earlier delivery of this school was used. Give --map to replace it.",
)
WOULD_ASK = note(
    "would_ask",
    "Er zouden meer dan 10 rijen en meer dan 10 procent verdwijnen of veranderen: zonder --yes wordt dit niet bewaard.",
    "More than 10 rows and more than 10 percent would vanish or change: without --yes this is not kept.",
)


def import_files(
    files: Sequence[Path | str] | Path | str,
    school_id: str,
    profile: str = "generic",
    mapping: Path | str | Mapping[str, Any] | None = None,
    *,
    into: Path | str | Store,
    dry_run: bool = False,
    strict: bool = False,
    confirm: bool = False,
    who: str | None = None,
    progress: Progress | None = None,
    language: Language = "nl",
    now: datetime | None = None,
) -> ImportReport:
    """Import files of one delivery of a school into a register folder, or another ``Store``.

    ``mapping``: a TOML file (``--map``) or its content. ``confirm``: go on although many rows would vanish or
    change. ``who``: who imports, for the batch; without it
    the user of the computer. ``now``: the moment at which the facts become known.
    AanwezigError for what cannot be read or is wrongly used; what stops an import after reading (unknown codes,
    confirmation, ``strict``) is in the report.
    """
    paths = tuple(Path(file) for file in ([files] if isinstance(files, str | Path) else files))
    school_id = school_id.strip()
    _check_use(paths, school_id)
    store: Store = FolderStore(Path(into)) if isinstance(into, str | Path) else into
    plain = Path(mapping) if isinstance(mapping, str) else mapping
    chosen, saved = _mapping(load_profile(profile), plain, store, school_id)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    person = _user() if who is None else who
    earlier = store.earlier_files(school_id)
    read = tuple(_file_read(path, earlier) for path in paths)
    if len({file.sha256 for file in read}) < len(read):
        raise make_error("REG-117", read[-1].name)
    with tempfile.TemporaryDirectory(prefix="aanwezig-import-") as name:
        work = Path(name)
        log = FaultLog(work / "faults.csv", language)
        with (
            open_engine("duckdb", memory_limit=MEMORY_LIMIT) as engine,
            nullcontext() if dry_run else store.writing(school_id),
        ):
            task = Task(
                files=paths,
                school_id=school_id,
                mapping=chosen,
                store=store,
                work=work,
                engine=engine,
                log=log,
                now=moment,
                progress=progress or (lambda rows, size: None),
                stored=store.standing(school_id, _wanted(store), work),
                map_is_given=plain is not None,
            )
            report = _run(task, read, strict=strict, confirm=confirm or dry_run, dry_run=dry_run, who=person)
        log.close()
        faults_path = store.put_faults(school_id, None if log.is_empty else log.path)
        notes = (*report.notes, SAVED_MAP) if saved else report.notes
        return replace(report, notes=notes, faults_path=faults_path)


def _mapping(
    profile: Profile, given: Path | Mapping[str, Any] | None, store: Store, school_id: str
) -> tuple[FileMapping, bool]:
    """The map that is given, else the one that was kept of this school, and whether it is that one."""
    if given is None:
        saved = store.saved_map(school_id, profile.name)
        if saved is not None:
            return laid_over(profile, saved), True
    return make_mapping(profile, given), False


def _wanted(store: Store) -> tuple[str, ...]:
    return WANTED if store.wants_persons else tuple(name for name in WANTED if name != Persons.name)


def _check_use(paths: Sequence[Path], school_id: str) -> None:
    if not paths:
        raise make_error("REG-100")
    if not school_id or len(school_id) > 20 or any(sign.isspace() for sign in school_id):
        raise make_error("REG-118", None, school=school_id[:20] or "''")
    for path in paths:
        first_bytes(path)


def _user() -> str | None:
    """The name of the computer's user, who imports when nobody else is named."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _file_read(path: Path, earlier: Mapping[str, str]) -> FileRead:
    digest = file_hash(path)
    return FileRead(path.name, digest, path.stat().st_size, earlier_batch=earlier.get(digest))


def _run(
    task: Task, files: tuple[FileRead, ...], *, strict: bool, confirm: bool, dry_run: bool, who: str | None
) -> ImportReport:
    is_roster = task.mapping.profile.kind == "roster"
    if not is_roster:
        check_school(task)
    delivery = read_rosters(task) if is_roster else read_absences(task)
    options = task.mapping.options
    scope = Scope(task.school_id)
    if delivery.spared is not None:
        scope = Scope(task.school_id, options.first_day, options.last_day, delivery.spared)
    merges = {
        name: lay_over(task.engine, name, task.rows(name), rows, delivered, scope, task.work, task.now)
        for name, (rows, delivered) in delivery.tables.items()
    }
    changes = {
        name: replace(merges[name].count(), refused=task.log.refused_of[name])
        for name in WANTED
        if name in merges
    }
    main = changes.get("absences", TableCounts("absences"))
    previews = {name: tuple(merges[name].sample(PREVIEW_ROWS)) for name in changes}
    report = ImportReport(
        files=_files_told(files, delivery),
        school_id=task.school_id,
        profile=task.mapping.profile.name,
        dry_run=dry_run,
        new=main.new,
        unchanged=main.unchanged,
        changed=main.changed,
        vanished=main.vanished,
        base=main.base,
        refused=task.log.refused,
        unknown_codes=delivery.unknown_codes,
        roster={
            name: {"new": change.new, "changed": change.changed, "unchanged": change.unchanged}
            for name, change in ((name, changes[name]) for name in merges)
            if name in ("pupils", "enrolments", "schools")
        },
        faults=tuple(task.log.kept),
        fault_counts=dict(task.log.counts),
        preview=previews.get("absences", previews.get("pupils", ())),
        tables=tuple(changes.values()),
        previews={name: rows for name, rows in previews.items() if rows},
        fault_groups=task.log.groups(),
        pupils=delivery.pupils,
        notes=tuple(delivery.notes),
        **delivery.counts,
    )
    if report.unknown_codes:
        return replace(report, stopped=UNKNOWN_CODES)
    if strict and report.refused:
        return replace(report, stopped=STRICT)
    if not dry_run and not confirm and report.to_confirm:
        return replace(report, stopped=CONFIRMATION)
    if dry_run and report.to_confirm:
        report = replace(report, notes=(*report.notes, WOULD_ASK))
    touched = [merges[name] for name, change in changes.items() if not change.is_nothing]
    if dry_run or not touched:
        return report
    batch = Batch(
        at=task.now,
        who=who,
        report=report,
        options=options,
        map_sha256=task.mapping.digest(),
        changes=touched,
        school_map=to_keep(task.mapping) if task.map_is_given else None,
    )
    return replace(report, batch_id=task.store.keep(batch))


def _files_told(files: tuple[FileRead, ...], delivery: Delivery) -> tuple[FileRead, ...]:
    """The files with what reading told of each."""
    told = []
    for at, file in enumerate(files):
        columns = delivery.columns[at] if at < len(delivery.columns) else ()
        told.append(replace(file, rows=delivery.rows_per_file[at], columns=columns))
    return tuple(told)
