"""What else somebody may do with a pupil whom they see, without a question to the database where it can be told."""

from __future__ import annotations

from collections.abc import Iterable

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, decide
from aanwezig.web.access.table import right as the_right
from aanwezig.web.facts.models import Pupil


def rights_beside(actor: Actor, decision: Decision, pupil: Pupil, names: Iterable[str]) -> frozenset[str]:
    """Which of these rights the actor has for this pupil.

    The membership that gave the ``decision`` gives another right too when its role has that in the same scope: the
    same pupils are in reach. For any other right the access table is asked.
    """
    by = decision.by
    given = the_right(decision.right).roles
    found = set()
    for name in names:
        one = the_right(name)
        same_scope = (
            by is not None
            and not decision.is_emergency
            and by.role in one.roles
            and one.roles[by.role] == given.get(by.role)
        )
        asked = same_scope or actor.may_anywhere(name) or one.emergency
        if same_scope or (asked and decide(actor, name, pupil).allowed):
            found.add(name)
    return frozenset(found)
