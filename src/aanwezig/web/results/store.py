"""Storing what was computed, in one transaction: a kill leaves the old results whole, and pages never see half of it.

Only what differs is written: after an import of a day that is little, and the transaction is short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from aanwezig.web.facts.models import School
from aanwezig.web.results.computing import Computed
from aanwezig.web.results.models import (
    Cleared,
    OpenQuestion,
    PupilWeek,
    PupilYear,
    SchoolPicture,
    StoredFinding,
)
from aanwezig.web.results.thresholds import rules_version

AT_A_TIME = 500
FINDING_FIELDS = (
    "pupil_id",
    "rule",
    "version",
    "kind",
    "group",
    "first_day",
    "last_day",
    "quantity",
    "threshold",
    "unit",
    "obligation",
    "due",
    "met",
    "facts",
    "details",
    "explanation_nl",
    "explanation_en",
    "digest",
)
YEAR_FIELDS = (
    "group",
    "level",
    "is_enrolled",
    "possible_minutes",
    "absent_minutes",
    "rate",
    "rate_agreed",
    "late_count",
    "band",
    "provisional",
    "assumed_timetable",
    "figures",
    "picture",
    "recent",
    "open_duties",
    "open_signals",
    "legal_status",
    "proposed_tier",
    "tier_reasons",
    "tier_provisional",
    "digest",
)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many findings are new, grew or shrank, cleared, and came back."""

    new: int = 0
    changed: int = 0
    cleared: int = 0
    reopened: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.new + other.new,
            self.changed + other.changed,
            self.cleared + other.cleared,
            self.reopened + other.reopened,
        )


@dataclass(frozen=True, slots=True)
class ToStore:
    """The results of a school year with the fingerprint of what they were made from (of the running year: empty)."""

    computed: Computed
    fingerprint: str = ""


def store(
    code: str,
    version: int,
    on: date,
    results: Sequence[ToStore],
    choices: Mapping[str, Any],
    before_end: Callable[[], None] | None = None,
) -> Changes | None:
    """Put the results of a school in the place of the old ones; None when newer ones are there already.

    ``version``: the facts that they were made from; if these changed meanwhile the school is simply stale again.
    ``before_end`` is called as the last thing in the transaction (for the tests of a kill).
    """
    with transaction.atomic():
        school = School.objects.select_for_update().get(code=code)
        if (school.computed_version, school.computed_on or date.min) > (version, on):
            return None
        now = timezone.now()
        changes = Changes()
        for one in results:
            changes += _store_year(code, one, choices, now)
            if one.computed.on == on:
                _store_questions(code, one.computed)
        School.objects.filter(code=code).update(computed_version=version, computed_on=on, computed_at=now)
        if before_end is not None:
            before_end()
    return changes


def _store_year(code: str, one: ToStore, choices: Mapping[str, Any], now: datetime) -> Changes:
    computed, year = one.computed, str(one.computed.year)
    before = (
        SchoolPicture.objects.filter(school=code, school_year=year).only("choices", "rules_version").first()
    )
    because = Cleared.FACTS
    if before is not None and before.rules_version != rules_version():
        because = Cleared.RULES
    elif before is not None and before.choices != dict(choices):
        because = Cleared.THRESHOLDS
    changes = _store_findings(code, computed, because, now)
    _store_weeks(code, computed)
    _store_pupils(code, computed)
    refs = dict(
        StoredFinding.objects.filter(school=code, school_year=year, rule="group_alert").values_list(
            "key", "ref"
        )
    )
    figures = dict(computed.figures)
    figures["alerts"] = [{**alert, "ref": refs[alert["ref"]]} for alert in computed.figures["alerts"]]
    SchoolPicture.objects.update_or_create(
        school_id=code,
        school_year=year,
        defaults={
            "on": computed.on,
            "figures": figures,
            "choices": dict(choices),
            "rules_version": rules_version(),
            "fingerprint": one.fingerprint,
        },
    )
    return changes


def _store_findings(code: str, computed: Computed, because: Cleared, now: datetime) -> Changes:
    year = str(computed.year)
    rows = StoredFinding.objects.filter(school=code, school_year=year)
    there = {
        key: (digest, cleared) for key, digest, cleared in rows.values_list("key", "digest", "cleared_at")
    }
    new: list[StoredFinding] = []
    changed: list[StoredFinding] = []
    reopened: list[str] = []
    for key, fields in computed.findings.items():
        known = there.get(key)
        if known is not None and known == (fields["digest"], None):
            continue
        row = StoredFinding(school_id=code, school_year=year, key=key, found_at=now, changed_at=now, **fields)
        if known is None:
            new.append(row)
            continue
        changed.append(row)
        if known[1] is not None:
            reopened.append(key)
    gone = [key for key, (_, cleared) in there.items() if cleared is None and key not in computed.findings]
    StoredFinding.objects.bulk_create(new, batch_size=AT_A_TIME)
    StoredFinding.objects.bulk_create(
        changed,
        batch_size=AT_A_TIME,
        update_conflicts=True,
        unique_fields=["school", "school_year", "key"],
        update_fields=[*_names(FINDING_FIELDS), "changed_at", "cleared_at", "cleared_because"],
    )
    for keys in _some(reopened):
        rows.filter(key__in=keys).update(reopened_at=now)
    for keys in _some(gone):
        rows.filter(key__in=keys).update(cleared_at=now, cleared_because=because)
    return Changes(len(new), len(changed) - len(reopened), len(gone), len(reopened))


def _store_questions(code: str, computed: Computed) -> None:
    rows = OpenQuestion.objects.filter(school=code)
    there = {
        (pupil, rule, missing): pk
        for pk, pupil, rule, missing in rows.values_list("pk", "pupil_id", "rule", "missing")
    }
    for keys in _some([pk for named, pk in there.items() if named not in computed.questions]):
        rows.filter(pk__in=keys).delete()
    OpenQuestion.objects.bulk_create(
        [
            OpenQuestion(school_id=code, pupil_id=pupil, rule=rule, missing=missing)
            for pupil, rule, missing in sorted(computed.questions - there.keys())
        ],
        batch_size=AT_A_TIME,
    )


def _store_weeks(code: str, computed: Computed) -> None:
    """By raw rows: there are tens of thousands."""
    year, table = str(computed.year), PupilWeek._meta.db_table
    monday = "CAST(monday AS TEXT)" if connection.vendor == "sqlite" else "to_char(monday, 'YYYY-MM-DD')"
    assumed = "CAST(assumed_timetable AS INTEGER)" if connection.vendor == "sqlite" else "assumed_timetable"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, pupil_id, {monday}, possible_minutes, absent_minutes, {assumed}"
            f" FROM {table} WHERE school_id = %s AND school_year = %s",
            [code, year],
        )
        there = {(p, m, possible, absent, bool(a)): pk for pk, p, m, possible, absent, a in cursor.fetchall()}
        gone = [(pk,) for row, pk in there.items() if row not in computed.weeks]
        cursor.executemany(f"DELETE FROM {table} WHERE id = %s", gone)
        cursor.executemany(
            f"INSERT INTO {table} (school_id, school_year, pupil_id, monday, possible_minutes, absent_minutes,"
            " assumed_timetable) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [(code, year, *row) for row in sorted(computed.weeks - there.keys())],
        )


def _store_pupils(code: str, computed: Computed) -> None:
    year = str(computed.year)
    rows = PupilYear.objects.filter(school=code, school_year=year)
    there = dict(rows.values_list("pupil_id", "digest"))
    for pupils in _some([pupil for pupil in there if pupil not in computed.years]):
        rows.filter(pupil__in=pupils).delete()
    PupilYear.objects.bulk_create(
        [
            PupilYear(school_id=code, school_year=year, pupil_id=pupil, **fields)
            for pupil, fields in computed.years.items()
            if there.get(pupil) != fields["digest"]
        ],
        batch_size=AT_A_TIME,
        update_conflicts=True,
        unique_fields=["school", "pupil", "school_year"],
        update_fields=_names(YEAR_FIELDS),
    )


def _names(fields: Iterable[str]) -> list[str]:
    return [name.removesuffix("_id") for name in fields]


def _some(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """A few at a time: a statement takes only so many parameters."""
    return (values[start : start + AT_A_TIME] for start in range(0, len(values), AT_A_TIME))
