"""Why two counts of one day differ, person by person: in both, only in the one because, only in the other because."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aanwezig.counts.counting import CountResult, Person
from aanwezig.counts.outcome import Answer, sentence, title_of
from aanwezig.counts.profiles import ProfileData
from aanwezig.rules.wording import day_text
from aanwezig.values import BilingualText, Outcome


@dataclass(frozen=True, slots=True)
class Difference:
    """A person in one count and not in the other: the id of the reason, and its sentence in both languages."""

    pupil_id: str
    reason: str
    because: BilingualText


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Two counts side by side; ``both`` + ``only_a`` is the total of ``a``, ``both`` + ``only_b`` that of ``b``."""

    a: str
    b: str
    both: tuple[str, ...]
    only_a: tuple[Difference, ...]
    only_b: tuple[Difference, ...]

    def groups(self, side: str) -> dict[str, int]:
        """How many persons of a side (``only_a``, ``only_b``) for each reason, most first."""
        found = Counter(one.reason for one in (self.only_a if side == "only_a" else self.only_b))
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        """As in docs/specification/interfaces.md, with the reason and both languages beside it."""
        return {
            "a": self.a,
            "b": self.b,
            "both": len(self.both),
            "pupils_both": list(self.both),
            "only_a": [_as_dict(one, language) for one in self.only_a],
            "only_b": [_as_dict(one, language) for one in self.only_b],
            "groups_a": _groups(self.groups("only_a")),
            "groups_b": _groups(self.groups("only_b")),
        }


def _as_dict(one: Difference, language: str) -> dict[str, Any]:
    return {
        "pupil_id": one.pupil_id,
        "because": one.because.nl if language == "nl" else one.because.en,
        "reason": one.reason,
        "explanation": one.because.as_dict(),
    }


def _groups(groups: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"reason": reason, "number": number, "title": title_of(reason).as_dict()}
        for reason, number in groups.items()
    ]


def reconcile(result: CountResult, a: str, b: str) -> Reconciliation:
    """The two counts of a result side by side; KeyError for a profile that it has not."""
    first, second = result.profiles[a], result.profiles[b]
    both = sorted(first.pupils.keys() & second.pupils.keys())
    only_a = sorted(first.pupils.keys() - second.pupils.keys())
    only_b = sorted(second.pupils.keys() - first.pupils.keys())
    return Reconciliation(
        a,
        b,
        tuple(both),
        tuple(difference(result.persons[id], first.profile, second.profile) for id in only_a),
        tuple(difference(result.persons[id], second.profile, first.profile) for id in only_b),
    )


def difference(person: Person, counted: ProfileData, other: ProfileData) -> Difference:
    """Why somebody whom one profile counts is not in another."""
    answer = person.answers[counted.id]
    then = person.on_other_days.get(answer.day, {}).get(other.id)
    reason, because = _why(answer, person.answers[other.id], then)
    return Difference(person.pupil_id, reason, because)


def _why(counted: Answer, other: Answer, then: Answer | None) -> tuple[str, BilingualText]:
    """Why the other profile says no; ``then``: what it says on the earlier day that the first one counted."""
    if other.answer is Outcome.CANNOT_TELL:
        return other.reason, other.because
    if other.left_out:
        return "administrative", sentence("administrative", {})
    if other.apart:
        return "kept_apart", sentence("kept_apart", {})
    if then is None or then.answer is Outcome.CANNOT_TELL:
        return other.reason, other.because
    if then.answer is Outcome.YES:
        # It would have counted then, and counts only on the reference date.
        return "earlier", sentence("earlier", {"last": day_text(counted.day)})
    return then.reason, then.because


def intersections(result: CountResult) -> dict[tuple[str, ...], int]:
    """Of every set of profiles how many persons are in exactly these, most first: what an overview picture shows."""
    found: Counter[tuple[str, ...]] = Counter()
    for person in result.persons.values():
        own = tuple(id for id, count in result.profiles.items() if person.pupil_id in count.pupils)
        if own:
            found[own] += 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def pairs(ids: Sequence[str]) -> list[tuple[str, str]]:
    """Every two profiles once."""
    return [(a, b) for place, a in enumerate(ids) for b in ids[place + 1 :]]
