"""On which day a duty was reported, from the recorded notifications (domain/rules.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from aanwezig.engines import OpenRegister
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import all_provisions


def notification_days(opened: OpenRegister, findings: Sequence[Finding]) -> dict[int, date]:
    """By the place of a met finding among ``findings``: the day its notification was sent, where it shows."""
    met = [
        (index, finding) for index, finding in enumerate(findings) if finding.kind == "duty" and finding.met
    ]
    if not met or not opened.has("notifications"):
        return {}
    columns = ["pupil_id", "school_id", "category", "first_day", "last_day", "sent_on", "status"]
    by_pupil: dict[str, list[dict[str, Any]]] = {}
    for row in opened.arrow("notifications").select(columns).to_pylist():
        if row["status"] != "withdrawn":
            by_pupil.setdefault(row["pupil_id"], []).append(row)
    days: dict[int, date] = {}
    for index, finding in met:
        sent = [row["sent_on"] for row in by_pupil.get(finding.pupil_id or "", ()) if _meets(row, finding)]
        if sent:
            days[index] = min(sent)
    return days


def _meets(row: dict[str, Any], finding: Finding) -> bool:
    provision = all_provisions().get(finding.rule)
    category = (provision.category if provision else None) or finding.rule
    if row["school_id"] != finding.school_id or row["category"] != category:
        return False
    last = row["last_day"] or row["sent_on"]
    if finding.first_day is None or finding.last_day is None:
        return False
    return bool(row["first_day"] <= finding.last_day and finding.first_day <= last)
