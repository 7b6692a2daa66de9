"""Measures on Spark give the same rows as on DuckDB, and on nasty registers both what is plainly read.

The examples are held against the plain reading where they are told, in ``tests/spec``.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from measure_oracle import differences
from measure_oracle import measure as plain_measure
from oracle_folder import write_folder
from random_registers import make_register

from aanwezig.engines import Engine, open_register_folder
from aanwezig.measures import change, daily, measure, patterns, spells, weekday_lesson_grid
from factories.measured import EXAMPLES, Example

# One per path through the expressions: Spark is slow to start a query.
FOR_SPARK = [example for index, example in enumerate(EXAMPLES) if index % 13 == 0]


@pytest.mark.spark
@pytest.mark.parametrize("example", FOR_SPARK, ids=[example.told for example in FOR_SPARK])
def test_spark_says_the_same(example: Example, tmp_path: Path, duckdb: Engine, spark: Engine) -> None:
    folder = example.write(tmp_path)
    with (
        open_register_folder(folder, duckdb, on=example.on) as ours,
        open_register_folder(folder, spark, on=example.on) as theirs,
    ):
        assert measure(theirs, example.by, example.per).equals(measure(ours, example.by, example.per))


SUBJECTS: dict[str, Any] = {
    "measure": lambda register: measure(register, "pupil", "month"),
    "whole days": lambda register: spells(register, "sick", whole_days=True),
    "patterns": lambda register: patterns(register, shown_only=False),
    "change": change,
    "daily": lambda register: daily(register, "group"),
    "grid": weekday_lesson_grid,
}


@pytest.mark.spark
@pytest.mark.parametrize("subject", SUBJECTS)
def test_spark_says_the_same_on_a_nasty_register(
    subject: str, tmp_path: Path, duckdb: Engine, spark: Engine
) -> None:
    made = make_register(4)
    folder = write_folder(tmp_path / "register", made.tables)
    with (
        open_register_folder(folder, duckdb, on=made.on, known=made.known) as ours,
        open_register_folder(folder, spark, on=made.on, known=made.known) as theirs,
    ):
        expected, found = SUBJECTS[subject](ours), SUBJECTS[subject](theirs)
    assert found.num_rows == expected.num_rows
    for left, right in zip(found.to_pylist(), expected.to_pylist(), strict=True):
        assert left == pytest.approx(right)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("by", "per"),
    [("pupil", "school_year"), ("group", "week"), ("municipality", "month")],
)
def test_nasty_registers_come_out_as_plainly_read(
    seed: int, by: str, per: str, tmp_path: Path, duckdb: Engine
) -> None:
    made = make_register(seed)
    folder = write_folder(tmp_path / "register", made.tables)
    with open_register_folder(folder, duckdb, on=made.on, known=made.known) as register:
        found = differences(measure(register, by, per), plain_measure(register, by, per))
    assert not found, f"seed {seed}: {found[:5]}"


def test_a_difference_is_seen() -> None:
    import pyarrow as pa

    table = pa.table({"unit_id": ["p1"], "period": ["2025-10"], "absent_minutes": [10.0], "band": ["good"]})
    key = (("p1", None), "2025-10")
    assert not differences(table, {key: {"absent_minutes": Fraction(10), "band": "good"}})
    assert differences(table, {key: {"absent_minutes": Fraction(11), "band": "good"}})
    assert differences(table, {key: {"absent_minutes": Fraction(10), "band": "severe"}})
    assert differences(table, {})
