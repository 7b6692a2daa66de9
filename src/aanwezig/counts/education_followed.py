"""Which share of full-time education a person followed (profile ``partial_education``; rules.md §9.7)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from aanwezig.rules.attendance import Attendance, Exact, PupilDay
from aanwezig.values.period import monday_of

WEEKS = 12
FEWEST_WEEKS = 4


class EducationFollowed:
    """The lesson weeks of one person, each with its full time and what was followed of it."""

    def __init__(self, attendance: Attendance) -> None:
        self._attendance = attendance

    def share(self, on: date) -> Fraction | None:
        """Attended through possible over the last 12 lesson weeks enrolled; None with fewer than 4 of them.

        Full-time is the timetable of the whole school where that of the person's own group has less. Hours that an
        agreed or not agreed reduced programme leaves out were not followed, whether or not they were marked as
        absence.
        """
        mondays, weeks = self._weeks
        place = bisect_right(mondays, on)
        if place < FEWEST_WEEKS:
            return None
        sums = [self._sums[index] for index in range(max(0, place - WEEKS), place - 1)]
        sums.append(self._sum_of([day for day in weeks[place - 1] if day.date <= on]))
        if sums[-1][0] == 0:
            # The week has begun and no school day of it has come.
            sums = [self._sums[index] for index in range(max(0, place - 1 - WEEKS), place - 1)]
        if len(sums) < FEWEST_WEEKS:
            return None
        full = sum((one[0] for one in sums), 0)
        followed = sum((one[1] for one in sums), 0)
        return Fraction(followed) / Fraction(full) if full else None

    @cached_property
    def may_be_below_half(self) -> bool:
        """Whether any school day was missed for more than half, or a programme was reduced."""
        attendance = self._attendance
        if attendance.facts.reduced_programmes:
            return True
        if any(
            school.timetabled < self._whole_school(school.school_id, day.date)
            for day in self._days
            for school in day.schools
        ):
            return True
        return any(day.absent * 2 > day.possible for day in attendance.marked_days)

    @cached_property
    def _days(self) -> list[PupilDay]:
        return [day for day in self._attendance.days if day.possible > 0]

    @cached_property
    def _weeks(self) -> tuple[list[date], list[list[PupilDay]]]:
        grouped = [(monday, list(days)) for monday, days in groupby(self._days, key=_monday)]
        return [monday for monday, _ in grouped], [days for _, days in grouped]

    @cached_property
    def _sums(self) -> list[tuple[Exact, Exact]]:
        return [self._sum_of(week) for week in self._weeks[1]]

    def _sum_of(self, week: list[PupilDay]) -> tuple[Exact, Exact]:
        return sum((self._full_time(day) for day in week), 0), self._followed(week)

    def _whole_school(self, school_id: str, day: date) -> int:
        calendars = self._attendance.setting.calendars
        return calendars.of(school_id).minutes(day) if calendars.has_group_timetable(school_id) else 0

    def _full_time(self, day: PupilDay) -> Exact:
        total: Exact = 0
        for school in day.schools:
            exempt = max(0, school.timetabled - school.possible)
            total += max(school.possible, self._whole_school(school.school_id, day.date) - exempt)
        return total

    def _followed(self, week: list[PupilDay]) -> Exact:
        """What was attended, never more than a reduced programme allows in the share of the week that was school."""
        programmes = self._attendance.facts.reduced_programmes
        if not programmes:
            return sum((day.possible - day.absent for day in week), 0)
        bounded: Exact = 0
        outside: Exact = 0
        allowed: Exact = 0
        for day in week:
            own = [p for p in programmes if day.date in p.period]
            if own:
                bounded += day.possible - day.absent
                allowed += Fraction(min(p.minutes_per_week for p in own), 5)
            else:
                outside += day.possible - day.absent
        return outside + min(bounded, allowed)


def _monday(day: PupilDay) -> date:
    return monday_of(day.date)
