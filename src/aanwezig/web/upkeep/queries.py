"""What is past its period, and what was cleared up before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from aanwezig.web.access.decide import today
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Organisation
from aanwezig.web.upkeep.domain import RetentionPeriod, ended_before, periods
from aanwezig.web.upkeep.removal import TABLES_OF


@dataclass(frozen=True, slots=True)
class Due:
    """A kind of data, how many pupils of the school it is due of, and how many rows that are."""

    period: RetentionPeriod
    before: date
    pupils: int
    rows: int


def pupils_past(school: Organisation, kind: str, on: date) -> QuerySet[Pupil]:
    """Pupils whose last enrolment anywhere ended so long ago that this kind of data of them may go.

    Of this school: it was their last one. Who is enrolled anywhere, or left later somewhere else, is not among them.
    """
    before = ended_before(on, periods()[kind].years)
    enrolments = current("enrolments").filter(pupil=OuterRef("pk"))
    still = enrolments.filter(Q(last_day__isnull=True) | Q(last_day__gt=before))
    here = enrolments.filter(school_id=school.code)
    return Pupil.objects.filter(Exists(here), ~Exists(still)).annotate(left_on=Max("enrolments__last_day"))


def due(school: Organisation) -> list[Due]:
    """What is past its period at a school, by kind."""
    now, found = today(), []
    for kind, period in periods().items():
        pupils = pupils_past(school, kind, now)
        ids = list(pupils.values_list("pk", flat=True))
        rows = sum(model.objects.filter(pupil__in=ids).count() for model in TABLES_OF[kind]()) if ids else 0
        with_rows = len(ids) if rows else 0
        found.append(Due(period, ended_before(now, period.years), with_rows, rows))
    return found
