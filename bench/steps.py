"""The steps that are timed, each run as ``python steps.py NAME FOLDER …`` in a process of its own."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from process import tell

ON = date(2026, 7, 3)


def parquet(folder: str) -> str:
    """The Parquet files of the absences of a register."""
    source = Path(folder) / "absences.parquet"
    return f"{source}/*.parquet" if source.is_dir() else str(source)


def bare_per_day(folder: str) -> dict[str, Any]:
    """A reference as fine as the measures must look: DuckDB alone, per pupil, day, reason and mark."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    rows = connection.execute(
        """
        SELECT count(*), sum(n), sum(minutes) FROM (
            SELECT pupil_id, school_id, date, reason, authorised, count(*) AS n, sum(minutes) AS minutes,
                   count(lesson) AS lessons
            FROM read_parquet(?) GROUP BY ALL)
        """,
        [parquet(folder)],
    ).fetchall()
    return {"groups": rows[0][0], "rows": rows[0][1]}


def bare_aggregation(folder: str) -> dict[str, Any]:
    """The reference: DuckDB alone, reading the columns that measures and duties read, per pupil and month."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    rows = connection.execute(
        """
        SELECT count(*), sum(n), sum(minutes) FROM (
            SELECT pupil_id, school_id, date_trunc('month', date) AS month, reason, authorised,
                   count(*) AS n, sum(minutes) AS minutes, count(lesson) AS lessons
            FROM read_parquet(?) GROUP BY ALL)
        """,
        [parquet(folder)],
    ).fetchall()
    return {"groups": rows[0][0], "rows": rows[0][1]}


def scan(folder: str) -> dict[str, Any]:
    """Reading the same columns and adding one up: what no answer can be faster than."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    rows = connection.execute(
        "SELECT count(pupil_id), count(school_id), min(date), sum(minutes), min(reason), min(authorised)"
        " FROM read_parquet(?)",
        [parquet(folder)],
    ).fetchall()
    return {"rows": rows[0][0]}


def measures(folder: str) -> dict[str, Any]:
    from aanwezig.engines import open_engine, open_register_folder
    from aanwezig.measures import measures as measure_all

    with open_register_folder(Path(folder), open_engine("duckdb"), on=ON) as register:
        pupils, schools = measure_all(register, [("pupil", "school_year"), ("school", "month")])
        return {"pupil rows": pupils.num_rows, "school rows": schools.num_rows}


def duties(folder: str) -> dict[str, Any]:
    from aanwezig.engines import open_engine, open_register_folder
    from aanwezig.findings.batch import duties_at_scale

    with open_register_folder(Path(folder), open_engine("duckdb"), on=ON) as register:
        duties = duties_at_scale(register)
        return {"findings": duties.findings.num_rows, "cannot tell": len(duties.not_decidable)}


def measures_and_duties(folder: str) -> dict[str, Any]:
    """Both from one opened register, so that its rows are screened once."""
    from aanwezig.engines import open_engine, open_register_folder
    from aanwezig.findings.batch import duties_at_scale
    from aanwezig.measures import measures as measure_all

    with open_register_folder(Path(folder), open_engine("duckdb"), on=ON) as register:
        pupils, schools = measure_all(register, [("pupil", "school_year"), ("school", "month")])
        duties = duties_at_scale(register)
        return {
            "pupil rows": pupils.num_rows,
            "school rows": schools.num_rows,
            "findings": duties.findings.num_rows,
        }


def national(folder: str, pupils: str, rows: str) -> dict[str, Any]:
    from aanwezig.simulate import national as make

    make(Path(folder), pupils=int(pupils), rows=int(rows), seed=7)
    return {}


def recompute(folder: str) -> dict[str, Any]:
    from aanwezig.engines import open_engine, open_register_folder
    from aanwezig.findings import check
    from aanwezig.measures import measure

    with open_register_folder(Path(folder), open_engine("duckdb"), on=ON) as register:
        rows = measure(register, by="pupil", per="week").num_rows
        result = check(register)
        return {"pupils": result.pupils, "findings": len(result.findings), "pupil weeks": rows}


def school(folder: str, pupils: str) -> dict[str, Any]:
    from aanwezig.simulate import simulate

    simulate(Path(folder), pupils=int(pupils), seed=7, schools=1)
    return {}


def copy_csv(source: str, target: str) -> dict[str, Any]:
    """The reference of the import: DuckDB reads the same CSV as text and writes Parquet."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(f"COPY (FROM read_csv('{source}', all_varchar = true)) TO '{target}' (FORMAT parquet)")
    return {}


def import_rows(source: str, mapping: str, into: str) -> dict[str, Any]:
    from aanwezig.register import import_files

    report = import_files(
        [Path(source)], school_id="90ZZ00", profile="generic", mapping=Path(mapping), into=Path(into)
    )
    return {"new": report.new, "refused": report.refused}


STEPS = {
    step.__name__: step
    for step in (
        bare_aggregation,
        bare_per_day,
        scan,
        measures,
        duties,
        measures_and_duties,
        national,
        school,
        copy_csv,
        import_rows,
        recompute,
    )
}

if __name__ == "__main__":
    chosen = STEPS[sys.argv[1]]
    tell(lambda: chosen(*sys.argv[2:]))
