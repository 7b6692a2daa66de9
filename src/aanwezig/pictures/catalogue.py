"""Every picture that a page can ask for by name; all take the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from aanwezig.pictures.change import change_chart
from aanwezig.pictures.class_bands import band_legend, class_bands
from aanwezig.pictures.lesson_grid import lesson_grid
from aanwezig.pictures.pyramid import pyramid
from aanwezig.pictures.reasons import reason_bars
from aanwezig.pictures.return_steps import return_steps
from aanwezig.pictures.spark import spark_line
from aanwezig.pictures.weeks import both_sizes
from aanwezig.pictures.year_calendar import calendar_legend, year_calendar
from aanwezig.values.text import Language

PICTURES: dict[str, Callable[..., Markup]] = {
    "band_legend": band_legend,
    "calendar_legend": calendar_legend,
    "change": change_chart,
    "class_bands": class_bands,
    "lesson_grid": lesson_grid,
    "reasons": reason_bars,
    "return_steps": return_steps,
    "spark_line": spark_line,
    "tiers": pyramid,
    "weeks": both_sizes,
    "year_calendar": year_calendar,
}


def draw(name: str, *values: Any, language: Language, **options: Any) -> Markup:
    """The picture of that name; KeyError for one that does not exist."""
    return PICTURES[name](*values, language=language, **options)
