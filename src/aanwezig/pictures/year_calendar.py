"""A pupil's school year: a column per week, a square per school day, split by what was missed of the day.

A colour and a letter say the reason. No data, closed, not enrolled, still to come and present look different: no
data is never presence. Weekends are not there: no school has lessons then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from markupsafe import Markup

from aanwezig.pictures.class_bands import key
from aanwezig.pictures.drawing import join, label, tag
from aanwezig.pictures.heat_map import CATEGORIES
from aanwezig.pictures.texts import Texts
from aanwezig.values import monday_of
from aanwezig.values.forms import SHORT_MONTHS, SHORT_WEEKDAYS, Forms
from aanwezig.values.text import Language

State = Literal["present", "absent", "closed", "not_enrolled", "exempt", "no_data", "coming"]
# States in the order of the legend; `absent` is shown by its kinds.
PLAIN: tuple[State, ...] = ("present", "closed", "exempt", "not_enrolled", "no_data", "coming")
SIZE, PITCH = 18, 20
LEFT, TOP, GAP = 36, 20, 14


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the day missed: from where to where in the school day (0-1), and of what kind (``CATEGORIES``)."""

    category: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One weekday of the year. ``words``: what follows the date in its title, as 'ziek, 3 van 6 lessen'."""

    day: date
    state: State
    slices: tuple[Slice, ...] = ()
    words: str = ""

    @property
    def category(self) -> str | None:
        """The kind that took most of the day; of equals the first."""
        sums: dict[str, float] = {}
        for part in self.slices:
            sums[part.category] = sums.get(part.category, 0) + part.end - part.begin
        return max(sums, key=lambda kind: sums[kind]) if sums else None


def year_calendar(days: Sequence[CalendarDay], language: Language, title: str = "", rows: int = 1) -> Markup:
    """The calendar; ``rows`` strips below each other (one for a screen, three for a phone)."""
    say = Texts(language)
    shown = [day for day in days if day.day.weekday() < 5]
    if not shown:
        return Markup.escape(say("heat.nothing"))
    start = monday_of(shown[0].day)
    per_row = -(-((monday_of(shown[-1].day) - start).days // 7 + 1) // rows)
    strip = TOP + PITCH * 5
    parts: list[Markup] = []
    for row in range(rows):
        for weekday in range(5):
            y = row * (strip + GAP) + TOP + PITCH * weekday + 13.0
            parts.append(label(LEFT - 6.0, y, SHORT_WEEKDAYS[language][weekday], "pic-head", "end"))
    named: set[tuple[int, int]] = set()
    for one in shown:
        row, column = divmod((one.day - start).days // 7, per_row)
        x, top = LEFT + PITCH * column, row * (strip + GAP)
        month = (one.day.year, one.day.month)
        if month not in named and one.day.day <= 7 and column < per_row - 1:
            parts.append(label(float(x), top + 13.0, SHORT_MONTHS[language][one.day.month - 1], "pic-head"))
            named.add(month)
        draw = _square if one.slices else _plain_square
        parts.append(draw(one, x, top + TOP + PITCH * one.day.weekday(), language))
    name = title or say("calendar.title")
    return tag(
        "svg",
        join([tag("title", name), tag("desc", describe(shown, language)), *parts]),
        class_="year",
        viewBox=f"0 0 {LEFT + PITCH * per_row} {rows * strip + (rows - 1) * GAP}",
        role="img",
        aria_label=name,
    )


def _square(one: CalendarDay, x: int, y: int, language: Language) -> Markup:
    say, forms = Texts(language), Forms(language)
    words = one.words or say(f"day.{one.state}")
    parts = [tag("title", f"{forms.day(one.day, weekday=True, year=False)}: {words}")]
    parts.append(_ground("present" if one.state == "absent" else one.state, x, y, SIZE))
    for part in one.slices:
        # What was missed is never so thin that nobody sees it.
        height = max((part.end - part.begin) * SIZE, 3.0)
        top = min(y + part.begin * SIZE, y + SIZE - height)
        radius = 3 if height >= SIZE - 0.5 else 1
        parts.append(
            tag("rect", x=x, y=top, width=SIZE, height=height, rx=radius, class_=f"m-{part.category}")
        )
    if one.category:
        # On a filled square the letter is white; beside a thin slice it stands dark on the ground.
        filled = sum(part.end - part.begin for part in one.slices) >= 0.7
        letter = say(f"letter.{one.category}")
        parts.append(label(x + SIZE / 2, y + 13.0, letter, "letter" if filled else "letter-dark", "middle"))
    return tag("g", join(parts))


@lru_cache(maxsize=8192)
def _plain_square(one: CalendarDay, x: int, y: int, language: Language) -> Markup:
    """A day on which nothing was missed is the same for every pupil of a calendar: drawn once."""
    return _square(one, x, y, language)


def _ground(state: str, x: float, y: float, size: float) -> Markup:
    if state == "not_enrolled":
        return tag("circle", cx=x + size / 2, cy=y + size / 2, r=1.6, class_="day-not_enrolled")
    square = tag("rect", x=x, y=y, width=float(size), height=float(size), rx=3, class_=f"day-{state}")
    if state != "no_data":
        return square
    third = size / 4.5
    stroke = tag(
        "path",
        d=f"M{x + third:g} {y + size - third:g}L{x + size - third:g} {y + third:g}",
        class_="no-data-line",
    )
    return square + stroke


def describe(days: Sequence[CalendarDay], language: Language) -> str:
    """How many days of each kind, and of how many nothing is known yet, in a sentence."""
    say = Texts(language)
    kinds = [one.category for one in days if one.category]
    told = [f"{say(f'category.{kind}')} {kinds.count(kind)}" for kind in CATEGORIES if kind in kinds]
    unknown = sum(one.state == "no_data" for one in days)
    parts = []
    if told:
        parts.append(say("heat.describe", days=len(kinds), kinds=", ".join(told)) + ".")
    elif any(one.state == "present" for one in days):
        parts.append(say("heat.none"))
    if unknown:
        parts.append(say("heat.no_data", days=unknown))
    return " ".join(parts) or say("heat.nothing")


def calendar_legend(days: Sequence[CalendarDay], language: Language) -> Markup:
    """What the letters and colours of these days mean; kinds that do not occur are left out."""
    say = Texts(language)
    kinds = {part.category for one in days for part in one.slices}
    states = {"present" if one.state == "absent" else one.state for one in days}
    items = [
        tag("li", join([key(f"m-{kind}", say(f"letter.{kind}")), Markup.escape(say(f"category.{kind}"))]))
        for kind in CATEGORIES
        if kind in kinds
    ]
    for state in PLAIN:
        if state in states:
            square = tag(
                "svg",
                _ground(state, 0.5, 0.5, 13),
                class_="key",
                viewBox="0 0 14 14",
                width=14,
                height=14,
                aria_hidden="true",
            )
            items.append(tag("li", join([square, Markup.escape(say(f"day.{state}"))])))
    return tag("ul", join(items), class_="legend")
