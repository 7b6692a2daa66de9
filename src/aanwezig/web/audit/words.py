"""What pages and actions of the log are called. A page or action that is not named here shows its code."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Names that the log may hold beside those of other apps: each app names its own in ``name_pages``/``name_actions``.
_PAGES: dict[str, str] = {
    "who": gettext_noop("who can see and who looked"),
    "emergencies": gettext_noop("list of emergencies"),
}
_ACTIONS: dict[str, str] = {
    "invite": gettext_noop("invited somebody"),
    "send_invitation_again": gettext_noop("sent an invitation again"),
    "withdraw_invitation": gettext_noop("withdrew an invitation"),
    "accept_invitation": gettext_noop("accepted an invitation"),
    "end_role": gettext_noop("ended a role"),
    "change_role": gettext_noop("changed a role"),
    "switch_off_account": gettext_noop("switched off an account"),
    "switch_on_account": gettext_noop("switched on an account"),
    "reset_second_factor": gettext_noop("took away somebody's second factor"),
    "add_organisation": gettext_noop("added an organisation"),
    "change_organisation": gettext_noop("changed an organisation"),
    "close_organisation": gettext_noop("closed an organisation"),
    "reopen_organisation": gettext_noop("opened an organisation again"),
    "change_profile": gettext_noop("changed the own details"),
    "change_password": gettext_noop("changed the own password"),
    "set_password": gettext_noop("set the own password"),
    "set_up_second_factor": gettext_noop("set up the own second factor"),
    "take_own_second_factor": gettext_noop("took away the own second factor"),
    "end_other_sessions": gettext_noop("signed out everywhere else"),
    "break_glass": gettext_noop("opened a file in an emergency"),
    "see_emergency": gettext_noop("looked at an emergency"),
}


def name_pages(names: dict[str, str]) -> None:
    """Say what pages of an app are called in the log: code to English msgid."""
    _PAGES.update(names)


def name_actions(names: dict[str, str]) -> None:
    """Say what actions of an app are called in the log: code to English msgid."""
    _ACTIONS.update(names)


def page_words(code: str) -> str:
    return _(_PAGES[code]) if code in _PAGES else code.replace("_", " ")


def action_words(code: str) -> str:
    return _(_ACTIONS[code]) if code in _ACTIONS else code.replace("_", " ")
