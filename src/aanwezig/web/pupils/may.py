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
    found = set()
    for name in names:
        roles = the_right(name).roles
        if by is not None and not decision.is_emergency and by.role in roles:
            if roles[by.role] == the_right(decision.right).roles.get(by.role):
                found.add(name)
                continue
        if actor.may_anywhere(name) or the_right(name).emergency:
            if decide(actor, name, pupil).allowed:
                found.add(name)
    return frozenset(found)
