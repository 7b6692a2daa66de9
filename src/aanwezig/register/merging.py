"""Laying a delivery over what the register holds: new, unchanged, changed and vanished (register.md §1, §4).

A correction is a new row with the same key, and the old row gets ``superseded_at``; what vanished upstream
gets ``superseded_at`` without a successor, and only within a declared period. Nothing is changed in place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from pathlib import Path

import ibis
import ibis.expr.types as ir

from aanwezig.engines import Engine
from aanwezig.register.staging import stored_schema
from aanwezig.register.stored import live
from aanwezig.register.tidying import write_parquet
from aanwezig.tables import TABLES, Table

NEW, UNCHANGED, CHANGED, VANISHED, KEPT = "new", "unchanged", "changed", "vanished", "kept"
KNOWN_TIME = ("recorded_at", "superseded_at")
# Stops for confirmation when more than so many rows and more than so many percent would vanish or change.
CONFIRM_ROWS, CONFIRM_PERCENT = 10, 10
# Rows sorted so: what belongs together lies together, which the measures like and compression too.
ORDER = {"absences": ("school_id", "pupil_id", "date", "absence_id", "recorded_at")}


@dataclass(frozen=True, slots=True)
class Scope:
    """The school and the period that a delivery is complete for; without a period nothing can vanish."""

    school_id: str
    first_day: date | None = None
    last_day: date | None = None

    @property
    def is_declared(self) -> bool:
        return self.first_day is not None and self.last_day is not None


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows are in which state; ``base``: the rows that stood in the scope of the delivery."""

    table: str
    new: int = 0
    unchanged: int = 0
    changed: int = 0
    vanished: int = 0
    base: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.new or self.changed or self.vanished)

    @property
    def needs_confirmation(self) -> bool:
        """More than 10 rows and more than 10 % would vanish or change (product.md, by whole numbers)."""
        touched = self.changed + self.vanished
        return touched > CONFIRM_ROWS and touched * 100 > self.base * CONFIRM_PERCENT


class Merge:
    """A delivery of one table laid over the stored rows; made by ``lay_over``."""

    def __init__(
        self,
        engine: Engine,
        table: type[Table],
        stored: ir.Table,
        incoming: ir.Table,
        delivered: Collection[str],
        scope: Scope,
    ) -> None:
        self.engine, self.table, self.stored, self.incoming = engine, table, stored, incoming
        self.names = [column.name for column in table.all_columns()]
        self.content = [
            name for name in self.names if name not in (*table.key, *KNOWN_TIME) and name in delivered
        ]
        self.delivered, self.scope = delivered, scope
        self.joined = self._join()

    def _is_of_scope(self, rows: ir.Table) -> ir.BooleanValue:
        """Rows that the delivery speaks of: of the school, or any where the table has no school."""
        if "school_id" not in self.names:
            return ibis.literal(True)
        return rows["school_id"] == self.scope.school_id

    def _join(self) -> ir.Table:
        standing = live(self.stored).filter(self._is_of_scope(self.stored))
        new = self.incoming.select(**{f"new_{name}": self.incoming[name] for name in self.names})
        keys = [standing[name].identical_to(new[f"new_{name}"]) for name in self.table.key]
        if len(self.table.key) == 1:
            keys = [standing[self.table.key[0]] == new[f"new_{self.table.key[0]}"]]
        joined = standing.mutate(_stood=True).outer_join(new.mutate(_came=True), keys)
        is_new, is_gone = joined["_stood"].isnull(), joined["_came"].isnull()
        differs = reduce(
            or_,
            (~joined[name].identical_to(joined[f"new_{name}"]) for name in self.content),
            ibis.literal(False),
        )
        state = ibis.cases(
            (is_new, NEW),
            (is_gone & self._may_vanish(joined), VANISHED),
            (is_gone, KEPT),
            (differs, CHANGED),
            else_=UNCHANGED,
        )
        return joined.mutate(state=state)

    def _may_vanish(self, rows: ir.Table) -> ir.BooleanValue:
        day = self.table.known_from
        if not self.scope.is_declared or day is None or self.table.name != "absences":
            return ibis.literal(False)
        first = ibis.literal(self.scope.first_day, type="date")
        last = ibis.literal(self.scope.last_day, type="date")
        return (rows[day] >= first) & (rows[day] <= last)

    def count(self) -> Change:
        """How many rows are new, unchanged, changed and vanished."""
        found = self.engine.to_arrow(
            self.joined.group_by("state").aggregate(n=self.joined.count())
        ).to_pylist()
        numbers = {row["state"]: int(row["n"]) for row in found}
        return Change(
            self.table.name,
            new=numbers.get(NEW, 0),
            unchanged=numbers.get(UNCHANGED, 0),
            changed=numbers.get(CHANGED, 0),
            vanished=numbers.get(VANISHED, 0),
            base=self._base(numbers),
        )

    def _base(self, numbers: dict[str, int]) -> int:
        """The standing rows of the declared period, else of the days that the delivery touches."""
        day = self.table.known_from
        if day is None or self.table.name != "absences":
            return sum(numbers.get(state, 0) for state in (UNCHANGED, CHANGED, VANISHED, KEPT))
        standing = live(self.stored).filter(self._is_of_scope(self.stored))
        if self.scope.is_declared:
            within = self._may_vanish(standing)
        else:
            days = self.engine.to_arrow(
                self.incoming.aggregate(first=self.incoming[day].min(), last=self.incoming[day].max())
            ).to_pylist()[0]
            if days["first"] is None:
                return 0
            within = (standing[day] >= ibis.literal(days["first"], type="date")) & (
                standing[day] <= ibis.literal(days["last"], type="date")
            )
        return int(self.engine.to_arrow(standing.filter(within).count().as_table()).column(0)[0].as_py())

    def result(self, now: datetime) -> ir.Table:
        """Every row of the table after the delivery."""
        moment = ibis.literal(now, type="timestamp('UTC')")
        joined = self.joined
        was = joined.filter(joined["state"] != NEW)
        ends = was["state"].isin([CHANGED, VANISHED])
        old = was.mutate(superseded_at=ends.ifelse(moment, was["superseded_at"])).select(*self.names)
        comes = joined.filter(joined["state"].isin([NEW, CHANGED]))
        fresh = comes.select(**{name: self._fresh(comes, name, moment) for name in self.names})
        untouched = self.stored.filter(
            self.stored["superseded_at"].notnull() | ~self._is_of_scope(self.stored).fill_null(False)
        ).select(*self.names)
        types = dict.fromkeys(KNOWN_TIME, "timestamp('UTC')")
        rows = ibis.union(untouched.cast(types), old.cast(types), fresh.cast(types))
        order = ORDER.get(self.table.name, (*self.table.key, "recorded_at"))
        keys = [key for name in order for key in (rows[name].isnull(), rows[name])]
        return rows.order_by([*keys, rows["superseded_at"].isnull(), rows["superseded_at"]])

    def _fresh(self, rows: ir.Table, name: str, moment: ir.Scalar) -> ir.Value:
        if name == "superseded_at":
            return ibis.null("timestamp('UTC')")
        if name == "recorded_at":
            # A correction is known from now on, also where the system keeps the first time of entry.
            said = rows["new_recorded_at"]
            usable = (rows["state"] == NEW) & said.notnull() & (said < moment)
            return usable.ifelse(said, moment)
        if name in self.table.key or name in self.delivered:
            return rows[f"new_{name}"]
        # What the delivery does not speak of stays as it was.
        return rows[name]

    def sample(self, size: int) -> list[dict[str, object]]:
        """Some of the rows that would be added, as they will be kept."""
        rows = self.joined.filter(self.joined["state"].isin([NEW, CHANGED]))
        names = [name for name in self.names if name not in KNOWN_TIME]
        chosen = rows.select(**{name: rows[f"new_{name}"] for name in names})
        order = [name for name in ORDER.get(self.table.name, self.table.key) if name in names]
        found: list[dict[str, object]] = self.engine.to_arrow(chosen.order_by(order).limit(size)).to_pylist()
        return found

    def write(self, path: Path, now: datetime) -> int:
        """Write the table after the delivery; how many rows it has."""
        return write_parquet(self.engine, self.result(now), path, stored_schema(self.table))


def lay_over(
    engine: Engine, name: str, stored: ir.Table, incoming: ir.Table, delivered: Collection[str], scope: Scope
) -> Merge:
    """Lay a delivery of a table over its stored rows; ``delivered``: the columns that it speaks of."""
    return Merge(engine, TABLES[name], stored, incoming, delivered, scope)
