"""Every change of what people keep about a pupil: access, change and audit line in one transaction."""

from aanwezig.web.pupils.actions.contacts import add_contact, change_contact, remove_contact
from aanwezig.web.pupils.actions.documents import add_document, document_content, withdraw_document
from aanwezig.web.pupils.actions.notes import edit_note, withdraw_note, write_note
from aanwezig.web.pupils.actions.recorded import correct_recorded, record, withdraw_recorded
from aanwezig.web.pupils.actions.tiers import change_plan, end_plan, mark_plan, set_tier

__all__ = [
    "add_contact",
    "add_document",
    "change_contact",
    "change_plan",
    "correct_recorded",
    "document_content",
    "edit_note",
    "end_plan",
    "mark_plan",
    "record",
    "remove_contact",
    "set_tier",
    "withdraw_document",
    "withdraw_note",
    "withdraw_recorded",
    "write_note",
]
