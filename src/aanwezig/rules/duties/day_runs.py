"""Runs of a pupil's school days at one school on which something holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aanwezig.rules.attendance import Attendance, SchoolDay


def runs_of(
    attendance: Attendance, school_id: str, holds: Callable[[SchoolDay], bool]
) -> Iterator[list[SchoolDay]]:
    """Runs of school days that follow each other at a school; days without possible time do not break one."""
    run: list[SchoolDay] = []
    marked = {day.date for day in attendance.marked_at_school(school_id) if holds(day)}
    if not marked:
        return
    for day in attendance.at_school(school_id):
        if day.date in marked:
            run.append(day)
        elif run and day.possible > 0:
            yield run
            run = []
    if run:
        yield run
