"""The reason and the mark of a row as one small number: engines compare and group numbers faster than texts."""

from __future__ import annotations

import ibis

from aanwezig.measures.register_view import IbisTable, IbisValue
from aanwezig.tables import REASONS

PRESENT_REASON = "elsewhere"
EXEMPT_REASON = "exempt"
LATE = "late"
# The reasons that are absence, in the order of the contract.
ABSENCE_REASONS = tuple(reason for reason in REASONS if reason not in (PRESENT_REASON, EXEMPT_REASON))
# An empty mark is a mark of its own: not known, never 'no'.
MARKS = (None, "yes", "no")
# A kind is the place of its reason and mark here.
KINDS = tuple((reason, mark) for reason in REASONS for mark in MARKS)


def kind_of(rows: IbisTable) -> IbisValue:
    """The kind of rows with ``reason`` and ``authorised``."""
    reason = ibis.cases(*((rows.reason == name, KINDS.index((name, None))) for name in REASONS))
    mark = ibis.cases(*((rows.authorised == name, MARKS.index(name)) for name in MARKS if name), else_=0)
    return (reason + mark).cast("int8")


def is_of_reason(kind: IbisValue, *reasons: str) -> IbisValue:
    """Whether a kind has one of these reasons."""
    return kind.isin([number for number, (reason, _) in enumerate(KINDS) if reason in reasons])


def is_of_mark(kind: IbisValue, mark: str | None) -> IbisValue:
    """Whether a kind has this mark."""
    return kind.isin([number for number, (_, own) in enumerate(KINDS) if own == mark])
