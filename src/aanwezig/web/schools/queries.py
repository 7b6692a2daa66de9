"""What the page of a school shows: the stored picture as values to draw, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from aanwezig.pictures.bars import BandRow, Grid, shaded
from aanwezig.pictures.pyramid import TierShare
from aanwezig.pictures.reasons import ReasonShare
from aanwezig.pictures.weeks import Week
from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.organisations.models import Organisation
from aanwezig.web.results.models import PupilYear, SchoolPicture
from aanwezig.web.results.shapes import BAND_ORDER
from aanwezig.web.schools.domain import OtherFigure, by_definitions, pupil_sum


@dataclass(frozen=True, slots=True)
class GroupInSight:
    """A class, year or the school that passes limits as a whole, with each limit; the largest share first."""

    name: str
    kind: str
    title: str
    alerts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """The figures of one school year, those of the year before, and the pictures' values."""

    figures: Mapping[str, Any]
    before: Mapping[str, Any] | None
    weeks: tuple[Week, ...]
    weeks_before: tuple[Week, ...]
    classes: tuple[BandRow, ...]
    levels: tuple[BandRow, ...]
    tiers: tuple[TierShare, ...]
    reasons: tuple[ReasonShare, ...]
    grid: Grid | None
    grid_rows: tuple[tuple[str, tuple[Mapping[str, Any] | None, ...]], ...]
    alerts: tuple[GroupInSight, ...]


def years_of(school: Organisation) -> list[str]:
    """The school years of which there are figures, latest first."""
    found = SchoolPicture.objects.filter(school_id=school.code).values_list("school_year", flat=True)
    return sorted(found, reverse=True)


def school_page(actor: Actor, school: Organisation, school_year: str) -> SchoolPage | None:
    """The figures of a school year; None when there are none yet. One query."""
    require(actor, "school.view", school)
    before_year = str(SchoolYear(SchoolYear.parse(school_year).start_year - 1))
    rows = {
        row.school_year: row.figures
        for row in SchoolPicture.objects.filter(
            school_id=school.code, school_year__in=[school_year, before_year]
        )
    }
    figures = rows.get(school_year)
    if not figures:
        return None
    before = rows.get(before_year) or None
    return SchoolPage(
        figures=figures,
        before=before,
        weeks=_weeks(figures),
        weeks_before=_weeks(before) if before else (),
        classes=_bands(figures["classes"]),
        levels=_bands(figures["levels"]),
        tiers=tuple(TierShare(one["tier"], one["pupils"], one["share"] or 0.0) for one in figures["tiers"]),
        reasons=tuple(ReasonShare(one["reason"], one["share"]) for one in figures["reasons"]),
        grid=_grid(figures["grid"]),
        grid_rows=_grid_rows(figures["grid"]),
        alerts=_groups_in_sight(figures["alerts"], school.name),
    )


def _groups_in_sight(alerts: Sequence[Mapping[str, Any]], school: str) -> tuple[GroupInSight, ...]:
    """One entry per group, of each limit the alert about most pupils; the school first, then by largest share."""
    found: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for one in alerts:
        own = found.setdefault((one["group_kind"], one["group"]), {})
        known = own.get(one["criterion"])
        if known is None or one["pupils"] > known["pupils"]:
            own[one["criterion"]] = one
    titles = {"school": school, "level": _("Year %(name)s"), "group": _("Class %(name)s")}
    groups = [
        GroupInSight(
            name,
            kind,
            titles[kind] % {"name": name} if kind != "school" else school,
            _largest_first(own.values()),
        )
        for (kind, name), own in found.items()
    ]
    return tuple(sorted(groups, key=lambda one: (one.kind != "school", -_share(one.alerts[0]), one.title)))


def _share(alert: Mapping[str, Any]) -> float:
    return float(alert["pupils"] / (alert["group_size"] or 1))


def _largest_first(alerts: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(sorted(alerts, key=lambda one: (-_share(one), one["criterion"])))


def _weeks(figures: Mapping[str, Any]) -> tuple[Week, ...]:
    return tuple(
        Week(date.fromisoformat(one["monday"]), one["rate"], one["pupils"])
        for one in figures["weeks"]
        if one["rate"] is not None
    )


def _bands(units: Sequence[Mapping[str, Any]]) -> tuple[BandRow, ...]:
    return tuple(
        BandRow(
            one["name"], one["pupils"], one["rate"], tuple(one["shares"].get(band) for band in BAND_ORDER)
        )
        for one in units
    )


def weekday_names() -> tuple[str, ...]:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"))


def _lessons(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    names = {one["lesson"] for one in cells if one["lesson"] is not None}
    return sorted(names, key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))


def _grid(cells: Sequence[Mapping[str, Any]]) -> Grid | None:
    """The share of lessons missed; None where absence is not noted by lesson."""
    lessons = _lessons(cells)
    by_place = {(one["weekday"], one["lesson"]): one["share"] for one in cells}
    if not lessons or not any(share is not None for share in by_place.values()):
        return None
    weekdays = range(1, 6)
    rows = [[by_place.get((weekday, lesson)) for lesson in lessons] for weekday in weekdays]
    return Grid(tuple(lessons), tuple(weekday - 1 for weekday in weekdays), shaded(rows))


def _grid_rows(
    cells: Sequence[Mapping[str, Any]],
) -> tuple[tuple[str, tuple[Mapping[str, Any] | None, ...]], ...]:
    by_place = {(one["weekday"], one["lesson"]): one for one in cells}
    lessons: list[str | None] = [*_lessons(cells)]
    if any(one["lesson"] is None for one in cells):
        lessons.append(None)
    return tuple(
        (lesson or _("part of day"), tuple(by_place.get((weekday, lesson)) for weekday in range(1, 6)))
        for lesson in lessons
    )


def other_figures(actor: Actor, school: Organisation, school_year: str) -> tuple[OtherFigure, ...]:
    """The attendance by several definitions; one query over the pupils of the school."""
    require(actor, "school.view", school)
    rows = PupilYear.objects.filter(school_id=school.code, school_year=school_year)
    return by_definitions(
        [pupil_sum(figures, enrolled) for figures, enrolled in rows.values_list("figures", "is_enrolled")]
    )
