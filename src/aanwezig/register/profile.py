"""Profiles of the systems that deliver, and the map that a school lays over one (docs/specification/interfaces.md).

A profile says which of their columns holds what, how it is written, and what is known and what is a guess
about the export. A map (``--map``, TOML) names columns, codes and options of one school.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from aanwezig.register.fault_codes import make_error
from aanwezig.register.meanings import Meaning, read_meaning
from aanwezig.register.options import Options, read_options
from aanwezig.register.persons import NAMES
from aanwezig.values import BilingualText

# Our names in [columns]. Beside the contract's: ranges of days, times and lessons, a day with its time in one
# cell, a second column to find the reason in, a share of a day, and what a roster is made from.
COLUMNS = (
    "absence_id",
    "pupil_id",
    "school_id",
    "date",
    "last_date",
    "minutes",
    "day_share",
    "lesson",
    "last_lesson",
    "part",
    "start_time",
    "end_time",
    "reason",
    "reason_text",
    "authorised",
    "subject",
    "recorded_at",
    "superseded_at",
    "birth_date",
    "sex",
    "group",
    "level",
    *NAMES,
)
ROSTER_COLUMNS = (
    "pupil_id",
    "birth_date",
    "sex",
    "municipality",
    "first_day",
    "last_day",
    "group",
    "level",
    "end_reason",
    "school_years_completed",
    "start_qualification_on",
    "qualification_exempt",
    "school_id",
    *NAMES,
)
REQUIRED_COLUMNS = ("pupil_id", "date", "reason")
REQUIRED_OF_ROSTER = ("pupil_id", "birth_date")
# Four digits in a row stand in dates, times of entry and numbers of pupils, and hardly in names of columns.
_LIKE_DATA = re.compile(r"\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}")
_SECTIONS = ("columns", "reasons", "options", "authorised", "schools")
# National numbers of pupils, by the names that headers give them: never taken as the pupil's id.
NATIONAL_NUMBERS = frozenset(
    ("bsn", "burgerservicenummer", "pgn", "persoonsgebondennummer", "onderwijsnummer", "sofinummer", "sofi")
)


@dataclass(frozen=True, slots=True)
class Profile:
    """How one system's export is read, and how sure we are of it (``known``, ``guess``, ``sources``)."""

    name: str
    title: BilingualText
    kind: str  # absences or roster
    reader: str  # tabular, or the name of a module in formats/
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: Mapping[str, Meaning] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    starting_point: BilingualText | None = None
    known: tuple[BilingualText, ...] = ()
    guess: tuple[BilingualText, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A profile with a school's map laid over it: all that decides how a file is read.

    ``named``: the columns that the map names; these must be in the file. ``schools``: their name of a school
    to our id, where a file holds several.
    """

    profile: Profile
    columns: Mapping[str, tuple[str, ...]]
    named: frozenset[str]
    reasons: Mapping[str, Meaning]
    marks: Mapping[str, str]
    schools: Mapping[str, str]
    options: Options

    def digest(self) -> str:
        """A hash of everything that decides the result, so that a batch tells how it was read."""
        content = {
            "profile": self.profile.name,
            "columns": {name: list(theirs) for name, theirs in self.columns.items()},
            "reasons": {code: asdict(meaning) for code, meaning in self.reasons.items()},
            "marks": dict(self.marks),
            "schools": dict(self.schools),
            "options": asdict(self.options),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def profile_names() -> tuple[str, ...]:
    """The profiles that ship."""
    files = resources.files("aanwezig.register").joinpath("profiles").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".yaml")))


@cache
def other_names() -> Mapping[str, tuple[str, ...]]:
    """What our columns are called in lists of schools (``column_names.yaml``): offered, and never taken unasked."""
    file = resources.files("aanwezig.register").joinpath("column_names.yaml")
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {ours: tuple(theirs) for ours, theirs in content.items()}


@cache
def load_profile(name: str) -> Profile:
    """A profile by name; AanwezigError with the names there are when it is none of them."""
    known = profile_names()
    if name not in known:
        raise make_error("REG-105", name if len(name) <= 40 else None, known=", ".join(known))
    content = _yaml("profiles", name)
    codes = _yaml("codes", content["codes"]) if "codes" in content else {}
    where = f"{name}.yaml"
    return Profile(
        name=name,
        title=_text(content["title"]),
        kind=content["kind"],
        reader=content["reader"],
        columns={ours: tuple(theirs) for ours, theirs in content.get("columns", {}).items()},
        reasons={
            str(code): read_meaning(str(code), value, where)
            for code, value in codes.get("reasons", {}).items()
        },
        marks={str(word): _mark(mark) for word, mark in content.get("authorised", {}).items()},
        options=read_options(Options(), content.get("options", {}), where),
        starting_point=_text(codes["starting_point"]) if "starting_point" in codes else None,
        known=tuple(_text(entry) for entry in content.get("known", ())),
        guess=tuple(_text(entry) for entry in content.get("guess", ())),
        sources=tuple(content.get("sources", ())),
    )


def _yaml(folder: str, name: str) -> dict[str, Any]:
    file = resources.files("aanwezig.register").joinpath(folder, f"{name}.yaml")
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def _text(entry: Mapping[str, str]) -> BilingualText:
    return BilingualText(entry["nl"], entry["en"])


def _mark(value: Any) -> str:
    return (
        {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value
    )


def make_mapping(profile: Profile, map_file: Path | Mapping[str, Any] | None = None) -> FileMapping:
    """A profile with a map over it; AanwezigError when the map is no TOML or names what does not exist."""
    plain = FileMapping(
        profile, profile.columns, frozenset(), profile.reasons, profile.marks, {}, profile.options
    )
    if map_file is None:
        return plain
    if isinstance(map_file, Mapping):
        content, where = dict(map_file), "map"
    else:
        content, where = _read_toml(map_file), map_file.name
    unknown = [name for name in content if name not in _SECTIONS]
    if unknown:
        raise _not_valid(
            where,
            f"[{unknown[0][:30]}] is geen onderdeel; bekend zijn {', '.join(_SECTIONS)}",
            f"[{unknown[0][:30]}] is no section; known are {', '.join(_SECTIONS)}",
        )
    for name in content:
        if not isinstance(content[name], Mapping):
            raise _not_valid(where, f"[{name}] moet een onderdeel zijn", f"[{name}] must be a section")
    named = _read_columns(content.get("columns", {}), where, columns_of(profile.kind))
    marks = {str(word): _mark(mark) for word, mark in content.get("authorised", {}).items()}
    for word, mark in marks.items():
        if mark not in ("yes", "no", ""):
            raise _not_valid(
                where,
                f"'{word[:20]}' in [authorised] is niet yes, no of leeg",
                f"'{word[:20]}' in [authorised] is not yes, no or empty",
            )
    return replace(
        plain,
        columns={**profile.columns, **named},
        named=frozenset(named),
        reasons={
            **profile.reasons,
            **{
                str(code): read_meaning(str(code), value, where)
                for code, value in content.get("reasons", {}).items()
            },
        },
        marks={**profile.marks, **marks},
        schools={str(theirs): str(ours) for theirs, ours in content.get("schools", {}).items()},
        options=read_options(profile.options, content.get("options", {}), where),
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise make_error("REG-100", path.name) from None
    except OSError:
        raise make_error("REG-006", path.name, reason_nl="geen toegang", reason_en="no access") from None
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _not_valid(path.name, "het is geen UTF-8", "it is no UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        # The message names the place in the file, and none of its content but one sign.
        raise _not_valid(path.name, f"het is geen TOML ({error})", f"it is no TOML ({error})") from None
    except RecursionError:
        raise _not_valid(path.name, "het is te diep genest", "it is nested too deeply") from None


def _read_columns(
    given: Mapping[str, Any], where: str, ours_all: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for ours, theirs in given.items():
        if ours not in ours_all:
            known = ", ".join(ours_all)
            raise _not_valid(
                where,
                f"'{ours[:30]}' in [columns] is geen naam van ons; bekend zijn {known}",
                f"'{ours[:30]}' in [columns] is no name of ours; known are {known}",
            )
        names = [theirs] if isinstance(theirs, str) else theirs
        if (
            not isinstance(names, list)
            or not names
            or not all(isinstance(name, str) and name for name in names)
        ):
            raise _not_valid(
                where,
                f"'{ours}' in [columns] moet de naam van een kolom zijn",
                f"'{ours}' in [columns] must be the name of a column",
            )
        found[ours] = tuple(names)
    return found


def _not_valid(where: str, nl: str, en: str) -> Exception:
    return make_error("REG-106", where, reason_nl=nl, reason_en=en)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each of our columns is in a file: ours → place, and theirs → the name as the file has it."""

    names: tuple[str, ...]
    places: Mapping[str, int]
    # Every column in which the reason may stand in words, tried in this order where the code is unknown.
    text_places: tuple[int, ...] = ()

    def name_of(self, ours: str) -> str:
        """The file's own name of a column, for messages; ours where the file has none."""
        place = self.places.get(ours)
        return ours if place is None else self.names[place]


def column_key(name: str) -> str:
    """A column's name without regard to capitals and spaces."""
    return " ".join(name.replace("\ufeff", "").replace("\u00a0", " ").split()).casefold()


def is_national_number(name: str) -> bool:
    """Whether a column is called after a national number of pupils."""
    return column_key(name).replace(" ", "").replace("-", "") in NATIONAL_NUMBERS


def resolve_header(mapping: FileMapping, names: tuple[str, ...]) -> Header:
    """Find our columns in a header, without regard to capitals and spaces around."""
    by_name: dict[str, int] = {}
    for place, name in enumerate(names):
        by_name.setdefault(column_key(name), place)
    places: dict[str, int] = {}
    for ours, candidates in mapping.columns.items():
        found = [by_name[column_key(name)] for name in candidates if column_key(name) in by_name]
        if found:
            places[ours] = found[0]
    texts = [by_name.get(column_key(name)) for name in mapping.columns.get("reason_text", ())]
    return Header(names, places, tuple(place for place in texts if place is not None))


def columns_of(kind: str) -> tuple[str, ...]:
    """Our names that ``[columns]`` of a list of that kind may have."""
    return ROSTER_COLUMNS if kind == "roster" else COLUMNS


def required_columns(kind: str) -> tuple[str, ...]:
    """Our columns without which a list of that kind cannot be read."""
    return REQUIRED_OF_ROSTER if kind == "roster" else REQUIRED_COLUMNS


def is_complete(mapping: FileMapping, header: Header) -> bool:
    """Whether a header has the columns that the list must have."""
    return all(name in header.places for name in required_columns(mapping.profile.kind))


_SUBJECTS = {
    "pupil_id": ("de leerling (pupil_id)", "the pupil (pupil_id)"),
    "date": ("de datum (date)", "the date (date)"),
    "reason": ("de reden (reason)", "the reason (reason)"),
    "birth_date": ("de geboortedatum (birth_date)", "the date of birth (birth_date)"),
}


def check_header(mapping: FileMapping, header: Header, where: str, may_have_title: bool = False) -> None:
    """AanwezigError when a named or required column is not there, or the pupil's id is a national number."""
    lacking = sorted(ours for ours in mapping.named if ours not in header.places)
    if lacking:
        columns = ", ".join(f"'{mapping.columns[ours][0]}' ({ours})" for ours in lacking)
        raise make_error("REG-107", where, columns=columns, found=shown_header(header.names))
    missing = [name for name in required_columns(mapping.profile.kind) if name not in header.places]
    if missing:
        raise make_error(
            "REG-108",
            where,
            columns_nl=_listed([_SUBJECTS[name][0] for name in missing], "en"),
            columns_en=_listed([_SUBJECTS[name][1] for name in missing], "and"),
            header_nl=", of in [options] met 'header_row' op welke regel de kolomnamen staan"
            if may_have_title
            else "",
            header_en=", or in [options] with 'header_row' on which line the column names are"
            if may_have_title
            else "",
            found=shown_header(header.names),
        )
    if is_national_number(header.name_of("pupil_id")):
        raise make_error("REG-109", where)


def _listed(words: list[str], conjunction: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def shown_header(names: tuple[str, ...], longest: int = 12) -> str:
    """A header for a message: bounded, because a wrong file can hold anything in its first line."""
    if any(_LIKE_DATA.search(name) for name in names):
        # Perhaps no header but a pupil's row: messages may not repeat that.
        return "…"
    shown = [name[:30] + "…" if len(name) > 30 else name for name in names[:longest] if name.strip()]
    more = len(names) - longest
    return ", ".join(shown) + (f", … (+{more})" if more > 0 else "") if shown else "-"
