"""Keeping filters under a name, and one action for several pupils: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.values import AanwezigError, BilingualText, SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import NotAllowed, decide, require, today, visible_pupils
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils.actions import withdraw_note, write_note
from aanwezig.web.pupils.actions.notes import NoteText
from aanwezig.web.pupils.models import Note
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.search.models import SavedFilter
from aanwezig.web.signals.actions import review_signals, undo_review
from aanwezig.web.signals.models import Review

MOST_SAVED = 30


def _wrong(code: str, nl: str, en: str, mend_nl: str, mend_en: str) -> AanwezigError:
    return AanwezigError(code, BilingualText(nl, en), BilingualText(mend_nl, mend_en))


def _taken() -> AanwezigError:
    return _wrong(
        "WEB-801",
        "Je hebt al filters met deze naam.",
        "You have filters with this name already.",
        "Kies een andere naam.",
        "Choose another name.",
    )


def save_filter(actor: Actor | None, name: str, query: str) -> SavedFilter:
    """Keep filters under a name; nobody else sees them. AanwezigError when the name is taken, or for too many."""
    decision = require(actor, "pupil.view")
    assert actor is not None
    assert actor.user_id is not None
    if SavedFilter.objects.filter(owner=actor.user_id).count() >= MOST_SAVED:
        raise _wrong(
            "WEB-802",
            f"Je hebt al {MOST_SAVED} filters bewaard.",
            f"You have kept {MOST_SAVED} filters already.",
            "Haal er eerst een weg.",
            "Remove one first.",
        )
    try:
        with transaction.atomic():
            made = SavedFilter.objects.create(
                owner_id=actor.user_id, name=name.strip(), query=query, made_at=timezone.now()
            )
            record_change(actor, "filter.save", decision=decision, subject=made.ref)
    except IntegrityError:
        raise _taken() from None
    return made


def rename_filter(actor: Actor | None, saved: SavedFilter, name: str) -> None:
    """Give one's own filters another name."""
    decision = require(actor, "pupil.view")
    assert actor is not None
    _own(actor, saved)
    try:
        with transaction.atomic():
            SavedFilter.objects.filter(pk=saved.pk).update(name=name.strip())
            record_change(actor, "filter.rename", decision=decision, subject=saved.ref)
    except IntegrityError:
        raise _taken() from None


def remove_filter(actor: Actor | None, saved: SavedFilter) -> None:
    """Forget one's own filters; twice changes nothing."""
    decision = require(actor, "pupil.view")
    assert actor is not None
    _own(actor, saved)
    with transaction.atomic():
        if SavedFilter.objects.filter(pk=saved.pk).delete()[0]:
            record_change(actor, "filter.remove", decision=decision, subject=saved.ref)


def _own(actor: Actor, saved: SavedFilter) -> None:
    if saved.owner_id != actor.user_id:
        raise NotAllowed(decide(actor, "pupil.view"))


# One action for several pupils


def chosen_pupils(actor: Actor | None, refs: Sequence[str], right: str) -> list[Pupil]:
    """The pupils with these refs, when the actor may do this to each of them; else AanwezigError and nobody."""
    require(actor, right)
    wanted = set(refs)
    found = list(visible_pupils(actor, right).filter(ref__in=wanted).select_related("person"))
    refused = len(wanted) - len(found)
    if refused:
        raise _wrong(
            "WEB-803",
            f"Voor {refused} van de {len(wanted)} gekozen leerlingen mag je dit niet. Er is niets veranderd.",
            f"For {refused} of the {len(wanted)} chosen pupils you may not do this. Nothing was changed.",
            "Kies leerlingen voor wie het wel mag.",
            "Choose pupils for whom you may.",
        )
    return sorted(found, key=lambda one: (_name(one).casefold(), one.pk))


def _name(pupil: Pupil) -> str:
    person = getattr(pupil, "person", None)
    return f"{person.last_name} {person.first_name}" if person else ""


def write_notes(actor: Actor | None, refs: Sequence[str], written: NoteText) -> list[Note]:
    """The same note in the file of each: all of them, or none."""
    pupils = chosen_pupils(actor, refs, "pupil.note")
    with transaction.atomic():
        return [write_note(actor, pupil, written) for pupil in pupils]


def open_signals_of(pupils: Sequence[Pupil], schools: Sequence[str] = ()) -> list[StoredFinding]:
    """The signals of these pupils that hold this school year, at these schools."""
    rows = StoredFinding.objects.filter(
        pupil__in=pupils, kind="signal", cleared_at__isnull=True, school_year=str(SchoolYear.of(today()))
    ).select_related("pupil__person")
    return list((rows.filter(school__in=schools) if schools else rows).order_by("pupil", "rule", "pk"))


def undo_notes(actor: Actor | None, refs: Sequence[str]) -> int:
    """Withdraw notes that the actor just wrote for several: all of them, or none; how many."""
    require(actor, "pupil.note")
    assert actor is not None
    notes = list(Note.objects.filter(ref__in=refs, made_by=actor.user_id).select_related("pupil"))
    with transaction.atomic():
        for note in notes:
            withdraw_note(actor, note, _("Taken back: written for several pupils at once."))
    return len(notes)


def undo_reviews(actor: Actor | None, refs: Sequence[str]) -> int:
    """Take back reviews that the actor just made for several: all of them, or none; how many."""
    require(actor, "signal.review")
    assert actor is not None
    reviews = list(Review.objects.filter(ref__in=refs, by=actor.user_id).select_related("pupil"))
    with transaction.atomic():
        for review in reviews:
            undo_review(actor, review)
    return len(reviews)


__all__ = [
    "chosen_pupils",
    "open_signals_of",
    "remove_filter",
    "rename_filter",
    "review_signals",
    "save_filter",
    "undo_notes",
    "undo_reviews",
    "write_notes",
]
