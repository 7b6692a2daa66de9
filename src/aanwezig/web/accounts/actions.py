"""What changes an account. Each checks the right, makes the change and writes the log, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.actions import record_change

PROFILE = ("name", "job_title", "phone", "language")


def change_profile(actor: Actor, user: User, values: Mapping[str, str]) -> User:
    """A person changes the own name, job title, telephone, language."""
    decision = require(actor, "account.own")
    if user.pk != actor.user_id:
        raise ValueError("a profile is changed by its own person")
    with transaction.atomic():
        changed = [name for name in PROFILE if name in values and getattr(user, name) != values[name]]
        for name in changed:
            setattr(user, name, values[name])
        if changed:
            user.save(update_fields=changed)
            record_change(
                actor,
                "change_profile",
                decision=decision,
                subject=user.ref,
                details={"fields": list(changed)},
            )
    return user


def record_own_change(actor: Actor, action: str, user: User) -> None:
    """The library changed password or second factor after asking who it was: that goes to the log too."""
    decision = require(actor, "account.own")
    record_change(actor, action, decision=decision, subject=user.ref)


# For other apps, inside their transaction and after their access check.


def make_account(email: str, name: str, language: str, password: str | None) -> User:
    """A new account, or one that was switched off and is used again; its address is known to be right."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, language=language)
    else:
        # Switched off earlier: whoever holds the old password or telephone does not come in with it.
        Authenticator.objects.filter(user=user).delete()
        user.is_active, user.name, user.language = True, name or user.name, language
        user.set_password(password)
        user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def end_sessions(user: User, but: str | None = None) -> int:
    """Sign a person out everywhere, except in the session ``but``; how many sessions ended."""
    ended = 0
    for one in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        one.end()
        ended += 1
    return ended


def switch_off(user: User) -> None:
    """The account can no longer sign in, and every session ends at once."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)


def take_second_factor(user: User) -> None:
    """For who lost the telephone: the second factor goes, every session ends, signing in asks to set up a new one."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
