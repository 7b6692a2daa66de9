"""What the files of an import hold, kept beside them: a large file is looked at once and not at every page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aanwezig.register import load_profile, look
from aanwezig.register.profile import make_mapping, required_columns, resolve_header
from aanwezig.values import AanwezigError
from aanwezig.web.imports import files
from aanwezig.web.imports.models import Batch
from aanwezig.web.imports.reports import error_of

LOOKS = "looks.json"


@dataclass(frozen=True, slots=True)
class TheirColumn:
    """A column of the first file, with some of its cells."""

    name: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TheirCode:
    """A reason code. ``key``: what a map calls it; ``reason`` empty: unknown."""

    key: str
    code: str
    text: str
    rows: int
    reason: str
    authorised: str


@dataclass(frozen=True, slots=True)
class Looks:
    """``read``: ours to theirs, found by name; ``guess``: offered to a person; ``by_profile``: found without a map."""

    kind: str
    form: str
    rows: int | None
    columns: tuple[TheirColumn, ...] = ()
    read: Mapping[str, str] = field(default_factory=dict)
    guess: Mapping[str, str] = field(default_factory=dict)
    by_profile: Mapping[str, str] = field(default_factory=dict)
    not_there: tuple[str, ...] = ()
    codes: tuple[TheirCode, ...] = ()
    more_codes: int = 0
    # Files that cannot be read: their name with the error as reports.error_of gives it.
    errors: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def needs_columns(self) -> bool:
        """Whether a person has to say, or can say, which column is what."""
        return bool(self.columns)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Required columns that are neither found nor guessed."""
        if not self.columns:
            return ()
        return tuple(
            one for one in required_columns(self.kind) if one not in self.read and one not in self.guess
        )

    @property
    def unknown_codes(self) -> tuple[TheirCode, ...]:
        return tuple(one for one in self.codes if not one.reason)


def looks_of(batch: Batch) -> Looks:
    """What the files hold as the import would read them now."""
    said = json.dumps([batch.profile, batch.mapping, sorted(batch.files.values_list("sha256", flat=True))])
    key = hashlib.sha256(said.encode()).hexdigest()
    text = files.read(batch, LOOKS)
    kept = json.loads(text) if text else {}
    if kept.get("key") != key:
        kept = {"key": key, "files": _look(batch)}
        files.write(batch, LOOKS, json.dumps(kept, ensure_ascii=False))
    return _looks(batch, kept["files"])


def _look(batch: Batch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with files.named(batch) as paths:
        for path in paths:
            try:
                found.append(look(path, batch.profile, batch.mapping or None).as_dict())
            except AanwezigError as error:
                found.append({"name": path.name, "error": error_of(error)})
    return found


def _looks(batch: Batch, found: list[dict[str, Any]]) -> Looks:
    profile = load_profile(batch.profile)
    errors = tuple((one["name"], one["error"]) for one in found if "error" in one)
    good = [one for one in found if "error" not in one]
    if not good:
        return Looks(profile.kind, "", None, errors=errors)
    first = good[0]
    names = tuple(column["name"] for column in first["columns"])
    plain = resolve_header(make_mapping(profile), names)
    rows = [one["rows"] for one in good]
    return Looks(
        kind=profile.kind,
        form=first["form"],
        rows=None if None in rows else sum(rows),
        columns=tuple(TheirColumn(one["name"], tuple(one["examples"])) for one in first["columns"]),
        read={ours: column["name"] for column in reversed(first["columns"]) for ours in column["ours"]},
        guess=first["guess"],
        by_profile={ours: names[place] for ours, place in plain.places.items()},
        not_there=tuple(dict.fromkeys(name for one in good for name in one["not_there"])),
        codes=_codes(good),
        more_codes=sum(one["more_codes"] for one in good),
        errors=errors,
    )


def _codes(found: list[dict[str, Any]]) -> tuple[TheirCode, ...]:
    """The codes of all files together, those that mean nothing yet first, then the most frequent."""
    rows: dict[str, int] = {}
    codes: dict[str, dict[str, Any]] = {}
    for one in found:
        for code in one["codes"]:
            key = code["text"] or code["code"]
            rows[key] = rows.get(key, 0) + code["rows"]
            codes.setdefault(key, code)
    made = [
        TheirCode(
            key, code["code"], code["text"] or "", rows[key], code["reason"] or "", code["authorised"] or ""
        )
        for key, code in codes.items()
    ]
    return tuple(sorted(made, key=lambda one: (bool(one.reason), -one.rows, one.key)))
