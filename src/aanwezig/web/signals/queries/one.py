"""One signal: the facts it rests on, its rule, what people did with it, why it went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.tables import TABLES
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today
from aanwezig.web.definitions.queries import RuleText, in_words, rule_text
from aanwezig.web.facts.models import FACTS
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.signals.domain import (
    Cause,
    FollowUp,
    Key,
    Review,
    RowVersion,
    Signal,
    follow_up,
    why_cleared,
)
from aanwezig.web.signals.models import Review as ReviewRow
from aanwezig.web.signals.reasons import Reason, explanation, reason_of
from aanwezig.web.signals.words import words_about

# A band rests on every absence of the year: the page shows the last of them.
MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """A row that a signal rests on, as the page shows it. ``is_changed``: corrected or withdrawn since."""

    day: date | None
    what: str
    lesson: str
    minutes: float | None
    mark: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class SignalPage:
    """``facts_in_all``: how many there are; the page shows the last ones. ``words``: kind and day, never the text."""

    finding: StoredFinding
    reason: Reason
    explanation: str
    rule: RuleText | None
    threshold: str
    quantity: str
    facts: tuple[Fact, ...]
    facts_in_all: int
    reviews: tuple[ReviewRow, ...]
    state: FollowUp
    words: tuple[tuple[date, str], ...]
    cause: Cause | None


def signal_page(actor: Actor, finding: StoredFinding) -> SignalPage:
    """Everything that the page of a signal shows; about eight queries. The caller checked the access."""
    from aanwezig.web.results.thresholds import choices_of
    from aanwezig.web.signals.reasons import amount

    assert finding.pupil is not None
    on = today()
    reviews = tuple(
        ReviewRow.objects.filter(school=finding.school_id, key=finding.key).select_related("by", "undone_by")
    )
    signal = as_signal(finding)
    words = words_about(type(finding.pupil).objects.filter(pk=finding.pupil_id), signal.since)
    state = follow_up(
        signal,
        [Review(one.state, one.at, one.until) for one in reviews if one.undone_at is None],  # type: ignore[arg-type]
        words,
        on,
    )
    facts, in_all = facts_of(finding.facts, finding.pupil_id or "")
    return SignalPage(
        finding,
        reason_of(finding),
        explanation(finding),
        rule_text(finding.rule, finding.last_day or on, choices_of(finding.school_id)),
        amount(finding.threshold, finding.unit),
        amount(finding.quantity, finding.unit),
        facts,
        in_all,
        reviews,
        state,
        tuple(sorted({(word.day, word.kind) for word in words if word.latest >= signal.since}, reverse=True)),
        causes([finding])[finding.ref] if finding.cleared_at else None,
    )


def as_signal(finding: StoredFinding) -> Signal:
    reached = finding.details.get("reached_on")
    return Signal(
        finding.ref,
        Key(finding.school_id, finding.pupil_id or "", finding.rule, finding.key),
        finding.last_day,
        timezone.localtime(finding.found_at).date(),
        date.fromisoformat(reached) if reached else None,
        timezone.localtime(finding.cleared_at).date() if finding.cleared_at else None,
    )


def facts_of(refs: Sequence[str], pupil: str) -> tuple[tuple[Fact, ...], int]:
    """The rows behind a finding, last day first, and how many there are; one query per table."""
    by_table: dict[str, list[int]] = {}
    for ref in refs:
        table, _sep, own = ref.partition(":")
        if table in FACTS and own.isdigit() and table != "pupils":
            by_table.setdefault(table, []).append(int(own))
    found: list[Fact] = []
    for table, keys in by_table.items():
        rows = FACTS[table].objects.filter(pk__in=keys, pupil=pupil).order_by("-pk")
        found += [_fact(table, row) for row in (rows if table != "absences" else rows.order_by("-date"))]
    found.sort(key=lambda fact: fact.day or date.min, reverse=True)
    days = _by_day(found)
    return tuple(days[:MOST_ROWS]), len(days)


def _by_day(facts: Sequence[Fact]) -> list[Fact]:
    """Lessons of one day with one reason and mark as one row: 'lesson 1, 2, 3'; minutes where all are known."""
    together: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        together.setdefault((fact.day, fact.what, fact.mark, fact.is_changed), []).append(fact)
    made = []
    for own in together.values():
        first = own[0]
        minutes = [fact.minutes for fact in own if fact.minutes is not None]
        lessons = sorted({fact.lesson for fact in own if fact.lesson}, key=lambda text: (len(text), text))
        whole = sum(minutes) if len(minutes) == len(own) else None
        made.append(Fact(first.day, first.what, ", ".join(lessons), whole, first.mark, first.is_changed))
    return made


def _fact(table: str, row: Any) -> Fact:
    day = next(
        (getattr(row, name) for name in ("date", "first_day", "since", "applied_on") if hasattr(row, name)),
        None,
    )
    changed = row.superseded_at is not None
    if table != "absences":
        kind = str(getattr(row, "kind", "") or getattr(row, "ground", "") or getattr(row, "reason", "") or "")
        title = in_words(TABLES[table].meaning)
        return Fact(day, f"{title}: {kind}" if kind else title, "", None, "", changed)
    parts = {"day": _("whole day"), "morning": _("morning"), "afternoon": _("afternoon")}
    lesson = str(row.lesson) if row.lesson else parts.get(row.part or "", "")
    marks = {"yes": _("authorised"), "no": _("not authorised")}
    return Fact(
        day,
        reason_word(row.reason),
        lesson,
        row.minutes,
        marks.get(row.authorised or "", _("no mark")),
        changed,
    )


def reason_word(reason: str) -> str:
    """A reason of the register in the reader's language."""
    words = {
        "sick": _("sick"),
        "medical": _("medical visit"),
        "leave": _("leave"),
        "religion": _("religious day"),
        "truant": _("truant"),
        "late": _("late"),
        "sent_out": _("sent out of the lesson"),
        "sent_home": _("sent home"),
        "suspended": _("suspended"),
        "luxury": _("holiday without leave"),
        "elsewhere": _("elsewhere for school"),
        "exempt": _("exempt"),
        "unknown": _("unknown"),
    }
    return words.get(reason, reason)


def causes(findings: Iterable[Any], open_rules: dict[str, set[str]] | None = None) -> dict[str, Cause]:
    """Why findings that were cleared went, by ref; one query for all.

    Each needs ref, pupil (key), rule, found_at and the facts it rested on. ``open_rules``: what is open per pupil.
    """
    own = list(findings)
    if not own:
        return {}
    refs = {one.ref: _absence_keys(one) for one in own}
    keys = {key for of_one in refs.values() for key in of_one}
    pupils = {_pupil(one) for one in own}
    earliest = min(one.found_at for one in own) - timedelta(seconds=1)
    rows = (
        FACTS["absences"]
        .objects.filter(pupil__in=pupils)
        .filter(Q(pk__in=keys, superseded_at__isnull=False) | Q(recorded_at__gt=earliest))
    )
    versions: dict[str, list[tuple[int, RowVersion]]] = {}
    for row in rows:
        name = row.absence_id or f"{row.date}-{row.lesson}-{row.part}"
        version = RowVersion(name, row.reason, row.authorised, row.recorded_at, row.superseded_at)
        versions.setdefault(row.pupil_id, []).append((row.pk, version))
    found: dict[str, Cause] = {}
    for one in own:
        of_pupil = versions.get(_pupil(one), [])
        named = {version.name for pk, version in of_pupil if pk in refs[one.ref]}
        found[one.ref] = why_cleared(
            one.rule,
            one.found_at,
            [version for _pk, version in of_pupil if version.name in named],
            (open_rules or {}).get(_pupil(one), ()),
        )
    return found


def _pupil(one: Any) -> str:
    return str(one.pupil_id if hasattr(one, "pupil_id") else one.pupil)


def _absence_keys(one: Any) -> set[int]:
    facts = one.facts if hasattr(one, "facts") else one.rested_on
    return {
        int(ref.split(":")[1])
        for ref in facts or ()
        if ref.startswith("absences:") and ref.split(":")[1].isdigit()
    }


def cause_text(cause: Cause | None, cleared_at: datetime | None) -> str:
    """'Vervallen op 19 maart door een latere reden.'"""
    from aanwezig.web.design.templatetags.design import day

    if cleared_at is None:
        return ""
    texts = {
        "later_reason": _("Cleared on %(day)s by a reason that came later."),
        "row_gone": _("Cleared on %(day)s: an absence was taken back."),
        "other_band": _("Since %(day)s in another band."),
        "other_facts": _("Cleared on %(day)s: by the newest data it does not hold any more."),
    }
    return texts[cause or "other_facts"] % {"day": day(cleared_at)}
