"""The access table in words: what somebody in a role may, for whom, and why nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from aanwezig.web.access.scopes import DAYS_AFTER_LEAVING
from aanwezig.web.access.table import rights
from aanwezig.web.organisations.domain import NEEDS_GROUPS, NEEDS_PUPILS, ROLES_AT
from aanwezig.web.organisations.models import Kind, Role

SCOPE_WORDS: dict[str, str] = {
    "own_groups": gettext_noop("pupils in the groups that this mentor has"),
    "school": gettext_noop(
        "pupils of the school (or of the board's schools), and who left at most %(days)s days ago without a new school"
    ),
    "school_signalled": gettext_noop(
        "pupils of the school with an open signal or notification, or a proposed tier above 1"
    ),
    "serves_signalled": gettext_noop(
        "pupils of the schools served, with an open signal about illness or long absence"
    ),
    "serves_all": gettext_noop("pupils of the schools served"),
    "municipality_reported": gettext_noop(
        "children who live in the municipality and were reported, or who are enrolled nowhere"
    ),
    "municipality_all": gettext_noop("children who live in the municipality"),
    "arrangement": gettext_noop("who takes part in the arrangement today"),
    "own_child": gettext_noop("the own child; the young person self"),
    "own": gettext_noop("the own organisation"),
    "own_and_below": gettext_noop("the own organisation and those that belong to it"),
}

ROLE_WHY: dict[str, str] = {
    "mentor": gettext_noop("Sees the own class every day, and is the first whom pupil and parents talk to."),
    "care_coordinator": gettext_noop(
        "Leads the care of the school: follows up signals, prepares notifications."
    ),
    "school_leader": gettext_noop("Answers for attendance at the school, and for what is reported."),
    "absence_team": gettext_noop("Thinks along about pupils with a signal; not about everybody."),
    "youth_doctor": gettext_noop(
        "Advises about illness; sees who is ill often or long at the schools served."
    ),
    "attendance_officer": gettext_noop(
        "Acts on what schools report, for children who live in the municipality."
    ),
    "partnership_staff": gettext_noop("Watches over the whole; needs figures, not names."),
    "arrangement_coordinator": gettext_noop("Guides who takes part in the arrangement."),
    "parent": gettext_noop("Sees the overview of the own child, and who looked at it."),
    "young_person": gettext_noop("Sees the own overview, and who looked at it."),
    "researcher": gettext_noop(
        "Works with figures and pseudonymised exports, never in the files of children."
    ),
    "administrator": gettext_noop("Arranges organisations, people and settings; needs no child for that."),
    "privacy_officer": gettext_noop("Watches who looked and who opened a file in an emergency."),
}


@dataclass(frozen=True, slots=True)
class RightLine:
    title: str
    scope: str


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A role in words. ``sees_pupils``: rights about children; ``arranges``: about organisations."""

    code: str
    title: str
    why: str
    where: tuple[str, ...]
    needs: str
    sees_pupils: tuple[RightLine, ...]
    arranges: tuple[RightLine, ...]
    not_allowed: tuple[str, ...]


def scope_words(scope: str) -> str:
    return _(SCOPE_WORDS[scope]) % {"days": DAYS_AFTER_LEAVING}


def roles_in_words() -> tuple[RoleWords, ...]:
    """Every role, in the order of the list of roles."""
    return tuple(role_in_words(role) for role in Role.values)


def role_in_words(role: str) -> RoleWords:
    language = "en" if get_language() == "en" else "nl"
    pupils: list[RightLine] = []
    organisations: list[RightLine] = []
    without: list[str] = []
    for one in rights().values():
        title = getattr(one.title, language)
        if one.everyone:
            continue
        if role not in one.roles:
            without.append(title)
            continue
        line = RightLine(title, scope_words(one.roles[role]))
        (pupils if one.about == "pupil" else organisations).append(line)
    needs = ""
    if role in NEEDS_GROUPS:
        needs = _("Has groups: without groups this role sees nobody.")
    elif role in NEEDS_PUPILS:
        needs = _("Is given pupils by name: without them this role sees nobody.")
    return RoleWords(
        role,
        str(Role(role).label),
        _(ROLE_WHY[role]),
        tuple(str(Kind(kind).label) for kind, roles in ROLES_AT.items() if role in roles),
        needs,
        tuple(pupils),
        tuple(organisations),
        tuple(without),
    )
