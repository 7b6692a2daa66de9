"""The register contract: which tables there are, their columns, and what a cell may hold."""

from aanwezig.tables.column import KNOWN_TIME, Column, Kind, Table
from aanwezig.tables.contract import (
    EXEMPTION_GROUNDS,
    NOTIFICATION_CATEGORIES,
    REASONS,
    REQUIRED_TABLES,
    TABLES,
)

__all__ = [
    "EXEMPTION_GROUNDS",
    "KNOWN_TIME",
    "NOTIFICATION_CATEGORIES",
    "REASONS",
    "REQUIRED_TABLES",
    "TABLES",
    "Column",
    "Kind",
    "Table",
]
