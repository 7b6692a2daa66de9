"""`check` says the same on DuckDB and on Spark: the table of the 16 hours, nasty and simulated registers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from oracle_folder import write_folder
from random_registers import make_register

from aanwezig.engines import Engine, open_register_folder
from aanwezig.findings import CheckResult, check
from aanwezig.findings.batch import duties_at_scale
from aanwezig.simulate import simulate

# Noord, 2025-26, po, unauthorised minutes: (day of September or date, minutes, reason); see rules.md §2.
VECTORS: dict[str, list[tuple[int, int, str]]] = {
    "p1": [(8, 330, "truant"), (9, 330, "truant"), (11, 300, "truant")],
    "p3": [(8, 330, "truant"), (9, 330, "truant"), (11, 299, "truant")],
    "p4": [(day, 330, "truant") for day in (8, 9, 10, 11, 12, 15, 16, 17, 18, 19)],
    "p5": [(1, 480, "truant"), (26, 480, "truant")],
    "p6": [(1, 480, "truant"), (29, 480, "truant")],
    "p7": [(8, 300, "truant"), (9, 300, "truant"), (10, 300, "sick"), (11, 300, "sick")],
}
EXPECTED = {
    ("p1", date(2025, 9, 8), date(2025, 9, 11), 960, date(2025, 9, 18)),
    ("p4", date(2025, 9, 8), date(2025, 9, 10), 990, date(2025, 9, 17)),
    ("p4", date(2025, 9, 11), date(2025, 9, 15), 990, date(2025, 9, 22)),
    ("p4", date(2025, 9, 16), date(2025, 9, 18), 990, date(2025, 9, 25)),
    ("p5", date(2025, 9, 1), date(2025, 9, 26), 960, date(2025, 10, 3)),
}


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    (folder / "schools.csv").write_text("school_id,name,sector,holiday_region\n25PL00,Test,po,noord\n")
    (folder / "pupils.csv").write_text(
        "pupil_id,birth_date\n" + "".join(f"{p},2014-03-01\n" for p in VECTORS)
    )
    (folder / "enrolments.csv").write_text(
        "pupil_id,school_id,first_day,last_day\n" + "".join(f"{p},25PL00,2025-08-01,\n" for p in VECTORS)
    )
    rows = [
        f"{pupil},25PL00,2025-09-{day:02d},{minutes},{reason},{'no' if reason == 'truant' else 'yes'}\n"
        for pupil, days in VECTORS.items()
        for day, minutes, reason in days
    ]
    (folder / "absences.csv").write_text(
        "pupil_id,school_id,date,minutes,reason,authorised\n" + "".join(rows)
    )
    return folder


def told(result: CheckResult) -> tuple[object, ...]:
    """All that `check` says, for comparison."""
    return (
        [finding.as_dict() for finding in result.findings],
        result.not_decidable,
        sorted((fault.code, fault.table, fault.row, fault.column) for fault in result.faults),
        {pupil: (tier.tier, tier.provisional) for pupil, tier in result.tiers.items()},
    )


@pytest.mark.parametrize("name", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def test_the_table_of_the_16_hours(name: str, vectors: Path, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(name)
    with open_register_folder(vectors, engine, on=date(2025, 10, 1)) as register:
        found = check(register, ["relative_16h"]).findings
        batch = duties_at_scale(register).findings.to_pylist()
    rows = {(f.pupil_id, f.first_day, f.last_day, f.quantity, f.due) for f in found}
    assert rows == EXPECTED
    assert {
        (b["pupil_id"], b["first_day"], b["last_day"], b["quantity"], b["due"])
        for b in batch
        if b["rule"] == "relative_16h"
    } == EXPECTED


@pytest.mark.spark
@pytest.mark.parametrize("seed", [3, 8])
def test_check_on_spark_says_what_duckdb_says_of_a_nasty_register(
    seed: int, tmp_path: Path, duckdb: Engine, spark: Engine
) -> None:
    made = make_register(seed)
    folder = write_folder(tmp_path / "register", made.tables)
    with (
        open_register_folder(folder, duckdb, on=made.on, known=made.known) as ours,
        open_register_folder(folder, spark, on=made.on, known=made.known) as theirs,
    ):
        assert told(check(theirs)) == told(check(ours))


@pytest.mark.spark
def test_check_on_spark_says_what_duckdb_says_of_a_simulated_school(
    tmp_path: Path, duckdb: Engine, spark: Engine
) -> None:
    simulate(tmp_path / "sim", pupils=80, seed=21, schools=2)
    on = date(2026, 5, 29)
    with (
        open_register_folder(tmp_path / "sim", duckdb, on=on) as ours,
        open_register_folder(tmp_path / "sim", spark, on=on) as theirs,
    ):
        assert told(check(theirs)) == told(check(ours))
