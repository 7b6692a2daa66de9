"""The pictures of the pages: what they draw, what they say in words, and what none of them may hold."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from aanwezig.pictures import pyramid
from aanwezig.pictures.bars import BandRow, Grid, shaded
from aanwezig.pictures.catalogue import PICTURES, draw
from aanwezig.pictures.change import ChangeWeek, Usual
from aanwezig.pictures.reasons import ReasonShare
from aanwezig.pictures.return_steps import ReturnWeek
from aanwezig.pictures.weeks import Week
from aanwezig.pictures.year_calendar import CalendarDay, Slice, describe
from aanwezig.values.text import Language

MONDAY = date(2025, 9, 8)
DAYS = (
    CalendarDay(MONDAY, "absent", (Slice("sick", 0, 1),), "ziek"),
    CalendarDay(
        MONDAY + timedelta(days=1), "absent", (Slice("late", 0, 0.05), Slice("unauthorised", 0.5, 0.75))
    ),
    CalendarDay(MONDAY + timedelta(days=2), "present"),
    CalendarDay(MONDAY + timedelta(days=3), "no_data"),
    CalendarDay(MONDAY + timedelta(days=4), "closed", (), "studiedag"),
    CalendarDay(MONDAY + timedelta(days=5), "closed"),
    CalendarDay(MONDAY + timedelta(days=7), "not_enrolled"),
    CalendarDay(MONDAY + timedelta(days=8), "coming"),
    CalendarDay(MONDAY + timedelta(days=9), "exempt"),
)
GRID = Grid(("1", "2"), (0, 3), shaded([[0.02, None], [0.091, 0.16]]))
CHANGE = [
    ChangeWeek(MONDAY + timedelta(weeks=n), rate, signal)
    for n, (rate, signal) in enumerate([(0.97, None), (0.9, "one_side"), (None, None), (0.7, "beyond_limit")])
]
RETURN = [
    ReturnWeek(MONDAY, 4, 4),
    ReturnWeek(MONDAY + timedelta(weeks=1), 8, 6),
    ReturnWeek(MONDAY + timedelta(weeks=2), 8, None),
]
SAMPLES: dict[str, tuple[Any, ...]] = {
    "band_legend": (),
    "calendar_legend": (DAYS,),
    "change": (CHANGE, Usual(0.97, 0.9)),
    "class_bands": ([BandRow("1A", 20, 0.9, (0.9, 0.05, 0.0, 0.05)), BandRow("V4", 0, None, (None,) * 4)],),
    "lesson_grid": (GRID,),
    "reasons": ([ReasonShare("late", 0.061), ReasonShare("sick", 0.512)],),
    "return_steps": (RETURN,),
    "spark_line": ([0.99, 0.97, None, 0.8],),
    "tiers": (pyramid.tier_shares([1] * 80 + [2] * 15 + [3] * 5),),
    "weeks": ([Week(MONDAY, 0.94, 10)], []),
    "year_calendar": (DAYS,),
}


def drawn(name: str, language: Language = "nl", **options: Any) -> str:
    return str(draw(name, *SAMPLES[name], language=language, **options))


def test_every_picture_has_a_sample_here() -> None:
    assert SAMPLES.keys() == PICTURES.keys()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_picture_is_whole_and_has_no_style_script_or_address(name: str, language: Language) -> None:
    text = drawn(name, language)
    ElementTree.fromstring(f"<all>{text}</all>")
    assert not re.search(r"\sstyle=|<script|<style|\son\w+=|https?:", text)
    assert "{" not in text


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {"band_legend", "calendar_legend"}))
def test_a_picture_says_what_it_shows(name: str) -> None:
    for one in ElementTree.fromstring(f"<all>{drawn(name)}</all>").iter("svg"):
        if one.get("role") == "img":
            assert (one.findtext("title") or "").strip()
        elif one.get("aria-hidden") != "true":
            # A part that is drawn inside another picture.
            assert one.get("overflow") == "visible"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_numbers_are_written_as_the_language_writes_them(name: str) -> None:
    assert not re.search(r">[^<]*\d\.\d", drawn(name, "nl"))
    assert not re.search(r">[^<]*\d,\d", drawn(name, "en"))


def test_a_name_cannot_become_markup() -> None:
    rows = [BandRow("<b>1A", 20, 0.9, (1.0, 0.0, 0.0, 0.0))]
    assert "<b>" not in str(draw("class_bands", rows, language="nl"))


def test_the_small_line_stops_where_there_were_no_lessons() -> None:
    path = re.search(r'd="([^"]+)"', drawn("spark_line"))
    assert path and path.group(1).count("M") == 2
    assert "van 99,0\u00a0% naar 80,0\u00a0%" in drawn("spark_line")


def test_a_small_line_without_any_lesson_says_so() -> None:
    text = str(draw("spark_line", [None] * 8, language="nl"))
    assert "Geen lessen" in text and "spark-dot" not in text


def test_a_small_line_of_one_known_week_is_a_dot() -> None:
    assert str(draw("spark_line", [None, 0.9, None], language="nl")).count("<circle") == 1


def test_small_lines_have_one_scale_so_that_they_can_be_compared() -> None:
    heights = [
        re.search(r'class="spark-goal"', text) and re.search(r'y1="([\d.]+)"', text).group(1)  # type: ignore[union-attr]
        for text in (str(draw("spark_line", rates, language="nl")) for rates in ([1.0, 0.99], [0.4, 0.2]))
    ]
    assert heights[0] == heights[1]


def test_a_class_without_lessons_is_not_drawn_as_full() -> None:
    text = drawn("class_bands")
    assert "geen lessen bekend" in text
    assert text.count('height="23"') == 3


def test_a_cell_without_lessons_is_a_dash_and_the_worst_is_told() -> None:
    text = drawn("lesson_grid")
    assert "–" in text and "Het meest gemist: donderdag lesuur 2, 16,0\u00a0%" in text


def test_reasons_come_largest_first() -> None:
    text = drawn("reasons")
    assert text.index(">ziek<") < text.index(">te laat<")


def test_a_day_is_split_by_what_was_missed_and_has_the_letter_of_the_most() -> None:
    text = drawn("year_calendar")
    assert text.count('class="m-late"') == 1 and text.count('class="m-unauthorised"') == 1
    assert ">O</text>" in text and ">Z</text>" in text and ">L</text>" not in text


def test_a_weekend_is_not_in_the_calendar() -> None:
    assert drawn("year_calendar").count("<g>") == len(DAYS) - 1


def test_states_of_a_day_look_different() -> None:
    text = drawn("year_calendar")
    for state in ("present", "closed", "not_enrolled", "exempt", "no_data", "coming"):
        assert f'class="day-{state}"' in text


def test_every_square_says_its_day_in_words() -> None:
    text = drawn("year_calendar")
    assert "maandag 8\u00a0september: ziek" in text
    assert "vrijdag 12\u00a0september: studiedag" in text


def test_days_without_data_are_told_and_never_counted_as_present() -> None:
    assert describe(DAYS, "nl").endswith("Van 1 schooldagen leverde de school nog niets.")
    only_unknown = [CalendarDay(MONDAY, "no_data")]
    assert "Geen verzuim" not in describe(only_unknown, "nl")


def test_a_phone_gets_the_year_in_strips() -> None:
    days = [CalendarDay(MONDAY + timedelta(days=n), "present") for n in range(200)]
    wide, narrow = (str(draw("year_calendar", days, language="nl", rows=rows)) for rows in (1, 3))
    width = [float(re.search(r'viewBox="0 0 (\d+)', text).group(1)) for text in (wide, narrow)]  # type: ignore[union-attr]
    assert width[1] < width[0] / 2


def test_the_legend_has_only_what_occurs() -> None:
    legend = str(draw("calendar_legend", [CalendarDay(MONDAY, "present")], language="nl"))
    assert legend.count("<li>") == 1


def test_weeks_that_stand_out_have_shapes_of_their_own() -> None:
    text = drawn("change")
    body = text.split("<ul")[0]
    assert body.count('class="dot-beyond"') == 1 and body.count('class="dot-outside"') == 1
    # No line over the week of which nothing is known.
    assert body.count('class="line this-year"') == 1


def test_with_too_few_weeks_nothing_is_called_usual() -> None:
    text = str(draw("change", CHANGE, None, language="nl"))
    assert "te weinig" in text and 'class="usual"' not in text


def test_an_intervention_has_its_line() -> None:
    assert 'class="began"' in drawn("change", began=MONDAY + timedelta(weeks=2), began_words="start")


def test_a_week_with_less_than_agreed_looks_different_and_the_coming_week_has_no_bar() -> None:
    body = drawn("return_steps").split("<ul")[0]
    assert body.count('class="there"') == 1 and body.count('class="there-less"') == 1
    assert "In 1 van de 2 weken" in body
