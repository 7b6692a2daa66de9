"""A small line beside a name: the attendance of the last weeks, with the goal dotted."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from aanwezig.pictures.drawing import join, tag
from aanwezig.pictures.texts import Texts
from aanwezig.pictures.weeks import GOAL
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language

WIDTH, HEIGHT = 92.0, 26.0
TOP, BOTTOM, SIDE = 3.0, 23.0, 4.0
# The same scale for everybody, so that lines under each other can be compared; lower lies on the bottom edge.
LOWEST = 0.7


def spark_line(rates: Sequence[float | None], language: Language) -> Markup:
    """Rates of 0-1, oldest first; None where there were no lessons: the line stops there."""
    say, forms = Texts(language), Forms(language)
    step = (WIDTH - 2 * SIDE) / max(len(rates) - 1, 1)
    points = [None if rate is None else (SIDE + place * step, _y(rate)) for place, rate in enumerate(rates)]
    known = [rate for rate in rates if rate is not None]
    if not known:
        words = say("spark.none")
    else:
        words = say("spark.title", weeks=len(rates), first=forms.rate(known[0]), last=forms.rate(known[-1]))
    commands = "".join(
        f"{'L' if place and points[place - 1] else 'M'}{point[0]:.1f} {point[1]:.1f}"
        for place, point in enumerate(points)
        if point
    )
    goal = _y(GOAL)
    parts = [
        tag("title", words),
        tag("line", x1=0.0, x2=WIDTH, y1=goal, y2=goal, class_="spark-goal"),
        tag("path", d=commands, class_="spark-line"),
    ]
    # A week alone between weeks without lessons has no line: a dot shows it. The last week always has one.
    lonely = [
        point
        for place, point in enumerate(points)
        if point
        and (
            place == len(points) - 1
            or not any(points[max(place - 1, 0) : place] + points[place + 1 : place + 2])
        )
    ]
    parts += [tag("circle", cx=x, cy=y, r=2.2, class_="spark-dot") for x, y in lonely]
    return tag(
        "svg",
        join(parts),
        class_="spark",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        width=int(WIDTH),
        height=int(HEIGHT),
        role="img",
        aria_label=words,
    )


def _y(rate: float) -> float:
    above = (max(rate, LOWEST) - LOWEST) / (1 - LOWEST)
    return BOTTOM - (BOTTOM - TOP) * above
