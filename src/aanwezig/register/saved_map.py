"""The map of a school, kept in the register folder so that the next delivery needs none (register.md §3, §4).

What belongs to one file only (its separator, its encoding, its period) is not kept. A kept map adds to the
profile and takes nothing away: a column that the new file lacks is looked for under the profile's names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from aanwezig.register.fault_codes import make_error
from aanwezig.register.profile import FileMapping, Profile, make_mapping

# Options that say something of one file or one delivery.
OF_ONE_FILE = ("delimiter", "encoding", "header_row", "sheet", "first_day", "last_day")


def file_name(school_id: str, profile: str) -> str:
    """Where the map of a school and profile lies in the register folder."""
    return f"map-{re.sub(r'[^A-Za-z0-9_-]', '_', school_id)}-{profile}.json"


def content_of(mapping: FileMapping) -> dict[str, Any]:
    """What is kept of a map: only what it says beyond its profile."""
    profile = mapping.profile
    plain = asdict(profile.options)
    options = {
        name: value
        for name, value in asdict(mapping.options).items()
        if name not in OF_ONE_FILE and value != plain[name]
    }
    return {
        "columns": {name: list(mapping.columns[name]) for name in sorted(mapping.named)},
        "reasons": {
            code: {"reason": meaning.reason, "authorised": meaning.authorised or ""}
            for code, meaning in sorted(mapping.reasons.items())
            if profile.reasons.get(code) != meaning
        },
        "authorised": {
            word: mark for word, mark in sorted(mapping.marks.items()) if profile.marks.get(word) != mark
        },
        "schools": dict(sorted(mapping.schools.items())),
        "options": options,
    }


def to_keep(mapping: FileMapping) -> dict[str, Any] | None:
    """What is worth keeping of a map; None when it says nothing beyond its profile."""
    content = content_of(mapping)
    return content if any(content.values()) else None


def as_text(content: Mapping[str, Any]) -> str:
    """The content of a kept map's file."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_content(path: Path) -> Mapping[str, Any] | None:
    """The content of a kept map's file; None when there is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        raise make_error(
            "REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged"
        ) from None
    if not isinstance(content, Mapping):
        raise make_error("REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged")
    return content


def laid_over(profile: Profile, content: Mapping[str, Any]) -> FileMapping:
    """A kept map over its profile."""
    mapping = make_mapping(profile, content)
    columns = {
        name: (*theirs, *(other for other in profile.columns.get(name, ()) if other not in theirs))
        for name, theirs in mapping.columns.items()
    }
    return replace(mapping, columns=columns, named=frozenset())
