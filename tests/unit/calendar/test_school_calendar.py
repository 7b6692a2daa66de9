"""School days, possible minutes, lesson weeks (register.md §2 and §6; rules.md §2)."""

from datetime import date, timedelta

import pytest

from aanwezig.calendar import (
    Calendars,
    Closure,
    SchoolCalendar,
    SchoolInfo,
    TimetableRow,
    add_working_days,
    public_holidays,
    region_of_municipality,
    working_days_between,
)
from aanwezig.calendar.working_days import is_working_day
from aanwezig.values import Period

NOORD = SchoolCalendar("po", "noord")


def closed(kind: str, first: date, last: date) -> Closure:
    return Closure(Period(first, last), kind)


def test_a_window_begun_on_wednesday_15_october_2025_in_noord_ends_on_tuesday_18_november() -> None:
    assert NOORD.window_end(date(2025, 10, 15)) == date(2025, 11, 18)


def test_without_a_holiday_a_window_is_28_days() -> None:
    assert NOORD.window_end(date(2025, 9, 1)) == date(2025, 9, 28)


def test_a_window_begun_on_monday_ends_on_the_sunday_before_the_fifth_monday() -> None:
    assert NOORD.window_end(date(2025, 9, 8)).weekday() == 6


def test_a_week_of_holiday_is_no_lesson_week_but_a_week_with_one_school_day_is() -> None:
    assert not NOORD.is_lesson_week(date(2025, 10, 20))
    almost = SchoolCalendar("po", "noord", (closed("study_day", date(2025, 9, 8), date(2025, 9, 11)),))
    assert almost.is_lesson_week(date(2025, 9, 8))
    whole = SchoolCalendar("po", "noord", (closed("study_day", date(2025, 9, 8), date(2025, 9, 12)),))
    assert not whole.is_lesson_week(date(2025, 9, 8))


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        (date(2025, 10, 17), 282),  # the Friday before the autumn holiday
        (date(2025, 10, 20), 0),
        (date(2025, 10, 27), 282),
        (date(2025, 9, 6), 0),  # a Saturday
        (date(2026, 4, 27), 0),  # King's Day, in the May holiday too
        (date(2026, 5, 5), 0),  # Liberation Day
        (date(2026, 5, 14), 0),  # Ascension Day
        (date(2026, 5, 15), 282),  # the day after is the school's own choice
        (date(2026, 4, 3), 282),  # Good Friday too
    ],
)
def test_school_days_of_a_region(day: date, minutes: int) -> None:
    assert NOORD.minutes(day) == minutes


def test_an_own_closure_closes_and_open_wins_over_region_and_public_holiday() -> None:
    calendar = SchoolCalendar(
        "po",
        "noord",
        (
            closed("study_day", date(2025, 9, 10), date(2025, 9, 10)),
            closed("open", date(2025, 10, 20), date(2025, 10, 21)),
            closed("open", date(2026, 5, 5), date(2026, 5, 5)),
        ),
    )
    assert not calendar.is_school_day(date(2025, 9, 10))
    assert calendar.is_school_day(date(2025, 10, 20))
    assert not calendar.is_school_day(date(2025, 10, 22))
    assert calendar.is_school_day(date(2026, 5, 5))


def test_a_date_row_goes_before_a_weekday_and_a_group_before_all() -> None:
    rows = (
        TimetableRow(300, weekday=1),
        TimetableRow(240, weekday=3),
        TimetableRow(330, weekday=1, group="3A"),
        TimetableRow(100, date=date(2025, 9, 8)),
        TimetableRow(90, date=date(2025, 9, 15)),
        TimetableRow(80, date=date(2025, 9, 15), group="3A"),
    )
    everyone = SchoolCalendar("vo", "noord", timetable=rows)
    group = SchoolCalendar("vo", "noord", timetable=rows, group="3A")
    assert (everyone.minutes(date(2025, 9, 1)), group.minutes(date(2025, 9, 1))) == (300, 330)
    assert (everyone.minutes(date(2025, 9, 8)), group.minutes(date(2025, 9, 8))) == (100, 100)
    assert (everyone.minutes(date(2025, 9, 15)), group.minutes(date(2025, 9, 15))) == (90, 80)
    assert everyone.minutes(date(2025, 9, 2)) == 0  # a weekday without a row has no school
    assert not everyone.timetable_assumed


def test_a_lesson_week_is_the_schools_whatever_the_group() -> None:
    rows = (TimetableRow(300, weekday=1, group="A"), TimetableRow(300, weekday=2, group="B"))
    closures = (closed("study_day", date(2025, 9, 9), date(2025, 9, 9)),)
    group_b = SchoolCalendar("vo", "noord", closures, rows, group="B")
    assert list(group_b.school_days(date(2025, 9, 8), date(2025, 9, 14))) == []
    assert group_b.is_lesson_week(date(2025, 9, 8))


@pytest.mark.parametrize(("sector", "minutes"), [("po", 282), ("so", 282), ("vo", 300), ("mbo", 300)])
def test_a_missing_timetable_is_assumed_by_sector(sector: str, minutes: int) -> None:
    calendar = SchoolCalendar(sector, "midden")
    assert calendar.minutes(date(2025, 9, 2)) == minutes
    assert calendar.timetable_assumed
    assert calendar.assumed(date(2025, 9, 2))


def test_a_year_of_which_no_holidays_ship_is_assumed() -> None:
    rows = tuple(TimetableRow(300, weekday=n) for n in range(1, 6))
    calendar = SchoolCalendar("vo", "noord", timetable=rows)
    assert not calendar.assumed(date(2025, 9, 2))
    assert calendar.assumed(date(2031, 9, 2))
    assert SchoolCalendar("vo", None, timetable=rows).assumed(date(2025, 9, 2))


def test_the_region_is_the_schools_own_or_else_that_of_its_municipality() -> None:
    amsterdam = SchoolInfo("90AA00", "po", municipality="0363")
    own = SchoolInfo("90AA01", "po", municipality="0363", holiday_region="zuid")
    nowhere = SchoolInfo("90AA02", "po")
    calendars = Calendars([amsterdam, own, nowhere])
    regions = [calendars.of(school).region for school in ("90AA00", "90AA01", "90AA02")]
    assert regions == ["noord", "zuid", None]
    assert calendars.of("90AA02").is_school_day(date(2025, 10, 21))
    assert region_of_municipality("GM0363") == "noord"
    assert region_of_municipality("9999") is None


def test_equal_calendars_are_one_object() -> None:
    schools = [SchoolInfo(f"90AA0{n}", "po", holiday_region="noord") for n in range(3)]
    calendars = Calendars(schools)
    assert calendars.of("90AA00") is calendars.of("90AA01", "group 3")


def test_a_school_that_never_opens_has_no_next_lesson_week_and_does_not_hang() -> None:
    rows = (TimetableRow(0, weekday=1),)
    calendar = SchoolCalendar("po", "noord", timetable=rows)
    assert calendar.lesson_week_after(date(2025, 9, 1), 1) is None
    assert calendar.lesson_week_before(date(2025, 9, 1), 1) is None
    assert calendar.next_school_day(date(2025, 9, 1)) is None
    assert calendar.previous_school_day(date(2025, 9, 1)) is None
    assert calendar.window_end(date(2025, 9, 1)) == date.max


def test_a_long_closure_counts_no_lesson_weeks() -> None:
    shut = (closed("holiday", date(2025, 9, 15), date(2026, 6, 1)),)
    calendar = SchoolCalendar("po", "noord", shut)
    assert calendar.lesson_week_after(date(2025, 9, 8), 1) == date(2026, 6, 1)


def test_due_days_skip_weekends_and_public_holidays_but_not_school_holidays() -> None:
    assert add_working_days(date(2025, 9, 10), 5) == date(2025, 9, 17)
    assert add_working_days(date(2025, 10, 17), 5) == date(2025, 10, 24)  # autumn holiday
    assert add_working_days(date(2025, 12, 24), 1) == date(2025, 12, 29)
    assert working_days_between(date(2025, 9, 10), date(2025, 9, 17)) == 5
    assert working_days_between(date(2025, 9, 17), date(2025, 9, 10)) == -5


def test_good_friday_is_a_working_day_unless_chosen_otherwise_and_5_may_never_is() -> None:
    assert is_working_day(date(2026, 4, 3))
    assert not is_working_day(date(2026, 4, 3), good_friday_is_free=True)
    assert not is_working_day(date(2026, 5, 5))
    assert not is_working_day(date(2027, 5, 5))


@pytest.mark.parametrize(
    ("year", "kings_day"), [(2025, date(2025, 4, 26)), (2026, date(2026, 4, 27)), (2031, date(2031, 4, 26))]
)
def test_kings_day_is_the_26th_when_the_27th_is_a_sunday(year: int, kings_day: date) -> None:
    assert public_holidays(year)[kings_day] == "kings_day"


def test_every_school_day_has_a_position_in_exactly_one_lesson_week() -> None:
    day = date(2025, 8, 1)
    while day < date(2026, 7, 31):
        if NOORD.is_school_day(day):
            assert NOORD.is_lesson_week(day - timedelta(days=day.weekday()))
        day += timedelta(days=1)
