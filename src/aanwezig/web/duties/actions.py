"""Changes to notifications and letters: one function each, with access, change and audit line in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require, today
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.actions import record_change
from aanwezig.web.duties import domain
from aanwezig.web.duties.letters import LetterText
from aanwezig.web.duties.models import Letter, Notification, Status, StatusChange
from aanwezig.web.facts.changes import add_fact, correct_fact, current
from aanwezig.web.facts.models import FACTS, Person, Pupil, School
from aanwezig.web.facts.official_number import can_be_kept, is_official_number, seal
from aanwezig.web.results.models import StoredFinding

EDITABLE = (
    "suspected_reason",
    "all_lessons_missed",
    "absence_days",
    "absence_hours",
    "action_taken",
    "action_wanted",
    "action_wanted_text",
    "location",
    "reporter_name",
    "reporter_role",
    "reporter_phone",
    "reporter_email",
    "family_phone",
    "deviating_address",
    "parents_told_on",
    "youth_doctor_consulted_on",
)


class ChangedMeanwhile(Exception):
    """Somebody else saved the same form since it was opened; ``theirs`` is what stands now."""

    def __init__(self, theirs: Notification) -> None:
        super().__init__("changed meanwhile")
        self.theirs = theirs


def _error(code: str, what: tuple[str, str], mend: tuple[str, str]) -> AanwezigError:
    return AanwezigError(code, BilingualText(*what), BilingualText(*mend))


def prepare(actor: Actor | None, finding: StoredFinding) -> Notification:
    """The notification for a duty: the one that stands, else a new draft filled from the facts and the school."""
    assert finding.pupil is not None
    decision = require(actor, "duty.prepare", finding.pupil)
    assert actor is not None
    category = domain.CATEGORY_OF_RULE.get(finding.rule)
    if category is None or finding.first_day is None:
        raise _error(
            "WEB-301",
            (
                "Dit punt gaat niet naar het verzuimregister van DUO.",
                "This point does not go to DUO's absence register.",
            ),
            ("Kijk bij de leerling wat hier moet gebeuren.", "See at the pupil what has to be done here."),
        )
    with transaction.atomic():
        standing = (
            Notification.objects.select_for_update()
            .filter(
                school=finding.school, pupil=finding.pupil, rule=finding.rule, first_day=finding.first_day
            )
            .exclude(status=Status.WITHDRAWN)
            .first()
        )
        if standing is not None:
            return standing
        now = timezone.now()
        made = Notification.objects.create(
            school=finding.school,
            pupil=finding.pupil,
            category=category,
            rule=finding.rule,
            first_day=finding.first_day,
            last_day=finding.last_day,
            made_by_id=actor.user_id,
            made_at=now,
            changed_at=now,
            **_prefilled(actor, finding),
        )
        record_change(actor, "duty.prepare", decision=decision, pupil=finding.pupil, subject=finding.rule)
    return made


def _prefilled(actor: Actor, finding: StoredFinding) -> dict[str, Any]:
    from aanwezig.web.duties.queries import absences_of

    rows = absences_of(finding)
    counted = finding.quantity if finding.unit == "minutes" else None
    amount = domain.amount_of([row.value for row in rows], counted)
    user = User.objects.filter(pk=actor.user_id or 0).first()
    family = finding.pupil.contacts.filter(has_authority=True).exclude(phone="").first()  # type: ignore[union-attr]
    return {
        "absence_days": amount.days or None,
        "absence_hours": amount.hours,
        "location": finding.school.organisation.name,
        "reporter_name": user.name if user else "",
        "reporter_role": user.job_title if user else "",
        "reporter_phone": user.phone if user else "",
        "reporter_email": user.email if user else "",
        "family_phone": family.phone if family else "",
    }


def save_draft(
    actor: Actor | None, notification: Notification, values: Mapping[str, Any], version: int
) -> Notification:
    """Keep what was typed; ChangedMeanwhile when the form is older than what stands. Sent ones stay as they were sent."""
    decision = require(actor, "duty.prepare", notification.pupil)
    assert actor is not None
    with transaction.atomic():
        standing = Notification.objects.select_for_update().get(pk=notification.pk)
        if standing.version != version:
            raise ChangedMeanwhile(standing)
        if standing.status != Status.DRAFT:
            raise _error(
                "WEB-302",
                ("Deze melding is al verstuurd en staat vast.", "This notification was sent and is final."),
                (
                    "Trek de melding in en maak een nieuwe als er iets niet klopt.",
                    "Withdraw it and make a new one where something is wrong.",
                ),
            )
        for name in EDITABLE:
            if name in values:
                setattr(standing, name, values[name])
        standing.version += 1
        standing.changed_at = timezone.now()
        standing.save()
        record_change(
            actor,
            "duty.save",
            decision=decision,
            pupil=standing.pupil,
            subject=standing.ref,
            details={"fields": [name for name in EDITABLE if name in values]},
        )
    return standing


def record_sent(
    actor: Actor | None,
    notification: Notification,
    sent_on: date,
    number: str,
    *,
    words_accepted: bool = False,
) -> Notification:
    """Record that the notification was sent to DUO: it becomes a fact of the register and meets the duty."""
    decision = require(actor, "duty.record", notification.pupil)
    assert actor is not None
    with transaction.atomic():
        standing = Notification.objects.select_for_update().get(pk=notification.pk)
        _check_sendable(standing, sent_on, words_accepted)
        fact = add_fact(
            "notifications",
            actor.user_id,
            {
                "pupil_id": standing.pupil_id,
                "school_id": standing.school_id,
                "category": standing.category,
                "first_day": standing.first_day,
                "last_day": standing.last_day,
                "sent_on": sent_on,
                "status": "registered",
            },
        )
        standing.fact_id, standing.sent_on, standing.number = fact.pk, sent_on, number.strip()
        _move(actor, standing, Status.REGISTERED)
        record_change(
            actor,
            "duty.sent",
            decision=decision,
            pupil=standing.pupil,
            subject=standing.ref,
            details={"category": standing.category, "sent_on": sent_on.isoformat()},
        )
    return standing


def _check_sendable(standing: Notification, sent_on: date, words_accepted: bool) -> None:
    if standing.status != Status.DRAFT:
        raise _error(
            "WEB-303",
            (
                "Deze melding is al als verstuurd vastgelegd.",
                "This notification was already recorded as sent.",
            ),
            ("Er hoeft niets meer te gebeuren.", "Nothing more needs to be done."),
        )
    values = {name: getattr(standing, name) for name in EDITABLE}
    lacking = domain.missing(values)
    if lacking:
        raise _error(
            "WEB-304",
            (
                f"De melding is nog niet compleet: {len(lacking)} velden ontbreken.",
                f"The notification is not complete yet: {len(lacking)} fields are missing.",
            ),
            ("Vul de gemarkeerde velden in en bewaar eerst.", "Fill in the marked fields and save first."),
        )
    if domain.words_by_field(values) and not words_accepted:
        raise _error(
            "WEB-305",
            (
                "In de tekst staan woorden die op een diagnose lijken.",
                "The text has words that look like a diagnosis.",
            ),
            ("Haal ze weg, of vink aan dat ze nodig zijn.", "Take them out, or tick that they are needed."),
        )
    wrong = domain.day_wrong(sent_on, standing.first_day, today())
    if wrong is not None:
        what = {
            "future": (
                "De dag van verzending ligt in de toekomst.",
                "The day of sending lies in the future.",
            ),
            "before_absence": (
                "De dag van verzending ligt voor de eerste dag van het verzuim.",
                "The day of sending lies before the first day of the absence.",
            ),
        }[wrong]
        raise _error(
            "WEB-306",
            what,
            ("Kies de dag waarop er echt is gemeld.", "Choose the day on which it was really notified."),
        )


def change_status(actor: Actor | None, notification: Notification, status: str) -> Notification:
    """Record what became of a sent notification: in progress, closed, taken note of."""
    decision = require(actor, "duty.record", notification.pupil)
    assert actor is not None
    with transaction.atomic():
        standing = Notification.objects.select_for_update().get(pk=notification.pk)
        _check_step(standing, status)
        _correct_fact(actor, standing, status)
        _move(actor, standing, Status(status))
        record_change(
            actor,
            "duty.status",
            decision=decision,
            pupil=standing.pupil,
            subject=standing.ref,
            details={"status": status},
        )
    return standing


def withdraw(actor: Actor | None, notification: Notification, because: str) -> Notification | None:
    """The school withdraws a notification: it meets nothing any more, and the reason stays with it.

    A draft was never sent: it is thrown away, and None comes back.
    """
    decision = require(actor, "duty.record", notification.pupil)
    assert actor is not None
    if not because.strip():
        raise _error(
            "WEB-308",
            (
                "Er is geen reden gegeven om de melding in te trekken.",
                "No reason was given to withdraw the notification.",
            ),
            ("Schrijf kort waarom.", "Write briefly why."),
        )
    with transaction.atomic():
        standing = Notification.objects.select_for_update().get(pk=notification.pk)
        if standing.status == Status.DRAFT:
            standing.delete()
            record_change(
                actor, "duty.discard", decision=decision, pupil=standing.pupil, subject=standing.ref
            )
            return None
        _check_step(standing, "withdrawn")
        _correct_fact(actor, standing, "withdrawn")
        standing.withdrawn_because = because.strip()
        _move(actor, standing, Status.WITHDRAWN)
        record_change(actor, "duty.withdraw", decision=decision, pupil=standing.pupil, subject=standing.ref)
    return standing


def _check_step(standing: Notification, status: str) -> None:
    if status not in Status.values or not domain.may_become(standing.status, status):
        raise _error(
            "WEB-307",
            (
                "Deze stap past niet bij de stand van de melding.",
                "This step does not fit the state of the notification.",
            ),
            (
                "Ververs de pagina: misschien heeft een collega hem al bijgewerkt.",
                "Reload the page: a colleague may have updated it already.",
            ),
        )


def _correct_fact(actor: Actor, standing: Notification, status: str) -> None:
    row = current("notifications").filter(pk=standing.fact_id).first()
    if row is not None:
        standing.fact_id = correct_fact(row, actor.user_id, {"status": status}).pk


def _move(actor: Actor, standing: Notification, status: Status) -> None:
    now = timezone.now()
    standing.status, standing.changed_at = status, now
    standing.version += 1
    standing.save()
    StatusChange.objects.create(notification=standing, status=status, at=now, by_id=actor.user_id)


def tell_inspectorate(actor: Actor | None, pupil: Pupil, suspension_id: int, told_on: date) -> None:
    """Record that the Inspectorate was told of a suspension or expulsion (rules.md §4)."""
    decision = require(actor, "duty.record", pupil)
    assert actor is not None
    with transaction.atomic():
        row = (
            FACTS["suspensions"]
            .objects.select_for_update()
            .get(pk=suspension_id, pupil=pupil, superseded_at__isnull=True)
        )
        if not row.first_day <= told_on <= today():
            raise _error(
                "WEB-309",
                (
                    "Deze dag kan niet: voor de schorsing of in de toekomst.",
                    "This day cannot be: before the suspension or in the future.",
                ),
                (
                    "Kies de dag waarop de Inspectie het hoorde.",
                    "Choose the day on which the Inspectorate was told.",
                ),
            )
        correct_fact(row, actor.user_id, {"inspectorate_told_on": told_on})
        record_change(
            actor,
            "duty.inspectorate",
            decision=decision,
            pupil=pupil,
            details={"told_on": told_on.isoformat()},
        )


def set_official_number(actor: Actor | None, pupil: Pupil, number: str) -> None:
    """Keep the official number that a notification asks for, encrypted; empty removes it."""
    decision = require(actor, "duty.prepare", pupil)
    assert actor is not None
    plain = "".join(number.split()).replace(".", "")
    if plain and not is_official_number(plain):
        raise _error(
            "WEB-311",
            (
                "Dit is geen geldig burgerservicenummer of onderwijsnummer.",
                "This is no valid official number.",
            ),
            (
                "Het heeft negen cijfers; kijk of er een verkeerd staat.",
                "It has nine digits; see whether one is wrong.",
            ),
        )
    if plain and not can_be_kept():
        raise _error(
            "WEB-312",
            (
                "Deze installatie heeft geen sleutel om het nummer versleuteld te bewaren.",
                "This installation has no key to keep the number encrypted.",
            ),
            (
                "De beheerder stelt AANWEZIG_FIELD_KEY in (docs/installation.md).",
                "The administrator sets AANWEZIG_FIELD_KEY (docs/installation.md).",
            ),
        )
    with transaction.atomic():
        person, _made = Person.objects.select_for_update().get_or_create(pupil=pupil)
        person.official_number = seal(plain) if plain else None
        person.save(update_fields=["official_number"])
        record_change(
            actor, "duty.official_number", decision=decision, pupil=pupil, details={"held": bool(plain)}
        )


def make_letter(
    actor: Actor | None, school: School, pupil: Pupil, kind: str, language: str, letter: LetterText
) -> Letter:
    """Keep a letter as it is given to the parents."""
    decision = require(actor, "duty.letter", pupil)
    assert actor is not None
    if not letter.subject.strip() or not letter.text.strip():
        raise _error(
            "WEB-310",
            ("De brief heeft geen onderwerp of geen tekst.", "The letter has no subject or no text."),
            ("Vul beide in.", "Fill in both."),
        )
    with transaction.atomic():
        made = Letter.objects.create(
            school=school,
            pupil=pupil,
            kind=kind,
            language=language,
            subject=letter.subject.strip()[:200],
            text=letter.text.strip(),
            made_by_id=actor.user_id,
            made_by_name=actor.name,
            made_at=timezone.now(),
        )
        record_change(
            actor, "letter.make", decision=decision, pupil=pupil, subject=made.ref, details={"kind": kind}
        )
    return made
