"""What pages and actions of the log are called. A page or action that is not named here shows its code."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Every name that the log holds, in one place: who reads the log wants one language of words. An app that keeps its
# words with itself adds them by ``name_pages`` and ``name_actions``.
_PAGES: dict[str, str] = {
    "who": gettext_noop("who can see and who looked"),
    "emergencies": gettext_noop("list of emergencies"),
    "pupil": gettext_noop("the pupil's page"),
    "missing_facts": gettext_noop("list of missing facts"),
    "worklist": gettext_noop("points in the data"),
    "worklist_point": gettext_noop("a point in the data"),
    "tier": gettext_noop("the tier"),
    "form": gettext_noop("a form about the pupil"),
    "recorded facts": gettext_noop("recorded facts"),
    "note": gettext_noop("a note"),
    "overview": gettext_noop("the overview for parents"),
    "family": gettext_noop("my overview"),
    "document": gettext_noop("a document"),
    "duties": gettext_noop("list of notifications"),
    "duty": gettext_noop("a duty"),
    "notification": gettext_noop("a notification"),
    "letter": gettext_noop("a letter"),
    "signals": gettext_noop("list of signals"),
    "signal": gettext_noop("a signal"),
    "group_alert": gettext_noop("alert about a group"),
    "steps": gettext_noop("the steps taken"),
    "today": gettext_noop("the page Today"),
    "pupils": gettext_noop("list of pupils"),
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
    "duty.prepare": gettext_noop("prepared a notification"),
    "duty.save": gettext_noop("worked on a notification"),
    "duty.sent": gettext_noop("recorded a notification as sent"),
    "duty.status": gettext_noop("changed the status of a notification"),
    "duty.discard": gettext_noop("threw away a prepared notification"),
    "duty.withdraw": gettext_noop("withdrew a notification"),
    "duty.inspectorate": gettext_noop("recorded a message to the inspectorate"),
    "duty.official_number": gettext_noop("kept or removed an official number"),
    "letter.make": gettext_noop("made a letter"),
    "signal.review": gettext_noop("followed up a signal"),
    "signal.review.undo": gettext_noop("undid following up a signal"),
    "ladder.take_over": gettext_noop("took over a ladder of steps"),
    "ladder.save": gettext_noop("changed the ladder of steps"),
    "ladder.end": gettext_noop("ended a step of the ladder"),
    "step.record": gettext_noop("recorded a step"),
    "step.undo": gettext_noop("undid a step"),
    "import_kept": gettext_noop("kept an import"),
    "import_begun": gettext_noop("began an import"),
    "import_abandoned": gettext_noop("gave up an import"),
    "import_undone": gettext_noop("undid an import"),
    "complete_up_to": gettext_noop("said up to when data are complete"),
    "import_faults_taken": gettext_noop("took along the faults of an import"),
    "filter.save": gettext_noop("kept a filter"),
    "filter.rename": gettext_noop("renamed a filter"),
    "filter.remove": gettext_noop("removed a filter"),
    "absence_withdrawn": gettext_noop("withdrew an absence"),
    "point_looked_at": gettext_noop("looked at a point in the data"),
    "point_to_look_at": gettext_noop("put a point in the data back on the list"),
    "reasons.set": gettext_noop("set the reason codes"),
    "retention.clear": gettext_noop("removed what was kept long enough"),
    "threshold.chosen": gettext_noop("chose a threshold"),
    "threshold.forgotten": gettext_noop("went back to the threshold of the source"),
    "today.mail": gettext_noop("chose whether to get the weekly mail"),
    "note.write": gettext_noop("added a note"),
    "note.edit": gettext_noop("changed a note"),
    "note.withdraw": gettext_noop("withdrew a note"),
    "document.add": gettext_noop("added a document"),
    "document.withdraw": gettext_noop("withdrew a document"),
    "fact.record": gettext_noop("recorded a fact"),
    "fact.correct": gettext_noop("corrected a fact"),
    "fact.withdraw": gettext_noop("withdrew a fact"),
    "tier.set": gettext_noop("set the tier"),
    "plan.mark": gettext_noop("noted a plan"),
    "plan.change": gettext_noop("changed a plan"),
    "plan.end": gettext_noop("ended a plan"),
    "contact.add": gettext_noop("added a contact"),
    "contact.change": gettext_noop("changed a contact"),
    "contact.remove": gettext_noop("removed a contact"),
    "calendar.add": gettext_noop("added days to the calendar"),
    "calendar.remove": gettext_noop("removed days from the calendar"),
    "timetable.set": gettext_noop("set lesson times"),
    "calendar.school": gettext_noop("changed the calendar of the school"),
    "register.exported": gettext_noop("exported the register"),
}


def name_pages(names: dict[str, str]) -> None:
    """Say what pages of an app are called in the log: code to English msgid."""
    _PAGES.update(names)


def name_actions(names: dict[str, str]) -> None:
    """Say what actions of an app are called in the log: code to English msgid."""
    _ACTIONS.update(names)


def page_words(code: str) -> str:
    """The page in words; of 'document x7k…' the first word counts, the rest says which one."""
    known = code if code in _PAGES else code.partition(" ")[0]
    return _(_PAGES[known]) if known in _PAGES else code.replace("_", " ")


def action_words(code: str) -> str:
    return _(_ACTIONS[code]) if code in _ACTIONS else code.replace("_", " ").replace(".", " ")
