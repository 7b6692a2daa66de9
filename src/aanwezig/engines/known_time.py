"""As known on a day (docs/specification/register.md §1, §2): which rows of a table count."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time

import ibis
import ibis.expr.types as ir

from aanwezig.engines.cells import AMSTERDAM
from aanwezig.tables import Table
from aanwezig.values.period import ONE_DAY


def end_of_day(day: date) -> datetime:
    """The first moment after a day in Europe/Amsterdam, as UTC."""
    return datetime.combine(day + ONE_DAY, time(), AMSTERDAM).astimezone(UTC)


def known_rows(
    rows: ir.Table, table: type[Table], known: date | None, delivered: Collection[str]
) -> ir.Table:
    """The rows known on a day; without a day all that are not superseded.

    A row without ``recorded_at`` is known from the table's own day, one without that day always. Columns
    that were not delivered are not looked at, so that they cost nothing.
    """
    superseded = rows["superseded_at"]
    if known is None:
        return rows.filter(superseded.isnull()) if "superseded_at" in delivered else rows
    moment = ibis.literal(end_of_day(known), type="timestamp('UTC', 6)")
    if "superseded_at" in delivered:
        rows = rows.filter(superseded.isnull() | (superseded >= moment))
    own_day = _known_from(rows, table, known)
    if "recorded_at" not in delivered:
        return rows if own_day is None else rows.filter(own_day)
    recorded = rows["recorded_at"]
    without = recorded.isnull() if own_day is None else recorded.isnull() & own_day
    return rows.filter(without | (recorded.notnull() & (recorded < moment)))


def _known_from(rows: ir.Table, table: type[Table], known: date) -> ir.BooleanValue | None:
    if table.known_from is None:
        return None
    day = rows[table.known_from]
    return day.isnull() | (day <= ibis.literal(known, type="date"))


def dated_up_to(rows: ir.Table, table: type[Table], on: date) -> ir.Table:
    """Without the facts that are dated after the reference date; what has no day stays."""
    if table.known_from is None:
        return rows
    day = rows[table.known_from]
    return rows.filter(day.isnull() | (day <= ibis.literal(on, type="date")))
