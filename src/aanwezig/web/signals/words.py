"""Who tells signals that somebody wrote, talked or did something about a pupil.

An app that keeps such things registers a source when it is ready (``AppConfig.ready``)::

    register_words("notes", lambda since: rows(Note.objects.filter(...), kind="note", ...))

What people did with a signal itself (``Review``) is a source too: all sources are read in one query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil
from aanwezig.web.signals.domain import Review as ReviewValue
from aanwezig.web.signals.domain import Word
from aanwezig.web.signals.models import Review

# What a word can be; a source may add kinds that no step asks for.
KINDS = ("note", "talk", "home_visit", "letter", "notification", "team", "contact", "case", "tier", "plan")
_COLUMNS = (
    "word_pupil",
    "word_day",
    "word_at",
    "word_kind",
    "word_by",
    "word_school",
    "word_signal",
    "word_until",
)

# Rows on or after a day, each with the columns that `rows` makes.
Source = Callable[[date], "QuerySet[Any, Any]"]
_sources: dict[str, Source] = {}


def register_words(name: str, source: Source) -> None:
    """Add a source, or put another in the place of one with that name."""
    _sources[name] = source


def rows(
    found: QuerySet[Any, Any],
    *,
    day: str,
    kind: Combinable | str,
    written: str = "",
    by: str = "",
    of_signal: bool = False,
) -> QuerySet[Any, Any]:
    """A query in the columns of all sources. ``day``, ``written``, ``by``: names of its fields.

    ``written``: field with the moment of recording; empty: recorded on ``day``. ``kind``: a kind, or an expression.
    ``of_signal``: the rows name school, key of the signal and until (reviews).
    """
    named = Value(kind) if isinstance(kind, str) else kind
    text, a_day = CharField(), DateField()
    made: QuerySet[Any, Any] = found.order_by().annotate(
        word_pupil=Cast("pupil_id", text),
        word_day=TruncDate(day) if written == day else Cast(day, a_day),
        word_at=F(written) if written else Value(None, output_field=DateTimeField()),
        word_kind=Cast(named, text),
        word_by=F(by) if by else Value(None, output_field=IntegerField()),
        word_school=Cast("school_id", text) if of_signal else Value("", output_field=text),
        word_signal=Cast("key", text) if of_signal else Value("", output_field=text),
        word_until=F("until") if of_signal else Value(None, output_field=a_day),
    )
    return made


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _reviews(since: date) -> QuerySet[Any, Any]:
    found = Review.objects.filter(undone_at__isnull=True, at__gte=_start_of(since))
    return rows(found, day="at", written="at", kind=F("state"), by="by_id", of_signal=True)


def _observations(since: date) -> QuerySet[Any, Any]:
    """What the register tells: contact that somebody recorded, and a case in tier 3."""
    found = current("observations").filter(date__gte=since, kind__in=("contact", "tier3_case_opened"))
    kind = Case(When(kind="contact", then=Value("contact")), default=Value("case"), output_field=CharField())
    return rows(found, day="date", written="recorded_at", kind=kind, by="recorded_by_id")


def _notifications(since: date) -> QuerySet[Any, Any]:
    found = current("notifications").filter(sent_on__gte=since).exclude(status="withdrawn")
    return rows(found, day="sent_on", kind="notification", by="recorded_by_id")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said and reviewed, by pupil and by signal (school, key)."""

    words: dict[str, list[Word]]
    reviews: dict[tuple[str, str], list[ReviewValue]]
    # By whom, for 'since your last visit': moment, pupil, kind, user.
    latest: list[tuple[datetime, str, str, int | None]]

    def about(self, pupil: str) -> list[Word]:
        return self.words.get(pupil, [])


def said_about(among: Q, since: date) -> Said:
    """Everything done about pupils since a day, from all sources; one query.

    ``among``: condition on rows with ``pupil_id`` that says which pupils.
    """
    parts = [source(since).filter(among).values_list(*_COLUMNS) for source in _sources.values()]
    found = Said({}, {}, [])
    for pupil, day, at, kind, by, school, signal, until in parts[0].union(*parts[1:], all=True):
        moment = _aware(at)
        if moment is not None:
            found.latest.append((moment, pupil, kind, by))
        if signal:
            assert moment is not None
            found.reviews.setdefault((school, signal), []).append(
                ReviewValue(kind, timezone.localtime(moment), until)
            )
        else:
            written = timezone.localtime(moment).date() if moment else day
            found.words.setdefault(pupil, []).append(Word(pupil, day, written, kind, by))
    return found


def words_about(pupils: QuerySet[Pupil], since: date) -> list[Word]:
    """Everything written, said or done about these pupils since a day; reviews of signals are not among it."""
    said = said_about(Q(pupil__in=pupils), since)
    return [word for words in said.words.values() for word in words]


def _aware(at: Any) -> datetime | None:
    """SQLite gives moments of a union back as it kept them: UTC without a zone, sometimes as text."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    if at is None:
        return None
    return at if timezone.is_aware(at) else at.replace(tzinfo=UTC)  # type: ignore[no-any-return]


register_words("reviews", _reviews)
register_words("observations", _observations)
register_words("notifications", _notifications)
