"""Numbers about groups leave only as a ``ReleasableTable``, of which no small group can be worked out.

``release`` makes one from a ``GroupTable`` under a ``Policy``; a ``ReleaseLog`` remembers what was released, so that two tables
together tell no more than each. Knows nothing of pupils, engines or pages (docs/decisions/0015).
"""

from aanwezig.disclosure.dimensions import Dimension, Member, Population
from aanwezig.disclosure.groups import Estimate, GroupTable, Measure
from aanwezig.disclosure.policies import Policy, policies, policy
from aanwezig.disclosure.reasons import Detail, Reason
from aanwezig.disclosure.releasable import Cell, ReleasableTable
from aanwezig.disclosure.releasing import (
    CheckersReport,
    ReleaseLog,
    check_against,
    release,
    release_with_report,
)

__all__ = [
    "Cell",
    "CheckersReport",
    "Detail",
    "Dimension",
    "Estimate",
    "GroupTable",
    "Measure",
    "Member",
    "Policy",
    "Population",
    "Reason",
    "ReleasableTable",
    "ReleaseLog",
    "check_against",
    "policies",
    "policy",
    "release",
    "release_with_report",
]
