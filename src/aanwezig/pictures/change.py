"""A control chart: a pupil's weeks against the own first weeks (docs/specification/register.md §5, change).

Drawn as attendance. A week beyond the limit is a filled square, one of a run on one side a ring, others a small
dot: told apart without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from aanwezig.pictures.drawing import at, join, label, tag, wide_picture
from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language

HEIGHT, TOP, BOTTOM = 190.0, 18.0, 28.0
LEFT, RIGHT = 0.12, 0.03


@dataclass(frozen=True, slots=True)
class ChangeWeek:
    """A lesson week: attendance 0-1 (None: nothing known) and how it signals: beyond_limit, one_side or None."""

    monday: date
    rate: float | None
    signal: str | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for this pupil, and the lowest attendance that is still ordinary, as rates of 0-1."""

    centre: float
    lower: float


def change_chart(
    weeks: Sequence[ChangeWeek],
    usual: Usual | None,
    language: Language,
    began: date | None = None,
    began_words: str = "",
) -> Markup:
    """The line, the usual swing shaded; without ``usual`` there were too few weeks. ``began``: an intervention."""
    say, forms = Texts(language), Forms(language)
    known = [week.rate for week in weeks if week.rate is not None]
    if not known:
        return Markup.escape(say("weeks.none"))
    lowest = min([*known, usual.lower] if usual else known)
    floor = max(0.0, int(min(lowest, 0.89) * 10) / 10)
    bottom = HEIGHT - BOTTOM

    def y(rate: float) -> float:
        return TOP + (bottom - TOP) * (1 - min(max(rate, floor), 1.0)) / (1 - floor)

    def x(place: float) -> float:
        return LEFT + (1 - LEFT - RIGHT) * place / len(weeks)

    parts: list[Markup] = []
    if usual:
        band = max(y(usual.lower) - y(1.0), 1.0)
        parts.append(
            tag("rect", x=at(LEFT), y=y(1.0), width=at(1 - LEFT - RIGHT), height=band, class_="usual")
        )
    step = 0.1 if floor >= 0.5 else 0.2
    for place in range(int((1 - floor) / step + 1.5)):
        tick = max(1 - place * step, floor)
        parts.append(_level(y(tick), "grid-line"))
        parts.append(label(at(LEFT - 0.02), y(tick) + 4, forms.percent(tick, 0), "pic-small", "end"))
    if usual:
        parts += [_level(y(usual.centre), "middle"), _level(y(usual.lower), "limit")]
    if began:
        where = at(x(sum(week.monday < began for week in weeks)))
        parts.append(tag("line", x1=where, x2=where, y1=4.0, y2=bottom, class_="began"))
        parts.append(label(where, 11.0, f"\u00a0{began_words}", "pic-small"))
    for place, (one, following) in enumerate(pairwise(weeks)):
        if one.rate is not None and following.rate is not None:
            x1, x2 = at(x(place + 0.5)), at(x(place + 1.5))
            y1, y2 = y(one.rate), y(following.rate)
            parts.append(tag("line", x1=x1, x2=x2, y1=y1, y2=y2, class_="line this-year"))
    parts += [
        _point(week, x(place + 0.5), y(week.rate), forms)
        for place, week in enumerate(weeks)
        if week.rate is not None
    ]
    every = max(1, -(-len(weeks) // 5))
    parts += [
        label(at(x(place + 0.5)), HEIGHT - 8, forms.short_day(weeks[place].monday), "pic-small", "middle")
        for place in range(0, len(weeks), every)
    ]
    drawn = wide_picture(HEIGHT, say("change.title"), describe(weeks, usual, language), parts)
    return drawn + _legend(say, {week.signal for week in weeks}) if usual else drawn


def _level(y: float, class_: str) -> Markup:
    return tag("line", x1=at(LEFT), x2=at(1 - RIGHT), y1=y, y2=y, class_=class_)


def _point(week: ChangeWeek, x: float, y: float, forms: Forms) -> Markup:
    words = tag("title", f"{forms.day(week.monday, year=False)}: {forms.rate(week.rate)}")
    if week.signal == "beyond_limit":
        # A square around a point at a percentage: a nested picture that may be drawn over its edge.
        square = tag("rect", words, x=-4.5, y=-4.5, width=9, height=9, class_="dot-beyond")
        return tag("svg", square, x=at(x), y=y, overflow="visible")
    if week.signal:
        return tag("circle", words, cx=at(x), cy=y, r=4.5, class_="dot-outside")
    return tag("circle", words, cx=at(x), cy=y, r=2.8, class_="dot")


def describe(weeks: Sequence[ChangeWeek], usual: Usual | None, language: Language) -> str:
    """How many weeks, what is usual for this pupil, and how many weeks stand out."""
    say, forms = Texts(language), Forms(language)
    count = sum(week.rate is not None for week in weeks)
    if usual is None:
        return say("change.too_few", weeks=count)
    return say(
        "change.describe",
        weeks=count,
        centre=forms.percent(usual.centre, 0),
        limit=forms.percent(usual.lower, 0),
        outside=sum(week.signal is not None for week in weeks),
    )


def _legend(say: Texts, signals: set[str | None]) -> Markup:
    keys = [(tag("rect", width=14, height=14, class_="usual"), say("change.usual"))]
    if "beyond_limit" in signals:
        keys.append((tag("rect", x=2.5, y=2.5, width=9, height=9, class_="dot-beyond"), say("change.beyond")))
    if "one_side" in signals:
        keys.append((tag("circle", cx=7, cy=7, r=4.5, class_="dot-outside"), say("change.one_side")))
    items = [
        tag(
            "li",
            join(
                [
                    tag(
                        "svg",
                        part,
                        class_="key",
                        viewBox="0 0 14 14",
                        width=14,
                        height=14,
                        aria_hidden="true",
                    ),
                    Markup.escape(word),
                ]
            ),
        )
        for part, word in keys
    ]
    return tag("ul", join(items), class_="legend")
