"""The table of calendars is what ``SchoolCalendar`` says day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from aanwezig.calendar import SECTORS, Calendars, Closure, SchoolInfo, TimetableRow
from aanwezig.measures.calendar_table import CalendarBook, calendar_days
from aanwezig.values import Period

FIRST, LAST = date(2025, 7, 28), date(2026, 8, 7)
days = st.dates(FIRST, LAST)


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    first = draw(days)
    kind = draw(st.sampled_from(["holiday", "public_holiday", "study_day", "open"]))
    return Closure(Period(first, first + timedelta(days=draw(st.integers(0, 20)))), kind)


@st.composite
def timetable_rows(draw: st.DrawFn) -> TimetableRow:
    on_date = draw(st.booleans())
    return TimetableRow(
        minutes=draw(st.integers(0, 400)),
        weekday=None if on_date else draw(st.integers(1, 7)),
        date=draw(days) if on_date else None,
        group=draw(st.sampled_from([None, "a", "b"])),
    )


@given(
    sector=st.sampled_from(SECTORS),
    region=st.sampled_from([None, "noord", "midden", "zuid"]),
    closed=st.lists(closures(), max_size=5),
    rows=st.lists(timetable_rows(), max_size=12),
    free=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_day_is_as_the_calendar_says(
    sector: str, region: str | None, closed: list[Closure], rows: list[TimetableRow], free: bool
) -> None:
    school = SchoolInfo("s", sector, holiday_region=region)
    calendars = Calendars(
        [school], [("s", c) for c in closed], [("s", r) for r in rows], liberation_day_free=free
    )
    for group in (None, "a"):
        calendar = calendars.of("s", group)
        found = calendar_days(calendar, FIRST, LAST)
        every = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
        assert found.minutes.tolist() == [calendar.minutes(day) for day in every]
        assert found.timetabled.tolist() == [calendar.timetabled_minutes(day) for day in every]
        assert found.assumed.tolist() == [calendar.assumed(day) for day in every]


def test_equal_calendars_share_a_key_and_running_sums_give_any_stretch() -> None:
    schools = [SchoolInfo(name, "po", holiday_region="noord") for name in ("one", "two")]
    calendars = Calendars([*schools, SchoolInfo("three", "po", holiday_region="zuid")])
    book = CalendarBook(FIRST, LAST)
    keys = [book.key(calendars.of(name)) for name in ("one", "two", "three")]
    assert keys == [0, 0, 1]
    table = book.table().filter(pc.field("calendar_key") == 0)
    rows = {row["date"]: row for row in table.to_pylist()}
    first, last = date(2025, 10, 13), date(2025, 10, 31)
    between = rows[last]["minutes_to"] - rows[first]["minutes_to"] + rows[first]["timetabled"]
    # Two weeks of lessons: the week of 20 October is autumn holiday in noord.
    assert between == 10 * 282
    assert book.school_days_between(0, first, last) == 10
    assert rows[first]["week_minutes"] == 5 * 282


def test_a_week_in_a_holiday_still_has_its_timetabled_minutes() -> None:
    calendars = Calendars([SchoolInfo("one", "po", holiday_region="noord")])
    book = CalendarBook(FIRST, LAST)
    book.key(calendars.of("one"))
    rows = {row["date"]: row for row in book.table().to_pylist()}
    assert rows[date(2025, 10, 22)]["timetabled"] == 0
    assert rows[date(2025, 10, 22)]["week_minutes"] == 5 * 282
