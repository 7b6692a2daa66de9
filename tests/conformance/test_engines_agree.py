"""The same register in CSV and in Parquet, on DuckDB and on Spark, copied or read where it lies: one answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aanwezig.engines import Engine, OpenRegister
from aanwezig.engines.arrow_types import arrow_type
from aanwezig.tables import TABLES
from factories.folders import csv_folder, parquet_folder

ON, KNOWN = date(2025, 10, 1), date(2025, 9, 10)
# Good rows and one of every kind of bad ones.
ABSENCES = """\
pupil_id,school_id,date,minutes,lesson,part,start_time,reason,authorised,subject,absence_id,recorded_at,superseded_at
p1,25PL00,2025-09-08,330,,,08:30,truant,no,Rekenen,a1,2025-09-08T16:00:00+02:00,2025-09-12T09:00:00+02:00
p1,25PL00,2025-09-08,330,,,08:30,sick,,Rekenen,a1,2025-09-12T09:00:00+02:00,
p2,03XY01,2025-09-09,,2,,,sick,yes,NaN,a2,,
p2,03XY01,2025-09-09,,3,,,late,,,a2,2025-09-10T21:59:59Z,
p2,03XY01,2025-09-10,0,3,,,late,,,a3,2025-09-10T22:00:00Z,
p3,25PL00,2025-09-11,,,morning,,medical,yes,,,,
p3,25PL00,2025-09-11,,,morning,,medical,yes,,,,
p3,25PL00,2025-10-02,,,morning,,medical,yes,,,,
p9,25PL00,2025-09-11,10,,,,late,,,,,
p3,99ZZ00,2025-09-11,10,,,,late,,,,,
p3,25PL00,2025-09-11,-1,,,,late,,,,,
p3,25PL00,2025-09-11,1441,,,,late,,,,,
p3,25PL00,1850-09-11,10,,,,late,,,,,
p3,25PL00,,10,,,,late,,,,,
,25PL00,2025-09-11,10,,,,late,,,,,
p3,25PL00,2025-09-11,,,,,sick,,,,,
p3,25PL00,2025-09-11,10,,,,ziek,,,,,
p3,25PL00,2025-09-11,10,,evening,,sick,,,,,
p3,25PL00,2025-09-11,10,,,25:00,sick,,,,,
"""
ENROLMENTS = """\
pupil_id,school_id,first_day,last_day,group
p1,25PL00,2019-08-01,,5a
p2,03XY01,2022-08-01,2021-08-01,3b
p3,25PL00,2023-08-01,2026-07-31,
p1,25PL00,2019-08-01,,5b
"""
OTHERS = {
    "timetable": "school_id,group,weekday,date,minutes\n25PL00,,1,,300\n25PL00,5a,1,,310\n25PL00,,1,,200\n25PL00,,,,200\n",
    "participations": (
        "pupil_id,arrangement_id,first_day,status_before,needs,hours_planned\n"
        "p1,x1,2025-09-01,absent,rust,12.5\np3,x1,2025-09-01,absent,,\n"
    ),
    "pupils": "pupil_id,birth_date,qualification_exempt\np1,2014-03-01,true\np2,2009-11-20,false\np3,,\n",
}


LOOKED_AT = ("absences", "enrolments", "pupils", "timetable", "participations", "leave")


def typed(name: str, content: str) -> pa.Table:
    """The rows of a CSV text stored in the contract's own types, as a large delivery has them."""
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(content)))
    columns: dict[str, Any] = {}
    for column in TABLES[name].all_columns():
        if column.name not in rows[0]:
            continue
        cells = pa.array([row[column.name] or None for row in rows], pa.string())
        kind = arrow_type(column)
        columns[column.name] = cells if kind == pa.string() else cells.cast(kind)
    return pa.table(columns)


@pytest.fixture(scope="module")
def in_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    return csv_folder(folder, absences=ABSENCES, enrolments=ENROLMENTS, **OTHERS)


@pytest.fixture(scope="module")
def in_parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = {"absences": ABSENCES, "enrolments": ENROLMENTS, **OTHERS}
    folder = parquet_folder(
        tmp_path_factory.mktemp("parquet"),
        **{name: typed(name, content) for name, content in tables.items()},
    )
    # In pieces, so that the place of a row is more than its place in a file.
    whole = pq.read_table(folder / "absences.parquet")
    (folder / "absences.parquet").unlink()
    (folder / "absences").mkdir()
    for number, start in enumerate(range(0, whole.num_rows, 7)):
        pq.write_table(whole.slice(start, 7), folder / "absences" / f"{number}.parquet", row_group_size=3)
    return folder


def answers(
    folder: Path, engine: Engine, known: date | None, direct_from_rows: int, tables: Iterable[str] = LOOKED_AT
) -> dict[str, Any]:
    with OpenRegister(folder, engine, ON, known, direct_from_rows=direct_from_rows) as register:
        found: dict[str, Any] = {name: register.arrow(name).to_pylist() for name in tables}
        found["faults"] = [
            (fault.code, fault.table, fault.row, fault.column, fault.pupil_id) for fault in register.faults
        ]
    return found


@pytest.mark.parametrize("known", [None, KNOWN])
def test_csv_and_parquet_say_the_same(
    duckdb: Engine, in_csv: Path, in_parquet: Path, known: date | None
) -> None:
    expected = answers(in_csv, duckdb, known, 10**9)
    assert len(expected["faults"]) > 10
    assert answers(in_parquet, duckdb, known, 10**9) == expected
    assert answers(in_parquet, duckdb, known, 0) == expected


@pytest.mark.spark
@pytest.mark.parametrize("known", [None, KNOWN])
def test_spark_says_the_same_as_duckdb(
    duckdb: Engine, spark: Engine, in_csv: Path, in_parquet: Path, known: date | None
) -> None:
    expected = answers(in_csv, duckdb, known, 10**9)
    assert answers(in_csv, spark, known, 10**9) == expected
    # Only the absences are large enough to be read where they lie.
    assert answers(in_parquet, spark, known, 10) == expected


def quirks(engine: Engine) -> dict[str, Any]:
    """What engines did differently once (STYLE.md §5), asked of each."""
    rows = engine.from_arrow(
        pa.table(
            {
                "pupil": ["a", "a", "b", "c"],
                "whole": pa.array([1, None, 0, 2**53 + 1], pa.int64()),
                "part": pa.array([1, 2, 3, None], pa.int64()),
                "code": pa.array(["NaN", None, "", "x"]),
                "day": pa.array([date(2026, 12, 28), None, date(2026, 3, 29), date(1900, 1, 1)]),
                "yes": pa.array([True, None, False, True]),
            }
        )
    )
    share = (rows.part / rows.whole.nullif(0)).name("share")
    by_pupil = rows.group_by("pupil").aggregate(
        total=rows.part.sum(),
        most=rows.code.max(),
        number=rows.count(),
        share=rows.part.sum() / rows.whole.sum().nullif(0),
    )
    return {
        "rows": engine.to_arrow(rows.order_by(["pupil", "part"])).to_pylist(),
        "share": engine.to_arrow(rows.select("pupil", "part", share).order_by(["pupil", "part"])).to_pylist(),
        "by_pupil": engine.to_arrow(by_pupil.order_by("pupil")).to_pylist(),
        "types": engine.to_arrow(by_pupil.order_by("pupil")).schema,
        "not_in": engine.to_arrow(
            rows.filter(rows.code.notin(["x"])).select("code").order_by("code")
        ).to_pylist(),
        "nothing": engine.to_arrow(rows.filter(rows.part > 99)).to_pylist(),
        "monday": engine.to_arrow(
            rows.select(week=rows.day.truncate("W")).order_by(ibis.asc("week", nulls_first=False))
        ).to_pylist(),
        "batches": sorted(
            (row["pupil"], row["whole"] or -1)
            for batch in engine.batches(rows, 2)
            for row in batch.to_pylist()
        ),
    }


@pytest.mark.spark
def test_known_quirks_are_cured_on_both_engines(duckdb: Engine, spark: Engine) -> None:
    assert quirks(spark) == quirks(duckdb)


def test_nothing_is_lost_on_the_way_to_an_engine(duckdb: Engine) -> None:
    found = quirks(duckdb)
    assert found["rows"][3]["whole"] == 2**53 + 1
    assert [row["code"] for row in found["rows"]] == ["NaN", None, "", "x"]
    assert found["nothing"] == []
    assert found["by_pupil"][1]["share"] is None


# Each try opens four registers: what fails is small enough as it is.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
IDS = st.sampled_from(["p1", "p2", "p3", "p9", "", " p1"])
ROWS = st.fixed_dictionaries(
    {
        "pupil_id": IDS,
        "school_id": st.sampled_from(["25PL00", "03XY01", "", "x"]),
        "date": st.sampled_from(["2025-09-08", "2025-09-09", "2025-12-01", "1850-01-01", ""]),
        "minutes": st.sampled_from(["", "0", "330", "-1", "1441"]),
        "part": st.sampled_from(["", "day", "evening"]),
        "start_time": st.sampled_from(["", "08:30", "24:10", "8.30"]),
        "reason": st.sampled_from(["sick", "late", "", "foo"]),
        "authorised": st.sampled_from(["", "yes", "no", "?"]),
        "absence_id": st.sampled_from(["", "a1", "a2", "a3"]),
        "superseded_at": st.sampled_from(["", "", "2025-09-09T10:00:00+00:00"]),
    }
)


@given(rows=st.lists(ROWS, min_size=1, max_size=12), empty_as_text=st.booleans())
@settings(
    max_examples=25,
    deadline=None,
    phases=NO_SHRINKING,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_screened_file_says_the_same_as_a_checked_one(
    duckdb: Engine, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], empty_as_text: bool
) -> None:
    folder = tmp_path_factory.getbasetemp() / "screened"
    names = sorted(rows[0])
    content = "\n".join([",".join(names), *(",".join(row[name] for name in names) for row in rows)]) + "\n"
    absences = typed("absences", content)
    if empty_as_text:
        for place, name in enumerate(absences.column_names):
            if pa.types.is_string(absences.schema.field(name).type):
                filled = pa.array([cell or "" for cell in absences[name].to_pylist()], pa.string())
                absences = absences.set_column(place, name, filled)
    parquet_folder(folder, absences=absences)
    for known in (None, KNOWN):
        checked = answers(folder, duckdb, known, 10**9, ["absences"])
        assert answers(folder, duckdb, known, 0, ["absences"]) == checked
