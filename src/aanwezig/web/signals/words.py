"""Who tells signals that somebody wrote, talked or did something about a pupil.

An app that keeps such things registers a source when it is ready (``AppConfig.ready``)::

    register_words("notes", lambda since: rows(Note.objects.filter(...), kind="note", ...))

All sources are read in one query.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import DateField, F, IntegerField, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, TruncDate

from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil
from aanwezig.web.signals.domain import Word

# What a word can be; a source may add kinds that no step asks for.
KINDS = ("note", "talk", "home_visit", "letter", "notification", "team", "contact", "case")
COLUMNS = ("word_pupil", "word_day", "word_written", "word_kind", "word_by")

# Rows on or after a day, each with the columns of COLUMNS (see `rows`).
Source = Callable[[date], "QuerySet[Any, Any]"]
_sources: dict[str, Source] = {}


def register_words(name: str, source: Source) -> None:
    """Add a source, or put another in the place of one with that name."""
    _sources[name] = source


def rows(
    found: QuerySet[Any], *, day: str, kind: Combinable | str, written: str = "", by: str = ""
) -> QuerySet[Any, Any]:
    """A query in the columns of all sources. ``day``, ``written``, ``by``: names of its fields.

    ``written``: field with the moment of recording; empty: recorded on ``day``. ``kind``: a kind, or an expression.
    """
    named = Value(kind) if isinstance(kind, str) else kind
    return found.order_by().annotate(
        word_pupil=Cast("pupil_id", TextField()),
        word_day=Cast(day, DateField()),
        word_written=TruncDate(written) if written else Cast(day, DateField()),
        word_kind=Cast(named, TextField()),
        word_by=F(by) if by else Value(None, output_field=IntegerField()),
    )


def contacts(since: date) -> QuerySet[Any, Any]:
    """What the register tells: contact that somebody recorded, and a case in tier 3."""
    from django.db.models import Case, When

    found = current("observations").filter(date__gte=since, kind__in=("contact", "tier3_case_opened"))
    kind = Case(When(kind="contact", then=Value("contact")), default=Value("case"), output_field=TextField())
    return rows(found, day="date", kind=kind, by="recorded_by_id")


def words_about(pupils: QuerySet[Pupil], since: date) -> list[Word]:
    """Everything written or said about these pupils since a day, from all sources; one query."""
    parts = [source(since).filter(pupil__in=pupils).values_list(*COLUMNS) for source in _sources.values()]
    if not parts:
        return []
    first, *others = parts
    return [Word(*row) for row in (first.union(*others, all=True) if others else first)]


register_words("observations", contacts)
