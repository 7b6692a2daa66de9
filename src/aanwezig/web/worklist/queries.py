"""What the pages of the worklist show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aanwezig.rules.provisions import all_provisions
from aanwezig.tables import TABLES
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.definitions.queries import in_words, rule_title
from aanwezig.web.facts.changes import current
from aanwezig.web.organisations.models import Organisation
from aanwezig.web.results.models import OpenQuestion, StoredFinding

PAGE = 50
RIGHT = "worklist.view"
# A look holds while the point is as it was then.
LOOKED_AT = Q(looked_at__digest=F("digest"))


def points(
    actor: Actor, school: Organisation, rule: str = "", group: str = "", looked: bool = False
) -> QuerySet[Any]:
    """The points of a school that hold now, by rule and then the latest day first; ``looked``: those marked as right."""
    found = _open(actor, school)
    found = found.filter(LOOKED_AT) if looked else found.exclude(LOOKED_AT)
    if rule:
        found = found.filter(rule=rule)
    if group:
        found = found.filter(group=group)
    return found.select_related("pupil__person", "looked_at__by").order_by(
        "rule", F("last_day").desc(nulls_last=True), "pk"
    )


def _open(actor: Actor, school: Organisation) -> QuerySet[StoredFinding]:
    require(actor, RIGHT, school)
    return StoredFinding.objects.filter(school_id=school.code, kind="fault", cleared_at__isnull=True)


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A kind of point: what it is called and means, how many are to be looked at and how many were."""

    rule: str
    title: str
    meaning: str
    open: int
    looked: int


def by_rule(actor: Actor, school: Organisation) -> list[RuleCount]:
    """The kinds of points that there are, the most frequent first; one query."""
    rows = (
        _open(actor, school)
        .order_by()
        .values_list("rule")
        .annotate(all=Count("pk"), looked=Count("pk", filter=LOOKED_AT))
    )
    counts = [
        RuleCount(rule, rule_title(rule), meaning_of(rule), number - looked, looked)
        for rule, number, looked in rows
    ]
    return sorted(counts, key=lambda one: (-one.open, one.title))


def meaning_of(rule: str) -> str:
    """What a kind of point means for the figures."""
    provision = all_provisions().get(rule)
    return "" if provision is None else in_words(provision.meaning)


def groups_of(actor: Actor, school: Organisation) -> list[str]:
    """The classes that points are about."""
    found = _open(actor, school).exclude(group="").order_by("group").values_list("group", flat=True)
    return list(found.distinct())


def explanation(finding: StoredFinding) -> str:
    """What is wrong and how to mend it, in the reader's language."""
    return finding.explanation_en if get_language() == "en" else finding.explanation_nl


def absences_of(finding: StoredFinding) -> list[Any]:
    """The rows of absence that a point rests on and that stand now, by day and lesson."""
    keys = [ref.partition(":")[2] for ref in finding.facts if ref.startswith("absences:")]
    rows = current("absences").filter(pupil_id=finding.pupil_id, pk__in=keys)
    return list(rows.select_related("school__organisation").order_by("date", "lesson", "start_time", "pk"))


def enrolments_of(finding: StoredFinding) -> list[Any]:
    """The enrolments that a point rests on and that stand now."""
    keys = [ref.partition(":")[2] for ref in finding.facts if ref.startswith("enrolments:")]
    rows = current("enrolments").filter(pupil_id=finding.pupil_id, pk__in=keys)
    return list(rows.select_related("school__organisation").order_by("first_day"))


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is missing: what it is called, of how many pupils, what cannot be told without it, where to fill it in."""

    name: str
    title: str
    pupils: int
    rules: tuple[str, ...]
    mend: str


def missing_facts(actor: Actor, school: Organisation) -> list[Missing]:
    """The facts without which rules cannot tell, of most pupils first; one query."""
    require(actor, RIGHT, school)
    rows = (
        OpenQuestion.objects.filter(school_id=school.code)
        .order_by()
        .values_list("missing", "rule")
        .annotate(pupils=Count("pupil", distinct=True))
    )
    rules: dict[str, list[tuple[str, int]]] = {}
    for missing, rule, pupils in rows:
        rules.setdefault(missing, []).append((rule, pupils))
    found = [
        Missing(
            missing,
            fact_title(missing),
            max(pupils for _rule, pupils in of_rules),
            tuple(sorted({rule_title(rule) for rule, _pupils in of_rules})),
            where_to_mend(missing),
        )
        for missing, of_rules in rules.items()
    ]
    return sorted(found, key=lambda one: (-one.pupils, one.title))


def questions(actor: Actor, school: Organisation, missing: str) -> QuerySet[OpenQuestion]:
    """The pupils of whom a fact is missing, each once per rule."""
    require(actor, RIGHT, school)
    found = OpenQuestion.objects.filter(school_id=school.code, missing=missing)
    return found.select_related("pupil__person").order_by("pupil__person__last_name", "pupil", "rule")


def fact_title(missing: str) -> str:
    """What a missing fact is called: the contract's own word."""
    for table in _tables_first():
        for column in TABLES[table].columns:
            if column.name == missing:
                return column.meaning.in_language("en" if get_language() == "en" else "nl")
    return missing


def _tables_first() -> Iterable[str]:
    # A name such as `reason` means most where absence and pupils have it.
    return dict.fromkeys(("pupils", "absences", "leave", "enrolments", *TABLES))


def where_to_mend(missing: str) -> str:
    """Where a missing fact can be filled in."""
    words = {
        "birth_date": _("Import a list of pupils with the date of birth."),
        "authorised": _("Say at school whether the absence is authorised, and import the absence again."),
        "decided_by": _("Say with the leave who decided about it, on the page of the pupil or at school."),
        "level": _("Import a list of pupils with the year or level."),
        "sector": _("Say what kind of school it is when importing."),
    }
    return words.get(
        missing, _("Fill it in at school and import again, or record it on the page of the pupil.")
    )
