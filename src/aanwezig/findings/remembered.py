"""What the rules said of a pupil before, taken over as long as nothing that they look at changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aanwezig.rules.facts import PupilFacts
from aanwezig.rules.finding import Judgement
from aanwezig.rules.tier import TierProposal


@dataclass(frozen=True, slots=True)
class Judged:
    """A pupil's judgement and proposal, with the facts that they were made from."""

    facts: PupilFacts
    judgement: Judgement
    tier: TierProposal


class Remembered:
    """Judgements by pupil, all of one setting and one choice of provisions: who keeps this sees to that.

    Facts are compared whole, so that what is taken over is what would be said again.
    """

    def __init__(self) -> None:
        self._judged: dict[str, Judged] = {}

    def of(self, facts: PupilFacts) -> Judged | None:
        known = self._judged.get(facts.pupil_id)
        return known if known is not None and known.facts == facts else None

    def replace(self, judged: Iterable[Judged]) -> None:
        """These, and no others, are remembered from now on."""
        self._judged = {one.facts.pupil_id: one for one in judged}
