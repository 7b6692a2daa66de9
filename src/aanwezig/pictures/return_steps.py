"""A return in steps: what was agreed per week as a staircase, what it became as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aanwezig.pictures.drawing import at, join, label, tag, wide_picture
from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language

HEIGHT, TOP, BOTTOM = 170.0, 18.0, 26.0
LEFT = 0.04


@dataclass(frozen=True, slots=True)
class ReturnWeek:
    """Hours agreed and hours there; None: nothing agreed, or the week is still to come."""

    monday: date
    agreed: float | None
    actual: float | None


def return_steps(weeks: Sequence[ReturnWeek], language: Language) -> Markup:
    """Hours of lessons a week; the agreed hours stand above the step, those there in the bar."""
    say, forms = Texts(language), Forms(language)
    if not weeks:
        return Markup.escape(say("weeks.none"))
    largest = max([hours for week in weeks for hours in (week.agreed, week.actual) if hours] or [1.0])
    bottom = HEIGHT - BOTTOM
    column = (1 - LEFT) / len(weeks)

    def y(hours: float) -> float:
        return bottom - (bottom - TOP) * hours / largest

    parts = [tag("line", x1=at(LEFT), x2="100%", y1=bottom, y2=bottom, class_="axis")]
    every = max(1, -(-len(weeks) // 4))
    before: float | None = None
    for place, week in enumerate(weeks):
        left = LEFT + column * place
        told = say(
            "return.week",
            day=forms.day(week.monday, year=False),
            agreed="–" if week.agreed is None else forms.number(week.agreed),
            actual="–" if week.actual is None else forms.number(week.actual),
        )
        if week.actual is not None:
            kept = week.agreed is None or week.actual >= week.agreed
            bar = tag(
                "rect",
                tag("title", told),
                x=at(left + column * 0.18),
                y=min(y(week.actual), bottom - 2),
                width=at(column * 0.64),
                height=max(bottom - y(week.actual), 2.0),
                rx=2,
                class_="there" if kept else "there-less",
            )
            parts.append(bar)
            inside = bottom - y(week.actual) > 22
            parts.append(
                label(
                    at(left + column / 2),
                    bottom - 7 if inside else y(week.actual) - 4,
                    forms.number(week.actual),
                    "in-there" if inside else "pic-small",
                    "middle",
                )
            )
        if week.agreed is not None:
            level = y(week.agreed)
            if before is not None and before != week.agreed:
                parts.append(tag("line", x1=at(left), x2=at(left), y1=y(before), y2=level, class_="agreed"))
            parts.append(tag("line", x1=at(left), x2=at(left + column), y1=level, y2=level, class_="agreed"))
            if before != week.agreed:
                parts.append(
                    label(at(left + column * 0.06), level - 5, forms.number(week.agreed), "pic-strong")
                )
        before = week.agreed
        if place % every == 0:
            parts.append(
                label(at(left + column / 2), HEIGHT - 8, forms.short_day(week.monday), "pic-small", "middle")
            )
    both = [week for week in weeks if week.agreed is not None and week.actual is not None]
    reached = sum(
        week.actual >= week.agreed for week in both if week.actual is not None and week.agreed is not None
    )
    words = say("return.describe", weeks=len(both), reached=reached)
    drawn = wide_picture(HEIGHT, say("return.title"), words, parts)
    return drawn + _legend(say)


def _legend(say: Texts) -> Markup:
    keys = [
        (tag("line", x1=0, x2=14, y1=7, y2=7, class_="agreed"), say("return.agreed")),
        (tag("rect", width=14, height=14, rx=2, class_="there"), say("return.there")),
        (tag("rect", width=14, height=14, rx=2, class_="there-less"), say("return.there_less")),
    ]
    drawn = [
        tag("svg", part, class_="key", viewBox="0 0 14 14", width=14, height=14, aria_hidden="true")
        for part, _ in keys
    ]
    items = [tag("li", join([one, Markup.escape(word)])) for one, (_, word) in zip(drawn, keys, strict=True)]
    return tag("ul", join(items), class_="legend")
