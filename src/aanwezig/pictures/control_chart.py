"""A pupil's weeks against the limits of its own first weeks (docs/specification/register.md §5, change).

Drawn as attendance. A week outside the limit is a square, one of a run on one side a ring, others a small dot:
told apart without colour. Colours stand as attributes, as in ``pupil_year``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aanwezig.pictures.drawing import picture, tag
from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import SHORT_MONTHS, Forms
from aanwezig.values.text import Language

WIDTH, HEIGHT = 520.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 96.0, 10.0, 26.0


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A lesson week: attendance 0-1 (None: nothing known), and how it signals: beyond_limit, one_side or None."""

    monday: date
    rate: float | None
    signal: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Usual attendance and the lowest that is still ordinary for this pupil, 0-1; None with too few weeks."""

    centre: float | None
    lower: float | None


def control_chart(name: str, points: Sequence[ChartPoint], limits: Limits, language: Language) -> Markup:
    say, forms = Texts(language), Forms(language)
    known = [point for point in points if point.rate is not None]
    values = [point.rate for point in known if point.rate is not None]
    values += [value for value in (limits.centre, limits.lower) if value is not None]
    low = max(0.0, min(0.8, math.floor(min(values, default=0.8) * 10) / 10))
    plot_width, plot_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(index: int) -> float:
        return LEFT + plot_width * index / max(len(points) - 1, 1)

    def y(rate: float) -> float:
        return TOP + plot_height * (1 - (max(rate, low) - low) / (1 - low))

    parts: list[Markup] = []
    step = 10 if low < 0.8 else 5
    for percent in range(100, round(low * 100) - 1, -step if low >= 0.5 else -20):
        at = y(percent / 100)
        parts.append(tag("line", x1=LEFT, x2=LEFT + plot_width, y1=at, y2=at, stroke="#e2e8ee"))
        parts.append(_text(LEFT - 6, at + 4, forms.percent(percent / 100, 0), "end"))
    ends: list[tuple[float, str]] = []
    for value, key, dash in ((limits.centre, "chart.centre", None), (limits.lower, "chart.limit", "5 4")):
        if value is None:
            continue
        at = y(value)
        parts.append(
            tag(
                "line",
                x1=LEFT,
                x2=LEFT + plot_width,
                y1=at,
                y2=at,
                stroke="#51677e",
                stroke_width=1.2,
                stroke_dasharray=dash,
            )
        )
        ends.append((at, say(key, share=forms.percent(value, 0))))
    parts += [
        _text(LEFT + plot_width + 6, at, text)
        for at, text in _apart([(at + 4, text) for at, text in sorted(ends)])
    ]
    commands: list[str] = []
    joined = False
    for index, point in enumerate(points):
        if point.rate is None:
            joined = False
            continue
        commands.append(f"{'L' if joined else 'M'}{x(index):.1f} {y(point.rate):.1f}")
        joined = True
    parts.append(tag("path", d="".join(commands), fill="none", stroke="#1b5e99", stroke_width=1.6))
    month = None
    for index, point in enumerate(points):
        if point.monday.month != month and point.monday.day <= 14:
            parts.append(_text(x(index), HEIGHT - 8, SHORT_MONTHS[language][point.monday.month - 1], "middle"))
        month = point.monday.month
        if point.rate is not None:
            parts.append(_point(point, x(index), y(point.rate), forms))
    return picture(
        name, WIDTH, HEIGHT, say("chart.title"), describe(points, limits, language), parts, "control-chart"
    )


def _point(point: ChartPoint, x: float, y: float, forms: Forms) -> Markup:
    words = tag("title", f"{forms.day(point.monday, year=False)}: {forms.rate(point.rate)}")
    if point.signal == "beyond_limit":
        return tag("rect", words, x=x - 4.5, y=y - 4.5, width=9, height=9, fill="#97203a")
    if point.signal == "one_side":
        return tag("circle", words, cx=x, cy=y, r=4.5, fill="#fff", stroke="#a8380d", stroke_width=2.2)
    return tag("circle", words, cx=x, cy=y, r=2.6, fill="#1b5e99")


def _text(x: float, y: float, text: str, anchor: str | None = None) -> Markup:
    return tag("text", text, x=x, y=y, font_size=11, fill="#4a5c70", text_anchor=anchor)


def _apart(ends: list[tuple[float, str]]) -> list[tuple[float, str]]:
    placed: list[tuple[float, str]] = []
    for at, text in ends:
        placed.append((max(at, placed[-1][0] + 13) if placed else at, text))
    return placed


def describe(points: Sequence[ChartPoint], limits: Limits, language: Language) -> str:
    """How many weeks, what is usual for this pupil, and how many weeks lie outside it."""
    say, forms = Texts(language), Forms(language)
    weeks = sum(point.rate is not None for point in points)
    if limits.centre is None or limits.lower is None:
        return say("chart.too_few", weeks=weeks)
    outside = sum(point.signal is not None for point in points)
    return say(
        "chart.describe",
        weeks=weeks,
        centre=forms.percent(limits.centre, 0),
        limit=forms.percent(limits.lower, 0),
        outside=outside,
    )
