"""Following up signals and keeping the ladder: each change with access check and audit line in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, NotAllowed, require, today
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.signals import tasks
from aanwezig.web.signals.ladders import ladder
from aanwezig.web.signals.models import Review, ReviewState, Step, StepOutcome, Why

# A muted signal comes back within this school year: at most so many days on.
LONGEST_MUTE = 180


def _wrong(code: str, nl: str, en: str, mend_nl: str, mend_en: str) -> AanwezigError:
    return AanwezigError(code, BilingualText(nl, en), BilingualText(mend_nl, mend_en))


def review_signal(
    actor: Actor | None,
    finding: StoredFinding,
    state: str,
    *,
    why: str = "",
    until: date | None = None,
    note: str = "",
) -> Review:
    """Record what a person decided about a signal; the last review that was not undone holds."""
    decision = _may_review(actor, finding)
    assert actor is not None
    _check(state, why, until, note)
    with transaction.atomic():
        return _review(actor, decision, finding, state, why, until, note)


def review_signals(
    actor: Actor | None,
    findings: Sequence[StoredFinding],
    state: str,
    *,
    until: date | None = None,
    note: str = "",
) -> list[Review]:
    """The same for several signals at once: all of them, or none when one of them may not be."""
    decisions = [_may_review(actor, finding) for finding in findings]
    assert actor is not None or not findings
    _check(state, "", until, note)
    with transaction.atomic():
        return [
            _review(actor, decision, finding, state, "", until, note)  # type: ignore[arg-type]
            for finding, decision in zip(findings, decisions, strict=True)
        ]


def _may_review(actor: Actor | None, finding: StoredFinding) -> Decision:
    if finding.pupil is None or finding.kind != "signal":
        # Group alerts are looked at, not followed up per person; duties have their own pages.
        raise NotAllowed(Decision(False, "", "signal.review"))
    return require(actor, "signal.review", finding.pupil)


def _check(state: str, why: str, until: date | None, note: str) -> None:
    if state not in ReviewState.values:
        raise ValueError(state)
    if (state == ReviewState.EXPLAINED) != bool(why) or (why and why not in Why.values):
        raise _wrong(
            "WEB-401",
            "Er staat niet bij waardoor het signaal verklaard is.",
            "It does not say what explains the signal.",
            "Kies een verklaring.",
            "Choose an explanation.",
        )
    if why == Why.OTHER and not note.strip():
        raise _wrong(
            "WEB-402",
            "Bij ‘iets anders’ hoort een toelichting.",
            "With ‘something else’ a note is needed.",
            "Schrijf in een paar woorden wat het verklaart.",
            "Write in a few words what explains it.",
        )
    if (state == ReviewState.MUTED) != (until is not None):
        raise _wrong(
            "WEB-403",
            "Er staat niet bij tot wanneer het signaal wacht.",
            "It does not say until when the signal waits.",
            "Kies een datum.",
            "Choose a date.",
        )
    if until is not None and not 0 < (until - today()).days <= LONGEST_MUTE:
        raise _wrong(
            "WEB-404",
            "Die datum ligt niet in het komende halve jaar.",
            "That date is not within the coming half year.",
            "Kies een datum na vandaag en binnen zes maanden.",
            "Choose a date after today and within six months.",
        )


def _review(
    actor: Actor,
    decision: Decision,
    finding: StoredFinding,
    state: str,
    why: str,
    until: date | None,
    note: str,
) -> Review:
    review = Review.objects.create(
        school_id=finding.school_id,
        pupil_id=str(finding.pupil_id),
        key=finding.key,
        rule=finding.rule,
        first_day=finding.first_day,
        state=state,
        why=why,
        until=until,
        note=note.strip(),
        by_id=actor.user_id,
        at=timezone.now(),
    )
    record_change(
        actor,
        "signal.review",
        decision=decision,
        pupil=finding.pupil_id,
        subject=review.ref,
        details={
            "rule": finding.rule,
            "state": state,
            "why": why,
            "until": until.isoformat() if until else None,
        },
    )
    return review


def undo_review(actor: Actor | None, review: Review) -> None:
    """Take a review back: the one before it holds again. Undoing twice changes nothing."""
    decision = require(actor, "signal.review", review.pupil)
    assert actor is not None
    with transaction.atomic():
        changed = Review.objects.filter(pk=review.pk, undone_at__isnull=True).update(
            undone_at=timezone.now(), undone_by_id=actor.user_id
        )
        if changed:
            record_change(
                actor,
                "signal.review.undo",
                decision=decision,
                pupil=review.pupil_id,
                subject=review.ref,
                details={"rule": review.rule, "state": review.state},
            )


# The ladder of a school


def take_over_ladder(actor: Actor | None, school: School, name: str) -> list[Step]:
    """Make the steps of a ladder of ours the school's; steps that stand already are left as they are."""
    decision = require(actor, "ladder.edit", school.organisation)
    assert actor is not None
    made = []
    with transaction.atomic():
        standing = {
            (step.counted, step.number, step.action)
            for step in Step.objects.filter(school=school, ended_at__isnull=True)
        }
        for offered in ladder(name).steps:
            if (offered.counted, offered.number, offered.action) in standing:
                continue
            made.append(
                Step.objects.create(
                    school=school,
                    number=offered.number,
                    counted=offered.counted,
                    weeks=offered.weeks,
                    action=offered.action,
                    who=offered.who,
                    origin=name,
                )
            )
        record_change(
            actor, "ladder.take_over", decision=decision, subject=name, details={"steps": len(made)}
        )
        tasks.recount_later(school.pk)
    return made


def save_step(
    actor: Actor | None,
    school: School,
    step: Step | None,
    *,
    number: int,
    counted: str,
    weeks: int | None,
    action: str,
    who: str,
    version: int | None = None,
) -> Step:
    """Add a step, or change one; AanwezigError when the same step stands already or somebody else changed it."""
    decision = require(actor, "ladder.edit", school.organisation)
    assert actor is not None
    values = {"number": number, "counted": counted, "weeks": weeks, "action": action, "who": who}
    try:
        with transaction.atomic():
            if step is None:
                step = Step.objects.create(school=school, **values)
            else:
                changed = Step.objects.filter(
                    pk=step.pk, school=school, version=version or step.version, ended_at__isnull=True
                ).update(**values, version=(version or step.version) + 1, origin="")
                if not changed:
                    raise _wrong(
                        "WEB-411",
                        "Iemand anders veranderde deze stap intussen.",
                        "Somebody else changed this step meanwhile.",
                        "Kijk wat er nu staat en bewaar opnieuw.",
                        "See what stands now and save again.",
                    )
                step.refresh_from_db()
            record_change(
                actor,
                "ladder.save",
                decision=decision,
                subject=step.ref,
                details={"number": number, "counted": counted, "weeks": weeks, "action": action, "who": who},
            )
            tasks.recount_later(school.pk)
    except IntegrityError:
        raise _wrong(
            "WEB-412",
            "Deze stap staat er al.",
            "This step is there already.",
            "Kies een ander aantal of een andere actie.",
            "Choose another number or another action.",
        ) from None
    return step


def end_step(actor: Actor | None, step: Step) -> None:
    """Take a step out of the ladder; what was recorded of it stays. Ending twice changes nothing."""
    decision = require(actor, "ladder.edit", step.school.organisation)
    assert actor is not None
    with transaction.atomic():
        if Step.objects.filter(pk=step.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
            record_change(actor, "ladder.end", decision=decision, subject=step.ref)


def record_step(
    actor: Actor | None, step: Step, pupil: Pupil, state: str, on: date, because: str = ""
) -> StepOutcome:
    """Record that a step was done on a day, or is not needed because."""
    decision = require(actor, "signal.review", pupil)
    assert actor is not None
    if on > today():
        raise _wrong(
            "WEB-421",
            "Die dag moet nog komen.",
            "That day is still to come.",
            "Kies vandaag of een dag daarvoor.",
            "Choose today or a day before.",
        )
    if state == "not_needed" and not because.strip():
        raise _wrong(
            "WEB-422",
            "Er staat niet bij waarom de stap niet nodig is.",
            "It does not say why the step is not needed.",
            "Schrijf in een paar woorden waarom.",
            "Write in a few words why.",
        )
    with transaction.atomic():
        outcome = StepOutcome.objects.create(
            step=step,
            pupil=pupil,
            state=state,
            on=on,
            because=because.strip(),
            by_id=actor.user_id,
            at=timezone.now(),
        )
        record_change(
            actor,
            "step.record",
            decision=decision,
            pupil=pupil,
            subject=step.ref,
            details={"state": state, "on": on.isoformat()},
        )
    return outcome


def undo_step(actor: Actor | None, outcome: StepOutcome) -> None:
    """Take back what was recorded of a step."""
    decision = require(actor, "signal.review", outcome.pupil)
    assert actor is not None
    with transaction.atomic():
        if StepOutcome.objects.filter(pk=outcome.pk, undone_at__isnull=True).update(undone_at=timezone.now()):
            record_change(
                actor, "step.undo", decision=decision, pupil=outcome.pupil_id, subject=outcome.step.ref
            )


def findings_by_ref(refs: Iterable[str]) -> list[StoredFinding]:
    """The open signals of pupils with these refs, for a bulk action."""
    return list(
        StoredFinding.objects.filter(
            ref__in=list(refs), kind="signal", pupil__isnull=False, cleared_at__isnull=True
        ).select_related("pupil", "pupil__person")
    )
