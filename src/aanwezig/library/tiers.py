"""The share of a unit's pupils in each proposed tier, beside its measures (docs/specification/register.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from aanwezig.calendar import region_of_municipality
from aanwezig.engines import OpenRegister
from aanwezig.findings import tiers
from aanwezig.measures.periods import periods
from aanwezig.rules.provisions import Provisions

TIERS = (1, 2, 3)
# All rules are run for a proposal, pupil by pupil: beyond this many the shares are left unknown unless asked for.
MOST_PUPILS = 25_000
Unit = tuple[str | None, str | None]


def without_tier_shares(table: pa.Table) -> pa.Table:
    """The measures with the columns of the shares, unknown."""
    for tier in TIERS:
        table = table.append_column(f"share_tier_{tier}", pa.nulls(table.num_rows, pa.float64()))
    return table


def with_tier_shares(
    register: OpenRegister, table: pa.Table, *, by: str, per: str, provisions: Provisions | None = None
) -> pa.Table:
    """The measures with the share of pupils proposed for tier 1, 2 and 3.

    A proposal is of the reference date, so only the period in which that lies has shares, over the pupils who
    are enrolled in the unit on that day (for a municipality: who live there); elsewhere they are null.
    """
    proposed = tiers(register, provisions)
    tier_of: dict[str, int] = {row["pupil_id"]: row["tier"] for row in proposed.to_pylist()}
    counts: dict[Unit, dict[int, int]] = {}
    for unit, pupils in members(register, by).items():
        own = counts.setdefault(unit, dict.fromkeys(TIERS, 0))
        for pupil_id in pupils:
            if pupil_id in tier_of:
                own[tier_of[pupil_id]] += 1
    now = {period.label for period in periods(register.on, per) if register.on in period.now}  # type: ignore[arg-type]
    names = ["unit_id", "period", *(["school_id"] if by == "group" else [])]
    shares: dict[int, list[float | None]] = {tier: [] for tier in TIERS}
    for row in table.select(names).to_pylist():
        own = counts.get((row.get("school_id"), row["unit_id"]), {}) if row["period"] in now else {}
        number = sum(own.values())
        for tier in TIERS:
            shares[tier].append(own[tier] / number if number else None)
    for tier in TIERS:
        table = table.append_column(f"share_tier_{tier}", pa.array(shares[tier], pa.float64()))
    return table


def members(register: OpenRegister, by: str) -> dict[Unit, set[str]]:
    """The pupils of each unit on the reference date; a group is named with its school."""
    schools = {row["school_id"]: row for row in register.arrow("schools").to_pylist()}
    lives = _homes(register) if by == "municipality" else {}
    found: dict[Unit, set[str]] = {}
    columns = ["pupil_id", "school_id", "first_day", "last_day", "group", "level"]
    for row in register.arrow("enrolments").select(columns).to_pylist():
        if row["first_day"] <= register.on and (row["last_day"] is None or register.on <= row["last_day"]):
            found.setdefault(_unit(row, by, schools, lives), set()).add(row["pupil_id"])
    return found


def _homes(register: OpenRegister) -> dict[str, str | None]:
    pupils = register.arrow("pupils").select(["pupil_id", "municipality"])
    return {row["pupil_id"]: row["municipality"] for row in pupils.to_pylist()}


def _unit(
    row: Mapping[str, Any],
    by: str,
    schools: Mapping[str, Mapping[str, Any]],
    lives: Mapping[str, str | None],
) -> Unit:
    school = schools.get(row["school_id"], {})
    if by == "group":
        return row["school_id"], row["group"]
    if by == "level":
        return None, row["level"]
    if by == "partnership":
        return None, school.get("partnership")
    if by == "region":
        return None, school.get("holiday_region") or region_of_municipality(school.get("municipality"))
    if by == "municipality":
        return None, lives.get(row["pupil_id"])
    return None, row["school_id"]
