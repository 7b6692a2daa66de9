"""Of whose file something is part, and who reads it: the access table says which pupil, this says which papers.

A note or document is for the colleagues at the organisation where it was made. It is shared with the others around
the pupil (youth doctor, attendance officer, a next school) only when its writer says so.
"""

from __future__ import annotations

from django.db.models import Q

from aanwezig.web.access.actor import Acting
from aanwezig.web.access.decide import Decision, NotAllowed
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Kind, Organisation, Role
from aanwezig.web.pupils.models import Kept

_SCHOOL_SIDE = (Kind.SCHOOL, Kind.BOARD)
_FAMILY = (Role.PARENT, Role.YOUNG_PERSON)


def readable(by: Acting | None) -> Q:
    """The condition on what is kept that somebody may read; without a membership only what is shared.

    Parents and pupil read nothing of it here: their overview shows what was written for them.
    """
    if by is None:
        return Q(shared=True)
    if by.role in _FAMILY:
        return Q(pk__in=())
    return Q(shared=True) | Q(organisation=by.at.id) | Q(organisation__code__in=_schools(by))


def is_own(by: Acting | None, kept: Kept) -> bool:
    """Whether it is part of the file of the organisation for which somebody acts: then it may be changed."""
    if by is None or by.role in _FAMILY:
        return False
    own = kept.organisation
    return own.pk == by.at.id or (own.kind == Kind.SCHOOL and own.code in _schools(by))


def _schools(by: Acting) -> frozenset[str]:
    return by.at.schools if by.at.kind in _SCHOOL_SIDE else frozenset()


def is_school_side(by: Acting | None) -> bool:
    """Whether somebody acts for a school: only there the reasons of a tier and where a plan lies are read."""
    return by is not None and by.at.kind in _SCHOOL_SIDE and by.role not in _FAMILY


def organisation_for(decision: Decision, pupil: Pupil) -> int:
    """The organisation to whose file something new is added: of a board the pupil's own school."""
    by = decision.by
    if by is None:
        # The installation itself keeps nothing about a child.
        raise NotAllowed(Decision(False, "", decision.right))
    if by.at.kind != Kind.BOARD:
        return by.at.id
    code = school_for(decision, pupil)
    if code is None:
        return by.at.id
    return Organisation.objects.values_list("pk", flat=True).get(register=code)


def school_for(decision: Decision, pupil: Pupil) -> str | None:
    """The school, of those that the actor works for, where the pupil is or was last enrolled."""
    if decision.by is None or decision.by.at.kind not in _SCHOOL_SIDE:
        return None
    rows = current("enrolments").filter(pupil=pupil, school__in=decision.by.at.schools)
    found: str | None = rows.order_by("-first_day").values_list("school_id", flat=True).first()
    return found
