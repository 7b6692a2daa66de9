"""On which day a duty was reported, from the recorded notifications that met it (docs/specification/rules.md §2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aanwezig.engines import OpenRegister, fact_refs
from aanwezig.rules.finding import Finding


def notification_days(opened: OpenRegister, findings: Sequence[Finding]) -> dict[int, date]:
    """By the place of a met finding among ``findings``: the day its first notification was sent."""
    met = {
        index: finding.details["met_by"]
        for index, finding in enumerate(findings)
        if finding.details.get("met_by")
    }
    if not met or not opened.has("notifications"):
        return {}
    rows = opened.arrow("notifications")
    sent = dict(zip(fact_refs("notifications", rows), rows["sent_on"].to_pylist(), strict=True))
    days: dict[int, date] = {}
    for index, refs in met.items():
        known = [day for ref in refs if (day := sent.get(ref)) is not None]
        if known:
            days[index] = min(known)
    return days
