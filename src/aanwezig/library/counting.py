"""What ``register.count`` answers: the counts as tables and as JSON (docs/specification/interfaces.md, JSON of count)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from aanwezig.counts import (
    By,
    Corrected,
    CountResult,
    Moved,
    Person,
    ProfileCount,
    Reconciliation,
    intersections,
    reconcile,
)
from aanwezig.rules.finding import NotDecidable
from aanwezig.values import Fault
from aanwezig.values.text import Language

if TYPE_CHECKING:
    import pandas as pd

COUNT_FIELDS: list[pa.Field[Any]] = [
    pa.field("profile", pa.string()),
    pa.field("pupil_id", pa.string()),
    pa.field("counts", pa.string()),
    pa.field("category", pa.string()),
    pa.field("first_day", pa.date32()),
    pa.field("days", pa.int32()),
    pa.field("municipality", pa.string()),
    pa.field("partnership", pa.string()),
    pa.field("school", pa.string()),
    pa.field("sector", pa.string()),
    pa.field("age", pa.string()),
    pa.field("enrolled_municipality", pa.string()),
    pa.field("enrolled_partnership", pa.string()),
    pa.field("ground", pa.string()),
    pa.field("why_not_enrolled", pa.string()),
    pa.field("last_contact_on", pa.date32()),
    pa.field("missing", pa.string()),
    pa.field("because_nl", pa.string()),
    pa.field("because_en", pa.string()),
    pa.field("facts", pa.list_(pa.string())),
]
COUNT_SCHEMA = pa.schema(COUNT_FIELDS)


@dataclass(frozen=True)
class Count:
    """The answer of ``register.count``: every profile with its number, its categories and its pupils.

    ``reconciliation``: two profiles side by side, where asked for. ``moved``: the numbers under other readings.
    ``corrected``: the numbers as known then beside those known now.
    """

    register: str
    result: CountResult
    by: By | None = None
    reconciliation: Reconciliation | None = None
    moved: tuple[Moved, ...] | None = None
    corrected: tuple[Corrected, ...] | None = None
    # The profiles to show; a comparison may have needed more.
    shown: tuple[str, ...] = field(default=())

    @property
    def reference_date(self) -> date:
        return self.result.on

    @property
    def known_date(self) -> date | None:
        return self.result.known

    @property
    def profiles(self) -> dict[str, ProfileCount]:
        """The counts asked for, by id of the profile."""
        return {id: one for id, one in self.result.profiles.items() if not self.shown or id in self.shown}

    @property
    def not_decidable(self) -> tuple[NotDecidable, ...]:
        return tuple(one for one in self.result.not_decidable if one.rule in self.profiles)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Rows that were refused or cut while reading."""
        return self.result.faults

    def compare(self, a: str, b: str) -> Reconciliation:
        """Any two of the profiles side by side; KeyError for one that was not counted."""
        return reconcile(self.result, a, b)

    def intersections(self) -> dict[tuple[str, ...], int]:
        """How many persons are in exactly each set of profiles."""
        return intersections(self.result)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per profile and person that it counts, keeps apart, leaves out or cannot decide."""
        for id, count in self.profiles.items():
            groups = (
                ("yes", count.pupils),
                ("apart", count.apart),
                ("left_out", count.left_out),
                ("cannot_tell", count.not_decidable),
            )
            for name, pupils in groups:
                for pupil_id in sorted(pupils):
                    yield _row(id, name, self.result.persons[pupil_id])

    def to_arrow(self) -> pa.Table:
        """One row per profile and person."""
        return pa.Table.from_pylist(list(self.rows()), schema=COUNT_SCHEMA)

    def to_pandas(self) -> pd.DataFrame:
        """One row per profile and person."""
        return self.to_arrow().to_pandas()

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """The JSON of ``aanwezig count``; the language is that of ``because`` and of what is wrong with a fault."""
        result = self.result
        found: dict[str, Any] = {
            "register": self.register,
            "reference_date": result.on.isoformat(),
            "known_date": result.known.isoformat() if result.known else None,
            "school_year": str(result.year) if result.year else None,
            "readings": dict(result.readings),
            "profiles": {id: self._profile(id, one) for id, one in self.profiles.items()},
            "intersections": [
                {"profiles": list(ids), "number": number} for ids, number in self.intersections().items()
            ],
            "not_decidable": [one.as_dict() for one in self.not_decidable],
            "faults": [fault.as_dict(language) for fault in self.faults],
        }
        if self.reconciliation is not None:
            found["compare"] = self.reconciliation.as_dict(language)
        if self.moved is not None:
            found["movement"] = [one.as_dict() for one in self.moved if one.profile in self.profiles]
        if self.corrected is not None:
            found["corrections"] = [one.as_dict() for one in self.corrected if one.profile in self.profiles]
        return found

    def to_json(self, language: Language = "en") -> str:
        return json.dumps(self.as_dict(language), ensure_ascii=False, allow_nan=False, indent=1) + "\n"

    def _profile(self, id: str, count: ProfileCount) -> dict[str, Any]:
        found: dict[str, Any] = {
            "version": count.profile.version,
            "title": count.profile.title.text().as_dict(),
            "total": count.total,
            "by_category": dict(count.by_category),
            "pupils": dict(sorted(count.pupils.items())),
            "apart": _numbers(count.apart),
            "pupils_apart": dict(sorted(count.apart.items())),
            "left_out": dict(sorted(count.left_out.items())),
            "why_not_enrolled": dict(count.why_not_enrolled),
            "details": {
                pupil_id: _details(id, self.result.persons[pupil_id]) for pupil_id in sorted(count.pupils)
            },
        }
        if self.by is not None:
            found["by"] = {self.by: _units(self.result.by(id, self.by))}
            if self.by in ("municipality", "partnership"):
                enrolled = self.result.by(id, self.by, enrolled=True)
                found["by"][f"enrolled_{self.by}"] = _units(enrolled)
        return found


def _units(units: dict[str, dict[str, int]]) -> dict[str, dict[str, Any]]:
    return {name: {"total": sum(own.values()), "by_category": own} for name, own in units.items()}


def _numbers(pupils: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in sorted(pupils.values()):
        found[name] = found.get(name, 0) + 1
    return found


def _details(profile: str, person: Person) -> dict[str, Any]:
    answer = person.answers[profile]
    return {
        "first_day": answer.first.isoformat() if answer.first else None,
        "days": answer.days,
        "why_not_enrolled": answer.why_not_enrolled,
        "last_contact_on": person.last_contact_on.isoformat() if person.last_contact_on else None,
        "explanation": answer.because.as_dict(),
    }


def _row(profile: str, counts: str, person: Person) -> dict[str, Any]:
    answer, place = person.answers[profile], person.place
    return {
        "profile": profile,
        "pupil_id": person.pupil_id,
        "counts": counts,
        "category": answer.category,
        "first_day": answer.first,
        "days": answer.days,
        "municipality": place.municipality,
        "partnership": place.partnership,
        "school": place.school,
        "sector": place.sector,
        "age": place.age,
        "enrolled_municipality": place.enrolled_municipality,
        "enrolled_partnership": place.enrolled_partnership,
        "ground": answer.ground,
        "why_not_enrolled": answer.why_not_enrolled,
        "last_contact_on": person.last_contact_on,
        "missing": answer.missing,
        "because_nl": answer.because.nl,
        "because_en": answer.because.en,
        "facts": list(answer.facts),
    }
