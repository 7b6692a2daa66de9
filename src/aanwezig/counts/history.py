"""The runs and windows of one person, from which its situation on any day up to the reference date is read.

Durations as docs/specification/rules.md §6 says: the first day is day 1; an absence of who is enrolled is long when four
lesson weeks are complete and it goes on; not being enrolled counts by calendar. A person never enrolled begins on
the first day with a duty. Time in which an exemption was in force is no time 'not enrolled without exemption': after
it the count begins anew (our reading).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from aanwezig.counts.education_followed import EducationFollowed
from aanwezig.counts.situation import Run, Situation, Span
from aanwezig.counts.windows import part_time_spans, relative_spans
from aanwezig.rules.attendance import Attendance, Mark
from aanwezig.rules.duties.in_force import holds_since
from aanwezig.rules.duties.long_absence import four_weeks_last, has_open_rows, long_absences, refs_of
from aanwezig.rules.duties.long_relative import RULE as LONG_RELATIVE
from aanwezig.rules.duties.long_relative import reached_on
from aanwezig.rules.judging import version_on
from aanwezig.rules.legal_status import COMPULSORY, statuses_of
from aanwezig.rules.outside_school import Gap, gaps_of, parts_with_status
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.spells import WholeAbsence, part_with, whole_absences
from aanwezig.values import CannotTell
from aanwezig.values.period import ONE_DAY

# No school is closed for longer; who has no school day in it has none.
LONGEST_CLOSURE = 70
FOUR_WEEKS = timedelta(days=28)
WITH_DUTY = ("compulsory", "qualification", "rmc")
OFFER_TABLES = ("participations", "care", "applications")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a time without education: absent, not enrolled or exempt."""

    first: date
    last: date
    absence: WholeAbsence | None = None


class History:
    """Everything about one person that the definitions ask, made once.

    ``tables``: which tables the register has, for the questions that none of them could answer.
    """

    def __init__(
        self, attendance: Attendance, provisions: Provisions, tables: Collection[str] = OFFER_TABLES
    ) -> None:
        self.attendance, self.provisions = attendance, provisions
        self.facts, self.setting = attendance.facts, attendance.setting
        self.offers_known = any(table in tables for table in OFFER_TABLES)
        self.statuses = statuses_of(attendance, provisions)
        self.followed = EducationFollowed(attendance)
        self._school_days: dict[date, date] = {}
        self._situations: dict[date, tuple[Situation, Situation | None]] = {}

    @cached_property
    def is_plain(self) -> bool:
        """Whether nothing of this person can count: always enrolled, never exempt, no absence, no smaller programme."""
        facts = self.facts
        return not (facts.absences or facts.exemptions or facts.reduced_programmes or self.gaps) and bool(
            facts.enrolments
        )

    # --- which day it is

    def school_day(self, day: date) -> date:
        """The last school day up to a day: of the schools where the person is enrolled, else of the region."""
        found = self._school_days.get(day)
        if found is None:
            found = next((back for back in _back_from(day) if self._is_school_day(back)), day)
            self._school_days[day] = found
        return found

    def _is_school_day(self, day: date) -> bool:
        calendars = self.setting.calendars
        enrolled = [e for e in self.facts.enrolments if day in e.period]
        if enrolled:
            return any(calendars.of(e.school_id, e.group).is_school_day(day) for e in enrolled)
        return calendars.of_region(self.facts.municipality).is_school_day(day)

    def _region_school_day(self, first: date, last: date) -> bool:
        calendar = self.setting.calendars.of_region(self.facts.municipality)
        return next(iter(calendar.school_days(first, last)), None) is not None

    # --- not enrolled, exempt

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        return gaps_of(self.attendance)

    @cached_property
    def never_known(self) -> bool:
        """Whether nothing says since when a person would have had to be enrolled."""
        facts = self.facts
        return facts.birth_date is None and not facts.enrolments and not facts.not_enrolled

    @cached_property
    def exemptions(self) -> tuple[tuple[date, date, str], ...]:
        """Full exemptions up to the reference date, in order."""
        on = self.setting.on
        return tuple(
            sorted(
                (e.period.first, min(on, e.period.last or on), e.ground)
                for e in self.facts.exemptions
                if e.is_full and e.period.first <= on
            )
        )

    @cached_property
    def not_enrolled(self) -> tuple[Run, ...]:
        """The times enrolled nowhere without an exemption, each with a school day of the region in it."""
        runs: list[Run] = []
        for gap in self.gaps:
            for first, last in self._without_exemption(*self._bounds(gap)):
                if self._region_school_day(first, last):
                    runs.append(Run(first, last, first + self._calendar_four_weeks(last), (), gap.refs))
        return tuple(runs)

    def _bounds(self, gap: Gap) -> tuple[date, date]:
        """A gap from its first day; of a person never enrolled from the first day with a duty."""
        if gap.school_id is not None:
            return gap.first, gap.last
        wanted = (*WITH_DUTY, "exempt")
        parts = parts_with_status(self.attendance, self.provisions, gap, wanted)
        if isinstance(parts, CannotTell):
            return gap.first, gap.last
        if not parts:
            return gap.last + ONE_DAY, gap.last
        return parts[0][0], gap.last

    def _without_exemption(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        start = first
        for begun, ended, _ in self.exemptions:
            if ended < start or begun > last:
                continue
            if begun > start:
                yield start, begun - ONE_DAY
            start = max(start, ended + ONE_DAY)
        if start <= last:
            yield start, last

    def _calendar_four_weeks(self, day: date) -> timedelta:
        """After how many days a time counted by calendar has lasted more than four weeks: on day 29 (28 by a reading)."""
        rule = version_on(self.provisions, LONG_RELATIVE, day)
        if rule is not None and rule["duration"] == "calendar_28":
            return FOUR_WEEKS - ONE_DAY
        return FOUR_WEEKS

    def why_not_enrolled(self, run: Run, day: date) -> str | None:
        """The reason in table ``not_enrolled`` that holds: not one of before an enrolment that came since."""
        told = [n for n in self.facts.not_enrolled if n.since <= day]
        begun = [e.period.first for e in self.facts.enrolments if e.period.first <= run.first]
        told = [n for n in told if not any(n.since < first for first in begun)]
        return max(told, key=lambda n: n.since).reason if told else None

    # --- absence of who is enrolled

    def _run(self, absence: WholeAbsence) -> Run:
        rule = version_on(self.provisions, LONG_RELATIVE, absence.last)
        reached = reached_on(self.attendance, absence, rule) if rule is not None else None
        reasons = {mark.absence.reason for day in absence.days for mark in day.marks if mark.is_absence}
        return Run(absence.first, absence.until, reached, tuple(sorted(reasons)))

    def _unauthorised(self, *, with_open: bool) -> tuple[Run, ...]:
        def has_duty(day: date) -> bool:
            status = self.statuses.on(day)
            return isinstance(status, CannotTell) or status in COMPULSORY

        since = holds_since(LONG_RELATIVE)
        runs = []
        for whole in long_absences(self.attendance, self.statuses, since, with_open=with_open):
            for absence in part_with(whole, has_duty):
                run = self._run(absence)
                facts = refs_of(self.attendance, absence, with_open=with_open)
                runs.append(Run(run.first, run.last, run.long_from, run.reasons, facts))
        return tuple(runs)

    @cached_property
    def unauthorised(self) -> tuple[Run, ...]:
        return self._unauthorised(with_open=False)

    @cached_property
    def perhaps_unauthorised(self) -> tuple[Run, ...]:
        return self._unauthorised(with_open=True) if self.has_open_marks else self.unauthorised

    @cached_property
    def has_open_marks(self) -> bool:
        return has_open_rows(self.attendance)

    @cached_property
    def _whole(self) -> tuple[WholeAbsence, ...]:
        return whole_absences(self.attendance, "whatever the mark", _is_absence)

    @cached_property
    def absences(self) -> tuple[Run, ...]:
        """Uninterrupted absence whatever the mark."""
        return tuple(self._run(absence) for absence in self._whole)

    @cached_property
    def relative(self) -> tuple[Span, ...]:
        return relative_spans(self.attendance, self.provisions, with_open=False)

    @cached_property
    def part_time(self) -> tuple[Span, ...]:
        return part_time_spans(self.attendance, self.provisions, with_open=False)

    @cached_property
    def perhaps_relative(self) -> tuple[Span, ...]:
        if not self.has_open_marks:
            return self.relative
        return relative_spans(self.attendance, self.provisions, with_open=True)

    @cached_property
    def perhaps_part_time(self) -> tuple[Span, ...]:
        if not self.has_open_marks:
            return self.part_time
        return part_time_spans(self.attendance, self.provisions, with_open=True)

    # --- all of it joined

    @cached_property
    def no_education(self) -> tuple[Run, ...]:
        """Time in which no education was followed, whatever the reason, enrolled or not, exempt or not."""
        pieces = [_Piece(a.first, a.until, a) for a in self._whole]
        for gap in self.gaps:
            first, last = self._bounds(gap)
            if first <= last:
                pieces.append(_Piece(first, last))
        pieces += [_Piece(first, last) for first, last, _ in self.exemptions]
        pieces.sort(key=lambda piece: (piece.first, piece.absence is None))
        groups: list[list[_Piece]] = []
        for piece in pieces:
            if groups and not self._education_between(max(p.last for p in groups[-1]), piece.first):
                groups[-1].append(piece)
            else:
                groups.append([piece])
        return tuple(self._joined(group) for group in groups)

    def _education_between(self, last: date, first: date) -> bool:
        """Whether a school day lies between two days that was attended, or of which nothing is known."""
        day = last + ONE_DAY
        while day < first:
            known = self.attendance.by_date.get(day)
            if known is not None:
                if known.possible > 0:
                    return True
            elif self._is_undelivered(day) and self._is_school_day(day):
                return True
            elif not self._is_enrolled(day) and self._is_school_day(day):
                # Enrolled nowhere, and nobody told so: between an exemption and what came after it.
                return True
            day += ONE_DAY
        return False

    def _joined(self, pieces: list[_Piece]) -> Run:
        first, last = pieces[0].first, max(piece.last for piece in pieces)
        absence = pieces[0].absence
        rule = version_on(self.provisions, LONG_RELATIVE, last)
        reasons = sorted(
            {reason for piece in pieces if piece.absence for reason in self._run(piece.absence).reasons}
        )
        if absence is None or rule is None or rule["duration"] != "lesson_weeks":
            needed = self._calendar_four_weeks(last)
            long_from: date | None = first + needed
        else:
            complete = four_weeks_last(self.attendance, absence, rule["lesson_weeks"])
            later = [found for piece in pieces if (found := _first_after(piece, complete)) is not None]
            long_from = min(later, default=None)
        return Run(first, last, long_from, tuple(reasons))

    # --- the situation

    def _is_undelivered(self, day: date) -> bool:
        return any(
            day > self.setting.complete_through.get(e.school_id, day)
            for e in self.facts.enrolments
            if day in e.period
        )

    def situations(self, day: date) -> tuple[Situation, Situation | None]:
        """The situation on a day, and the one if what is not known were so where that could differ; made once."""
        found = self._situations.get(day)
        if found is None:
            now = self.situation(day)
            unsure = now.undelivered_days > 0 or now.has_open_marks
            found = self._situations[day] = (now, self.situation(day, perhaps=True) if unsure else None)
        return found

    def situation(self, day: date, *, perhaps: bool = False) -> Situation:
        """What holds on a day up to the reference date.

        ``perhaps``: as if what is not known were so: open marks unauthorised, and the state of the last delivered
        day going on.
        """
        facts = self.facts
        at = self.school_day(day)
        undelivered = 0
        if self._is_undelivered(at):
            ends = [self.setting.last_day(e.school_id) for e in facts.enrolments if at in e.period]
            undelivered = (at - min(ends)).days
            if perhaps:
                at = self.school_day(min(ends))
        ground = next((g for first, last, g in self.exemptions if first <= day <= last), None)
        not_enrolled = _run_on(self.not_enrolled, at) if not self._is_enrolled(at) else None
        marks = self.perhaps_unauthorised if perhaps else self.unauthorised
        relative = self.perhaps_relative if perhaps and self.has_open_marks else self.relative
        part_time = self.perhaps_part_time if perhaps and self.has_open_marks else self.part_time
        return Situation(
            pupil_id=facts.pupil_id,
            on=day,
            status=self.statuses.on(day),
            enrolled=self._is_enrolled(at),
            exemption=self._exempt_run(day) if ground is not None else None,
            ground=ground,
            not_enrolled=not_enrolled,
            why_not_enrolled=self.why_not_enrolled(not_enrolled, day) if not_enrolled else None,
            unauthorised=_run_on(marks, at),
            absence=_run_on(self.absences, at),
            no_education=_run_on(self.no_education, at),
            relative=next((span for span in relative if day in span), None),
            part_time=next((span for span in part_time if day in span), None),
            followed=self.followed.share(day),
            offers=self._offers(day),
            offers_known=self.offers_known,
            certificate=facts.qualification_exempt,
            undelivered_days=undelivered,
            has_open_marks=self.has_open_marks,
            never_known=self.never_known,
        )

    def _is_enrolled(self, day: date) -> bool:
        return any(day in e.period for e in self.facts.enrolments)

    def _exempt_run(self, day: date) -> Run:
        """The exemptions that follow each other up to a day, whatever their ground."""
        first = day
        for begun, ended, _ in reversed(self.exemptions):
            if begun < first and ended >= first - ONE_DAY:
                first = begun
        return Run(first, day, first + FOUR_WEEKS)

    def _offers(self, day: date) -> frozenset[str]:
        facts = self.facts
        found = set()
        if any(day in spell.period for spell in facts.participations):
            found.add("arrangement")
        if any(day in spell.period for spell in facts.care):
            found.add("care")
        latest: dict[tuple[str, date], tuple[date, str]] = {}
        for application in facts.applications:
            key = (application.school_id, application.applied_on)
            if application.state_since <= day:
                latest[key] = max(
                    latest.get(key, (date.min, "")), (application.state_since, application.state)
                )
        return frozenset(found | {state for _, state in latest.values()})


def _is_absence(mark: Mark) -> bool:
    return mark.is_absence


def _back_from(day: date) -> Iterator[date]:
    for _ in range(LONGEST_CLOSURE):
        yield day
        day -= ONE_DAY


def _first_after(piece: _Piece, day: date) -> date | None:
    """The first day of a piece after a day on which the time without education is seen to go on."""
    if piece.absence is not None:
        return next((missed.date for missed in piece.absence.days if missed.date > day), None)
    first = max(piece.first, day + ONE_DAY) if day < date.max else date.max
    return first if first <= piece.last else None


def _run_on(runs: tuple[Run, ...], day: date) -> Run | None:
    """The run that holds a day; runs of one kind do not overlap."""
    place = bisect_right(runs, day, key=_first) - 1
    return runs[place] if place >= 0 and day <= runs[place].last else None


_first: Callable[[Run], date] = lambda run: run.first  # noqa: E731
