"""The proposed tier of every pupil, for shares per group (docs/specification/rules.md §5, tier proposal)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from aanwezig.engines import OpenRegister
from aanwezig.findings.check import check
from aanwezig.rules.provisions import Provisions

FIELDS: list[pa.Field[Any]] = [pa.field("pupil_id", pa.string()), pa.field("tier", pa.int64())]
SCHEMA = pa.schema(FIELDS)


def tiers(register: OpenRegister, provisions: Provisions | None = None) -> pa.Table:
    """Pupil and proposed tier (1, 2 or 3) on the register's reference date; a proposal, never a decision."""
    proposals = check(register, provisions=provisions).tiers
    return pa.table(
        {"pupil_id": list(proposals), "tier": [proposal.tier for proposal in proposals.values()]},
        schema=SCHEMA,
    )
