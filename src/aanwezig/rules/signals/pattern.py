"""Absence that follows a pattern, when that is unlikely by chance (docs/specification/register.md §5, patterns).

Weekday, around weekends and holidays, after test weeks: of days. Lesson hour, first lesson, subject: of lessons,
on days that were not missed whole, because those say nothing of an hour. Lateness is left out: it has a signal
of its own and always falls at the start of a lesson. Over the school year of the reference date.

Which lessons a subject has is not in the register: the slots (weekday and hour) in which the pupil's own rows
name it are taken (our working out; a subject seldom missed so has too few slots, and is not tested below the
minimum of lessons missed).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from aanwezig.rules.attendance import NO_ABSENCE, Attendance, Mark
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.signals.chance import adjusted, chance_of_at_least
from aanwezig.rules.walk import Walk, walk_of
from aanwezig.rules.wording import count_text, number_text
from aanwezig.values import BilingualText, SchoolYear

WEEKDAYS = (
    BilingualText("op maandag", "on Mondays"),
    BilingualText("op dinsdag", "on Tuesdays"),
    BilingualText("op woensdag", "on Wednesdays"),
    BilingualText("op donderdag", "on Thursdays"),
    BilingualText("op vrijdag", "on Fridays"),
    BilingualText("op zaterdag", "on Saturdays"),
    BilingualText("op zondag", "on Sundays"),
)
AROUND_WEEKEND = BilingualText("net voor of na het weekend", "just before or after the weekend")
AROUND_HOLIDAY = BilingualText("net voor of na een vakantie", "just before or after a holiday")
AFTER_TESTS = BilingualText("vlak na een toetsweek", "shortly after a test week")
FIRST_LESSON = BilingualText("in het eerste lesuur", "in the first lesson")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One pattern to test: ``hits`` of the ``drawn`` missed fell in the ``marked`` of all ``total``."""

    kind: str
    value: str
    where: BilingualText
    hits: Sequence[int]
    marked: int
    drawn: int
    total: int
    in_lessons: bool = False

    @property
    def expected(self) -> float:
        return self.marked * self.drawn / self.total

    @property
    def chance(self) -> float:
        # Not more than expected: certainly not unlikely, and not worth the sum.
        if len(self.hits) * self.total <= self.marked * self.drawn:
            return 1.0
        return chance_of_at_least(len(self.hits), self.marked, self.drawn, self.total)


NOT_COUNTED = (*NO_ABSENCE, "late")


def is_counted(mark: Mark) -> bool:
    return mark.absence.reason not in NOT_COUNTED and mark.minutes > 0


def pattern(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per pattern that stands out, with the counts it rests on in ``details``."""
    on = attendance.setting.on
    walk = walk_of(attendance)
    rule = version_on(provisions, "pattern", on)
    places = walk.places(SchoolYear.of(on).first, on)
    if rule is None or len(places) < int(rule["minimum_school_days"]):
        return Judgement()
    marked = [
        place
        for place in walk.marked[bisect_left(walk.marked, places[0]) :]
        if any(map(is_counted, walk.days[place].marks))
    ]
    candidates = list(_of_days(walk, rule, places, marked))
    candidates.extend(_of_lessons(walk, rule, places, marked))
    if not candidates:
        return Judgement()
    chances = [candidate.chance for candidate in candidates]
    limit = float(rule["false_discovery_percent"]) / 100
    return Judgement(
        tuple(
            _finding(walk, rule, candidate, chance, corrected, len(candidates))
            for candidate, chance, corrected in zip(candidates, chances, adjusted(chances), strict=True)
            if corrected <= limit and len(candidate.hits) >= int(rule["minimum_missed"])
        )
    )


def _of_days(walk: Walk, rule: RuleVersion, places: range, marked: Sequence[int]) -> Iterator[Candidate]:
    if len(marked) < int(rule["minimum_missed"]):
        return
    drawn, total = len(marked), len(places)
    weekdays = walk.row.weekdays[places.start : places.stop]
    for weekday in sorted(set(weekdays)):
        hits = [place for place in marked if walk.row.weekdays[place] == weekday]
        yield Candidate(
            "weekday", str(weekday + 1), WEEKDAYS[weekday], hits, weekdays.count(weekday), drawn, total
        )
    weekend, holiday = _edges(walk, rule, places)
    tests = _after_tests(walk, rule, places)
    for kind, where, days in (
        ("around_weekend", AROUND_WEEKEND, weekend),
        ("around_holiday", AROUND_HOLIDAY, holiday),
        ("after_test_week", AFTER_TESTS, tests),
    ):
        if days:
            hits = [place for place in marked if place in days]
            yield Candidate(kind, kind, where, hits, len(days), drawn, total)


def _edges(walk: Walk, rule: RuleVersion, places: range) -> tuple[set[int], set[int]]:
    """The places of days next to a weekend, and next to a holiday."""
    longest = int(rule["holiday_from_days"])
    key = ("edges", places, longest)
    if key not in walk.row.memo:
        walk.row.memo[key] = _edges_of(walk.dates, places, longest)
    found: tuple[set[int], set[int]] = walk.row.memo[key]
    return found


def _edges_of(dates: Sequence[date], places: range, longest: int) -> tuple[set[int], set[int]]:
    weekend: set[int] = set()
    holiday: set[int] = set()
    for place in range(max(1, places[0]), places[-1] + 1):
        gap = (dates[place] - dates[place - 1]).days
        # From Friday to Monday are three days; a free day in the week leaves two.
        if gap >= 3:
            edges = holiday if gap >= longest else weekend
            edges.update(edge for edge in (place - 1, place) if edge in places)
    return weekend, holiday


def _after_tests(walk: Walk, rule: RuleVersion, places: range) -> set[int]:
    found: set[int] = set()
    attendance = walk.attendance
    for week in attendance.setting.test_weeks:
        last = week.period.last
        if last is None:
            continue
        enrolment = attendance.enrolment(week.school_id, last)
        if enrolment is None or week.group not in (None, enrolment.group):
            continue
        following = walk.places(last, date.max)
        after = [place for place in following if walk.dates[place] > last][: int(rule["days_after_tests"])]
        found.update(place for place in after if place in places)
    return found


@dataclass
class _Lessons:
    """Lessons of the days that were not missed whole."""

    total: int
    days_by_weekday: dict[int, int]
    days_by_hour: dict[int, int]
    missed: list[tuple[int, int, str | None]] = field(default_factory=list)
    slots: dict[str, set[tuple[int, int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Timetabled:
    """Lessons by the timetable of days in a row: of every day, in all, and how many days have so many lessons."""

    numbers: Sequence[int]
    total: int
    by_weekday: Counter[int]
    by_number: Counter[int]

    @classmethod
    def of(cls, walk: Walk, places: range) -> _Timetabled:
        numbers = [_lessons_of_day(walk, place) for place in places]
        weekdays = Counter(walk.row.weekdays[places.start : places.stop])
        return cls(numbers, sum(numbers), weekdays, Counter(numbers))


def _timetabled(walk: Walk, places: range) -> _Timetabled:
    """The same for all pupils of one school who have the same days."""
    if not walk.is_plain:
        return _Timetabled.of(walk, places)
    key = ("lessons", walk.days[places[0]].schools[0].school_id, places)
    if key not in walk.row.memo:
        walk.row.memo[key] = _Timetabled.of(walk, places)
    found: _Timetabled = walk.row.memo[key]
    return found


def _hour(mark: Mark) -> int | None:
    lesson = mark.absence.lesson
    return int(lesson) if lesson is not None and lesson.isdecimal() else None


def _of_lessons(walk: Walk, rule: RuleVersion, places: range, marked: Sequence[int]) -> Iterator[Candidate]:
    minimum = int(rule["minimum_missed"])
    by_hour = [
        (place, hour, mark.absence.subject)
        for place in marked
        for mark in walk.days[place].marks
        if is_counted(mark) and (hour := _hour(mark)) is not None
    ]
    partly = {place for place in marked if walk.absent[place] < walk.possible[place]}
    if sum(1 for place, _, _ in by_hour if place in partly) < minimum:
        return
    lessons = _lessons(walk, places, by_hour, partly, set(marked) - partly)
    drawn = len(lessons.missed)
    for hour in sorted({hour for _, hour, _ in lessons.missed}):
        hits = [place for place, own, _ in lessons.missed if own == hour]
        days = max(lessons.days_by_hour.get(hour, 0), len(hits))
        if hour == 1:
            yield Candidate("first_lesson", "1", FIRST_LESSON, hits, days, drawn, lessons.total, True)
        else:
            where = BilingualText(f"in lesuur {hour}", f"in lesson hour {hour}")
            yield Candidate("lesson_hour", str(hour), where, hits, days, drawn, lessons.total, True)
    for subject in sorted(lessons.slots):
        hits = [place for place, _, own in lessons.missed if own == subject]
        if len(hits) >= minimum:
            marked_lessons = sum(lessons.days_by_weekday.get(day, 0) for day, _ in lessons.slots[subject])
            where = BilingualText(f"bij het vak {subject}", f"in the subject {subject}")
            yield Candidate("subject", subject, where, hits, marked_lessons, drawn, lessons.total, True)


def _lessons(
    walk: Walk,
    places: range,
    by_hour: Sequence[tuple[int, int, str | None]],
    partly: set[int],
    missed_whole: set[int],
) -> _Lessons:
    timetabled = _timetabled(walk, places)
    total = timetabled.total
    by_weekday, by_number = timetabled.by_weekday.copy(), timetabled.by_number.copy()
    missed: list[tuple[int, int, str | None]] = []
    slots: dict[str, set[tuple[int, int]]] = {}
    highest: dict[int, int] = {}
    for place, hour, subject in by_hour:
        highest[place] = max(hour, highest.get(place, 0))
        if subject:
            slots.setdefault(subject, set()).add((walk.row.weekdays[place], hour))
        if place in partly:
            missed.append((place, hour, subject))
    for place in missed_whole:
        number = timetabled.numbers[place - places.start]
        total -= number
        by_number[number] -= 1
        by_weekday[walk.row.weekdays[place]] -= 1
    # A lesson that was missed was there, whatever the timetable says.
    for place, number in highest.items():
        known = timetabled.numbers[place - places.start]
        if place not in missed_whole and number > known:
            total += number - known
            by_number[known] -= 1
            by_number[number] += 1
    longest = max(by_number, default=0)
    by_hour_of_day = {
        hour: sum(days for number, days in by_number.items() if number >= hour)
        for hour in range(1, longest + 1)
    }
    return _Lessons(total, by_weekday, by_hour_of_day, missed, slots)


def _lessons_of_day(walk: Walk, place: int) -> int:
    """Lessons of a day by its length: the timetable gives minutes, and lessons only where a school says so."""
    number = 0
    schools = walk.attendance.setting.calendars.schools
    for school in walk.days[place].schools:
        number += round(school.timetabled / schools[school.school_id].lesson_length)
    return number


def _finding(
    walk: Walk, rule: RuleVersion, candidate: Candidate, chance: float, corrected: float, tested: int
) -> Finding:
    first, last = candidate.hits[0], candidate.hits[-1]
    hit_days = set(candidate.hits)
    refs = tuple(
        dict.fromkeys(
            mark.absence.ref
            for place, mark in walk.marks(first, last)
            if place in hit_days and is_counted(mark) and _belongs(candidate, mark)
        )
    )
    one_nl, many_nl, one_en, many_en = (
        ("les", "lessen", "lesson", "lessons") if candidate.in_lessons else ("dag", "dagen", "day", "days")
    )
    return make_finding(
        rule,
        walk.attendance.facts.pupil_id,
        walk.school(last),
        walk.dates[first],
        walk.dates[last],
        quantity=len(candidate.hits),
        threshold=int(rule["minimum_missed"]),
        unit="lessons" if candidate.in_lessons else "days",
        facts=refs,
        words={
            "where": candidate.where,
            "hits": len(candidate.hits),
            "drawn": count_text(candidate.drawn, (one_nl, many_nl), (one_en, many_en)),
            "expected": number_text(round(candidate.expected, 1)),
        },
        details={
            "pattern": candidate.kind,
            "value": candidate.value,
            "missed_here": len(candidate.hits),
            "missed_in_all": candidate.drawn,
            "possible_here": candidate.marked,
            "possible_in_all": candidate.total,
            "expected_by_chance": round(candidate.expected, 4),
            "chance": chance,
            "chance_corrected": corrected,
            "patterns_tested": tested,
        },
    )


def _belongs(candidate: Candidate, mark: Mark) -> bool:
    if candidate.kind == "subject":
        return mark.absence.subject == candidate.value
    if candidate.kind in ("lesson_hour", "first_lesson"):
        return _hour(mark) == int(candidate.value)
    return True
