"""Spells: runs of school days with absence of one kind (docs/specification/register.md §5)."""

from __future__ import annotations

import ibis
import pyarrow as pa

from aanwezig.calendar import Calendars
from aanwezig.measures.definition import REGISTER_5, Measure
from aanwezig.measures.figures import Marked
from aanwezig.measures.kinds import ABSENCE_REASONS, is_of_reason
from aanwezig.measures.positions import pupil_positions
from aanwezig.measures.prepare import prepare
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.values import BilingualText as T

ANY_REASON = "any"
KINDS = (ANY_REASON, *ABSENCE_REASONS)

DEFINITION = Measure(
    "spells",
    T("Aaneengesloten verzuim", "Spells of absence"),
    T(
        "Een reeks schooldagen achter elkaar met verzuim van één soort. Weekenden en vakanties breken de reeks niet; een schooldag zonder zulk verzuim wel. Naar keuze tellen alleen dagen die helemaal zijn gemist.",
        "A run of school days on end with absence of one kind. Weekends and holidays do not break it; a school day without such absence does. By choice only days missed whole count.",
    ),
    T("Schooldagen in de reeks.", "School days in the run."),
    T("Geen: dit is een aantal dagen.", "None: this is a number of days."),
    T("Leerlingen met verzuim van die soort.", "Pupils with absence of that kind."),
    T("Het schooljaar tot en met de peildatum.", "The school year up to the reference date."),
    REGISTER_5,
    "days",
    ("pupil_id", "kind", "first_day", "last_day", "school_days"),
)


def spells(
    register: Register,
    kind: str = ANY_REASON,
    *,
    whole_days: bool = False,
    calendars: Calendars | None = None,
) -> pa.Table:
    """The spells of every pupil in the school year, in order of pupil and first day.

    ``kind``: a reason, or ``any``; ValueError for another. ``whole_days``: only days of which the pupil missed
    all possible time of that kind, at every school it attends.
    """
    if kind not in KINDS:
        raise ValueError(f"'{kind}' is no kind of absence; known are {', '.join(KINDS)}")
    marked = Marked.of(prepare(register, calendars=calendars))
    return register.engine.to_arrow(spell_expression(marked, kind, whole_days))


def spell_expression(marked: Marked, kind: str, whole_days: bool) -> IbisTable:
    """Gaps and islands over the places of the pupil's own school days."""
    days = _days_of_kind(marked, kind, whole_days)
    in_order = ibis.window(group_by="pupil_id", order_by="position")
    days = days.mutate(number=ibis.row_number().over(in_order))
    days = days.mutate(island=days.position - days.number)
    found = days.group_by("pupil_id", "island").aggregate(
        first_day=days.date.min(), last_day=days.date.max(), school_days=days.count().cast("int64")
    )
    return found.select(
        "pupil_id", ibis.literal(kind).name("kind"), "first_day", "last_day", "school_days"
    ).order_by("pupil_id", "first_day")


def _days_of_kind(marked: Marked, kind: str, whole_days: bool) -> IbisTable:
    """Per pupil and date with absence of the kind: its place among the pupil's school days."""
    marks = marked.marks
    of_kind = is_of_reason(marks.kind, *(ABSENCE_REASONS if kind == ANY_REASON else (kind,)))
    rows = marks.filter(of_kind & (marks.half_minutes > 0)).select("stretch", "date", "half_minutes")
    rows = rows.group_by("stretch", "date").aggregate(half_of_kind=rows.half_minutes.sum().cast("int64"))
    odd = marked.odd.select(
        "stretch",
        "date",
        half_moved=(marked.odd.half_possible - marked.odd.timetabled * 2).cast("int64"),
    )
    joined = rows.left_join(odd, ["stretch", "date"])
    rows = joined.select(
        "stretch", "date", "half_of_kind", half_moved=ibis.coalesce(joined.half_moved, 0).cast("int64")
    )
    placed = pupil_positions(marked.prepared, rows)
    days = placed.group_by("pupil_id", "date", "position").aggregate(
        half_of_kind=placed.half_of_kind.sum(),
        half_possible=placed.half_timetabled.max() + placed.half_moved.sum(),
    )
    # A day of which exempt time took everything is no day that can be missed.
    days = days.filter(days.half_possible > 0)
    return days.filter(days.half_of_kind >= days.half_possible) if whole_days else days
