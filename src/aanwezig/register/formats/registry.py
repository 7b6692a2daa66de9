"""Which reader a profile uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from aanwezig.register.formats.edexml import Edexml, read_edexml
from aanwezig.register.formats.edfi import is_xml, open_edfi
from aanwezig.register.formats.oneroster import OneRoster, read_oneroster
from aanwezig.register.formats.opening import first_bytes
from aanwezig.register.formats.raw import RawFile, RosterRow
from aanwezig.register.formats.somtoday import open_somtoday
from aanwezig.register.formats.tabular import open_tabular
from aanwezig.register.options import Options

About = Edexml | OneRoster


def open_absences(
    path: Path,
    reader: str,
    options: Options,
    expected: tuple[str, ...],
    is_header: Callable[[tuple[str, ...]], bool],
) -> RawFile:
    """An export of absences; a system's own form where the file has it, else as a list."""
    start = first_bytes(path, 64)
    if reader == "edfi" and is_xml(start):
        return open_edfi(path)
    if reader == "somtoday" and start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return open_somtoday(path)
    return open_tabular(path, options, expected, is_header)


def read_roster(
    path: Path, reader: str, school_id: str, folder: Path, *, with_names: bool = False
) -> tuple[About, Iterator[RosterRow]]:
    """A roster's rows, and what the file tells beside them once all rows were taken.

    ``with_names``: rows of ``persons`` too; without it names are not read.
    """
    first_bytes(path)
    if reader == "edexml":
        edexml = Edexml(with_names=with_names)
        return edexml, read_edexml(path, school_id, edexml)
    oneroster = OneRoster(with_names=with_names)
    return oneroster, read_oneroster(path, school_id, folder, oneroster)
