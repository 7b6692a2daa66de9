"""What a code of a school's system means: one of our reasons with a mark, or no absence at all.

Reason codes are set by each school (docs/specification/register.md §3): what ships is a starting point, unknown codes
are listed and stop the import, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aanwezig.register.fault_codes import make_error
from aanwezig.tables import REASONS

# Marks that are no absence: the pupil was there, or only materials or homework were forgotten.
PRESENT, NOT_ABSENCE = "present", "not_absence"
MARKS = {"yes": "yes", "no": "no", "": None}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A reason of ours with its mark (None: unknown); ``PRESENT`` and ``NOT_ABSENCE`` are dropped and counted."""

    reason: str
    authorised: str | None = None

    @property
    def is_absence(self) -> bool:
        return self.reason not in (PRESENT, NOT_ABSENCE)


def read_meaning(code: str, value: Any, where: str) -> Meaning:
    """A meaning as YAML or TOML gives it; AanwezigError when it names no reason of ours."""
    if isinstance(value, str):
        reason, mark = value, ""
    elif isinstance(value, Mapping) and set(value) <= {"reason", "authorised"} and "reason" in value:
        reason, mark = str(value["reason"]), _mark(value.get("authorised", ""))
    else:
        raise _not_valid(code, where)
    if reason not in (*REASONS, PRESENT, NOT_ABSENCE) or mark not in MARKS:
        raise _not_valid(code, where)
    return Meaning(reason, MARKS[mark])


def _mark(value: Any) -> str:
    # YAML and TOML both have true and false for what people write as yes and no.
    return (
        {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value
    )


def _not_valid(code: str, where: str) -> Exception:
    allowed = ", ".join((*REASONS, PRESENT, NOT_ABSENCE))
    shown = code if len(code) <= 20 else code[:20] + "…"
    return make_error(
        "REG-106",
        where,
        reason_nl=f"code '{shown}' in [reasons] heeft geen reden uit deze lijst: {allowed}; "
        "'authorised' is yes, no of leeg",
        reason_en=f"code '{shown}' in [reasons] has no reason of this list: {allowed}; "
        "'authorised' is yes, no or empty",
    )


class Meanings:
    """Looks up codes: exactly first, then without regard to capitals where that leaves one."""

    def __init__(self, by_code: Mapping[str, Meaning]) -> None:
        self._exact = dict(by_code)
        folded: dict[str, Meaning | None] = {}
        for code, meaning in by_code.items():
            key = code.casefold()
            folded[key] = meaning if folded.get(key, meaning) == meaning else None
        self._folded = folded

    def of(self, code: str) -> Meaning | None:
        """The meaning of a code; None when it is unknown."""
        return self._exact.get(code) or self._folded.get(code.casefold())
