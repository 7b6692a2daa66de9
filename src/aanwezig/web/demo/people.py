"""The organisations of the demonstration and who signs in for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aanwezig.web.accounts.models import User
from aanwezig.web.organisations.models import Kind, Membership, Organisation, Role

PARTNERSHIP = "SWV9901"
ARRANGEMENT = "demo-arrangement"
DOMAIN = "voorbeeld.example"


@dataclass(frozen=True, slots=True)
class Cast:
    """The organisations; ``primary`` are the two schools po, ``secondary`` the school vo."""

    partnership: Organisation
    board: Organisation
    municipality: Organisation
    care: Organisation
    arrangement: Organisation
    primary: tuple[Organisation, ...]
    secondary: Organisation

    @property
    def schools(self) -> tuple[Organisation, ...]:
        return (*self.primary, self.secondary)


def make_organisations(schools: dict[str, tuple[str, str]], municipality: tuple[str, str]) -> Cast:
    """The organisations around the schools of a register: code to (name, sector); municipality: code and name."""
    add = Organisation.objects.create
    partnership = add(kind=Kind.PARTNERSHIP, code=PARTNERSHIP, name="Samenwerkingsverband De Oever")
    board = add(kind=Kind.BOARD, code="99001", name="Stichting Onderwijs De Oever")
    place = add(kind=Kind.MUNICIPALITY, code=municipality[0], name=f"Gemeente {municipality[1]}")
    around = {"partnership": partnership, "board": board, "municipality": place}
    made = {
        code: add(kind=Kind.SCHOOL, code=code, name=name.partition(",")[0], **around)
        for code, (name, _sector) in sorted(schools.items())
    }
    care = add(kind=Kind.CARE_PROVIDER, code="JGZ-DEMO", name="Jeugdgezondheidszorg De Oever")
    care.serves.set(made.values())
    arrangement = add(
        kind=Kind.ARRANGEMENT,
        code=ARRANGEMENT,
        name="De Tussenstap",
        partnership=partnership,
        municipality=place,
    )
    sectors = {code: sector for code, (_name, sector) in schools.items()}
    return Cast(
        partnership,
        board,
        place,
        care,
        arrangement,
        tuple(one for code, one in made.items() if sectors[code] == "po"),
        next(one for code, one in made.items() if sectors[code] == "vo"),
    )


def make_people(cast: Cast, groups: dict[str, list[str]], since: date) -> dict[str, User]:
    """A named user for each role, by a short name; ``groups``: the classes of a school by its code."""
    first_class = groups[cast.secondary.code][:2]
    primary = cast.primary[0]
    cast_list: list[tuple[str, str, str, Organisation, str, list[str]]] = [
        ("bos", "Nienke Bos", "zorgcoördinator", cast.secondary, Role.CARE_COORDINATOR, []),
        ("smit", "Joris Smit", "mentor", cast.secondary, Role.MENTOR, first_class),
        ("vanderwal", "Petra van der Wal", "teamleider", cast.secondary, Role.SCHOOL_LEADER, []),
        ("ozturk", "Emre Öztürk", "lid van het verzuimteam", cast.secondary, Role.ABSENCE_TEAM, []),
        ("dejong", "Hanneke de Jong", "intern begeleider", primary, Role.CARE_COORDINATOR, []),
        ("meijer", "Tim Meijer", "leerkracht", primary, Role.MENTOR, groups[primary.code][:1]),
        ("amrani", "Salma El Amrani", "jeugdarts", cast.care, Role.YOUTH_DOCTOR, []),
        ("kuiper", "Wim Kuiper", "leerplichtambtenaar", cast.municipality, Role.ATTENDANCE_OFFICER, []),
        (
            "brandsma",
            "Ilse Brandsma",
            "adviseur samenwerkingsverband",
            cast.partnership,
            Role.PARTNERSHIP_STAFF,
            [],
        ),
        (
            "hoekstra",
            "Lars Hoekstra",
            "coördinator arrangement",
            cast.arrangement,
            Role.ARRANGEMENT_COORDINATOR,
            [],
        ),
        ("visser", "Anouk Visser", "applicatiebeheerder", cast.partnership, Role.ADMINISTRATOR, []),
        ("tan", "Mei Tan", "functionaris gegevensbescherming", cast.secondary, Role.PRIVACY_OFFICER, []),
        ("vermeer", "Sjoerd Vermeer", "onderzoeker", cast.partnership, Role.RESEARCHER, []),
    ]
    made = {}
    for short, name, title, place, role, own in cast_list:
        made[short] = User.objects.create_user(
            f"{short}@{DOMAIN}", None, name=name, job_title=title, phone="050 555 01 23"
        )
        Membership.objects.create(
            user=made[short], organisation=place, role=role, groups=own, first_day=since
        )
    return made


def add_family(cast: Cast, role: str, name: str, pupil: object, since: date) -> User:
    """A parent or young person with an account, bound to one child."""
    short = name.lower().replace(" ", "")
    user = User.objects.create_user(f"{short}@{DOMAIN}", None, name=name)
    membership = Membership.objects.create(user=user, organisation=cast.secondary, role=role, first_day=since)
    membership.pupils.add(pupil)  # type: ignore[arg-type]
    return user
