"""Many small questions to the database in one: the pupil's page stays within its number of queries.

Each part is a query with the columns wanted of it; the rows come back as dictionaries, per part. Inside the
database a row is written as JSON, so days and moments are text again on the way out: ``day`` and ``moment``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject

Row = dict[str, Any]
Part = tuple[QuerySet, Mapping[str, str]]  # type: ignore[type-arg]


def rows_at_once(parts: Mapping[str, Part]) -> dict[str, list[Row]]:
    """The rows of every part, in the order of their keys; one query. ``columns``: name in the row → field."""
    asked: QuerySet | None = None  # type: ignore[type-arg]
    for name, (rows, columns) in parts.items():
        wanted = {"pk": F("pk"), **{key: F(field) for key, field in columns.items()}}
        one = rows.order_by().values_list(Value(name), JSONObject(**wanted))
        asked = one if asked is None else asked.union(one, all=True)
    found: dict[str, list[Row]] = {name: [] for name in parts}
    if asked is not None:
        for name, row in asked:
            found[name].append(row)
    for of_part in found.values():
        of_part.sort(key=lambda row: row["pk"])
    return found


def same_names(*names: str) -> dict[str, str]:
    """Columns that keep the name of their field."""
    return {name: name for name in names}


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def a_day(text: str) -> date:
    """A day that is always there."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A moment; SQLite keeps them without a zone, as UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
