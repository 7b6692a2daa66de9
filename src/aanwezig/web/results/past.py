"""A school year that is past: the facts it rests on, whether they changed, and what was notified since."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute

from aanwezig.findings import CheckResult
from aanwezig.rules.facts import Notification
from aanwezig.rules.finding import Finding
from aanwezig.rules.meeting import with_notifications
from aanwezig.rules.provisions import Provisions, all_provisions
from aanwezig.web.facts.reading import Facts

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute


def fingerprint(facts: Facts, on: date, *more: Any) -> str:
    """Of everything that results for a day are made from: facts, and what ``more`` they depend on."""
    sums = hashlib.sha256(repr((on, *more)).encode())
    for name in sorted(facts.tables):
        rows = facts.tables[name]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as writer:
            writer.write_table(rows.combine_chunks())
        sums.update(name.encode() + b"\0")
        sums.update(memoryview(sink.getvalue()))
    return sums.hexdigest()


def facts_of_past(facts: Facts, code: str, on: date) -> Facts:
    """The part of the facts that a past school year rests on: of who was enrolled by then, and what was dated by then.

    An enrolment that ended later still ran on that day. Notifications stay, whenever they were sent.
    """
    enrolments = facts.tables["enrolments"]
    by_then = pc.less_equal(enrolments["first_day"], pa.scalar(on, pa.date32()))
    here = pc.equal(enrolments["school_id"], code)
    pupils = pc.unique(enrolments.filter(pc.and_(by_then, here))["pupil_id"])
    tables: dict[str, pa.Table] = {}
    keys: dict[str, Sequence[int]] = {}
    for name, rows in facts.tables.items():
        keep = pc.is_in(rows["pupil_id"], pupils) if "pupil_id" in rows.column_names else None
        day = {"absences": "date", "enrolments": "first_day"}.get(name)
        if day is not None:
            dated = pc.less_equal(rows[day], pa.scalar(on, pa.date32()))
            keep = dated if keep is None else pc.and_(keep, dated)
        if keep is not None:
            own: Any = pa.array(facts.keys[name], pa.int64()).filter(keep.combine_chunks())
            rows, keys[name] = rows.filter(keep), own.to_pylist()
        else:
            keys[name] = facts.keys[name]
        if name == "enrolments":
            last = rows["last_day"]
            later = pc.fill_null(pc.greater(last, pa.scalar(on, pa.date32())), False)
            place = rows.column_names.index("last_day")
            rows = rows.set_column(place, "last_day", pc.if_else(later, pa.scalar(None, pa.date32()), last))
        tables[name] = rows
    return Facts(tables, keys, facts.version)


def notified_since(result: CheckResult, facts: Facts, provisions: Provisions, today: date) -> CheckResult:
    """Duties of a past year that were notified after its last day are met all the same."""
    rows = facts.tables.get("notifications")
    if rows is None:
        return result
    sent: dict[str, list[Notification]] = {}
    for number, row in enumerate(rows.to_pylist()):
        sent.setdefault(row["pupil_id"], []).append(
            Notification(
                f"notifications:{number + 2}",
                row["school_id"],
                row["category"],
                row["first_day"],
                row["last_day"],
                row["sent_on"],
                row["status"],
            )
        )
    settled: dict[int, Finding] = {}
    groups: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(result.findings):
        if one.kind == "duty" and one.met is False and one.pupil_id in sent:
            groups.setdefault((one.pupil_id or "", one.rule), []).append(place)
    for (pupil, rule), places in groups.items():
        category = all_provisions()[rule].category or rule
        own = sorted((result.findings[place] for place in places), key=lambda one: one.sort_key)
        after = with_notifications(own, sent[pupil], category, today, provisions)
        order = sorted(places, key=lambda place: result.findings[place].sort_key)
        settled.update(zip(order, after, strict=True))
    changed = tuple(settled.get(place, one) for place, one in enumerate(result.findings))
    return replace(result, findings=changed)
