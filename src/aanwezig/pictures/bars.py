"""Bars whose parts are percentages of the room there is, so that words keep their size on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from aanwezig.pictures.drawing import join, tag
from aanwezig.values.forms import Forms

BANDS = ("good", "at_risk", "chronic", "severe")
# A part narrower than this has no room for its number; the table has it.
ROOM_FOR_NUMBER = 0.08


@dataclass(frozen=True, slots=True)
class BandRow:
    """A group with the share of its pupils in each band; None where nothing was possible."""

    name: str
    pupils: int
    rate: float | None
    shares: tuple[float | None, ...]


def band_bar(row: BandRow, forms: Forms) -> Markup:
    """One bar of four parts; the numbers are percentages of the pupils."""
    parts: list[Markup] = []
    start = 0.0
    for band, share in zip(BANDS, row.shares, strict=True):
        if not share:
            continue
        width = max(share * 100 - 0.4, 0.2)
        parts.append(
            tag("rect", x=f"{start * 100:.2f}%", width=f"{width:.2f}%", height=22, class_=f"band-{band}")
        )
        if share >= ROOM_FOR_NUMBER:
            middle = f"{(start + share / 2) * 100:.2f}%"
            text = forms.number(share * 100)
            parts.append(tag("text", text, x=middle, y=15, text_anchor="middle", class_=f"in-{band}"))
        start += share
    return tag("svg", join(parts), class_="bar", width="100%", height=22, aria_hidden="true")


def share_bar(share: float, largest: float, class_: str) -> Markup:
    """One bar as a share of the largest of its list."""
    width = 100 * share / largest if largest else 0
    rect = tag("rect", width=f"{max(width, 0.5):.2f}%", height=14, class_=class_)
    return tag("svg", rect, class_="bar", width="100%", height=14, aria_hidden="true")


@dataclass(frozen=True, slots=True)
class GridCell:
    """The share missed on a weekday in a lesson; None where there were no lessons."""

    share: float | None
    shade: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Weekdays down, lessons across."""

    lessons: tuple[str, ...]
    weekdays: tuple[int, ...]
    cells: tuple[tuple[GridCell, ...], ...]


# Shares from which a cell is one shade darker: fixed, so that two schools or two years can be compared.
SHADE_FROM = (0.02, 0.04, 0.06, 0.08, 0.10, 0.15)


def shaded(rows: Sequence[Sequence[float | None]]) -> tuple[tuple[GridCell, ...], ...]:
    """Cells with a shade from 0 to 6."""
    return tuple(
        tuple(GridCell(share, sum((share or 0) >= limit for limit in SHADE_FROM)) for share in row)
        for row in rows
    )
