"""Every kind of export in one place: who may have it, its columns, its rows.

One more kind is one more entry in ``EXPORTS``. Only lists of persons: numbers about groups leave the school
elsewhere, when there is disclosure control for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import decide, visible_pupils
from aanwezig.web.exports import lists
from aanwezig.web.exports.lists import Parameters, Rows

Clean = Callable[[Actor, QueryDict], Parameters]


@dataclass(frozen=True, slots=True)
class Kind:
    """``rights``: all of them are needed, the first is that of the export itself; ``about_pupils``: whose reading is recorded.

    ``clean``: of an address the parameters that the export knows (Http404 for what the actor has nothing to do with);
    ``rows``: what goes into the file; refused with NotAllowed without the rights.
    """

    id: str
    title: str | Promise
    says: str | Promise
    rights: tuple[str, ...]
    columns: tuple[str | Promise, ...]
    clean: Clean
    rows: Callable[[Actor, Mapping[str, Any]], Rows]
    about_pupils: bool = True

    @property
    def right(self) -> str:
        return self.rights[0]


EXPORTS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind(
            "pupils",
            _("List of pupils"),
            _("One row a pupil: name, number, class, attendance of this school year, tier, signals."),
            ("export.pupils", "pupil.view"),
            (
                _("Number"),
                _("First name"),
                _("Prefix"),
                _("Last name"),
                _("Class"),
                _("Year"),
                _("School"),
                _("Attendance (%)"),
                _("Band"),
                _("Provisional"),
                _("Tier"),
                _("Tier set by a person"),
                _("What stands out"),
                _("Enrolled"),
            ),
            lists.clean_pupils,
            lists.pupils,
        ),
        Kind(
            "duties",
            _("Duties and notifications"),
            _("One row a duty to report or a notification: pupil, rule, period, last day, state."),
            ("export.duties", "duty.view"),
            (
                _("Number"),
                _("Name"),
                _("Class"),
                _("What"),
                _("First day"),
                _("Last day"),
                _("To report by"),
                _("Obliged"),
                _("State"),
                _("Sent on"),
                _("Number of the notification"),
            ),
            lists.clean_duties,
            lists.duties,
        ),
        Kind(
            "signals",
            _("Signals not yet followed up"),
            _("One row a signal that holds and that nobody followed up yet."),
            ("export.pupils", "signal.view"),
            (
                _("Number"),
                _("Name"),
                _("Class"),
                _("Signal"),
                _("Because"),
                _("First day"),
                _("Last day"),
                _("Found on"),
            ),
            lists.clean_signals,
            lists.signals,
        ),
        Kind(
            "registrations",
            _("Registrations of a pupil"),
            _("One row a registration of absence in a school year: day, lesson, minutes, reason."),
            ("export.pupils", "pupil.view"),
            (
                _("School"),
                _("Day"),
                _("Lesson hour"),
                _("Part of the day"),
                _("Minutes"),
                _("Began at"),
                _("Reason"),
                _("Authorised"),
                _("Subject"),
                _("Recorded on"),
            ),
            lists.clean_registrations,
            lists.registrations,
        ),
        Kind(
            "users",
            _("People and roles"),
            _("One row a role: name, e-mail address, organisation, classes, days, second factor."),
            ("export.administration", "admin.users"),
            (
                _("Name"),
                _("E-mail address"),
                _("Account switched on"),
                _("Second factor"),
                _("Last signed in"),
                _("Role"),
                _("Organisation"),
                _("Classes"),
                _("From"),
                _("Until"),
            ),
            lists.clean_users,
            lists.users,
            about_pupils=False,
        ),
        Kind(
            "log",
            _("Log"),
            _("One row a line of the log: when, who, what. A child is named by a code that says nothing."),
            ("export.administration", "admin.audit"),
            (
                _("When"),
                _("Who"),
                _("Role"),
                _("Organisation"),
                _("What"),
                _("Way"),
                _("Child"),
                _("Codes and dates"),
                _("Emergency"),
            ),
            lists.clean_log,
            lists.log,
            about_pupils=False,
        ),
    )
}


def may(actor: Actor, kind: Kind) -> bool:
    """Whether the actor has every right of this export somewhere."""
    return all(decide(actor, right).allowed for right in kind.rights)


def still_in_reach(actor: Actor, kind: Kind, pupils: list[str]) -> bool:
    """Whether everybody in a file is still somebody whom the actor may export."""
    wanted = set(pupils)
    return len(wanted) == visible_pupils(actor, kind.right).filter(pk__in=wanted).count()
