"""Finished exports on disk: random names, encrypted, for the application alone."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from aanwezig.web.access.refs import new_ref
from aanwezig.web.exports.models import Export


def home() -> Path:
    return Path(settings.MEDIA_ROOT) / "exports"


def keep(content: bytes) -> str:
    """Write a file under a new name; the name."""
    home().mkdir(parents=True, exist_ok=True, mode=0o700)
    name = new_ref() + new_ref()
    handle = os.open(home() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
    return name


def path_of(export: Export) -> Path | None:
    """The file of an export; None when it is gone."""
    path = home() / export.path if export.path else None
    return path if path is not None and path.is_file() else None


def remove(name: str) -> None:
    if name:
        (home() / name).unlink(missing_ok=True)


def remove_strays() -> int:
    """Remove files that belong to no export: their maker was killed before it said so. Only while nothing is made."""
    if not home().is_dir():
        return 0
    names = {one.name for one in home().iterdir() if one.is_file()}
    strays = names - set(Export.objects.filter(path__in=names).values_list("path", flat=True))
    for name in strays:
        remove(name)
    return len(strays)
