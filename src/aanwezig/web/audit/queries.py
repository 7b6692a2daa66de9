"""Questions to the log: who looked, what happened, who broke the glass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import organisations_with, require
from aanwezig.web.audit.models import ChangeRecord, EmergencyAccess, ReadRecord
from aanwezig.web.audit.words import action_words, page_words
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Organisation, Role


@dataclass(frozen=True, slots=True)
class Looked:
    """What one person saw of a child on one day. ``opened``: pages about this child alone; ``listed``: how often
    the child stood in a list; ``taken``: exports, prints and files."""

    day: date
    name: str
    role: str
    organisation: str
    opened: tuple[str, ...]
    listed: int
    taken: tuple[str, ...]
    in_emergency: bool


# So far back the page shows; the log itself is kept as long as retention says.
SHOWN_DAYS = 400


def who_looked(pupil: Pupil, since: date | None = None) -> tuple[Looked, ...]:
    """Who saw data of this child, per person and day, the latest first."""
    rows = ReadRecord.objects.filter(pupil=pupil).select_related("user", "organisation").order_by("-at")
    if since is not None:
        rows = rows.filter(at__date__gte=since)
    return _per_person_and_day(rows.iterator(chunk_size=2000))


def _per_person_and_day(rows: Iterable[ReadRecord]) -> tuple[Looked, ...]:
    grouped: dict[tuple[date, int | None, str, int | None], list[ReadRecord]] = {}
    for row in rows:
        day = timezone.localtime(row.at).date()
        grouped.setdefault((day, row.user_id, row.role, row.organisation_id), []).append(row)
    found = []
    for (day, *_rest), records in grouped.items():
        one = records[0]
        opened = [page_words(row.what) for row in records if row.way == "page"]
        taken = [page_words(row.what) for row in records if row.way in ("export", "print", "file")]
        found.append(
            Looked(
                day,
                str(one.user) if one.user else _("an account that no longer exists"),
                role_words(one.role),
                one.organisation.name if one.organisation else "",
                tuple(dict.fromkeys(opened)),
                sum(row.way == "list" for row in records),
                tuple(dict.fromkeys(taken)),
                any(row.is_emergency for row in records),
            )
        )
    return tuple(found)


def role_words(role: str) -> str:
    """The role in words; the code itself for one that no longer exists."""
    return str(Role(role).label) if role in Role.values else role


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the log is asked. ``kind``: read, change or empty for both."""

    kind: str = "change"
    user_ref: str = ""
    organisation_ref: str = ""
    action: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log. ``pupil_ref``: which child, without a name: the log is not a way to read about children."""

    at: datetime
    name: str
    role: str
    organisation: str
    what: str
    way: str
    pupil_ref: str
    details: str
    in_emergency: bool


def log_rows(actor: Actor, asked: LogFilter) -> QuerySet:  # type: ignore[type-arg]
    """The records that the actor may see, latest first, as a query that can be paged; ``log_line`` makes a line."""
    require(actor, "admin.audit")
    model: Any = ReadRecord if asked.kind == "read" else ChangeRecord
    rows: QuerySet[Any] = model.objects.filter(organisation__in=organisations_with(actor, "admin.audit"))
    if asked.user_ref:
        rows = rows.filter(user__ref=asked.user_ref)
    if asked.organisation_ref:
        rows = rows.filter(organisation__ref=asked.organisation_ref)
    if asked.action:
        rows = rows.filter(**{"what" if model is ReadRecord else "action": asked.action})
    if asked.first_day:
        rows = rows.filter(at__date__gte=asked.first_day)
    if asked.last_day:
        rows = rows.filter(at__date__lte=asked.last_day)
    return rows.select_related("user", "organisation", "pupil").order_by("-at", "-pk")


def log_line(row: ReadRecord | ChangeRecord) -> LogLine:
    is_read = isinstance(row, ReadRecord)
    return LogLine(
        row.at,
        str(row.user) if row.user else "Aanwezig",
        role_words(row.role),
        row.organisation.name if row.organisation else "",
        page_words(row.what) if isinstance(row, ReadRecord) else action_words(row.action),
        row.way if isinstance(row, ReadRecord) else "",
        row.pupil.ref if row.pupil else "",
        "" if is_read else details_words(row.details),  # type: ignore[union-attr]
        row.is_emergency,
    )


def details_words(details: dict[str, object]) -> str:
    """Codes and dates of a change as 'role: mentor · first_day: 2026-03-20'."""

    def one(value: object) -> str:
        return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)

    return " · ".join(f"{key}: {one(value)}" for key, value in details.items() if value not in (None, "", []))


def actions_in_log(actor: Actor, kind: str) -> tuple[tuple[str, str], ...]:
    """The actions or pages that occur, with their words, for the filter."""
    model: Any = ReadRecord if kind == "read" else ChangeRecord
    column, words = ("what", page_words) if kind == "read" else ("action", action_words)
    rows = model.objects.filter(organisation__in=organisations_with(actor, "admin.audit")).order_by()
    codes = rows.values_list(column, flat=True).distinct()
    return tuple(sorted(((code, words(code)) for code in codes), key=lambda one: one[1]))


# Emergency access


def emergencies(actor: Actor) -> QuerySet[EmergencyAccess]:
    """The emergencies told to the organisations where the actor is privacy officer; unseen first."""
    require(actor, "audit.emergencies")
    places = [one.at.id for one in actor.with_right("audit.emergencies")]
    found = EmergencyAccess.objects.filter(told__in=places).distinct()
    return found.select_related("user", "organisation", "pupil__person", "seen_by").order_by(
        "seen_at", "-begun_at"
    )


def unseen_emergencies(actor: Actor) -> int:
    """How many emergencies the privacy officer has not looked at; 0 without a query for everybody else."""
    places = [one.at.id for one in actor.with_right("audit.emergencies")]
    if not places:
        return 0
    return EmergencyAccess.objects.filter(told__in=places, seen_at__isnull=True).distinct().count()


def menu_counts(actor: Actor) -> dict[str, int]:
    """The number beside the menu entry of the emergencies."""
    count = unseen_emergencies(actor)
    return {"emergencies": count} if count else {}


def own_emergencies(actor: Actor) -> tuple[EmergencyAccess, ...]:
    """The files that the actor opened in an emergency and that are open still."""
    if actor.user_id is None or actor.is_family:
        return ()
    now = timezone.now()
    found = EmergencyAccess.objects.filter(user_id=actor.user_id, begun_at__lte=now, ends_at__gt=now)
    return tuple(found.select_related("pupil__person").order_by("ends_at"))


def open_emergencies(pupil: Pupil) -> tuple[EmergencyAccess, ...]:
    """Who has this child's file open in an emergency now."""
    now = timezone.now()
    found = EmergencyAccess.objects.filter(pupil=pupil, begun_at__lte=now, ends_at__gt=now)
    return tuple(found.select_related("user", "organisation").order_by("begun_at"))


def organisations_told(pupil: Pupil, opened_at: int, on: date) -> set[int]:
    """Whose privacy officers hear of an emergency: the child's schools with their boards, and the own organisation."""
    from aanwezig.web.facts.models import FACTS

    schools = (
        FACTS["enrolments"]
        .objects.filter(pupil=pupil, superseded_at__isnull=True, first_day__lte=on)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
        .values_list("school__organisation", flat=True)
    )
    found = set(schools)
    boards = Organisation.objects.filter(pk__in=found, board__isnull=False).values_list("board", flat=True)
    return {*found, *(pk for pk in boards if pk is not None), opened_at}
