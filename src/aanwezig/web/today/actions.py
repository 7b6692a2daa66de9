"""What the first page changes: when somebody was here, and who wants the weekly mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.actions import record_change
from aanwezig.web.today.domain import visit
from aanwezig.web.today.models import WeeklyMail


def begin_visit(actor: Actor | None, user: User) -> datetime | None:
    """Keep that somebody opened the page; since when things are new to them (None: the first time).

    Not in the log of changes: it is no change that anybody else sees.
    """
    require(actor, "account.own")
    now = timezone.now()
    since, is_new = visit(now, user.seen_today_at, user.seen_before_at)
    if is_new:
        User.objects.filter(pk=user.pk).update(seen_before_at=user.seen_today_at, seen_today_at=now)
    return since


def choose_weekly_mail(actor: Actor | None, wanted: bool) -> None:
    """Want the weekly mail, or not any more."""
    decision = require(actor, "account.own")
    assert actor is not None and actor.user_id is not None
    with transaction.atomic():
        WeeklyMail.objects.update_or_create(user_id=actor.user_id, defaults={"is_wanted": wanted})
        record_change(actor, "today.mail", decision=decision, details={"wanted": wanted})
