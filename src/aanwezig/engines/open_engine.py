"""Choosing an engine by name."""

from __future__ import annotations

from aanwezig.engines.engine import Engine
from aanwezig.engines.fault_codes import make_error

ENGINES = ("duckdb", "spark")


def open_engine(name: str = "duckdb", *, memory_limit: str | None = None) -> Engine:
    """The engine of that name; AanwezigError with how to mend it when it cannot be had on this machine.

    ``memory_limit`` (such as ``512MB``): beyond it DuckDB spills to disk; Spark has its own settings.
    """
    if name == "duckdb":
        from aanwezig.engines.duckdb_engine import DuckDBEngine

        return DuckDBEngine(memory_limit=memory_limit)
    if name == "spark":
        from aanwezig.engines.spark_engine import SparkEngine

        return SparkEngine()
    known = ", ".join(ENGINES)
    raise make_error(
        "REG-009",
        what_nl="Deze rekenmachine is er niet.",
        what_en="There is no such engine.",
        mend_nl=f"Kies een van deze: {known}.",
        mend_en=f"Choose one of these: {known}.",
    )
