"""A pupil's school year as a calendar: a column per week, a square per school day, a shape per kind of absence.

Shapes and sizes say what colours say: a square is sick, a triangle without permission, a bar late, a ring
leave, a cross kept away by the school, a diamond not known. Small: less than half of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from markupsafe import Markup

from aanwezig.pictures.drawing import join, label, tag
from aanwezig.pictures.texts import Texts
from aanwezig.values import SchoolYear, monday_of
from aanwezig.values.forms import SHORT_MONTHS, Forms
from aanwezig.values.period import ONE_DAY
from aanwezig.values.text import Language

PITCH = 8
SIZE = 7
LEFT, TOP = 16, 12
CATEGORIES = ("sick", "unauthorised", "late", "leave", "by_school", "unknown")


@dataclass(frozen=True, slots=True)
class DayMark:
    """A day on which something was missed: what kind most, and how much of the day."""

    day: date
    category: str
    reasons: tuple[str, ...]
    absent: int | Fraction
    possible: int | Fraction

    @property
    def half_or_more(self) -> bool:
        return 2 * self.absent >= self.possible


def category_of(reason: str, authorised: bool | None) -> str:
    """In which of the six kinds a row is shown."""
    if reason in ("sick", "medical"):
        return "sick"
    if reason in ("truant", "luxury"):
        return "leave" if authorised else "unauthorised"
    if reason == "late":
        return "late"
    if reason in ("leave", "religion"):
        return "unauthorised" if reason == "leave" and authorised is False else "leave"
    if reason in ("sent_home", "sent_out", "suspended"):
        return "by_school"
    if authorised is None:
        return "unknown"
    return "leave" if authorised else "unauthorised"


def position(day: date, start: date) -> tuple[int, int]:
    """Left and top corner of a day's square."""
    return LEFT + PITCH * ((day - start).days // 7), TOP + PITCH * day.weekday()


def shape(category: str, x: int, y: int, full: bool) -> str:
    """The path of one day's shape, within its square of 7 by 7."""
    inset = 0 if full else 2
    x, y, size = x + inset, y + inset, SIZE - 2 * inset
    half = size / 2
    if category == "unauthorised":
        return f"M{x} {y + size}h{size}L{x + half:g} {y}z"
    if category == "late":
        return f"M{x} {y + size - 2}h{size}v-3h-{size}z"
    if category == "leave":
        return (
            f"M{x} {y}h{size}v{size}h-{size}zm2 2v{max(size - 4, 1)}h{max(size - 4, 1)}v-{max(size - 4, 1)}z"
        )
    if category == "by_school":
        third = size / 3
        return (
            f"M{x + third:g} {y}h{third:g}v{third:g}h{third:g}v{third:g}h-{third:g}v{third:g}h-{third:g}"
            f"v-{third:g}h-{third:g}v-{third:g}h{third:g}z"
        )
    if category == "unknown":
        return f"M{x + half:g} {y}l{half:g} {half:g}l-{half:g} {half:g}l-{half:g} -{half:g}z"
    return f"M{x} {y}h{size}v{size}h-{size}z"


def background(
    year: SchoolYear, school_days: Iterable[date], through: date, forms: Forms, name: str
) -> Markup:
    """What all pupils of one calendar share: month names, weekdays, school days, and days still to come."""
    start = monday_of(year.first)
    past: list[str] = []
    coming: list[str] = []
    for day in school_days:
        x, y = position(day, start)
        (past if day <= through else coming).append(f"M{x} {y}h{SIZE}v{SIZE}h-{SIZE}z")
    parts = [tag("path", d="".join(past), class_="day")]
    parts.append(tag("path", d="".join(coming), class_="coming"))
    month = year.first
    while month <= year.last:
        x, _ = position(month + timedelta(days=6), start)
        parts.append(label(float(x), TOP - 3.0, SHORT_MONTHS[forms.language][month.month - 1], "tiny"))
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return tag("g", join(parts), id=name)


def size(year: SchoolYear) -> tuple[int, int]:
    weeks = ((monday_of(year.last) - monday_of(year.first)).days // 7) + 1
    return LEFT + PITCH * weeks, TOP + PITCH * 5


def heat_map(
    name: str, calendar: str, year: SchoolYear, marks: Sequence[DayMark], title: str, description: str
) -> Markup:
    """One pupil's calendar over the shared background ``calendar``."""
    start = monday_of(year.first)
    paths: dict[str, list[str]] = {}
    for mark in marks:
        if mark.day.weekday() < 5:
            x, y = position(mark.day, start)
            paths.setdefault(mark.category, []).append(shape(mark.category, x, y, mark.half_or_more))
    parts = [tag("use", href=f"#{calendar}")]
    parts += [
        tag("path", d="".join(paths[category]), class_=f"m-{category}")
        for category in CATEGORIES
        if category in paths
    ]
    width, height = size(year)
    return tag(
        "svg",
        join([tag("title", title, id=f"{name}-t"), tag("desc", description, id=f"{name}-d"), *parts]),
        class_="heat",
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
    )


def legend(language: Language) -> list[tuple[str, Markup]]:
    """Each kind's word and its shape."""
    made, say = [], Texts(language)
    for category in CATEGORIES:
        path = tag("path", d=shape(category, 1, 1, True), class_=f"m-{category}")
        picture = tag("svg", path, viewBox="0 0 9 9", class_="key", aria_hidden="true")
        made.append((say(f"category.{category}"), picture))
    return made


def describe(marks: Sequence[DayMark], language: Language) -> str:
    """How many days of each kind, in a sentence."""
    say = Texts(language)
    counts: Mapping[str, int] = {c: sum(mark.category == c for mark in marks) for c in CATEGORIES}
    told = [f"{say(f'category.{c}')} {count}" for c, count in counts.items() if count]
    return say("heat.describe", days=len(marks), kinds=", ".join(told)) if told else say("heat.none")


def school_days_of(calendar: object, year: SchoolYear) -> list[date]:
    """The school days of a calendar in a school year."""
    days, day = [], year.first
    while day <= year.last:
        if calendar.is_school_day(day):  # type: ignore[attr-defined]
            days.append(day)
        day += ONE_DAY
    return days
