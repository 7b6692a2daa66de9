"""What the access matrix asks about: three pupils with everything that hangs on a pupil, two schools with everything
that hangs on a school, and a person per role.

Each pupil's names and texts hold a mark that occurs nowhere else, so that one search tells whether a page shows
something of that pupil. Each pupil's key in the register holds another: that one stands on no page at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from signal_world import YEAR, alert, duty, finding
from web_world import FIRST, NOW, TODAY, World, make_world

from aanwezig.web.access.actor import Actor, actor_of
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.models import EmergencyAccess
from aanwezig.web.duties.models import Letter, Notification
from aanwezig.web.exports import actions as exporting
from aanwezig.web.exports.jobs import make as make_export
from aanwezig.web.exports.registry import EXPORTS
from aanwezig.web.facts.models import FACTS, Contact, Person, Pupil
from aanwezig.web.facts.persons import search_words
from aanwezig.web.imports import jobs
from aanwezig.web.imports.models import Batch, State
from aanwezig.web.organisations import invitations
from aanwezig.web.organisations.models import Membership, Organisation, Role
from aanwezig.web.pupils import actions as pupil_actions
from aanwezig.web.pupils.models import Note, PlanMark, TierSetting
from aanwezig.web.results.models import OpenQuestion, PupilYear, StoredFinding
from aanwezig.web.results.recompute import recompute_school
from aanwezig.web.search.models import SavedFilter
from aanwezig.web.signals.models import Review, Step, StepNeed, StepOutcome
from aanwezig.web.signals.queries.places import at_place

PDF = b"%PDF-1.4\n%%EOF\n"


def mark(key: str) -> str:
    """Stands in every name and text of the pupil."""
    return f"zq{key}zq"


def internal_mark(key: str) -> str:
    """Stands in the note that is for colleagues at the school only."""
    return f"zw{key}zw"


def register_mark(key: str) -> str:
    """Stands in the key of the register."""
    return f"xk{key}xk"


@dataclass
class Things:
    """One of everything about one pupil and the pupil's school."""

    key: str
    school: Organisation
    pupil: Pupil
    made: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["made"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class Someone:
    """Who asks: a signed-in browser, or one without a session."""

    name: str
    client: Client
    actor: Actor | None = None
    session: str = ""


@dataclass
class Matrix:
    world: World
    # In reach of every role that sees pupils; in another class and without signals; at another school and elsewhere.
    near: Things
    class_: Things
    far: Things
    people: dict[str, Someone]

    @property
    def things(self) -> tuple[Things, ...]:
        return self.near, self.class_, self.far


def make_matrix() -> Matrix:
    world = make_world()
    near = things_of(world, "near", world.school, "1A", world.municipality.code)
    other_class = things_of(world, "class", world.school, "2B", world.municipality.code)
    far = things_of(world, "far", world.other_school, "8", world.other_municipality.code)
    FACTS["participations"].objects.create(
        pupil=near.pupil, arrangement_id="arr-1", first_day=FIRST, status_before="absent", needs="rust"
    )
    for school in (world.school, world.other_school):
        recompute_school(school.code)
    for one in (near, other_class, far):
        results_of(world, one, is_signalled=one is not other_class)
        papers_of(world, one)
    for one in (near, far):
        school_things(world, one, [near.pupil, other_class.pupil] if one is near else [far.pupil])
    other_class.made["outcome"] = outcome(near.step, other_class.pupil)
    other_class.made |= {name: value for name, value in near.made.items() if name not in other_class.made}
    return Matrix(world, near, other_class, far, people_of(world, near))


def things_of(world: World, key: str, school: Organisation, group: str, municipality: str) -> Things:
    """The pupil, who that is, and the facts."""
    pupil = Pupil.objects.create(pupil_id=register_mark(key))
    world.pupils[key] = pupil
    secret = mark(key)
    person = Person(pupil=pupil, first_name=f"Voor{secret}", last_name=f"Achter{secret}", number=secret)
    person.search_text, person.sound = search_words(person)
    person.save()
    FACTS["pupils"].objects.create(pupil=pupil, birth_date=date(2012, 5, 1), municipality=municipality)
    FACTS["enrolments"].objects.create(
        pupil=pupil, school_id=school.code, first_day=FIRST, group=group, level="1"
    )
    one = Things(key, school, pupil)
    one.made["row"] = world.absent(pupil, date(2026, 3, 9), school_id=school.code)
    return one


def results_of(world: World, one: Things, is_signalled: bool) -> None:
    """What follows from the facts: a duty, a signal, a point in the data, a question; over when not signalled."""
    pupil, code, made = one.pupil, one.school.code, one.made
    made["duty"] = duty(world, pupil, TODAY, school_id=code)
    made["signal"] = finding(world, pupil, school_id=code)
    made["fault"] = finding(
        world, pupil, "missing_reason", school_id=code, kind="fault", facts=[f"absences:{made['row'].pk}"]
    )
    OpenQuestion.objects.create(school_id=code, pupil=pupil, rule="relative_16h", missing="birth_date")
    PupilYear.objects.filter(pupil=pupil, school_year=YEAR).update(proposed_tier=2 if is_signalled else 1)
    if is_signalled:
        FACTS["notifications"].objects.create(
            pupil=pupil,
            school_id=code,
            category="relative_16h",
            first_day=date(2025, 10, 6),
            sent_on=date(2025, 10, 13),
            status="registered",
        )
    else:
        # Both are there, to ask their addresses, and over: the pupil is not in reach by them.
        StoredFinding.objects.filter(pupil=pupil, kind__in=("duty", "signal")).update(cleared_at=NOW)


def papers_of(world: World, one: Things) -> None:
    """What people wrote, kept and decided about the pupil."""
    secret, pupil, school = mark(one.key), one.pupil, one.school
    colleague = world.actor(Role.CARE_COORDINATOR, school)
    kept = {"pupil": pupil, "organisation": school, "made_by_id": colleague.user_id, "made_at": NOW}
    made = one.made
    made["note"] = Note.objects.create(
        **kept, kind="note", day=TODAY, text=f"Gezegd {secret}", agreed="", shared=True
    )
    made["internal"] = Note.objects.create(
        **kept, kind="note", day=TODAY, text=f"Intern {internal_mark(one.key)}", shared=False
    )
    made["document"] = pupil_actions.add_document(colleague, pupil, f"Brief {secret}", PDF, shared=True)
    made["contact"] = Contact.objects.create(pupil=pupil, name=f"Ouder {secret}", phone="050 1234567")
    made["tier"] = TierSetting.objects.create(
        pupil=pupil, tier=2, reason=f"Omdat {secret}", review_on=TODAY + timedelta(days=30), set_at=NOW
    )
    made["plan"] = PlanMark.objects.create(
        pupil=pupil,
        first_day=FIRST,
        review_on=TODAY + timedelta(days=30),
        lead="Mentor",
        place=f"Map {secret}",
        made_at=NOW,
    )
    made["fact"] = FACTS["reduced_programmes"].objects.create(
        pupil=pupil,
        school_id=school.code,
        first_day=date(2026, 2, 2),
        minutes_per_week=600,
        ground="return_plan",
    )
    made["suspension"] = FACTS["suspensions"].objects.create(
        pupil=pupil,
        school_id=school.code,
        first_day=date(2026, 2, 9),
        last_day=date(2026, 2, 11),
        kind="suspension",
    )
    notification = {
        "school_id": school.code,
        "pupil": pupil,
        "category": "other",
        "suspected_reason": f"Waarom {secret}",
        "all_lessons_missed": False,
        "absence_days": 3,
        "absence_hours": 16,
        "action_taken": "Gesprek",
        "action_wanted": False,
        "action_wanted_text": "Alleen ter kennisneming",
        "location": school.name,
        "reporter_name": "N. Bos",
        "reporter_role": "zorgcoordinator",
        "reporter_phone": "050 123",
        "reporter_email": "bos@example.org",
        "made_at": NOW,
        "changed_at": NOW,
    }
    made["draft"] = Notification.objects.create(**notification, first_day=date(2026, 3, 2))
    made["sent"] = Notification.objects.create(
        **notification, first_day=date(2026, 2, 2), status="registered", sent_on=date(2026, 2, 10)
    )
    made["letter"] = Letter.objects.create(
        school_id=school.code,
        pupil=pupil,
        kind="talk",
        language="nl",
        subject="Gesprek",
        text=f"Beste ouder van {secret}",
        made_by_name="Test",
        made_at=NOW,
    )
    found = made["signal"]
    made["review"] = Review.objects.create(
        school_id=school.code,
        pupil=pupil,
        key=f"earlier {found.key}",
        rule=found.rule,
        first_day=found.first_day,
        state="seen",
        note=f"Gezien {secret}",
        at=NOW,
    )


def school_things(world: World, one: Things, members: list[Pupil]) -> None:
    """What hangs on the school: group alert, steps, calendar, people, imports, an emergency."""
    school, made = one.school, one.made
    pupil = one.pupil
    colleague = world.user(Role.CARE_COORDINATOR, school)
    actor = actor_of(colleague, TODAY)
    made["alert"] = alert(world, members, school_id=school.code)
    made["step"] = Step.objects.create(
        school_id=school.code, number=3, counted="late", action="talk", who="mentor"
    )
    StepNeed.objects.create(
        step=made["step"],
        pupil=pupil,
        school_year=YEAR,
        reached_on=date(2026, 3, 2),
        first_day=date(2026, 2, 2),
        last_day=date(2026, 3, 2),
        quantity=3,
    )
    made["outcome"] = outcome(made["step"], pupil)
    made["closure"] = FACTS["closures"].objects.create(
        school_id=school.code, first_day=date(2026, 4, 10), last_day=date(2026, 4, 10), kind="study_day"
    )
    made["user"] = User.objects.create_user(
        f"collega@{school.code}.nl", "een lang wachtwoord", name="Collega"
    )
    made["membership"] = Membership.objects.create(
        user=made["user"], organisation=school, role=Role.MENTOR, groups=["1A"], first_day=FIRST
    )
    administrator = world.actor(Role.ADMINISTRATOR, school)
    asked = invitations.invite(
        administrator,
        invitations.InvitationValues(f"nieuw@{school.code}.nl", "Nieuw", school, Role.SCHOOL_LEADER, FIRST),
    )
    made["invitation"], made["token"] = asked.invitation, asked.token
    made["emergency"] = EmergencyAccess.objects.create(
        user=made["user"],
        organisation=school,
        pupil=pupil,
        reason=f"Nood om {mark(one.key)}",
        begun_at=NOW - timedelta(hours=2),
        ends_at=NOW - timedelta(hours=1),
    )
    made["emergency"].told.add(school)
    made["uploaded"] = begin_import(world, school, one.key)
    made["checked"] = checked_import(world, school, one.key)
    made["kept"] = Batch.objects.create(
        school_id=school.code,
        profile="generic",
        state=State.KEPT,
        facts_version=1,
        report=made["checked"].report,
        by=colleague,
        made_at=NOW,
        changed_at=NOW,
        kept_at=NOW,
    )
    made["filter"] = SavedFilter.objects.create(owner=colleague, name="Mijn klas", made_at=NOW)
    here = at_place(actor)
    kind = EXPORTS["pupils"]
    parameters = kind.clean(here, QueryDict(f"school={school.ref}"))
    asked_for = exporting.ask(actor, kind, parameters, "csv", f"token {one.key}")
    made["export"], made["password"] = asked_for.export, asked_for.password
    assert make_export.call(asked_for.export.ref) == "ready"
    made["export"].refresh_from_db()


def outcome(step: Step, pupil: Pupil) -> StepOutcome:
    return StepOutcome.objects.create(step=step, pupil=pupil, state="done", on=date(2026, 3, 3), at=NOW)


def begin_import(world: World, school: Organisation, key: str) -> Batch:
    """Files are there, columns still to be chosen."""
    text = f"Nr;Dag;Uur;Waarom\n{register_mark(key)};09-03-2026;1;Zk\n{mark(key)}-onbekend;31-02-2026;2;Zk\n"
    client = world.client(Role.CARE_COORDINATOR, school)
    answer = client.post(
        reverse("imports:start"),
        {"profile": "generic", "uploads": SimpleUploadedFile("verzuim.csv", text.encode())},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return Batch.objects.latest("pk")


def checked_import(world: World, school: Organisation, key: str) -> Batch:
    """Checked in the background, with a list of faults to take along."""
    batch = begin_import(world, school, key)
    client = world.client(Role.CARE_COORDINATOR, school)
    columns = {"pupil_id": "Nr", "date": "Dag", "lesson": "Uur", "reason": "Waarom"}
    for name, chosen in (("columns", columns), ("codes", {"reason_0": "sick", "mark_0": "yes"})):
        url = reverse(f"imports:{name}", args=(batch.ref,))
        form = client.get(url).context["form"]
        answer = client.post(url, {one: form[one].value() or "" for one in form.fields} | chosen)
        assert answer.status_code == 302, answer.context["form"].errors
    assert jobs.run(batch.ref, State.CHECKING) == State.CHECKED
    return Batch.objects.get(pk=batch.pk)


def people_of(world: World, near: Things) -> dict[str, Someone]:
    """A person per role at the place where that role is, some at a place above, one elsewhere, one without a role."""
    family = {"pupils": [near.pupil]}
    places: list[tuple[str, Organisation | None, dict[str, Any]]] = [
        *((role.value, None, family if role in (Role.PARENT, Role.YOUNG_PERSON) else {}) for role in Role),
        (Role.SCHOOL_LEADER.value, world.board, {}),
        (Role.ADMINISTRATOR.value, world.partnership, {}),
        (Role.CARE_COORDINATOR.value, world.other_school, {}),
    ]
    people = {"nobody": Someone("nobody", Client())}
    for role, place, fields in places:
        user = world.user(role, place, **fields)
        name = f"{role} of {place.kind}" if place is not None and place != world.other_school else role
        if place == world.other_school:
            name = f"{role} elsewhere"
        client = world.client(role, place, **fields)
        people[name] = _someone(name, client, user)
    former = User.objects.create_user("vroeger@example.org", "een lang wachtwoord", name="Vroeger")
    Membership.objects.create(
        user=former,
        organisation=world.school,
        role=Role.CARE_COORDINATOR,
        first_day=FIRST,
        last_day=TODAY - timedelta(days=1),
    )
    client = Client()
    client.force_login(former, backend="allauth.account.auth_backends.AuthenticationBackend")
    people["without a role"] = _someone("without a role", client, former)
    unsure = world.user(Role.SCHOOL_LEADER)
    client = Client()
    client.force_login(unsure, backend="allauth.account.auth_backends.AuthenticationBackend")
    people["without second factor"] = _someone("without second factor", client, unsure)
    return people


def _someone(name: str, client: Client, user: User) -> Someone:
    client.raise_request_exception = False
    return Someone(name, client, actor_of(user, TODAY), client.cookies["sessionid"].value)
