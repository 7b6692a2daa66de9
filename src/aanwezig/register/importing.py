"""The import: files in, a batch in the register folder out, or a report of why not (docs/specification/register.md §4)."""

from __future__ import annotations

import getpass
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from aanwezig.engines import Engine, open_engine
from aanwezig.register.absences import check_school, read_absences
from aanwezig.register.batches import Replacement, file_hash, keep, locked, new_batch_id, read_batches
from aanwezig.register.fault_codes import make_error
from aanwezig.register.fault_log import FaultLog
from aanwezig.register.formats.opening import first_bytes
from aanwezig.register.merging import Change, Merge, Scope, lay_over
from aanwezig.register.profile import FileMapping, Profile, load_profile, make_mapping
from aanwezig.register.report import CONFIRMATION, STRICT, UNKNOWN_CODES, FileRead, ImportReport
from aanwezig.register.roster import read_rosters
from aanwezig.register.saved_map import as_text, file_name, read_saved
from aanwezig.register.stored import as_parquet, stored_tables
from aanwezig.register.task import Progress, Task
from aanwezig.values import BilingualText
from aanwezig.values.text import Language

# Beyond this DuckDB spills to disk; reading and writing take some hundreds of megabytes beside it.
MEMORY_LIMIT = "400MB"
PREVIEW_ROWS = 10
SAVED_MAP = BilingualText(
    "De indeling van een eerdere levering van deze school is gebruikt. Geef --map om die te vervangen.",
    "The map of an earlier delivery of this school was used. Give --map to replace it.",
)
WOULD_ASK = BilingualText(
    "Er zouden meer dan 10 rijen en meer dan 10 procent verdwijnen of veranderen: zonder --yes wordt dit niet bewaard.",
    "More than 10 rows and more than 10 percent would vanish or change: without --yes this is not kept.",
)


def import_files(
    files: Sequence[Path | str] | Path | str,
    school_id: str,
    profile: str = "generic",
    mapping: Path | str | Mapping[str, Any] | None = None,
    *,
    into: Path | str,
    dry_run: bool = False,
    strict: bool = False,
    confirm: bool = False,
    who: str | None = None,
    progress: Progress | None = None,
    language: Language = "nl",
    now: datetime | None = None,
) -> ImportReport:
    """Import files of one delivery of a school into a register folder.

    ``mapping``: a TOML file (``--map``) or its content. ``confirm``: go on although many rows would vanish or
    change. ``who``: who imports, for the batch; without it
    the user of the computer. ``now``: the moment at which the facts become known.
    AanwezigError for what cannot be read or is wrongly used; what stops an import after reading (unknown codes,
    confirmation, ``strict``) is in the report.
    """
    paths = tuple(Path(file) for file in ([files] if isinstance(files, str | Path) else files))
    folder = Path(into)
    school_id = school_id.strip()
    _check_use(paths, school_id, folder)
    plain = Path(mapping) if isinstance(mapping, str) else mapping
    chosen, saved = _mapping(load_profile(profile), plain, folder, school_id)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    person = _user() if who is None else who
    earlier = {
        file["sha256"]: str(entry["batch"])
        for entry in read_batches(folder)
        for file in entry.get("files", ())
    }
    read = tuple(_file_read(path, earlier) for path in paths)
    if len({file.sha256 for file in read}) < len(read):
        raise make_error("REG-117", read[-1].name)
    with tempfile.TemporaryDirectory(prefix="aanwezig-import-") as name:
        work = Path(name)
        log = FaultLog(work / "faults.csv", language)
        with open_engine("duckdb", memory_limit=MEMORY_LIMIT) as engine:
            if dry_run:
                task = _task(
                    paths, school_id, chosen, folder, work, engine, log, moment, progress, plain is not None
                )
                report = _run(task, read, strict=strict, confirm=True, dry_run=True, who=person)
            else:
                with locked(folder):
                    task = _task(
                        paths,
                        school_id,
                        chosen,
                        folder,
                        work,
                        engine,
                        log,
                        moment,
                        progress,
                        plain is not None,
                    )
                    report = _run(task, read, strict=strict, confirm=confirm, dry_run=False, who=person)
        notes = (*report.notes, SAVED_MAP) if saved else report.notes
        return replace(report, notes=notes, faults_path=_put_report(log, folder))


def _mapping(
    profile: Profile, given: Path | Mapping[str, Any] | None, folder: Path, school_id: str
) -> tuple[FileMapping, bool]:
    """The map that is given, else the one that was kept of this school, and whether it is that one."""
    if given is None:
        saved = read_saved(folder, school_id, profile)
        if saved is not None:
            return saved, True
    return make_mapping(profile, given), False


def _check_use(paths: Sequence[Path], school_id: str, folder: Path) -> None:
    if not paths:
        raise make_error("REG-100")
    if not school_id or len(school_id) > 20 or any(sign.isspace() for sign in school_id):
        raise make_error("REG-118", None, school=school_id[:20] or "''")
    for path in paths:
        first_bytes(path)
    if folder.exists() and not folder.is_dir():
        raise make_error("REG-116", str(folder))


def _user() -> str | None:
    """The name of the computer's user, who imports when nobody else is named."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _file_read(path: Path, earlier: Mapping[str, str]) -> FileRead:
    digest = file_hash(path)
    return FileRead(path.name, digest, path.stat().st_size, earlier_batch=earlier.get(digest))


def _task(
    paths: tuple[Path, ...],
    school_id: str,
    mapping: FileMapping,
    folder: Path,
    work: Path,
    engine: Engine,
    log: FaultLog,
    now: datetime,
    progress: Progress | None,
    map_is_given: bool,
) -> Task:
    wanted = ("schools", "pupils", "enrolments", "absences", "deliveries")
    stored = {
        name: as_parquet(files, work) for name, files in stored_tables(folder).items() if name in wanted
    }
    report = progress or (lambda rows, size: None)
    return Task(paths, school_id, mapping, folder, work, engine, log, now, report, stored, map_is_given)


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
        name: lay_over(task.engine, name, task.rows(name), rows, delivered, scope, task.work)
        for name, (rows, delivered) in delivery.tables.items()
    }
    changes = {name: merge.count() for name, merge in merges.items()}
    main = changes.get("absences", Change("absences"))
    first = merges.get("absences") or merges.get("pupils")
    report = ImportReport(
        files=tuple(
            replace(file, rows=rows) for file, rows in zip(files, delivery.rows_per_file, strict=False)
        )
        or files,
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
            for name, change in changes.items()
            if name != "absences" and name in ("pupils", "enrolments", "schools")
        },
        faults=tuple(task.log.kept),
        fault_counts=dict(task.log.counts),
        preview=tuple(first.sample(PREVIEW_ROWS)) if first is not None else (),
        notes=tuple(delivery.notes),
        **delivery.counts,
    )
    if report.unknown_codes:
        return replace(report, stopped=UNKNOWN_CODES)
    if strict and report.refused:
        return replace(report, stopped=STRICT)
    if not dry_run and not confirm and any(change.needs_confirmation for change in changes.values()):
        return replace(report, stopped=CONFIRMATION)
    if dry_run and any(change.needs_confirmation for change in changes.values()):
        report = replace(report, notes=(*report.notes, WOULD_ASK))
    touched = {name: merge for name, merge in merges.items() if not changes[name].is_nothing}
    if dry_run or not touched:
        return report
    return _keep(task, report, touched, who)


def _keep(task: Task, report: ImportReport, merges: Mapping[str, Merge], who: str | None) -> ImportReport:
    batch_id = new_batch_id(task.now)
    replacements = []
    new_folder = task.into / ".batches" / batch_id / "new"
    new_folder.mkdir(parents=True)
    try:
        for name, merge in merges.items():
            path = new_folder / f"{name}.parquet"
            merge.write(path, task.now)
            old = task.stored[name].entry.name if name in task.stored else None
            replacements.append(Replacement(name, path, f"{name}.parquet", old))
        kept_map = _map_to_keep(task, new_folder)
        if kept_map is not None:
            replacements.append(kept_map)
    except BaseException:
        shutil.rmtree(new_folder.parent, ignore_errors=True)
        raise
    options = task.mapping.options
    entry = {
        "batch": batch_id,
        "at": task.now.isoformat(timespec="seconds"),
        "who": who,
        "school_id": task.school_id,
        "profile": report.profile,
        "files": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.bytes, "rows": file.rows}
            for file in report.files
        ],
        "map_sha256": task.mapping.digest(),
        "from": _day(options.first_day),
        "to": _day(options.last_day),
        **report.numbers(),
        "roster": report.roster,
    }
    keep(task.into, batch_id, replacements, entry)
    return replace(report, batch_id=batch_id)


def _map_to_keep(task: Task, folder: Path) -> Replacement | None:
    """The school's map as a new file, when it says more than its profile and other than the kept one."""
    name = file_name(task.school_id, task.mapping.profile.name)
    text, old = as_text(task.mapping), task.into / name
    if not task.map_is_given:
        return None
    if text is None or (old.exists() and old.read_text(encoding="utf-8") == text):
        return None
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Replacement("", path, name, name if old.exists() else None)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _put_report(log: FaultLog, folder: Path) -> Path | None:
    """Beside the register folder, so that a dry run leaves the folder itself as it was."""
    log.close()
    target = folder.absolute()
    path = target.with_name(f"{target.name}-import-faults.csv")
    if log.is_empty:
        path.unlink(missing_ok=True)
        return None
    content = log.path.read_bytes()
    for place in (path, target / "import-faults.csv", Path(tempfile.gettempdir()) / path.name):
        try:
            place.write_bytes(content)
            # It names pupils: for who imports and nobody else.
            place.chmod(0o600)
        except OSError:
            continue
        return place
    return None
