"""Making a school's results anew from its facts: read, compute, and only then store, all in one transaction.

Reading and computing take no lock. Whoever changes facts meanwhile raises ``School.facts_version``: what is stored then
is of an older version, the school is stale, and a next run does it again.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute
from django.db.models import F
from django.utils import timezone

from aanwezig.rules.provisions import Provisions
from aanwezig.values import SchoolYear
from aanwezig.web.access.decide import today
from aanwezig.web.facts.changes import current as current_rows
from aanwezig.web.facts.models import School
from aanwezig.web.facts.reading import Facts, facts_of_school
from aanwezig.web.results.computing import compute
from aanwezig.web.results.memory import remembered_of
from aanwezig.web.results.models import PupilYear, SchoolPicture
from aanwezig.web.results.past import facts_of_past, fingerprint
from aanwezig.web.results.store import Changes, ToStore, store
from aanwezig.web.results.thresholds import choices_of, rules_version

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a recompute did. ``changes`` None: newer results were there already, nothing was stored."""

    school: str
    on: date
    version: int
    pupils: int
    years: tuple[str, ...]
    changes: Changes | None
    seconds: float


def recompute_school(
    code: str, on: date | None = None, before_end: Callable[[], None] | None = None
) -> Summary:
    """Make the results of a school anew for a day (today) and, where its facts changed, those of the school year before.

    School.DoesNotExist for a school that is not there. ``before_end``: see ``store``.
    """
    begun, day = time.monotonic(), on or today()
    if not is_known(code):
        return _nothing_known(code, day)
    with _no_search_for_dead_rings():
        facts = facts_of_school(code, day)
        choices = choices_of(code)
        provisions = Provisions(choices)
        with remembered_of(facts, code, day, choices) as remembered:
            current = compute(facts, code, day, provisions, day, remembered)
        results = [ToStore(current)]
        past = _past_year(facts, code, day, choices, provisions)
        if past is not None:
            results.insert(0, past)
        changes = store(code, facts.version, day, results, choices, before_end)
    summary = Summary(
        code,
        day,
        facts.version,
        len(current.years),
        tuple(str(one.computed.year) for one in results),
        changes,
        time.monotonic() - begun,
    )
    log.info("recomputed %s of %s in %.1f s", code, day, summary.seconds)
    return summary


def is_known(code: str) -> bool:
    """Whether the register says what kind of school it is; without that no day of school is known."""
    return bool(current_rows("schools").filter(school_id=code).exists())


def _nothing_known(code: str, day: date) -> Summary:
    """A new school, before its first import: nothing follows, and that is up to date."""
    School.objects.filter(code=code).update(
        computed_version=F("facts_version"), computed_on=day, computed_at=timezone.now()
    )
    return Summary(code, day, School.objects.get(code=code).facts_version, 0, (), None, 0.0)


@contextmanager
def _no_search_for_dead_rings() -> Iterator[None]:
    """A million small values live until the end: looking through them again and again for garbage finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _past_year(
    facts: Facts, code: str, day: date, choices: dict[str, Any], provisions: Provisions
) -> ToStore | None:
    """The school year before, as it ended; None when nothing of it changed or nothing is known of it."""
    year = SchoolYear(SchoolYear.of(day).start_year - 1)
    known = PupilYear.objects.filter(school=code, school_year=str(year))
    if not _has_absences(facts.tables["absences"], code, year) and not known.exists():
        return None
    past = facts_of_past(facts, code, year.last)
    made_from = fingerprint(past, year.last, sorted(choices.items()), rules_version())
    if SchoolPicture.objects.filter(school=code, school_year=str(year), fingerprint=made_from).exists():
        return None
    return ToStore(compute(past, code, year.last, provisions, day), made_from)


def _has_absences(absences: pa.Table, code: str, year: SchoolYear) -> bool:
    first, last = pa.scalar(year.first, pa.date32()), pa.scalar(year.last, pa.date32())
    within = pc.and_(pc.greater_equal(absences["date"], first), pc.less_equal(absences["date"], last))
    return bool(pc.any(pc.and_(within, pc.equal(absences["school_id"], code))).as_py())
