"""What people already did in the demonstration: notes, talks, tiers, plans, reviews, notifications, returns.

Everything goes through the actions of the application, as the people who would do it, so that the log and the
access table tell the same story. Which pupils it is about follows from their results.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor, actor_of
from aanwezig.web.access.decide import decide, today, visible_pupils
from aanwezig.web.accounts.models import User
from aanwezig.web.demo.people import ARRANGEMENT, Cast, add_family
from aanwezig.web.duties import actions as duties
from aanwezig.web.facts.changes import add_fact
from aanwezig.web.facts.models import FACTS, Pupil, School
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils import actions as pupils
from aanwezig.web.pupils.actions.notes import NoteText
from aanwezig.web.results.models import PupilYear, StoredFinding
from aanwezig.web.signals import actions as signals
from aanwezig.web.signals.ladders import ladders

NOTES = (
    ("talk_parents", "Moeder belde: buikpijn op zondagavond, wil wel maar durft niet goed.", "Maandag samen met de mentor naar binnen lopen."),
    ("talk_pupil", "Gesprek over de eerste lesuren. Reizen in de drukte is lastig. Een latere trein helpt misschien.", "Twee weken lang een trein later, met toestemming voor het eerste uur."),
    ("phone_call", "Vader gebeld over de ziekmeldingen. Hij vindt een gesprek met de jeugdarts een goed idee.", ""),
    ("note", "In de pauzes vaak alleen. De mentor let hierop en vraagt een maatje uit de klas.", ""),
    ("home_visit", "Thuis langs geweest. Goed gesprek; de nachtrust is een zorg.", "Vaste bedtijd op schooldagen, na twee weken opnieuw bellen."),
)  # fmt: skip
TIER_REASON = "De aanwezigheid blijft achter; extra gesprekken en een vaste contactpersoon zijn afgesproken."
SUSPECTED = "De leerling zegt moeite te hebben met opstaan en met de drukte op school."


def tell_story(cast: Cast, people: dict[str, User], last_day: date) -> None:
    """Some weeks of work at the secondary school, and a little at the first primary school."""
    now = today()
    coordinator = actor_of(people["bos"], now)
    _school_story(cast, coordinator, actor_of(people["smit"], now), cast.secondary.code)
    _school_story(
        cast, actor_of(people["dejong"], now), actor_of(people["meijer"], now), cast.primary[0].code
    )
    _arrangement(cast, last_day)
    _family(cast, last_day)


def _flagged(school: str) -> Iterator[tuple[Pupil, int]]:
    """Pupils with a proposed tier above 1, highest first, with the tier."""
    year = str(SchoolYear.of(today()))
    rows = PupilYear.objects.filter(school_id=school, school_year=year, is_enrolled=True, proposed_tier__gt=1)
    for row in rows.select_related("pupil").order_by("-proposed_tier", "pupil_id"):
        yield row.pupil, row.proposed_tier or 1


def _school_story(cast: Cast, coordinator: Actor, mentor: Actor, code: str) -> None:
    now = today()
    flagged = list(_flagged(code))
    for place, (pupil, tier) in enumerate(flagged[: len(flagged) * 2 // 3]):
        kind, text, agreed = NOTES[place % len(NOTES)]
        who = mentor if decide(mentor, "pupil.note", pupil).allowed else coordinator
        day = now - timedelta(days=2 + place % 20)
        pupils.write_note(who, pupil, NoteText(kind, day, text, agreed=agreed))
        if place % 3 != 2:
            pupils.set_tier(coordinator, pupil, tier, TIER_REASON, now + timedelta(days=30 + place % 30))
        if place % 2 == 0:
            pupils.mark_plan(
                coordinator,
                pupil,
                first_day=now - timedelta(days=20),
                review_on=now + timedelta(days=10 + place % 40),
                lead=who.name,
                place="Dossier van de zorgcoördinator",
            )
    for place, (pupil, _tier) in enumerate(flagged[:5]):
        pupils.record(coordinator, pupil, "return", {"date": now - timedelta(days=3 + place)})
    school = School.objects.get(code=code)
    for name in ladders():
        signals.take_over_ladder(coordinator, school, name)
    _reviews(coordinator, code)
    _notifications(coordinator, code)


def _reviews(coordinator: Actor, code: str) -> None:
    year = str(SchoolYear.of(today()))
    open_ones = (
        StoredFinding.objects.filter(school_id=code, kind="signal", cleared_at__isnull=True, school_year=year)
        .filter(pupil__in=visible_pupils(coordinator, "signal.review"))
        .order_by("found_at", "pk")
    )
    choices = (
        {"state": "seen"},
        {"state": "explained", "why": "known"},
        {"state": "muted", "until": today() + timedelta(days=14)},
    )
    for place, finding in enumerate(open_ones[:12]):
        signals.review_signal(coordinator, finding, **choices[place % len(choices)])  # type: ignore[arg-type]


def _notifications(coordinator: Actor, code: str) -> None:
    """Three duties: one recorded as sent, one half filled in, one only begun."""
    found = (
        StoredFinding.objects.filter(
            school_id=code,
            kind="duty",
            rule__in=["relative_16h", "long_relative"],
            cleared_at__isnull=True,
            met=False,
        )
        .filter(pupil__in=visible_pupils(coordinator, "duty.prepare"))
        .exclude(due=None)
    )
    for place, finding in enumerate(
        found.select_related("pupil", "school__organisation").order_by("-due")[:3]
    ):
        made = duties.prepare(coordinator, finding)
        if place == 2:
            continue
        values: dict[str, object] = {
            "suspected_reason": SUSPECTED,
            "parents_told_on": today() - timedelta(days=1),
        }
        if place == 0:
            values |= {
                "all_lessons_missed": False,
                "action_taken": "Gesprek met ouders en leerling, brief verstuurd.",
                "action_wanted": True,
                "action_wanted_text": "Graag een gesprek met leerling en ouders.",
                "absence_days": made.absence_days or 1,
                "absence_hours": made.absence_hours or 16,
            }
        saved = duties.save_draft(coordinator, made, values, made.version)
        if place == 0:
            duties.record_sent(coordinator, saved, today(), "2026-000123")


def _arrangement(cast: Cast, last_day: date) -> None:
    """The arrangement and the pupils who follow lessons there."""
    first = SchoolYear.of(last_day).first
    add_fact(
        "arrangements",
        None,
        {
            "arrangement_id": ARRANGEMENT,
            "initiative_id": "demo",
            "name": cast.arrangement.name,
            "first_day": first,
            "partnership": cast.partnership.code,
            "municipality": cast.municipality.code,
            "applicant": cast.secondary.name,
            "experiment": False,
            "tier": 3,
            "places": 12,
            "deviations": "time location",
        },
    )
    severe = [pupil for pupil, tier in _flagged(cast.secondary.code) if tier == 3]
    FACTS["participations"].objects.bulk_create(
        FACTS["participations"](
            pupil=pupil,
            arrangement_id=ARRANGEMENT,
            first_day=first + timedelta(days=30),
            status_before="absent",
            needs="rust, kleine groep",
            hours_planned=16.0,
        )
        for pupil in severe[5:11]
    )


def _family(cast: Cast, last_day: date) -> None:
    """A parent and a young person of the first pupil of the secondary school who stands out."""
    found = next((pupil for pupil, _tier in _flagged(cast.secondary.code)), None)
    if found is None:
        return
    since = SchoolYear.of(last_day).first
    parent = found.contacts.order_by("pk").first()
    add_family(cast, Role.PARENT, parent.name if parent else "Karin Bakker", found, since)
    add_family(cast, Role.YOUNG_PERSON, found.person.full_name, found, since)
