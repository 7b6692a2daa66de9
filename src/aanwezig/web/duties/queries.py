"""Questions about duties, each answered with frozen values and few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from aanwezig.calendar import working_days_between
from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.accounts.models import User
from aanwezig.web.duties.domain import CATEGORY_OF_RULE, AbsenceOfDay
from aanwezig.web.duties.models import Letter, Notification, Status
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.results.models import StoredFinding

PAGE = 50


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty in a list. ``working_days_left``: from today up to the due day, None without one; negative when past."""

    finding: StoredFinding
    pupil: Pupil
    name: str
    group: str
    explanation: str
    due: date | None
    working_days_left: int | None
    notification: Notification | None
    goes_to_duo: bool

    @property
    def is_overdue(self) -> bool:
        return self.due is not None and self.due < today()


@dataclass(frozen=True, slots=True)
class DutyCounts:
    to_do: int
    overdue: int
    first_due: date | None
    sent: int


# A duty of last year stays on the list so long after its last day; then it stands under last school year.
DAYS_AFTER_SUMMER = 31


def is_long_past(due: date | None, on: date) -> bool:
    """Whether a duty of last school year no longer stands among what is to do."""
    return due is not None and due < SchoolYear.of(on).first - timedelta(days=DAYS_AFTER_SUMMER)


def open_duties(actor: Actor, schools: Iterable[str], *, past: bool = False) -> QuerySet[StoredFinding]:
    """Duties that are not met, earliest due first.

    Of this school year, and those of last year that were due less than a month before it began or later;
    ``past``: the others of last year, which can only be recorded as sent late.
    """
    year = SchoolYear.of(today())
    this_year, last_year = str(year), str(SchoolYear(year.start_year - 1))
    recent = Q(school_year=last_year, due__gte=year.first - timedelta(days=DAYS_AFTER_SUMMER))
    when = Q(school_year=last_year) & ~recent if past else Q(school_year=this_year) | recent
    return (
        StoredFinding.objects.filter(when, school__in=list(schools), kind="duty", cleared_at__isnull=True)
        .exclude(met=True)
        .filter(pupil__in=visible_pupils(actor, "duty.view"))
        .filter(Q(obligation="must") | ~Exists(_dismissed()))
        .order_by(F("due").asc(nulls_last=True), "pk")
    )


def _dismissed() -> QuerySet[Notification]:
    return Notification.objects.filter(
        pupil=OuterRef("pupil"),
        school=OuterRef("school"),
        rule=OuterRef("rule"),
        first_day=OuterRef("first_day"),
    ).exclude(status__in=[Status.DRAFT, Status.WITHDRAWN])


def duty_counts(actor: Actor, schools: Iterable[str]) -> DutyCounts:
    """How many there are to do, how many are overdue, the first due day, and sent this school year: two queries."""
    codes = list(schools)
    rows = list(open_duties(actor, codes).filter(obligation="must").values_list("due", flat=True))
    now = today()
    dues = [due for due in rows if due is not None]
    first = SchoolYear.of(now).first
    sent = Notification.objects.filter(
        school__in=codes, sent_on__gte=first, pupil__in=visible_pupils(actor, "duty.view")
    ).exclude(status=Status.WITHDRAWN)
    return DutyCounts(len(rows), sum(due < now for due in dues), min(dues, default=None), sent.count())


def duty_lines(findings: Iterable[StoredFinding]) -> list[DutyLine]:
    """The lines of a page of duties: two queries beside that of the findings."""
    found = list(findings)
    prepared: dict[tuple[str, str | None, str, date | None], Notification] = {
        (one.school_id, one.pupil_id, one.rule, one.first_day): one
        for one in Notification.objects.filter(
            pupil__in={one.pupil_id for one in found}, rule__in={one.rule for one in found}
        ).exclude(status=Status.WITHDRAWN)
    }
    now = today()
    return [
        DutyLine(
            finding=one,
            pupil=one.pupil,  # type: ignore[arg-type]
            name=one.pupil.person.short_name if one.pupil and hasattr(one.pupil, "person") else "",
            group=one.group,
            explanation=one.explanation,
            due=one.due,
            working_days_left=None if one.due is None else working_days_between(now, one.due),
            notification=prepared.get((one.school_id, one.pupil_id, one.rule, one.first_day)),
            goes_to_duo=one.rule in CATEGORY_OF_RULE,
        )
        for one in found
    ]


def notifications(actor: Actor, schools: Iterable[str], status: str | None = None) -> QuerySet[Notification]:
    """Prepared and sent notifications that the actor may see, last changed first."""
    found = Notification.objects.filter(
        school__in=list(schools), pupil__in=visible_pupils(actor, "duty.view")
    ).select_related("pupil", "pupil__person", "school__organisation")
    if status:
        found = found.filter(status=status)
    in_work = Case(When(status=Status.DRAFT, then=Value(0)), default=Value(1))
    return found.order_by(in_work, "-changed_at", "-pk")


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """A row of absence with its value for the domain and what the page shows beside it."""

    value: AbsenceOfDay
    subject: str | None
    row: Any


def absences_of(finding: StoredFinding) -> list[AbsenceRow]:
    """The rows of absence that a finding names, in order of day and lesson; one query."""
    numbers = [ref.partition(":")[2] for ref in finding.facts if ref.startswith("absences:")]
    rows = (
        current("absences")
        .filter(pupil_id=finding.pupil_id, pk__in=numbers)
        .order_by("date", "lesson", "start_time", "pk")
    )
    return [
        AbsenceRow(
            AbsenceOfDay(row.date, row.lesson, row.part, row.minutes, row.reason, row.authorised),
            row.subject,
            row,
        )
        for row in rows
    ]


def letters_of(pupil: Pupil) -> list[Letter]:
    return list(Letter.objects.filter(pupil=pupil).select_related("school__organisation"))


def untold_suspensions(pupil: Pupil) -> list[Any]:
    """Suspensions and expulsions of a pupil that the Inspectorate was not told of."""
    rows = current("suspensions").filter(pupil=pupil, inspectorate_told_on__isnull=True)
    return list(rows.order_by("-first_day"))


def school_of(pupil: Pupil, schools: Iterable[str]) -> School | None:
    """The school, of these, at which a pupil is or was last enrolled."""
    row = (
        current("enrolments")
        .filter(pupil=pupil, school__in=list(schools))
        .select_related("school__organisation")
        .order_by("-first_day")
        .first()
    )
    return row.school if row else None


def letter_values(actor: Actor, pupil: Pupil, school: School, finding_ref: str) -> dict[str, Any]:
    """What is known for the places of a letter; the finding gives the period, when it is one of this pupil."""
    user = User.objects.filter(pk=actor.user_id or 0).first()
    person = getattr(pupil, "person", None)
    values: dict[str, Any] = {
        "child": person.first_name if person else "",
        "school": school.organisation.name,
        "signer": user.name if user else "",
        "role": user.job_title if user else "",
        "phone": user.phone if user else "",
        "email": user.email if user else "",
    }
    finding = StoredFinding.objects.filter(ref=finding_ref, pupil=pupil).first() if finding_ref else None
    if finding is not None and finding.first_day and finding.last_day:
        between = _("from %(first)s to %(last)s") % {
            "first": date_format(finding.first_day, "j F"),
            "last": date_format(finding.last_day, "j F Y"),
        }
        on = _("on %(day)s") % {"day": date_format(finding.last_day, "j F Y")}
        values["period"] = on if finding.first_day == finding.last_day else between
    return values


def letters_as_words(since: date) -> QuerySet[Any, Any]:
    """Letters since a day, as what was done about a pupil (``signals.words``)."""
    from aanwezig.web.signals.words import rows

    found = Letter.objects.filter(made_at__date__gte=since)
    return rows(found, day="made_at", written="made_at", kind="letter", by="made_by_id")
