"""A made-up partnership for the tests of the application: organisations, a user per role, some pupils.

Everything happens in the school year 2025-2026; `TODAY` is a Friday in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.internal.flows import login
from django.test import Client

from aanwezig.web.access.actor import Actor, actor_of
from aanwezig.web.accounts.middleware import LAST_USED
from aanwezig.web.accounts.models import User
from aanwezig.web.facts.models import FACTS, Person, Pupil, School
from aanwezig.web.organisations.models import Kind, Membership, Organisation, Role

TODAY = date(2026, 3, 20)
FIRST = date(2025, 8, 1)
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
PASSWORD = "een lang wachtwoord"


@dataclass
class World:
    """A partnership with two schools, a municipality, youth health care and an arrangement."""

    partnership: Organisation
    board: Organisation
    school: Organisation
    other_school: Organisation
    municipality: Organisation
    other_municipality: Organisation
    care: Organisation
    arrangement: Organisation
    users: dict[str, User] = field(default_factory=dict)
    pupils: dict[str, Pupil] = field(default_factory=dict)

    def user(self, role: str, organisation: Organisation | None = None, **fields: Any) -> User:
        """A user with this role; ``groups`` and ``pupils`` for who needs them. The same call gives the same user."""
        place = organisation or self.place_of(role)
        name = f"{role}-{place.pk}-{'-'.join(fields.get('groups', []))}"
        if name not in self.users:
            user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=f"{role.capitalize()} Test")
            groups = fields.get("groups", ["1A"] if role == Role.MENTOR else [])
            membership = Membership.objects.create(
                user=user, organisation=place, role=role, groups=groups, first_day=FIRST
            )
            membership.pupils.set(fields.get("pupils", []))
            self.users[name] = user
        return self.users[name]

    def place_of(self, role: str) -> Organisation:
        return {
            Role.ATTENDANCE_OFFICER: self.municipality,
            Role.YOUTH_DOCTOR: self.care,
            Role.PARTNERSHIP_STAFF: self.partnership,
            Role.RESEARCHER: self.partnership,
            Role.ARRANGEMENT_COORDINATOR: self.arrangement,
        }.get(Role(role), self.school)

    def actor(self, role: str, organisation: Organisation | None = None, **fields: Any) -> Actor:
        return actor_of(self.user(role, organisation, **fields), TODAY)

    def client(self, role: str, organisation: Organisation | None = None, **fields: Any) -> Client:
        """A browser in which a user with this role is signed in."""
        client = Client()
        user = self.user(role, organisation, **fields)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        # As if the password and the second factor were given.
        session = client.session
        for method, more in (("password", {}), ("mfa", {"type": "totp"})):
            records = session.setdefault(login.AUTHENTICATION_METHODS_SESSION_KEY, [])
            records.append({"method": method, "at": NOW.timestamp(), **more})
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        # As if another page was opened a moment ago: once a minute a visit is noted, and that costs two queries.
        session[LAST_USED] = NOW.timestamp()
        session.save()
        return client

    def pupil(self, key: str, **options: Any) -> Pupil:
        """A pupil with birth date and enrolment; made once. Options: school, group, level, first_day, last_day,
        birth_date, municipality, first_name, last_name."""
        if key in self.pupils:
            return self.pupils[key]
        pupil = Pupil.objects.create(pupil_id=key)
        Person.objects.create(
            pupil=pupil,
            first_name=options.get("first_name", "Noor"),
            last_name=options.get("last_name", "Bakker"),
            number=key,
        )
        FACTS["pupils"].objects.create(
            pupil=pupil,
            birth_date=options.get("birth_date", date(2012, 5, 1)),
            municipality=options.get("municipality", self.municipality.code),
        )
        school = options.get("school", self.school)
        FACTS["enrolments"].objects.create(
            pupil=pupil,
            school_id=school.code,
            first_day=options.get("first_day", FIRST),
            last_day=options.get("last_day"),
            group=options.get("group", "1A"),
            level=options.get("level", "1"),
        )
        self.pupils[key] = pupil
        return pupil

    def absent(self, pupil: Pupil, day: date, reason: str = "truant", **options: Any) -> Any:
        """A row of absence; by default the whole day, unauthorised."""
        if not {"minutes", "lesson", "part"} & set(options):
            options["part"] = "day"
        return FACTS["absences"].objects.create(
            pupil=pupil,
            school_id=options.pop("school_id", self.school.code),
            date=day,
            reason=reason,
            authorised=options.pop("authorised", "no" if reason in ("truant", "unknown") else "yes"),
            absence_id=options.pop("absence_id", f"{pupil.pk}-{day}-{reason}"),
            **options,
        )


def make_organisation(kind: str, name: str, code: str, **fields: Any) -> Organisation:
    organisation = Organisation.objects.create(kind=kind, name=name, code=code, **fields)
    if kind == Kind.SCHOOL:
        School.objects.create(code=code, organisation=organisation)
    return organisation


def make_world() -> World:
    """The partnership; pupils and users are made when a test asks for them."""
    partnership = make_organisation(Kind.PARTNERSHIP, "Samenwerkingsverband Testdorp", "VO9901")
    board = make_organisation(Kind.BOARD, "Stichting Testonderwijs", "41234")
    municipality = make_organisation(Kind.MUNICIPALITY, "Groningen", "0014")
    made = {"board": board, "partnership": partnership, "municipality": municipality}
    school = make_organisation(Kind.SCHOOL, "Het Anker", "99AA00", **made)
    other = make_organisation(
        Kind.SCHOOL, "De Brug", "99BB00", partnership=partnership, municipality=municipality
    )
    for one, sector in ((school, "vo"), (other, "po")):
        FACTS["schools"].objects.create(
            school_id=one.code,
            name=one.name,
            sector=sector,
            municipality="0014",
            partnership="VO9901",
            holiday_region="noord",
        )
    care = make_organisation(Kind.CARE_PROVIDER, "Jeugdgezondheidszorg Test", "JGZ1")
    care.serves.add(school)
    return World(
        partnership,
        board,
        school,
        other,
        municipality,
        make_organisation(Kind.MUNICIPALITY, "Assen", "0106"),
        care,
        make_organisation(Kind.ARRANGEMENT, "De Tussenstap", "arr-1", partnership=partnership),
    )
