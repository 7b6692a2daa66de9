"""A pupil's school year, large enough to point at: a column per week, a square per weekday, a shape per kind.

The shapes are those of ``heat_map``. What is no school day looks different for each reason: holiday and closed
days are grey, days without enrolment a small dot, days still to come an outline, days of which the school delivered
nothing yet are dashed: no data is never presence. Colours stand as attributes, so that a page that forbids inline
style and a PDF draw the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aanwezig.pictures.drawing import join, tag
from aanwezig.pictures.heat_map import CATEGORIES, SIZE, shape
from aanwezig.pictures.texts import Texts
from aanwezig.values import SchoolYear, monday_of
from aanwezig.values.forms import SHORT_MONTHS, SHORT_WEEKDAYS
from aanwezig.values.text import Language

PITCH, LEFT, TOP = 9, 15, 11
ROW_GAP = 8
# Days on which nothing was missed, or nothing could be: in the order of the legend.
PLAIN = ("present", "closed", "not_enrolled", "exempt", "no_data", "coming")
COLOURS = {
    "sick": "#2f74b5",
    "unauthorised": "#a8380d",
    "late": "#a06a00",
    "leave": "#75509b",
    "by_school": "#15212e",
    "unknown": "#5f6b76",
}
_FILL = {"present": "#d9ebe1", "closed": "#d9dfe6", "exempt": "#e9e2f2"}
_STROKE = {"no_data": "#67788a", "coming": "#cbd5df", "exempt": "#75509b"}


@dataclass(frozen=True, slots=True)
class YearDay:
    """One square: ``state`` one of ``PLAIN`` or of the categories of absence; ``title`` says it in words."""

    day: date
    state: str
    title: str = ""
    half_or_more: bool = True


def _square(state: str, x: int, y: int) -> Markup:
    if state == "not_enrolled":
        return tag("circle", cx=x + SIZE / 2, cy=y + SIZE / 2, r=0.9, fill="#9aa7b4")
    stroke = _STROKE.get(state)
    inset = 0.4 if stroke else 0
    return tag(
        "rect",
        x=float(x + inset),
        y=float(y + inset),
        width=float(SIZE - 2 * inset),
        height=float(SIZE - 2 * inset),
        rx=1,
        fill=_FILL.get(state, "none"),
        stroke=stroke,
        stroke_width=0.8 if stroke else None,
        stroke_dasharray="1.6 1.2" if state == "no_data" else None,
    )


def mark(state: str, x: int, y: int, full: bool = True, title: str = "") -> Markup:
    """One day: a light square where there was school, the shape of what was missed on it, its words on hover."""
    if state in PLAIN:
        drawn = _square(state, x, y)
    else:
        path = tag("path", d=shape(state, x, y, full), fill=COLOURS[state], fill_rule="evenodd")
        drawn = join([_square("present", x, y), path])
    return tag("g", join([tag("title", title), drawn])) if title else drawn


def pupil_year(
    name: str, year: SchoolYear, days: Sequence[YearDay], language: Language, rows: int = 1
) -> Markup:
    """The year in ``rows`` strips below each other: one for a screen, two or three for a phone."""
    say = Texts(language)
    start = monday_of(year.first)
    weeks = (monday_of(year.last) - start).days // 7 + 1
    per_row = -(-weeks // rows)
    weekdays = range(7 if any(one.day.weekday() > 4 and one.state != "closed" for one in days) else 5)
    height = TOP + PITCH * len(weekdays)
    width = LEFT + PITCH * per_row
    parts: list[Markup] = []
    for row in range(rows):
        top = row * (height + ROW_GAP)
        for weekday in weekdays:
            text = SHORT_WEEKDAYS[language][weekday]
            parts.append(_small(LEFT - 3.0, top + TOP + PITCH * weekday + 5.8, text, "end"))
    named: set[tuple[int, int]] = set()
    for one in days:
        if one.day.weekday() not in weekdays:
            continue
        week = (one.day - start).days // 7
        row, column = divmod(week, per_row)
        top, x = row * (height + ROW_GAP), LEFT + PITCH * column
        month = (one.day.year, one.day.month)
        if month not in named and one.day.weekday() < 5:
            named.add(month)
            if one.day.day <= 7 and column < per_row - 1:
                parts.append(_small(float(x), top + TOP - 3.5, SHORT_MONTHS[language][one.day.month - 1]))
        parts.append(mark(one.state, x, top + TOP + PITCH * one.day.weekday(), one.half_or_more, one.title))
    title = say("heat.title", year=str(year))
    heads = [
        tag("title", title, id=f"{name}-t"),
        tag("desc", describe(days, language), id=f"{name}-d"),
    ]
    return tag(
        "svg",
        join([*heads, *parts]),
        class_="pupil-year",
        viewBox=f"0 0 {width} {rows * height + (rows - 1) * ROW_GAP}",
        role="img",
        aria_labelledby=f"{name}-t",
        aria_describedby=f"{name}-d",
    )


def _small(x: float, y: float, text: str, anchor: str | None = None) -> Markup:
    return tag("text", text, x=x, y=y, font_size=5.4, fill="#4a5c70", text_anchor=anchor)


def describe(days: Iterable[YearDay], language: Language) -> str:
    """How many days of each kind, and of how many nothing is known yet, in a sentence."""
    say = Texts(language)
    counts: dict[str, int] = {}
    for one in days:
        counts[one.state] = counts.get(one.state, 0) + 1
    told = [f"{say(f'category.{c}')} {counts[c]}" for c in CATEGORIES if counts.get(c)]
    missed = sum(counts.get(c, 0) for c in CATEGORIES)
    text = say("heat.describe", days=missed, kinds=", ".join(told)) if told else ""
    if not told and counts.get("present"):
        text = say("heat.none")
    if counts.get("no_data"):
        text = f"{text} {say('heat.no_data', days=counts['no_data'])}".strip()
    return text or say("heat.nothing")


def legend(days: Iterable[YearDay], language: Language) -> list[tuple[str, Markup]]:
    """The word and the shape of each kind that occurs in these days."""
    say, found = Texts(language), {one.state for one in days}
    made = []
    for state in (*CATEGORIES, *PLAIN):
        if state in found:
            key = f"category.{state}" if state in CATEGORIES else f"day.{state}"
            picture = tag(
                "svg", mark(state, 1, 1), viewBox="0 0 9 9", class_="key", width=15, height=15, aria_hidden="true"
            )
            made.append((say(key), picture))
    return made
