"""Who was spoken or written about since a day, and who just came back to school."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.pupils.domain import RETURN_WATCH_DAYS
from aanwezig.web.pupils.models import Note, NoteKind
from aanwezig.web.pupils.queries.at_once import a_day, rows_at_once, same_names
from aanwezig.web.pupils.queries.one_pupil import OF_SCHOOL, calendars_of
from aanwezig.web.signals.models import Review
from aanwezig.web.signals.words import rows, words_about

# Longer than any 10 school days: the summer holiday and two weeks on each side.
LONGEST_WATCH = timedelta(days=75)
_TALKS = (NoteKind.TALK_PUPIL, NoteKind.TALK_PARENTS, NoteKind.PHONE_CALL)


def notes_as_words(since: date) -> QuerySet[Any, Any]:
    """Notes and talks for ``signals.words``: each counts as following up, whoever may read it."""
    kind = Case(
        When(kind__in=_TALKS, then=Value("talk")),
        When(kind=NoteKind.HOME_VISIT, then=Value("home_visit")),
        default=Value("note"),
        output_field=CharField(),
    )
    found = Note.objects.filter(withdrawn_at__isnull=True).filter(
        Q(day__gte=since) | Q(made_at__date__gte=since)
    )
    return rows(found, day="day", kind=kind, written="made_at", by="made_by_id")


def followed_up_since(pupils: Iterable[str], since: date) -> dict[str, date]:
    """Of these pupils those about whom somebody did something on or after a day, and the last such day.

    Any note, talk, contact, letter or notification counts, and any review of a signal; two queries.
    """
    ids = list(pupils)
    last: dict[str, date] = {}
    for word in words_about(Pupil.objects.filter(pk__in=ids), since):
        if word.latest >= since:
            last[word.pupil] = max(word.latest, last.get(word.pupil, since))
    reviews = Review.objects.filter(pupil__in=ids, undone_at__isnull=True, at__date__gte=since)
    for pupil, at in reviews.values_list("pupil_id", "at"):
        last[pupil] = max(at.date(), last.get(pupil, since))
    return last


@dataclass(frozen=True, slots=True)
class Returned:
    """A pupil who came back. ``school_days``: school days since, the day of return included, as far as delivered;
    ``absent_days``: of those with any absence; ``agreed_minutes``: of a reduced programme that runs, a week."""

    pupil: Pupil
    name: str
    group: str
    returned_on: date
    school_days: int
    absent_days: int
    agreed_minutes: int | None
    agreed_by: str

    @property
    def days_left(self) -> int:
        """School days for which the pupil is still watched."""
        return max(0, RETURN_WATCH_DAYS - self.school_days)


def recently_returned(actor: Actor, school: School | str) -> list[Returned]:
    """Returns of the last 10 school days at a school with the absence since, latest first; four queries."""
    code, on = school if isinstance(school, str) else school.pk, today()
    setting = rows_at_once(
        {
            table: (current(table).filter(school_id=code), same_names(*columns))
            for table, columns in OF_SCHOOL.items()
        }
    )
    calendars = calendars_of(setting)
    if code not in calendars.schools:
        return []
    delivered = max((a_day(row["last_day"]) for row in setting["deliveries"]), default=on)
    days = list(calendars.of(code).school_days(on - LONGEST_WATCH, on))
    if not days:
        return []
    first = days[-min(len(days), RETURN_WATCH_DAYS)]
    here = current("enrolments").filter(school=code, first_day__lte=on)
    here = here.filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
    seen = visible_pupils(actor, "pupil.view").filter(pk__in=here.values("pupil"))
    returns: dict[str, Any] = {}
    found = current("observations").filter(kind="return", date__range=(first, on), pupil__in=seen)
    for row in found.select_related("pupil__person").order_by("date", "pk"):
        returns[row.pupil_id] = row
    if not returns:
        return []
    missed: dict[str, set[date]] = {pupil: set() for pupil in returns}
    absences = current("absences").filter(pupil__in=returns, date__range=(first, on))
    for pupil, day in absences.exclude(reason__in=("elsewhere", "exempt")).values_list("pupil_id", "date"):
        if day >= returns[pupil].date:
            missed[pupil].add(day)
    beside = rows_at_once(
        {
            "groups": (here.filter(pupil__in=returns), same_names("pupil_id", "group")),
            "agreed": (
                current("reduced_programmes")
                .filter(pupil__in=returns, school=code, first_day__lte=on)
                .filter(Q(last_day__isnull=True) | Q(last_day__gte=on)),
                same_names("pupil_id", "minutes_per_week", "agreed_by"),
            ),
        }
    )
    groups = {row["pupil_id"]: row["group"] or "" for row in beside["groups"]}
    agreed = {row["pupil_id"]: row for row in beside["agreed"]}
    through = min(on, delivered)
    made = [
        Returned(
            row.pupil,
            row.pupil.person.short_name if hasattr(row.pupil, "person") else "",
            groups.get(pupil, ""),
            row.date,
            sum(row.date <= day <= through for day in days),
            len(missed[pupil]),
            agreed[pupil]["minutes_per_week"] if pupil in agreed else None,
            (agreed[pupil]["agreed_by"] or "") if pupil in agreed else "",
        )
        for pupil, row in returns.items()
    ]
    return sorted(made, key=lambda one: (-one.returned_on.toordinal(), one.name))
