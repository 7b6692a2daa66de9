"""Laying a delivery over what the register holds: new, unchanged, changed and vanished (register.md §1, §4).

A correction is a new row with the same key, and the old row gets ``superseded_at``; what vanished upstream
gets ``superseded_at`` without a successor, and only within a declared period. Nothing is changed in place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from aanwezig.engines import Engine
from aanwezig.register.persons import table_of
from aanwezig.register.report_data import TableCounts
from aanwezig.register.staging import stored_schema
from aanwezig.register.stored import live
from aanwezig.register.tidying import write_parquet
from aanwezig.tables import Table

NEW, UNCHANGED, CHANGED, VANISHED, KEPT = "new", "unchanged", "changed", "vanished", "kept"
KNOWN_TIME = ("recorded_at", "superseded_at")
# Rows that are handed over at a time.
BATCH_ROWS = 50_000
# Rows sorted so: what belongs together lies together, which the measures like and compression too.
ORDER = {"absences": ("school_id", "pupil_id", "date", "absence_id", "recorded_at")}


@dataclass(frozen=True, slots=True)
class Scope:
    """The school and the period that a delivery is complete for; without a period nothing can vanish."""

    school_id: str
    first_day: date | None = None
    last_day: date | None = None
    # Pupils of whom a row could not be read: what the register has of them stays.
    spared: frozenset[str] = frozenset()

    @property
    def is_declared(self) -> bool:
        return self.first_day is not None and self.last_day is not None


class Merge:
    """A delivery of one table laid over the stored rows; made by ``lay_over``. It is a ``store.TableChange``.

    What becomes of each row is worked out once and lies as a narrow file on disk (``plan``): together with
    writing the table anew, in one go, it would ask more memory than an import may take.
    """

    def __init__(
        self,
        engine: Engine,
        table: type[Table],
        stored: ir.Table,
        incoming: ir.Table,
        delivered: Collection[str],
        scope: Scope,
        work: Path,
        now: datetime,
    ) -> None:
        self.now = now
        self.engine, self.table, self.stored, self.incoming = engine, table, stored, incoming
        self.names = [column.name for column in table.all_columns()]
        self.content = [
            name for name in self.names if name not in (*table.key, *KNOWN_TIME) and name in delivered
        ]
        self.delivered, self.scope = delivered, scope
        path = work / f"plan-{table.name}.parquet"
        write_parquet(engine, self._planned(), path)
        self.plan = engine.read_parquet(path)

    def _is_of_scope(self, rows: ir.Table) -> ir.BooleanValue:
        """Rows that the delivery speaks of: of the school, or any where the table has no school."""
        if "school_id" not in self.names:
            return ibis.literal(True)
        return rows["school_id"] == self.scope.school_id

    def _standing(self) -> ir.Table:
        return live(self.stored).filter(self._is_of_scope(self.stored))

    def _planned(self) -> ir.Table:
        """The key and state of every standing and every delivered row."""
        key, day = self.table.key, self.table.known_from
        looked_at = [
            name for name in (day, "pupil_id") if name in self.names and name not in (*self.content, *key)
        ]
        compared = [*self.content, *(name for name in looked_at if name is not None)]
        standing = self._standing().select(*key, *compared).mutate(_stood=True)
        new = self.incoming.select(
            **{f"new_{name}": self.incoming[name] for name in (*key, *self.content)}
        ).mutate(_came=True)
        joined = standing.outer_join(new, [standing[name] == new[f"new_{name}"] for name in key])
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
        keys = {name: joined[name].coalesce(joined[f"new_{name}"]) for name in key}
        return joined.select(**keys, state=state)

    def _may_vanish(self, rows: ir.Table) -> ir.BooleanValue:
        day = self.table.known_from
        if not self.scope.is_declared or day is None or self.table.name != "absences":
            return ibis.literal(False)
        first = ibis.literal(self.scope.first_day, type="date")
        last = ibis.literal(self.scope.last_day, type="date")
        within = (rows[day] >= first) & (rows[day] <= last)
        return within & ~rows["pupil_id"].isin(sorted(self.scope.spared)) if self.scope.spared else within

    def count(self) -> TableCounts:
        """How many rows are new, unchanged, changed and vanished."""
        plan = self.plan
        found = self.engine.to_arrow(plan.group_by("state").aggregate(n=plan.count())).to_pylist()
        numbers = {row["state"]: int(row["n"]) for row in found}
        return TableCounts(
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
        all_standing = sum(numbers.get(state, 0) for state in (UNCHANGED, CHANGED, VANISHED, KEPT))
        if day is None or self.table.name != "absences" or not all_standing:
            return all_standing
        standing = self._standing()
        if self.scope.is_declared:
            within = standing[day].between(self.scope.first_day, self.scope.last_day)
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

    def _in_state(self, *states: str) -> ir.Table:
        return self.plan.filter(self.plan["state"].isin(states))

    def _result(self) -> ir.Table:
        """Every row of the table after the delivery."""
        moment = self._moment()
        key = list(self.table.key)
        types = dict.fromkeys(KNOWN_TIME, "timestamp('UTC')")
        ended = self._in_state(CHANGED, VANISHED)
        stored = self.stored.cast(types)
        may_end = stored["superseded_at"].isnull() & self._is_of_scope(stored).fill_null(False)
        of_school = ended.select(*key).mutate(_ended=True)
        # One pass over the stored rows, beside a small table of those that end.
        old = stored.mutate(_may_end=may_end).left_join(of_school, key)
        ends = old["_may_end"] & old["_ended"].fill_null(False)
        old = old.mutate(superseded_at=ends.ifelse(moment, old["superseded_at"])).select(*self.names)
        rows = ibis.union(old.cast(types), self._fresh().cast(types))
        return rows.order_by(
            [*self._order(rows), rows["superseded_at"].isnull(), rows["superseded_at"]],
        )

    def _moment(self) -> ir.Scalar:
        return ibis.literal(self.now, type="timestamp('UTC')")

    def _order(self, rows: ir.Table) -> list[ir.Value]:
        order = ORDER.get(self.table.name, (*self.table.key, "recorded_at"))
        return [part for name in order for part in (rows[name].isnull(), rows[name])]

    def _fresh(self) -> ir.Table:
        """The rows that come in: new ones, and corrections with what the delivery does not speak of as it was."""
        moment = self._moment()
        key = list(self.table.key)
        silent = [
            name for name in self.names if name not in (*key, *KNOWN_TIME) and name not in self.delivered
        ]
        come = self.incoming.select(*self.names).inner_join(self._in_state(NEW, CHANGED), key)
        if silent:
            changed = self._standing().semi_join(self._in_state(CHANGED), key)
            were = changed.select(**{f"was_{name}": changed[name] for name in (*key, *silent)})
            come = come.left_join(were, [come[name] == were[f"was_{name}"] for name in key])
        # A correction is known from now on, also where the system keeps the first time of entry.
        said = come["recorded_at"]
        usable = (come["state"] == NEW) & said.notnull() & (said < moment)
        values: dict[str, ir.Value] = {name: come[name] for name in self.names}
        values |= {name: come[f"was_{name}"] for name in silent}
        values["recorded_at"] = usable.ifelse(said, moment)
        values["superseded_at"] = ibis.null("timestamp('UTC')")
        return come.select(**values)

    def sample(self, size: int) -> list[dict[str, object]]:
        """Some of the rows that would be added, as they will be kept."""
        names = [name for name in self.names if name not in KNOWN_TIME]
        order = [name for name in ORDER.get(self.table.name, self.table.key) if name in names]
        rows = self.incoming.semi_join(self._in_state(NEW, CHANGED), list(self.table.key)).select(*names)
        found: list[dict[str, object]] = self.engine.to_arrow(rows.order_by(order).limit(size)).to_pylist()
        return found

    def fresh(self) -> Iterator[pa.RecordBatch]:
        """The rows that come in, in the table's order, as they are kept."""
        schema = stored_schema(self.table)
        rows = self._fresh().cast(dict.fromkeys(KNOWN_TIME, "timestamp('UTC')"))
        for batch in self.engine.batches(rows.order_by(self._order(rows)), BATCH_ROWS):
            yield batch.cast(schema)

    def ended(self) -> Iterator[pa.RecordBatch]:
        """The key and state of the school's standing rows that end."""
        rows = self._in_state(CHANGED, VANISHED).select(*self.table.key, "state")
        yield from self.engine.batches(rows.order_by(list(self.table.key)), BATCH_ROWS)

    def write_whole(self, path: Path) -> int:
        """Write the table after the delivery; how many rows it has."""
        return write_parquet(self.engine, self._result(), path, stored_schema(self.table))


def lay_over(
    engine: Engine,
    name: str,
    stored: ir.Table,
    incoming: ir.Table,
    delivered: Collection[str],
    scope: Scope,
    work: Path,
    now: datetime,
) -> Merge:
    """Lay a delivery of a table over its stored rows; ``delivered``: the columns that it speaks of; ``work``: a temporary folder."""
    return Merge(engine, table_of(name), stored, incoming, delivered, scope, work, now)
