"""What was read, before it meets the register: doubles out, every row with an id of its own.

A registration with an id of the supplier that comes twice: the one recorded last stands, among equals the
first line (docs/specification/register.md §2). Registrations without one get an id from pupil, school, day and place in
the day; where several share that, the further ones are numbered by what they say and not by their place in
the file, so that another order of lines gives the same ids.
"""

from __future__ import annotations

from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.engines import Engine
from aanwezig.register.staging import FILE, LINE, NATURAL, staged_schema
from aanwezig.tables import TABLES

CONTENT = ("reason", "authorised", "minutes", "subject")
PLACE = ("lesson", "part", "start_time")
DOUBLE_ID, DOUBLE = "double_id", "double"


def write_parquet(engine: Engine, rows: ir.Table, path: Path, schema: pa.Schema | None = None) -> int:
    """Write the rows of an expression a batch at a time; how many there were."""
    count = 0
    schema = schema or rows.schema().to_pyarrow()
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in engine.batches(rows, 100_000):
            writer.write_batch(batch.cast(schema) if batch.schema != schema else batch)
            count += batch.num_rows
    return count


def tidy(engine: Engine, staged: ir.Table, work: Path) -> tuple[ir.Table, ir.Table | None]:
    """The rows with unique ids, and those that were left out with ``why`` (None when there are none)."""
    ids = staged.group_by("absence_id").aggregate(n=staged.count())
    repeated = ids.filter(ids["n"] > 1).select("absence_id")
    if engine.to_arrow(repeated.limit(1)).num_rows == 0:
        return staged, None
    names = list(staged_schema(TABLES["absences"]).names)
    judged_path = work / "repeated.parquet"
    several = staged.semi_join(repeated, "absence_id")
    judged = ibis.union(
        _judge_natural(several.filter(several[NATURAL])), _judge_made(several.filter(~several[NATURAL]))
    )
    write_parquet(engine, judged, judged_path)
    judged = engine.read_parquet(judged_path)
    good = judged.filter(judged["why"].isnull()).select(*names)
    others = staged.anti_join(repeated, "absence_id").select(*names)
    return ibis.union(others, good), judged.filter(judged["why"].notnull())


def _judge_natural(rows: ir.Table) -> ir.Table:
    window = ibis.window(
        group_by=rows["absence_id"],
        order_by=[rows["recorded_at"].isnull(), rows["recorded_at"].desc(), rows[FILE], rows[LINE]],
    )
    said = [rows[name] for name in ("pupil_id", "date", *PLACE, *CONTENT)]
    rows = rows.mutate(
        _at=ibis.row_number().over(window), **{f"_{v.get_name()}": v.first().over(window) for v in said}
    )
    same = ibis.literal(True)
    for value in said:
        same = same & rows[value.get_name()].identical_to(rows[f"_{value.get_name()}"])
    why = ibis.cases((rows["_at"] == 0, ibis.null(str)), (same, DOUBLE), else_=DOUBLE_ID)
    return rows.mutate(why=why).select(*staged_schema(TABLES["absences"]).names, "why")


def _judge_made(rows: ir.Table) -> ir.Table:
    names = staged_schema(TABLES["absences"]).names
    content = [rows[name] for name in CONTENT]
    in_file = ibis.window(group_by=[rows["absence_id"], *content, rows[FILE]], order_by=rows[LINE])
    rows = rows.mutate(_time=ibis.row_number().over(in_file))
    placed = rows["lesson"].notnull() | rows["part"].notnull() | rows["start_time"].notnull()
    # The same registration in two files is one; twice in one file it is one where its place in the day says so.
    time = placed.ifelse(0, rows["_time"])
    rows = rows.mutate(_time=time)
    content = [rows[name] for name in CONTENT]
    over_files = ibis.window(
        group_by=[rows["absence_id"], *content, rows["_time"]], order_by=[rows[FILE], rows[LINE]]
    )
    rows = rows.mutate(_copy=ibis.row_number().over(over_files))
    order = [
        rows["_copy"] > 0,
        *[key for name in CONTENT for key in (rows[name].isnull(), rows[name])],
        rows["_time"],
    ]
    number = ibis.row_number().over(ibis.window(group_by=rows["absence_id"], order_by=order))
    rows = rows.mutate(_number=number)
    key = (rows["_number"] == 0).ifelse(
        rows["absence_id"], rows["absence_id"] + "-" + (rows["_number"] + 1).cast("string")
    )
    why = (rows["_copy"] > 0).ifelse(DOUBLE, ibis.null(str))
    return rows.mutate(absence_id=key, why=why).select(*names, "why")
