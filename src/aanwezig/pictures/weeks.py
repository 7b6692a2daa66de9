"""Attendance week by week against the 95 % goal, with last year in grey."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from aanwezig.pictures.drawing import join, label, picture, tag
from aanwezig.pictures.texts import Texts
from aanwezig.values import SchoolYear, monday_of
from aanwezig.values.forms import SHORT_MONTHS, Forms
from aanwezig.values.text import Language

GOAL = 0.95


@dataclass(frozen=True, slots=True)
class Week:
    """A lesson week, named by its Monday."""

    monday: date
    rate: float
    pupils: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing and its letters: one for a screen, one for a phone."""

    name: str
    width: float
    height: float
    left: float
    right: float


WIDE = Frame("weeks-wide", 640, 230, 44, 84)
NARROW = Frame("weeks-narrow", 340, 220, 42, 66)
TOP, BOTTOM = 12, 28
# Names of months that would touch are left out.
MONTH_ROOM = 28


def weeks_of_rows(rows: Iterable[Mapping[str, Any]], year: SchoolYear) -> tuple[Week, ...]:
    """The weeks of a school year over all schools."""
    sums: dict[date, list[float]] = {}
    for row in rows:
        monday = date.fromisoformat(row["period"])
        if not row["possible_minutes"] or SchoolYear.of(monday + timedelta(days=4)) != year:
            continue
        own = sums.setdefault(monday, [0, 0, 0])
        own[0] += row["possible_minutes"]
        own[1] += row["absent_minutes"]
        own[2] += row["pupils"]
    return tuple(
        Week(monday, 1 - absent / possible, int(pupils))
        for monday, (possible, absent, pupils) in sorted(sums.items())
    )


def week_number(monday: date) -> int:
    """Weeks since the week of 1 August, so that two years can lie over each other."""
    return (monday - monday_of(SchoolYear.of(monday + timedelta(days=6)).first)).days // 7


def weeks_chart(this: Sequence[Week], last: Sequence[Week], frame: Frame, language: Language) -> Markup:
    """The two lines and the goal, labelled where they end."""
    say, forms = Texts(language), Forms(language)
    rates = [week.rate for week in (*this, *last)]
    low = min(0.90, math.floor(min(rates) * 50) / 50)
    first = min(week_number(w.monday) for w in (*this, *last))
    final = max(week_number(w.monday) for w in (*this, *last))
    span = max(final - first, 1)
    plot_width = frame.width - frame.left - frame.right
    plot_height = frame.height - TOP - BOTTOM

    def x(week: Week) -> float:
        return frame.left + plot_width * (week_number(week.monday) - first) / span

    def y(rate: float) -> float:
        return TOP + plot_height * (1 - (max(rate, low) - low) / (1 - low))

    parts: list[Markup] = []
    for tick in _ticks(low):
        parts.append(
            tag("line", x1=frame.left, x2=frame.left + plot_width, y1=y(tick), y2=y(tick), class_="grid")
        )
        parts.append(label(frame.left - 6, y(tick) + 4, forms.percent(tick, 0), "label", "end"))
    end = frame.left + plot_width
    parts.append(tag("line", x1=frame.left, x2=end, y1=y(GOAL), y2=y(GOAL), class_="goal"))
    ends: list[tuple[float, str, str]] = [(y(GOAL), say("weeks.goal"), "label goal-label")]
    if last:
        parts.append(_line(last, x, y, "line last-year"))
        ends.append((y(last[-1].rate), say("weeks.last_year"), "label"))
    if this:
        parts.append(_line(this, x, y, "line this-year"))
        parts += [tag("circle", cx=x(week), cy=y(week.rate), r=2.5, class_="dot") for week in this]
        if week_number(this[-1].monday) == final:
            ends.append((y(this[-1].rate), say("weeks.this_year"), "label this-label"))
        else:
            # The year is still running: the name stands beside its last week.
            at = x(this[-1]) + 7, y(this[-1].rate) + 14
            parts.append(label(*at, say("weeks.this_year"), "label this-label"))
    parts += [label(end + 6, at_y + 4, text, class_) for at_y, text, class_ in _apart(ends)]
    year = SchoolYear.of((this or last)[-1].monday + timedelta(days=6))
    parts += _month_labels(first, final, year, frame, forms)
    title, description = say("weeks.title"), describe(this, language)
    return picture(frame.name, frame.width, frame.height, title, description, parts, f"chart {frame.name}")


def _ticks(low: float) -> list[float]:
    step = 2 if low >= 0.88 else 5 if low >= 0.7 else 10
    return [tick / 100 for tick in range(100, round(low * 100) - 1, -step)]


def _line(
    weeks: Sequence[Week], x: Callable[[Week], float], y: Callable[[float], float], class_: str
) -> Markup:
    """A line that stops where weeks are missing (holidays) and goes on after them."""
    commands: list[str] = []
    previous: int | None = None
    for week in weeks:
        at = week_number(week.monday)
        move = "M" if previous is None or at > previous + 1 else "L"
        commands.append(f"{move}{x(week):.1f} {y(week.rate):.1f}")
        previous = at
    return tag("path", d="".join(commands), class_=class_)


def _apart(ends: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Labels at the end of lines, moved so that none lies over another."""
    placed: list[tuple[float, str, str]] = []
    for at, text, class_ in sorted(ends):
        lowest = placed[-1][0] + 14 if placed else at
        placed.append((max(at, lowest), text, class_))
    return placed


def _month_labels(first: int, final: int, year: SchoolYear, frame: Frame, forms: Forms) -> list[Markup]:
    """The month names along the bottom, each where its first Monday lies."""
    plot_width = frame.width - frame.left - frame.right
    start = monday_of(year.first)
    found: list[Markup] = []
    last = -math.inf
    for number in range(first, final + 1):
        monday = start + timedelta(weeks=number)
        x = frame.left + plot_width * (number - first) / max(final - first, 1)
        if monday.day <= 7 and x - last >= MONTH_ROOM:
            last = x
            name = SHORT_MONTHS[forms.language][monday.month - 1]
            found.append(label(x, frame.height - 8, name, "label", "middle"))
    return found


def describe(this: Sequence[Week], language: Language) -> str:
    """The picture in a sentence: where it began, where it is, how many weeks are under the goal."""
    say, forms = Texts(language), Forms(language)
    if not this:
        return say("weeks.none")
    below = sum(week.rate < GOAL for week in this)
    return say(
        "weeks.describe",
        weeks=len(this),
        below=below,
        first=forms.rate(this[0].rate),
        last=forms.rate(this[-1].rate),
    )


def both_sizes(this: Sequence[Week], last: Sequence[Week], language: Language) -> Markup:
    """The chart for a screen and for a phone; style shows the one that fits."""
    return join([weeks_chart(this, last, WIDE, language), weeks_chart(this, last, NARROW, language)])
