"""The weekly mail: it says that there is something to see, and nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from aanwezig.web.access.actor import Actor, actor_of
from aanwezig.web.access.decide import today
from aanwezig.web.audit.queries import unseen_emergencies
from aanwezig.web.signals.queries.follow_up import overview
from aanwezig.web.today.domain import first_page
from aanwezig.web.today.models import WeeklyMail

A_WEEK = timedelta(days=7)


def waiting(on: date) -> Iterator[WeeklyMail]:
    """Who wants the mail and had none in the last week."""
    for one in WeeklyMail.objects.filter(is_wanted=True, user__is_active=True).select_related("user"):
        if one.last_sent_on is None or one.last_sent_on <= on - A_WEEK:
            yield one


def has_something(actor: Actor) -> bool:
    """Whether anything waits for this person at one of the organisations that they work for."""
    for membership in actor.memberships:
        kind = first_page(membership.role)
        if kind == "emergencies" and unseen_emergencies(actor):
            return True
        if kind == "school" and any(_at(actor, code) for code in sorted(membership.at.schools)):
            return True
    return False


def _at(actor: Actor, school: str) -> bool:
    found = overview(actor, school, with_duties=True)
    return bool(found.lines or found.alerts or any(one.obligation == "must" for one in found.duties))


@task()
def send_weekly_mails() -> int:
    """Send the mail to everybody who wants it and for whom there is something; how many were sent."""
    on, sent = today(), 0
    for one in list(waiting(on)):
        if not has_something(actor_of(one.user, on)):
            continue
        with transaction.atomic():
            # Two workers at once: only one of them finds the row as it was.
            mine = WeeklyMail.objects.filter(pk=one.pk, last_sent_on=one.last_sent_on).update(last_sent_on=on)
            if not mine:
                continue
        with translation.override(one.user.language):
            send_mail(
                _("There is something to see in Aanwezig"),
                _(
                    "There is something to see for you in Aanwezig. Sign in to see what it is:\n\n"
                    "%(address)s\n\n"
                    "There are no names in this mail, on purpose. You asked for it; on the page Today you can stop it."
                )
                % {"address": _address()},
                None,
                [one.user.email],
            )
        sent += 1
    return sent


def _address() -> str:
    """Where the application is reached, by its own settings: a mail has no request."""
    host = next(
        (host for host in settings.ALLOWED_HOSTS if host not in ("*",) and not host.startswith(".")),
        "localhost",
    )
    return f"{'https' if getattr(settings, 'SECURE_SSL_REDIRECT', False) else 'http'}://{host}/"
