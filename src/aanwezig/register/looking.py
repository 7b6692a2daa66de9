"""A look at a file before it is imported: its columns, what would be read from each, and the codes in it.

Nothing is kept and no register is needed. What is guessed here is an offer to a person, who says what holds;
the import itself guesses nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from aanwezig.engines.delimited import Batch
from aanwezig.register.columns import FoundColumn, found_columns
from aanwezig.register.formats import open_absences
from aanwezig.register.formats.opening import first_bytes, unpacked
from aanwezig.register.meanings import Meaning, Meanings
from aanwezig.register.profile import (
    FileMapping,
    Header,
    column_key,
    columns_of,
    is_complete,
    is_national_number,
    load_profile,
    make_mapping,
    other_names,
    profile_names,
    required_columns,
    resolve_header,
)
from aanwezig.register.report import CODES_OF_A_SCHOOL
from aanwezig.register.rows import shown_code

# A column with more different texts than this holds no codes: no more of them are counted.
MOST_DIFFERENT = 5_000


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A reason code of the file, on how many rows, and what it means: ``meaning`` None means unknown.

    ``text``: the words beside the code that gave the meaning where the code itself is unknown or empty.
    """

    code: str
    rows: int
    meaning: Meaning | None = None
    text: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "rows": self.rows,
            "reason": None if self.meaning is None else self.meaning.reason,
            "authorised": None if self.meaning is None else self.meaning.authorised,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a file holds, for who maps it. Its examples and codes are the file's own content.

    ``form``: csv, xlsx, parquet, json, xml or zip. ``columns``: none for forms that need no map (EDEXML,
    OneRoster, Ed-Fi XML, Somtoday JSON have their own). ``guess``: ours → theirs, of what the profile and map do
    not find by themselves, for a person to confirm. ``lacking``: required columns that neither finds.
    ``not_there``: columns that the map names and the file lacks. ``codes``: the most frequent first;
    ``more_codes``: how many further different ones there are (many: it is hardly the column of codes).
    ``rows``: None where they were not counted. ``delimiter``, ``encoding``: of text files; ``header_line``: where the names of the columns are.
    """

    name: str
    profile: str
    kind: str
    form: str
    rows: int | None
    columns: tuple[FoundColumn, ...] = ()
    guess: Mapping[str, str] | None = None
    lacking: tuple[str, ...] = ()
    not_there: tuple[str, ...] = ()
    codes: tuple[FoundCode, ...] = ()
    more_codes: int = 0
    delimiter: str | None = None
    encoding: str | None = None
    header_line: int | None = None
    sheets: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether an import with this profile and map finds every column it needs and knows every code."""
        return not (self.lacking or self.not_there or self.guess_is_needed or self.unknown_codes)

    @property
    def guess_is_needed(self) -> bool:
        """Whether a required column was found by guessing alone: the map must then name it."""
        needed = required_columns(self.kind)
        return any(name in needed for name in self.guess or {})

    @property
    def unknown_codes(self) -> dict[str, int]:
        """The codes without a meaning, with their numbers of rows."""
        return {found.code: found.rows for found in self.codes if found.meaning is None}

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "profile": self.profile,
            "kind": self.kind,
            "form": self.form,
            "rows": self.rows,
            "columns": [column.as_dict() for column in self.columns],
            "guess": dict(self.guess or {}),
            "lacking": list(self.lacking),
            "not_there": list(self.not_there),
            "codes": [code.as_dict() for code in self.codes],
            "more_codes": self.more_codes,
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "header_line": self.header_line,
            "sheets": list(self.sheets),
            "is_ready": self.is_ready,
        }


def look(
    file: Path | str, profile: str = "generic", mapping: Path | str | Mapping[str, Any] | None = None
) -> FileLook:
    """Look at a file as an import with this profile and map would read it.

    AanwezigError when the file cannot be read, or the profile or map is wrong; a column that is missing is told
    in the answer.
    """
    path = Path(file)
    chosen = make_mapping(load_profile(profile), Path(mapping) if isinstance(mapping, str) else mapping)
    kind, reader = chosen.profile.kind, chosen.profile.reader
    start = first_bytes(path, 64)
    if kind == "roster" and reader != "tabular":
        return FileLook(path.name, profile, kind, _form(start, "zip"), None)
    names = tuple(name for theirs in chosen.columns.values() for name in theirs)
    with unpacked(path) as source:
        start = first_bytes(source, 64)
        raw = open_absences(
            source,
            reader,
            chosen.options,
            names,
            lambda header: is_complete(chosen, _guessed(chosen, header)[0]),
        )
        header = resolve_header(chosen, raw.names)
        wide, guess = _guessed(chosen, raw.names)
        counter = _Codes(chosen, wide)
        first: Batch | None = None
        for batch in raw.batches:
            first = first or batch
            counter.add(batch)
        is_own_form = raw.form is not None
        return FileLook(
            path.name,
            profile,
            kind,
            raw.form or _form(start, "xlsx"),
            counter.rows,
            columns=() if is_own_form else found_columns(header, first, of_all=True),
            guess=guess,
            lacking=tuple(name for name in required_columns(kind) if name not in wide.places),
            not_there=tuple(sorted(name for name in chosen.named if name not in header.places)),
            codes=counter.codes(),
            more_codes=counter.more,
            delimiter=raw.delimiter,
            encoding=raw.encoding,
            header_line=raw.header_line,
            sheets=raw.sheets,
        )


def _form(start: bytes, zipped: str) -> str:
    """The form of a file by its first bytes; ``zipped``: what a zip is here."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK"):
        return zipped
    if text.startswith(b"<"):
        return "xml"
    return "json" if text[:1] in (b"{", b"[") else "csv"


def _guessed(mapping: FileMapping, names: tuple[str, ...]) -> tuple[Header, dict[str, str]]:
    """The header with what other systems call our columns filled in, and what was filled in."""
    header = resolve_header(mapping, names)
    taken = set(header.places.values()) | set(header.text_places)
    free = {
        column_key(name): place
        for place, name in reversed(list(enumerate(names)))
        if place not in taken and not is_national_number(name)
    }
    places, guess = dict(header.places), {}
    for ours in (*required_columns(mapping.profile.kind), *columns_of(mapping.profile.kind)):
        if ours in places or ours in mapping.named:
            continue
        for name in _names_elsewhere(mapping.profile.kind).get(ours, ()):
            place = free.pop(column_key(name), None)
            if place is not None:
                places[ours], guess[ours] = place, names[place]
                break
    return replace(header, places=places), guess


@cache
def _names_elsewhere(kind: str) -> dict[str, tuple[str, ...]]:
    """What our columns are called in practice: by a list of ours, then by every profile of the kind."""
    found = {ours: list(theirs) for ours, theirs in other_names().items()}
    for name in profile_names():
        profile = load_profile(name)
        if profile.kind == kind:
            for ours, theirs in profile.columns.items():
                found.setdefault(ours, []).extend(theirs)
    return {ours: tuple(dict.fromkeys(theirs)) for ours, theirs in found.items()}


class _Codes:
    """Counts the reason codes of a file, with the words beside them that decide where a code does not."""

    def __init__(self, mapping: FileMapping, header: Header) -> None:
        self.meanings = Meanings(mapping.reasons)
        self.place = header.places.get("reason") if mapping.profile.kind == "absences" else None
        self.text_places = header.text_places if self.place is not None else ()
        self.found: Counter[FoundCode] = Counter()
        self.rows = 0

    def add(self, batch: Batch) -> None:
        self.rows += len(batch.lines) + len(batch.faults)
        if self.place is None or len(self.found) > MOST_DIFFERENT:
            return
        columns = [batch.columns[place] for place in (self.place, *self.text_places)]
        for (code, *texts), rows in Counter(zip(*columns, strict=True)).items():
            self.found[self._decided(code.strip(), [text.strip() for text in texts])] += rows

    def _decided(self, code: str, texts: Sequence[str]) -> FoundCode:
        meaning = self.meanings.of(code) if code else None
        if meaning is not None:
            return FoundCode(shown_code(code), 0, meaning)
        deciding = next((text for text in texts if text and self.meanings.of(text)), None)
        meaning = self.meanings.of(deciding) if deciding else None if code else self.meanings.of("")
        return FoundCode(shown_code(code), 0, meaning, deciding)

    def codes(self) -> tuple[FoundCode, ...]:
        """The most frequent codes, as many as a school can have."""
        order = sorted(self.found.items(), key=lambda item: (-item[1], item[0].code, item[0].text or ""))
        return tuple(replace(code, rows=rows) for code, rows in order[:CODES_OF_A_SCHOOL])

    @property
    def more(self) -> int:
        """How many different ones are left out."""
        return max(len(self.found) - CODES_OF_A_SCHOOL, 0)
