"""The pictures of the report: where things lie, and what they say in words."""

from __future__ import annotations

from datetime import date

import pytest

from aanwezig.pictures.bars import BandRow, band_bar, shaded
from aanwezig.pictures.heat_map import CATEGORIES, DayMark, category_of, describe, position, shape
from aanwezig.pictures.pyramid import advice, pyramid, tier_shares
from aanwezig.pictures.weeks import NARROW, WIDE, Week, week_number, weeks_chart
from aanwezig.values import SchoolYear, monday_of
from aanwezig.values.forms import Forms


@pytest.mark.parametrize(
    ("reason", "authorised", "expected"),
    [
        ("sick", None, "sick"),
        ("sick", False, "sick"),
        ("truant", False, "unauthorised"),
        ("truant", None, "unauthorised"),
        ("truant", True, "leave"),
        ("luxury", None, "unauthorised"),
        ("leave", True, "leave"),
        ("leave", None, "leave"),
        ("leave", False, "unauthorised"),
        ("late", None, "late"),
        ("sent_home", None, "by_school"),
        ("suspended", True, "by_school"),
        ("unknown", None, "unknown"),
        ("unknown", False, "unauthorised"),
        ("unknown", True, "leave"),
    ],
)
def test_a_row_is_shown_by_its_reason_and_mark(reason: str, authorised: bool | None, expected: str) -> None:
    assert category_of(reason, authorised) == expected


def test_every_kind_has_a_shape_of_its_own_and_small_differs_from_large() -> None:
    shapes = [shape(category, 0, 0, full) for category in CATEGORIES for full in (True, False)]
    assert len(set(shapes)) == len(shapes)


def test_a_day_lies_in_the_column_of_its_week_and_the_row_of_its_weekday() -> None:
    start = monday_of(SchoolYear(2025).first)
    monday, tuesday = position(date(2025, 9, 8), start), position(date(2025, 9, 9), start)
    assert monday[0] == tuesday[0] and monday[1] < tuesday[1]
    assert position(date(2025, 9, 15), start)[0] > monday[0]


def test_a_calendar_is_told_in_words() -> None:
    marks = [DayMark(date(2025, 9, day), "sick", ("sick",), 330, 330) for day in (8, 9)]
    assert describe(marks, "nl") == "2 dagen met verzuim: ziek of medisch 2"
    assert describe([], "nl") == "Geen verzuim in dit schooljaar."


def test_half_a_day_or_more_is_drawn_large() -> None:
    assert DayMark(date(2025, 9, 8), "sick", (), 165, 330).half_or_more
    assert not DayMark(date(2025, 9, 8), "sick", (), 164, 330).half_or_more


def test_two_school_years_lie_over_each_other() -> None:
    assert week_number(date(2025, 9, 1)) - week_number(date(2024, 9, 2)) in (-1, 0, 1)
    assert week_number(date(2025, 7, 28)) == 0
    assert week_number(date(2026, 7, 27)) in (0, 52)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_the_line_stops_at_a_holiday_and_every_week_has_a_dot(frame: object) -> None:
    mondays = [
        date(2025, 9, 29),
        date(2025, 10, 6),
        date(2025, 10, 13),
        date(2025, 10, 27),
        date(2025, 11, 3),
    ]
    weeks = [Week(monday, 0.94, 100) for monday in mondays]
    drawn = str(weeks_chart(weeks, [], frame, "nl"))  # type: ignore[arg-type]
    (line,) = [part for part in drawn.split("<path ")[1:] if "this-year" in part]
    assert line.count("M") == 2 and line.count("L") == 3
    assert drawn.count("<circle") == 5
    assert "doel 95 %" in drawn and "vorig jaar" not in drawn


def test_a_week_without_anybody_is_drawn_at_the_bottom_of_the_picture() -> None:
    drawn = str(weeks_chart([Week(date(2025, 9, 1), 0.0, 1)], [], WIDE, "nl"))
    assert '"nan' not in drawn and "0\u00a0%" in drawn


def test_the_pyramid_has_the_shares_and_says_what_they_ask_for() -> None:
    shares = tier_shares([1] * 60 + [2] * 30 + [3] * 10)
    assert [(s.tier, s.pupils, s.share) for s in shares] == [(3, 10, 0.1), (2, 30, 0.3), (1, 60, 0.6)]
    assert "Laag 2 is groter dan verwacht" in advice(shares, "nl")
    assert "30,0" in pyramid(shares, "nl")
    assert "Laag 3 is groter" in advice(tier_shares([1] * 80 + [2] * 10 + [3] * 10), "nl")
    assert "zo groot als" in advice(tier_shares([1] * 85 + [2] * 12 + [3] * 3), "nl")
    assert tier_shares([]) == ()


def test_exactly_the_expected_share_is_not_above_it() -> None:
    shares = tier_shares([1] * 75 + [2] * 20 + [3] * 5)
    assert not any(share.above_expected for share in shares)


def test_a_band_without_pupils_has_no_part_and_a_small_one_no_number() -> None:
    drawn = str(band_bar(BandRow("1A", 20, 0.9, (0.95, 0.0, 0.0, 0.05)), Forms("nl")))
    assert drawn.count("<rect") == 2 and drawn.count("<text") == 1


def test_the_shade_is_fixed_so_that_schools_can_be_compared() -> None:
    ((a, b, c, d),) = shaded([[0.019, 0.02, 0.15, None]])
    assert (a.shade, b.shade, c.shade, d.shade) == (0, 1, 6, 0)
