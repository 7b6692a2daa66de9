"""What the rules said of a pupil before, taken over as long as nothing that they look at changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from aanwezig.rules.facts import PupilFacts
from aanwezig.rules.finding import Judgement
from aanwezig.rules.tier import TierProposal

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Judged:
    """A pupil's judgement and proposal, with the facts that they were made from.

    ``also``: what others worked out from the same facts, setting and provisions, by name.
    """

    facts: PupilFacts
    judgement: Judgement
    tier: TierProposal
    also: dict[str, Any] = field(default_factory=dict, compare=False)


class Remembered:
    """Judgements by pupil, all of one setting and one choice of provisions: who keeps this sees to that.

    Facts are compared whole, so that what is taken over is what would be said again.
    """

    def __init__(self) -> None:
        self._judged: dict[str, Judged] = {}

    def of(self, facts: PupilFacts) -> Judged | None:
        known = self._judged.get(facts.pupil_id)
        return known if known is not None and known.facts == facts else None

    def worked_out(self, pupil_id: str, name: str, work_out: Callable[[PupilFacts], Value]) -> Value:
        """What follows from the facts of a pupil who was judged now, worked out once. KeyError for another pupil."""
        judged = self._judged[pupil_id]
        if name not in judged.also:
            judged.also[name] = work_out(judged.facts)
        return cast(Value, judged.also[name])

    def replace(self, judged: Iterable[Judged]) -> None:
        """These, and no others, are remembered from now on."""
        self._judged = {one.facts.pupil_id: one for one in judged}
