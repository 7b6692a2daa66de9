"""By when a duty must be done, and which recorded notification met it (docs/specification/rules.md §2, Due; §9.8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from aanwezig.calendar import add_working_days
from aanwezig.rules.facts import Notification
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from aanwezig.values import BilingualText, Period

TERMS = "notification_terms"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day to notify; ``by_reading`` holds both dates where Good Friday makes them differ."""

    day: date
    by_reading: dict[str, str]

    @property
    def details(self) -> dict[str, Any]:
        return {"due_by_reading": self.by_reading} if self.by_reading else {}


def due_after(reached: date, provisions: Provisions) -> Due:
    """So many working days after the day a duty was reached; reached on Wednesday, due on Wednesday."""
    terms = provisions.on(TERMS, reached)
    number = int(terms["working_days"])
    free = bool(terms["good_friday_is_free"])
    due = add_working_days(reached, number, good_friday_is_free=free)
    other = add_working_days(reached, number, good_friday_is_free=not free)
    if due == other:
        return Due(due, {})
    days = {"good_friday_free": due if free else other, "good_friday_working_day": other if free else due}
    return Due(due, {name: day.isoformat() for name, day in days.items()})


def with_notifications(
    findings: Sequence[Finding],
    notifications: Iterable[Notification],
    category: str,
    on: date,
    provisions: Provisions,
) -> tuple[Finding, ...]:
    """The findings of one rule with ``met`` filled in; they stay, and the counting is never moved.

    A notification meets every finding whose last day lies in its period, else the first finding that
    shares a day with it. One that was withdrawn, or sent after the reference date, meets nothing.
    """
    ordered = sorted(findings, key=lambda finding: finding.sort_key)
    met_by: dict[int, list[str]] = {}
    for notification in notifications:
        if notification.category != category or notification.status == WITHDRAWN or notification.sent_on > on:
            continue
        last = notification.last_day or max(notification.first_day, notification.sent_on)
        if last < notification.first_day:
            continue
        period = Period(notification.first_day, last)
        of_school = [
            (index, finding)
            for index, finding in enumerate(ordered)
            if finding.school_id == notification.school_id
        ]
        whole = [index for index, finding in of_school if finding.last_day and finding.last_day in period]
        sharing = [
            index
            for index, finding in of_school
            if finding.first_day and period.overlaps(Period(finding.first_day, finding.last_day))
        ]
        for index in whole or sharing[:1]:
            met_by.setdefault(index, []).append(notification.ref)
    return tuple(
        _settled(finding, met_by.get(index, []), on, provisions) for index, finding in enumerate(ordered)
    )


def _settled(finding: Finding, refs: list[str], on: date, provisions: Provisions) -> Finding:
    if not refs:
        return replace(finding, met=False)
    said = provisions.on(TERMS, on).explain("met")
    text = finding.explanation
    return replace(
        finding,
        met=True,
        explanation=BilingualText(f"{text.nl} {said.nl}", f"{text.en} {said.en}"),
        details={**finding.details, "met_by": sorted(refs)},
    )
