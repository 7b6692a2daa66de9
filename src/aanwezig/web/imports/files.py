"""Uploaded files on disk: random names, for the application alone, and gone when they are not needed any more."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from aanwezig.web.access.refs import new_ref
from aanwezig.web.imports.models import RUNNING, Batch, State, UploadedFile

# What nobody went on with is removed after so long; lists of faults of what was kept too.
KEPT_FOR = timedelta(days=7)
LARGEST = 200 * 1024 * 1024


def home() -> Path:
    """The folder of uploads."""
    return Path(settings.MEDIA_ROOT) / "imports"


def folder_of(batch: Batch) -> Path:
    return home() / batch.ref


def make_folder(folder: Path) -> None:
    """A folder that only the application can look into."""
    home().parent.mkdir(parents=True, exist_ok=True)
    for one in (home(), folder):
        one.mkdir(exist_ok=True, mode=0o700)


def safe(name: str) -> str:
    """A name of a file as it may stand in a folder: its last part, without signs that mean something."""
    plain = re.sub(r"[^\w.,() +-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return plain[-120:] or "bestand"


def store(batch: Batch, name: str, chunks: Iterable[bytes]) -> UploadedFile | None:
    """Keep an upload, a part at a time; None when this import has exactly this file already."""
    make_folder(folder_of(batch))
    path = folder_of(batch) / new_ref()
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    if batch.files.filter(sha256=digest.hexdigest()).exists():
        path.unlink()
        return None
    return UploadedFile.objects.create(
        batch=batch,
        name=safe(name)[:200],
        sha256=digest.hexdigest(),
        bytes=size,
        path=f"{batch.ref}/{path.name}",
    )


@contextmanager
def named(batch: Batch) -> Iterator[list[Path]]:
    """The files under the names by which the school knows them: messages and fault lists use those."""
    with tempfile.TemporaryDirectory(prefix="aanwezig-upload-") as folder:
        paths: list[Path] = []
        for number, file in enumerate(batch.files.all(), start=1):
            path = Path(folder) / file.name
            if path in paths:
                path = Path(folder) / f"{number}-{file.name}"
            path.symlink_to(home() / file.path)
            paths.append(path)
        yield paths


def are_there(batch: Batch) -> bool:
    """Whether the files of an import can still be read."""
    found = list(batch.files.all())
    return bool(found) and all(one.path and (home() / one.path).is_file() for one in found)


def write(batch: Batch, name: str, text: str) -> None:
    """Keep a text beside the uploads, whole or not at all."""
    make_folder(folder_of(batch))
    path = folder_of(batch) / f"{name}-{new_ref()}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text)
    path.replace(folder_of(batch) / name)


def read(batch: Batch, name: str) -> str | None:
    try:
        return (folder_of(batch) / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def remove_uploads(batch: Batch) -> None:
    """The files go; what was found in them stays for a while."""
    for file in batch.files.exclude(path=""):
        (home() / file.path).unlink(missing_ok=True)
    batch.files.update(path="")
    (folder_of(batch) / "looks.json").unlink(missing_ok=True)


def remove_all(batch: Batch) -> None:
    """Everything of an import on disk."""
    batch.files.update(path="")
    shutil.rmtree(folder_of(batch), ignore_errors=True)


def remove_old() -> int:
    """Remove what is older than a week, and what belongs to no import any more; of how many imports."""
    before = timezone.now() - KEPT_FOR
    if not home().is_dir():
        return 0
    refs = [one.name for one in home().iterdir() if one.is_dir() and one.name != "command"]
    young = set(
        Batch.objects.filter(ref__in=refs, changed_at__gt=before).values_list("ref", flat=True)
    ) | set(Batch.objects.filter(ref__in=refs, state__in=RUNNING).values_list("ref", flat=True))
    removed = 0
    for ref in refs:
        if ref in young:
            continue
        batch = Batch.objects.filter(ref=ref).first()
        if batch is None:
            shutil.rmtree(home() / ref, ignore_errors=True)
            continue
        remove_all(batch)
        if batch.state not in (State.KEPT, State.UNDONE):
            Batch.objects.filter(pk=batch.pk).update(state=State.ABANDONED)
        removed += 1
    return removed
