"""Somtoday's absence reports and observations: JSON with ``items``, read one item at a time.

Only the fields that the register needs are taken; names, teachers and remarks are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from aanwezig.register.fault_codes import make_error
from aanwezig.register.formats.raw import RawFile, in_batches

NAMES = (
    "id",
    "leerlingnummer",
    "beginDatumTijd",
    "eindDatumTijd",
    "beginLesuur",
    "eindLesuur",
    "afkorting",
    "omschrijving",
    "absentieSoort",
    "waarnemingSoort",
    "geoorloofd",
    "datumTijdInvoer",
)
CHUNK = 1 << 18
# One report takes some kilobytes.
LARGEST_ITEM = 4 << 20


def open_somtoday(path: Path) -> RawFile:
    """A file of absence reports or observations; AanwezigError when it is no valid JSON."""
    return RawFile(NAMES, in_batches(_rows(path), len(NAMES)), form="json")


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    for line, item in _items(path):
        yield line, _row(item)


def _row(item: dict[str, Any]) -> list[str]:
    # An observation carries the report that it belongs to.
    report = _part(item, "absentieMelding")
    reason = _part(item, "absentieReden") or _part(report, "absentieReden")
    pupil = _part(item, "leerling")
    found = {
        "id": _id(item),
        "leerlingnummer": pupil.get("leerlingnummer"),
        "beginDatumTijd": item.get("beginDatumTijd"),
        "eindDatumTijd": item.get("eindDatumTijd"),
        "beginLesuur": item.get("beginLesuur"),
        "eindLesuur": item.get("eindLesuur"),
        "afkorting": reason.get("afkorting"),
        "omschrijving": reason.get("omschrijving"),
        "absentieSoort": reason.get("absentieSoort"),
        "waarnemingSoort": item.get("waarnemingSoort"),
        "geoorloofd": reason.get("geoorloofd"),
        "datumTijdInvoer": item.get("datumTijdInvoer") or item.get("invoerDatum"),
    }
    # An observation of presence has no reason: its kind says so.
    if not found["afkorting"]:
        found["afkorting"] = found["waarnemingSoort"] or found["absentieSoort"]
    return [_text(found[name]) for name in NAMES]


def _part(item: dict[str, Any], name: str) -> dict[str, Any]:
    part = item.get(name)
    return part if isinstance(part, dict) else {}


def _id(item: dict[str, Any]) -> Any:
    links = item.get("links")
    if isinstance(links, list):
        for link in links:
            if isinstance(link, dict) and link.get("rel") == "self":
                return link.get("id")
    return item.get("id")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def _items(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from _Items(file, path.name)
    except UnicodeDecodeError:
        raise _no_json(path.name, "het is geen UTF-8", "it is no UTF-8") from None
    except OSError:
        raise make_error("REG-006", path.name, reason_nl="geen toegang", reason_en="no access") from None


def _no_json(where: str, nl: str, en: str) -> Exception:
    return make_error(
        "REG-101",
        where,
        expected_nl="geldige JSON",
        expected_en="valid JSON",
        reason_nl=f": {nl}",
        reason_en=f": {en}",
    )


class _Items:
    """The objects of a list, or of the list ``items`` of an object, without holding the whole file."""

    def __init__(self, file: IO[str], where: str) -> None:
        self.file, self.where = file, where
        self.text, self.at = "", 0
        self._line, self._counted = 1, 0
        self.decoder = json.JSONDecoder()

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        if self._sign() == "{":
            self.at += 1
            self._skip_to_items()
        self._expect("[")
        if self._sign() == "]":
            return
        while True:
            self._sign()
            line = self._line_at(self.at)
            value = self._value()
            if isinstance(value, dict):
                yield line, value
            sign = self._sign()
            if sign not in ",]":
                raise self._wrong(self.at)
            self.at += 1
            if sign == "]":
                return

    def _skip_to_items(self) -> None:
        while True:
            if self._sign() != '"':
                raise self._wrong(self.at)
            name = self._value()
            self._expect(":")
            if name == "items":
                return
            self._sign()
            self._value()
            self._expect(",")

    def _line_at(self, place: int) -> int:
        self._line += self.text.count("\n", self._counted, place)
        self._counted = place
        return self._line

    def _more(self) -> bool:
        chunk = self.file.read(CHUNK)
        if chunk:
            self._line_at(self.at)
            self.text, self.at, self._counted = self.text[self.at :] + chunk, 0, 0
        return bool(chunk)

    def _sign(self) -> str:
        """The next sign that is no white space, without taking it."""
        while True:
            while self.at < len(self.text):
                if self.text[self.at] not in " \t\r\n":
                    return self.text[self.at]
                self.at += 1
            if not self._more():
                raise self._wrong(self.at)

    def _expect(self, sign: str) -> None:
        if self._sign() != sign:
            raise self._wrong(self.at)
        self.at += 1

    def _value(self) -> Any:
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except RecursionError:
                raise make_error("REG-104", self.where) from None
            except ValueError as error:
                if len(self.text) - self.at > LARGEST_ITEM:
                    raise make_error("REG-104", self.where) from None
                # Perhaps the value only goes on in what was not read yet.
                if self._more():
                    continue
                raise self._wrong(error.pos if isinstance(error, json.JSONDecodeError) else self.at) from None
            # A number at the end of what was read may go on.
            if end == len(self.text) and self._more():
                continue
            self.at = end
            return value

    def _wrong(self, place: int) -> Exception:
        line = self._line + self.text.count("\n", self._counted, place)
        return _no_json(self.where, f"bij regel {line} gaat het mis", f"it goes wrong at line {line}")
