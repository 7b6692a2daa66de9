"""The tiers as a pyramid: the share of this school's pupils in each, beside what is usual."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from aanwezig.pictures.drawing import label, picture, tag
from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language

WIDTH, HEIGHT = 330.0, 196.0
LAYER = 60.0
# Usual shares in a school; indicative (MTSS: about 80-90 / 5-20 / 1-5 %), see the text tiers.source.
EXPECTED: dict[int, tuple[int, int]] = {1: (80, 90), 2: (5, 20), 3: (1, 5)}


@dataclass(frozen=True, slots=True)
class TierShare:
    tier: int
    pupils: int
    share: float

    @property
    def above_expected(self) -> bool:
        return self.tier > 1 and self.share * 100 > EXPECTED[self.tier][1]


def tier_shares(tiers: list[int]) -> tuple[TierShare, ...]:
    """How the pupils are spread over the tiers, highest tier first; empty without proposals."""
    if not tiers:
        return ()
    return tuple(TierShare(t, tiers.count(t), tiers.count(t) / len(tiers)) for t in (3, 2, 1))


def pyramid(shares: tuple[TierShare, ...], language: Language) -> Markup:
    say, forms = Texts(language), Forms(language)
    parts: list[Markup] = []
    middle, half_step = 110.0, 34.0
    for index, tier in enumerate(shares):
        top, bottom = 4 + index * (LAYER + 4), 4 + index * (LAYER + 4) + LAYER
        inner, outer = (10.0 if index == 0 else half_step * index + 3), half_step * (index + 1)
        points = f"{middle - inner:g},{top:g} {middle + inner:g},{top:g} {middle + outer:g},{bottom:g} {middle - outer:g},{bottom:g}"
        parts.append(tag("polygon", points=points, class_=f"tier-{tier.tier}"))
        parts.append(label(middle, top + LAYER / 2 + 6, forms.percent(tier.share), "on-dark", "middle"))
        low, high = EXPECTED[tier.tier]
        parts.append(
            label(WIDTH - 108, top + LAYER / 2 - 2, say("tiers.name", tier=tier.tier), "label strong")
        )
        parts.append(
            label(WIDTH - 108, top + LAYER / 2 + 14, say("tiers.expected", low=low, high=high), "label")
        )
    return picture(
        "tiers", WIDTH, HEIGHT, say("tiers.title"), describe(shares, language), parts, "chart pyramid"
    )


def describe(shares: tuple[TierShare, ...], language: Language) -> str:
    say, forms = Texts(language), Forms(language)
    return "; ".join(
        say("tiers.describe", tier=t.tier, share=forms.percent(t.share), pupils=t.pupils) for t in shares
    )


def advice(shares: tuple[TierShare, ...], language: Language) -> str:
    """What the shape asks for: more in tier 2 than usual asks for work on tier 1."""
    say = Texts(language)
    above = [tier.tier for tier in shares if tier.above_expected]
    if not above:
        return say("tiers.as_expected")
    return say("tiers.tier_2_large") if 2 in above else say("tiers.tier_3_large")
