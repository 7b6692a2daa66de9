"""Reasons as lying bars, longest first, each with its share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from aanwezig.pictures.drawing import at, label, tag, wide_picture
from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language

ROW, BAR = 30.0, 18.0
LEFT, RIGHT = 0.4, 0.14


@dataclass(frozen=True, slots=True)
class ReasonShare:
    """A reason of the register with its share of all missed time (0-1)."""

    reason: str
    share: float


def reason_bars(rows: Sequence[ReasonShare], language: Language) -> Markup:
    """The bars; the longest takes all the room."""
    say, forms = Texts(language), Forms(language)
    largest = max((row.share for row in rows), default=0)
    parts: list[Markup] = []
    told = []
    for place, row in enumerate(sorted(rows, key=lambda row: -row.share)):
        top, word = place * ROW, say(f"reason.{row.reason}")
        width = (1 - LEFT - RIGHT) * (row.share / largest if largest else 0)
        share = forms.percent(row.share)
        parts.append(label(at(LEFT - 0.02), top + 14, word, "pic-name", "end"))
        parts.append(
            tag("rect", x=at(LEFT), y=top, width=at(max(width, 0.004)), height=BAR, rx=2, class_="reason")
        )
        parts.append(label(at(LEFT + width + 0.015), top + 14, share, "pic-number"))
        told.append(f"{word} {share}")
    words = "; ".join(told) or say("reasons.none_known")
    return wide_picture(max(len(rows), 1) * ROW - 8, say("reasons.picture"), words, parts)
