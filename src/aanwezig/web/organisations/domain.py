"""Which roles belong at which kind of organisation, and what a role needs. No Django here but the names."""

from __future__ import annotations

from datetime import timedelta

# May do without a second factor, and see nothing of others.
FAMILY = frozenset({"parent", "young_person"})
# Roles that reach only the pupils they are given.
NEEDS_PUPILS = FAMILY
NEEDS_GROUPS = frozenset({"mentor"})
# An invitation is a key to the door: it does not stay valid.
INVITATION_LASTS = timedelta(days=7)

_EVERYWHERE = ("administrator", "privacy_officer")
# By the scopes of the access table: elsewhere the role would reach nobody.
ROLES_AT: dict[str, tuple[str, ...]] = {
    "school": (
        "mentor",
        "care_coordinator",
        "school_leader",
        "absence_team",
        *_EVERYWHERE,
        "parent",
        "young_person",
    ),
    "board": ("school_leader", "care_coordinator", *_EVERYWHERE),
    "partnership": ("partnership_staff", "researcher", *_EVERYWHERE),
    "municipality": ("attendance_officer", *_EVERYWHERE),
    "care_provider": ("youth_doctor", *_EVERYWHERE),
    "arrangement": ("arrangement_coordinator", *_EVERYWHERE),
}
# To which other organisations each kind can be tied.
TIES: dict[str, tuple[str, ...]] = {
    "school": ("board", "partnership", "municipality"),
    "board": ("partnership",),
    "partnership": (),
    "municipality": ("partnership",),
    "care_provider": ("partnership", "serves"),
    "arrangement": ("partnership", "municipality"),
}
# Kinds that the register knows by a code.
NEEDS_CODE = frozenset({"school", "municipality", "arrangement"})


def role_fits(role: str, kind: str) -> bool:
    """Whether somebody can have the role at such an organisation."""
    return role in ROLES_AT.get(kind, ())


def split_names(text: str) -> tuple[str, ...]:
    """'1A, 1B; 2C' as names, each once, in the order given."""
    parts = (
        part.strip() for line in text.splitlines() for piece in line.split(";") for part in piece.split(",")
    )
    return tuple(dict.fromkeys(part for part in parts if part))
