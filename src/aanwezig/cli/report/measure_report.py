"""The report of ``measure``: the rate, week by week, and a table that fits a phone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aanwezig.cli.output.measure_text import band
from aanwezig.cli.report.check_report import measure_texts
from aanwezig.cli.report.figures import group_name, school_names
from aanwezig.cli.report.page import csv_link, render
from aanwezig.cli.texts import Texts
from aanwezig.library import Measures, Register
from aanwezig.pictures.weeks import both_sizes, describe, weeks_of_rows
from aanwezig.values import SchoolYear
from aanwezig.values.forms import Forms

# A page with more rows is slow on a phone; the spreadsheet has all.
MOST_ROWS = 5_000


def measure_page(register: Register, measures: Measures, say: Texts, made_on: date | None = None) -> str:
    forms = Forms(say.language)
    names = school_names(register.opened())
    rows = list(measures.rows())
    possible = sum(row["possible_minutes"] or 0 for row in rows)
    absent = sum(row["absent_minutes"] or 0 for row in rows)
    rate = forms.rate(1 - absent / possible) if possible else None
    year = SchoolYear.of(measures.reference_date)
    weeks = weeks_of_rows(rows, year) if measures.per == "week" else ()
    sort = measures.per == "school_year"
    ordered = sorted(rows, key=_lowest_first) if sort else rows
    made = made_on or datetime.now().astimezone().date()
    return render(
        "measure.html",
        say,
        title=say("measure.page_title", day=forms.day(measures.reference_date)),
        above=", ".join(list(names.values())[:3]),
        headline=say("headline.rate", rate=rate) if rate else say("headline.no_rate"),
        subline=say("measure.title", unit=say(f"unit.{measures.by}"), per=say(f"per.{measures.per}"))
        + f" · {forms.day(measures.reference_date)}",
        notes=_notes(measures, rows, say, forms),
        weeks_picture=both_sizes(weeks, (), say.language) if weeks else "",
        weeks_words=describe(weeks, say.language) if weeks else "",
        by=say(f"unit.{measures.by}"),
        rows=[_row(row, names, measures, say, forms) for row in ordered[:MOST_ROWS]],
        is_sorted=sort,
        number=len(rows),
        shown=min(len(rows), MOST_ROWS),
        csv=csv_link(measures.table.column_names, [list(row.values()) for row in ordered[:MOST_ROWS]]),
        measures=measure_texts(say),
        made_on=forms.day(made),
    )


def _lowest_first(row: dict[str, Any]) -> tuple[float, str]:
    rate = row["attendance_rate"]
    return (2.0 if rate is None else rate, str(row["unit_id"]))


def _notes(measures: Measures, rows: list[dict[str, Any]], say: Texts, forms: Forms) -> list[str]:
    said = []
    if any(row["assumed_timetable"] for row in rows):
        said.append(say("note.assumed"))
    if measures.known_date:
        said.append(say("note.known", day=forms.day(measures.known_date)))
    return said


def _row(
    row: dict[str, Any], names: dict[str, str], measures: Measures, say: Texts, forms: Forms
) -> dict[str, Any]:
    unit = row["unit_id"]
    name = names.get(unit, unit) if measures.by == "school" else group_name(row, names)
    return {
        "name": name if name is not None else "–",
        "period": row["period"],
        "pupils": forms.number(row["pupils"]),
        "rate": forms.rate(row["attendance_rate"]),
        "absent": "–" if row["absent_minutes"] is None else forms.number(row["absent_minutes"]),
        "possible": "–" if row["possible_minutes"] is None else forms.number(row["possible_minutes"]),
        "band": row["band"] or "",
        "band_word": band(row["band"], bool(row["provisional"]), say),
    }
