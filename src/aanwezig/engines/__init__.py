"""The only place that opens DuckDB or Spark, and that reads register folders."""

from aanwezig.engines.arrow_types import ROW
from aanwezig.engines.calendars import calendars_of
from aanwezig.engines.engine import Engine
from aanwezig.engines.open_engine import ENGINES, open_engine
from aanwezig.engines.open_register import (
    OpenRegister,
    fact_columns,
    fact_refs,
    open_register_folder,
    open_register_tables,
)

__all__ = [
    "ENGINES",
    "ROW",
    "Engine",
    "OpenRegister",
    "calendars_of",
    "fact_columns",
    "fact_refs",
    "open_engine",
    "open_register_folder",
    "open_register_tables",
]
