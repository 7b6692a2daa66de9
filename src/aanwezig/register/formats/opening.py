"""Opening what people give: is it there, is it what it says, and is it safe to unpack."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from aanwezig.engines.delimited import unreadable
from aanwezig.register.fault_codes import make_error

# What a real export stays far below: a roster of a large school board unpacks to some hundreds of megabytes.
MOST_ENTRIES = 1_000
MOST_UNPACKED = 4 << 30
# Text compresses 5 to 20 times; a bomb a thousand times and more.
MOST_RATIO = 200
# Below this size a high ratio is harmless (a file of empty cells).
SMALL = 10 << 20
CHUNK = 1 << 20


def first_bytes(path: Path, count: int = 16) -> bytes:
    """The beginning of a file; AanwezigError when there is none or it cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(count)
    except FileNotFoundError:
        raise make_error("REG-100", path.name) from None
    except OSError as error:
        raise unreadable(path, error) from None


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The file itself, or when it is gzip a temporary copy unpacked within the limits."""
    if not first_bytes(path).startswith(b"\x1f\x8b"):
        yield path
        return
    with TemporaryDirectory(prefix="aanwezig-") as folder:
        target = Path(folder) / (path.stem or "unpacked")
        limit = max(SMALL, min(MOST_UNPACKED, path.stat().st_size * MOST_RATIO))
        try:
            with gzip.open(path) as source, target.open("wb") as out:
                size = 0
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise unsafe(
                            path.name, "het is uitgepakt veel te groot", "unpacked it is far too large"
                        )
                    out.write(chunk)
        except (OSError, EOFError, zlib.error):
            raise make_error(
                "REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged"
            ) from None
        yield target


def unsafe(where: str, nl: str, en: str) -> Exception:
    """The error of an archive that is not unpacked."""
    return make_error("REG-103", where, reason_nl=nl, reason_en=en)


def check_archive(archive: zipfile.ZipFile, where: str) -> None:
    """AanwezigError for a zip that would unpack too large, to too many files, or outside its folder."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise unsafe(where, "er zitten te veel bestanden in", "it holds too many files")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise unsafe(where, "het is uitgepakt veel te groot", "unpacked it is far too large")
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename or "\0" in entry.filename:
            raise unsafe(where, "een bestand wijst naar een andere map", "a file points to another folder")
        if entry.flag_bits & 0x1:
            raise unsafe(where, "het heeft een wachtwoord", "it has a password")
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise unsafe(where, "het is verdacht sterk gecomprimeerd", "it is compressed suspiciously well")


def open_archive(path: Path, expected_nl: str, expected_en: str) -> zipfile.ZipFile:
    """A zip that passed the checks."""
    if not first_bytes(path).startswith(b"PK"):
        raise make_error(
            "REG-101", path.name, expected_nl=expected_nl, expected_en=expected_en, reason_nl="", reason_en=""
        )
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise make_error(
            "REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged"
        ) from None
    try:
        check_archive(archive, path.name)
    except Exception:
        archive.close()
        raise
    return archive


def unpack_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, where: str) -> None:
    """Unpack one file to a path that we choose, never past the size that the archive states."""
    try:
        with archive.open(entry) as source, target.open("wb") as out:
            left = entry.file_size
            while chunk := source.read(min(CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise unsafe(where, "een bestand is groter dan het zegt", "a file is larger than it says")
                out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        raise make_error("REG-006", where, reason_nl="het is beschadigd", reason_en="it is damaged") from None
