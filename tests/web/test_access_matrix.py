"""Who may open and send what: every address of the application, for everybody, about everything, reading and sending.

The table says for each address which right it needs, what it is about and what a form sends. What is expected follows
from the access table (``access/rights.yaml``) through ``decide``; nothing of that is typed here. An address that is not
in the table fails the first test.
"""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from matrix_world import (
    PDF,
    Matrix,
    Someone,
    Things,
    internal_mark,
    make_matrix,
    mark,
    register_mark,
)
from web_world import TODAY

from aanwezig.web.access.decide import decide
from aanwezig.web.access.table import rights
from aanwezig.web.audit.models import ReadRecord
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Kind, Organisation, Role
from aanwezig.web.signals.ladders import ladders

NEXT_MONTH = (TODAY + timedelta(days=30)).isoformat()
NOTE = {"kind": "note", "day": TODAY.isoformat(), "text": "Een notitie", "version": "1"}
CONTACT = {"name": "Oma", "phone": "050 7654321", "version": "1"}
REASON = {"because": "Het klopte niet."}
REDUCED = {
    "first_day": "2026-02-03",
    "hours_per_week": "8",
    "ground": "return_plan",
    "agreed_by": "parents",
}
STEP = {"number": "5", "counted": "late", "action": "letter", "who": "mentor", "weeks": "", "version": "1"}
CLOSURE = {"kind": "study_day", "first_day": "2026-04-14", "last_day": "2026-04-14"}
PLAN = {"first_day": TODAY.isoformat(), "review_on": NEXT_MONTH, "lead": "Mentor", "place": "Kast"}
CLEARING = {"kind": "file", "before": "2020-01-01", "pupils": "0"}
ASK = {"format": "csv", "token": "one form"}
MAPPED = {"pupil_id": "Nr", "date": "Dag", "lesson": "Uur", "reason": "Waarom"}


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("brief.pdf", PDF)


def absences() -> SimpleUploadedFile:
    return SimpleUploadedFile("meer.csv", b"Nr;Dag;Uur;Waarom\nx;09-03-2026;1;Zk\n")


@dataclass(frozen=True)
class Address:
    """One address. What a right is about, a pupil or an organisation, the access table says.

    ``about``: the things in the address, as they are called in ``Things``; "" for a page of what is in reach.
    ``send``: what a form sends; None when there is nothing to send. ``sending``: the right of that, if another.
    ``only_send``: opening is no use. ``hides``: who may not gets "not found", because the things to choose from are
    those in reach. ``own``: only for who works at the school of whose file it is part. ``shows``: rights by which
    pupils may stand on the page beside the right itself. ``declared``: the right of the view, if another.
    ``of_school``, ``of_pupil``: the address asks ``?school=`` or ``?pupil=``.
    """

    name: str
    right: str
    about: str = ""
    send: dict[str, Any] | Callable[[Things], dict[str, Any]] | None = None
    sending: str = ""
    only_send: bool = False
    hides: bool = False
    own: bool = False
    shows: tuple[str, ...] = ()
    declared: str = ""
    of_school: bool = False
    of_pupil: bool = False
    # Opening it puts something in order first.
    tidies: bool = False
    # Who asked for it has it, nobody else.
    owned: bool = False
    # Who may not is led back with a message.
    leads_back: bool = False
    # Also enough; also needed.
    or_right: str = ""
    and_right: str = ""
    # What it shows stands in the uploaded file, or is logged as taken along.
    from_file: bool = False
    # Sending has nothing to change here.
    idle: bool = False
    # It is a file; taking it along is a change to the log.
    takes: bool = False
    # There may be none of it, also for who may.
    may_lack: bool = False


OPEN = "(open)"
LIBRARY = "(library)"
SCHOOL = {"of_school": True, "hides": True}
PUPILS = ("pupil.view", "pupil.who")

ADDRESSES: tuple[Address, ...] = (
    # Open to everybody, and the sign-in pages of the library
    Address("language", OPEN),
    Address("accessibility", OPEN),
    Address("design", OPEN),
    Address("account_login", OPEN),
    Address("account_reset_password", OPEN),
    Address("accept_invitation", OPEN, "token"),
    Address("account_logout", LIBRARY),
    Address("account_inactive", LIBRARY),
    Address("account_reauthenticate", LIBRARY),
    Address("account_reset_password_done", LIBRARY),
    Address("account_reset_password_from_key_done", LIBRARY),
    Address("account_reset_password_from_key", LIBRARY, "uid key"),
    Address("mfa_authenticate", LIBRARY),
    Address("mfa_reauthenticate", LIBRARY),
    Address("mfa_view_recovery_codes", LIBRARY),
    Address("mfa_generate_recovery_codes", LIBRARY),
    Address("openid_connect_login", OPEN, "provider"),
    Address("openid_connect_callback", LIBRARY, "provider"),
    Address("socialaccount_login_cancelled", LIBRARY),
    Address("socialaccount_login_error", LIBRARY),
    # The own account
    Address("account", "account.own", send={"name": "Anders", "language": "nl"}),
    Address("work_for", "account.own", only_send=True),
    Address("account_change_password", "account.own"),
    Address("account_set_password", "account.own"),
    Address("mfa_index", "account.own"),
    Address("mfa_activate_totp", "account.own"),
    Address("mfa_deactivate_totp", "account.own", may_lack=True),
    Address("usersessions_list", "account.own"),
    Address("roles", "account.own"),
    Address("today:mail", "account.own", send={"wanted": "yes"}),
    Address("today:today", "today.view", declared="account.own", shows=PUPILS, tidies=True),
    Address("family", "family.own"),
    Address("definitions:overview", "definition.view"),
    Address("definitions:rule", "definition.view", "rule"),
    # One pupil
    Address("pupils:pupil", "pupil.view", "pupil"),
    Address("pupils:around", "pupil.who", "pupil"),
    Address("pupil_who", "pupil.who", "pupil"),
    Address("pupil_emergency", "pupil.break_glass", "pupil", {"reason": "Er is iets ergs aan de hand hier."}),
    Address("pupils:new_note", "pupil.note", "pupil", NOTE),
    Address("pupils:note", "pupil.view", "pupil note", NOTE, sending="pupil.note", own=True),
    Address("pupils:withdraw_note", "pupil.note", "pupil note", REASON, own=True),
    Address("pupils:new_contact", "pupil.contacts", "pupil", CONTACT),
    Address("pupils:contact", "pupil.contacts", "pupil contact", CONTACT),
    Address("pupils:remove_contact", "pupil.contacts", "pupil contact", {"yes": "yes"}),
    Address("pupils:new_document", "pupil.documents", "pupil", lambda _: {"title": "Brief", "file": pdf()}),
    Address("pupils:document", "pupil.documents", "pupil document"),
    Address("pupils:withdraw_document", "pupil.documents", "pupil document", REASON, own=True),
    Address("pupils:recorded", "pupil.facts", "pupil"),
    Address(
        "pupils:record",
        "pupil.facts",
        "pupil reduced",
        REDUCED | {"first_day": "2025-10-01", "last_day": "2025-10-31"},
    ),
    Address("pupils:correct", "pupil.facts", "pupil reduced fact", REDUCED),
    Address("pupils:withdraw_recorded", "pupil.facts", "pupil reduced fact", {"yes": "yes"}),
    Address(
        "pupils:tier",
        "pupil.tier",
        "pupil",
        lambda t: {"tier": "3", "reason": "Nodig", "review_on": NEXT_MONTH, "seen": t.tier.ref},
    ),
    Address("pupils:plan", "pupil.tier", "pupil", PLAN),
    Address("pupils:end_plan", "pupil.tier", "pupil", {"yes": "yes"}, only_send=True),
    Address("pupils:overview", "pupil.overview", "pupil"),
    Address("pupils:overview_pdf", "pupil.overview", "pupil"),
    # Lists of pupils
    Address("search:pupils", "pupil.view"),
    Address("search:search", "pupil.view"),
    Address(
        "search:several",
        "pupil.note",
        "",
        lambda t: NOTE | {"do": "note", "pupil": t.pupil.ref, "sure": "yes"},
        declared="pupil.view",
        only_send=True,
        leads_back=True,
    ),
    Address(
        "search:undo",
        "pupil.note",
        "",
        lambda t: {"kind": "note", "ref": t.note.ref},
        declared="pupil.view",
        only_send=True,
    ),
    Address("search:saved", "pupil.view"),
    Address("search:keep", "pupil.view", send={"name": "Klas 1", "query": "group=1A"}),
    Address("search:rename", "pupil.view", "filter", {"name": "Anders"}, owned=True),
    Address("search:remove", "pupil.view", "filter", {"yes": "yes"}, owned=True, only_send=True),
    # Taking along
    Address("exports:list", "export.pupils", declared="account.own", or_right="export.administration"),
    Address("exports:new", "export.pupils", "list", ASK, declared="account.own", **SCHOOL),
    Address("exports:new", "export.duties", "duties", ASK, declared="account.own"),
    Address("exports:new", "export.pupils", "signals", ASK, declared="account.own", **SCHOOL),
    Address(
        "exports:new",
        "export.pupils",
        "registrations",
        ASK,
        declared="account.own",
        of_pupil=True,
        hides=True,
    ),
    Address(
        "exports:new", "export.administration", "users", ASK, declared="account.own", and_right="admin.users"
    ),
    Address(
        "exports:new", "export.administration", "log", ASK, declared="account.own", and_right="admin.audit"
    ),
    Address("exports:export", "account.own", "export", owned=True),
    Address("exports:take", "account.own", "export", owned=True, takes=True),
    Address("exports:delete", "account.own", "export", {"yes": "yes"}, owned=True, only_send=True),
    # Signals and steps
    Address("signals:list", "signal.view"),
    Address("signals:signal", "signal.view", "signal"),
    Address("signals:review", "signal.review", "signal seen", {"note": "Gezien"}),
    Address(
        "signals:several",
        "signal.review",
        "",
        lambda t: {"signal": t.signal.ref, "sure": "yes"},
        only_send=True,
        leads_back=True,
    ),
    Address("signals:undo", "signal.review", "review", {"yes": "yes"}, only_send=True),
    Address("signals:group", "school.view", "alert", shows=PUPILS),
    Address("signals:steps", "signal.view"),
    Address("signals:ladder", "ladder.edit", send=STEP, **SCHOOL),
    Address(
        "signals:take_over",
        "ladder.edit",
        send=lambda _: {"ladder": next(iter(ladders()))},
        only_send=True,
        **SCHOOL,
    ),
    Address("signals:step", "ladder.edit", "step", STEP | {"number": "4"}),
    Address("signals:end", "ladder.edit", "step", {"yes": "yes"}, only_send=True),
    Address("signals:pupil_steps", "signal.view", "pupil"),
    Address(
        "signals:record",
        "signal.review",
        "pupil step",
        {"state": "done", "on": TODAY.isoformat()},
    ),
    Address("signals:undo_outcome", "signal.review", "outcome", {"yes": "yes"}, only_send=True),
    # Duties
    Address("duties:list", "duty.view"),
    Address("duties:duty", "duty.view", "duty", {"yes": "yes"}, sending="duty.prepare"),
    Address(
        "duties:inspectorate",
        "duty.record",
        "duty suspension",
        {"told_on": TODAY.isoformat()},
        only_send=True,
    ),
    Address(
        "duties:notification",
        "duty.view",
        "draft",
        {"version": "1", "suspected_reason": "Slaapt slecht"},
        sending="duty.prepare",
    ),
    Address("duties:official-number", "duty.prepare", "draft", {"number": "123456782"}, only_send=True),
    Address("duties:sent", "duty.record", "draft", {"sent_on": TODAY.isoformat()}, only_send=True),
    Address("duties:status", "duty.record", "sent", {"status": "closed"}, only_send=True),
    Address("duties:withdraw", "duty.record", "sent", REASON, only_send=True),
    Address("duties:letter", "duty.letter", "pupil talk", {"subject": "Gesprek", "text": "Beste ouder"}),
    Address("duties:letter-made", "duty.letter", "letter"),
    Address("duties:letter-pdf", "duty.letter", "letter"),
    # The school
    Address("schools:school", "school.view", **SCHOOL),
    Address("schools:why", "school.view", **SCHOOL),
    Address("calendars:calendar", "calendar.edit", send=CLOSURE, **SCHOOL),
    Address("calendars:remove", "calendar.edit", "closure", {"yes": "yes"}, only_send=True, **SCHOOL),
    Address(
        "calendars:timetable", "calendar.edit", send={"region": "zuid", "lesson_minutes": "45"}, **SCHOOL
    ),
    # Imports
    Address(
        "imports:start",
        "import.run",
        send=lambda _: {"profile": "generic", "uploads": absences()},
        **SCHOOL,
    ),
    Address("imports:freshness", "freshness.view"),
    Address("imports:complete", "import.run", "school", {"last_day": "2026-03-19"}),
    Address("imports:one", "import.run", "checked", shows=("import.run",)),
    Address(
        "imports:file",
        "import.run",
        "uploaded",
        lambda _: {"profile": "generic", "uploads": absences()},
        shows=("import.run",),
    ),
    Address("imports:columns", "import.run", "uploaded", MAPPED, shows=("import.run",), from_file=True),
    Address(
        "imports:codes",
        "import.run",
        "checked",
        {"reason_0": "sick", "mark_0": "yes", "key_0": "Zk"},
        shows=("import.run",),
    ),
    Address("imports:check", "import.run", "checked", {"yes": "yes"}, only_send=True),
    Address("imports:keep", "import.run", "checked", {"confirm": "yes"}, only_send=True),
    Address("imports:faults", "import.run", "checked", shows=("import.run",), from_file=True, takes=True),
    Address("imports:abandon", "import.run", "checked", {"yes": "yes"}, only_send=True),
    Address("imports:undo", "import.run", "kept", {"yes": "yes"}),
    # Data in order
    Address("worklist:list", "worklist.view", shows=("worklist.view",), **SCHOOL),
    Address("worklist:missing", "worklist.view", **SCHOOL),
    Address("worklist:missing_of", "worklist.view", "birth_date", shows=("worklist.view",), **SCHOOL),
    Address("worklist:point", "worklist.view", "fault", shows=("worklist.view",)),
    Address("worklist:is_right", "worklist.view", "fault", {"yes": "yes"}, only_send=True),
    Address(
        "worklist:withdraw",
        "import.run",
        "fault",
        lambda t: {"row": t.row.pk, "why": "double"},
        only_send=True,
    ),
    # Administration
    Address("administration", "admin.view"),
    Address("organisations", "admin.organisations"),
    Address("add_organisation", "admin.organisations", send={"name": "Nieuw"}, idle=True),
    Address(
        "organisation", "admin.organisations", "school", lambda t: {"name": "Anders", "code": t.school.code}
    ),
    Address("close_organisation", "admin.organisations", "school", {"on": NEXT_MONTH}, only_send=True),
    Address("people", "admin.users"),
    Address("person", "admin.users", "user", hides=True),
    Address("switch_off_account", "admin.users", "user", {"yes": "yes"}, only_send=True, hides=True),
    Address("reset_second_factor", "admin.users", "user", only_send=True, hides=True),
    Address("role", "admin.users", "membership", {"groups": "1A", "last_day": NEXT_MONTH}),
    Address("invitations", "admin.users"),
    Address("invite", "admin.users"),
    Address("change_invitation", "admin.users", "invitation", {"again": "yes"}, only_send=True),
    Address("log", "admin.audit"),
    Address("emergencies", "audit.emergencies", shows=PUPILS),
    Address("emergency_seen", "audit.emergencies", "emergency", {"yes": "yes"}, only_send=True),
    Address("upkeep:thresholds", "admin.thresholds", **SCHOOL),
    Address(
        "upkeep:threshold",
        "admin.thresholds",
        "threshold",
        {"choice": "other", "number": "9", "why": "Omdat"},
        **SCHOOL,
    ),
    Address("upkeep:reasons", "admin.thresholds", **SCHOOL),
    Address(
        "upkeep:set_reasons",
        "admin.thresholds",
        "generic",
        {"code": "Zk", "reason": "sick", "authorised": "yes"},
        only_send=True,
        **SCHOOL,
    ),
    Address("upkeep:retention", "admin.retention", send=CLEARING, idle=True, **SCHOOL),
)

# What stands in an address that is no record: the word itself.
WORDS = {
    "reduced": "reduced_programme",
    "seen": "seen",
    "talk": "talk",
    "rule": "relative_16h",
    "provider": "school",
    "threshold": "mazl_4th.reports",
    "generic": "generic",
    "uid": "1",
    "key": "wrong",
    "birth_date": "birth_date",
    "list": "pupils",
    "duties": "duties",
    "signals": "signals",
    "registrations": "registrations",
    "users": "users",
    "log": "log",
}
# What the server itself keeps; not a change of anything.
OWN_TABLES = ("audit_readrecord", "django_session", "usersessions_usersession", "today_")


def args_of(address: Address, about: Things) -> list[Any]:
    """The parts of the address for these things: refs, numbers of facts, words."""
    found: list[Any] = []
    for name in address.about.split():
        if name in WORDS:
            found.append(WORDS[name])
            continue
        thing = getattr(about, name)
        found.append(thing if isinstance(thing, str) else getattr(thing, "ref", None) or thing.pk)
    return found


def url_of(address: Address, about: Things) -> str:
    url = reverse(address.name, args=args_of(address, about))
    if address.of_pupil:
        return f"{url}?pupil={about.pupil.ref}"
    return f"{url}?school={about.school.ref}" if address.of_school else url


def thing_of(address: Address, right: str, about: Things) -> Pupil | Organisation | None:
    """What ``decide`` is asked about."""
    if address.name in ("signals:several", "search:several") or address.of_pupil:
        return about.pupil
    if address.owned or not (
        (address.about and set(address.about.split()) - set(WORDS)) or address.of_school
    ):
        return None
    return about.pupil if rights()[right].about == "pupil" else about.school


def may(someone: Someone, address: Address, about: Things, sends: bool) -> bool:
    assert someone.actor is not None
    right = (sends and address.sending) or address.right
    if address.owned and getattr(about, address.about).owner_id != someone.actor.user_id:
        return False
    if address.and_right and not decide(someone.actor, address.and_right).allowed:
        return False
    if address.or_right and decide(someone.actor, address.or_right).allowed:
        return True
    if address.own and (sends or not address.sending) and not works_at(someone, about.school):
        return False
    return decide(someone.actor, right, thing_of(address, right, about)).allowed


def works_at(someone: Someone, school: Organisation) -> bool:
    assert someone.actor is not None
    return any(
        one.at.kind in (Kind.SCHOOL, Kind.BOARD)
        and school.code in one.at.schools
        and one.role not in (Role.PARENT, Role.YOUNG_PERSON)
        for one in someone.actor.memberships
    )


def may_stand(someone: Someone, address: Address, about: Things) -> bool:
    """Whether something of this pupil may stand on the page at that address."""
    for right in (address.right, *address.shows):
        if right in (OPEN, LIBRARY):
            continue
        one = rights()[right]
        if one.everyone or (one.about == "organisation" and right not in address.shows):
            continue
        if decide(someone.actor, right, about.pupil if one.about == "pupil" else about.school).allowed:
            return True
    return False


# The machinery


@pytest.fixture
def matrix(db: None, settings: Any, tmp_path: Path) -> Iterator[Matrix]:
    """The partnership with everything in it; every request is rolled back."""
    logging.disable(logging.WARNING)
    settings.MEDIA_ROOT = str(tmp_path / "files")
    made = make_matrix()
    shutil.copytree(tmp_path / "files", tmp_path / "kept")
    yield made
    logging.disable(logging.NOTSET)


@dataclass
class Answer:
    """What came back, and what was written meanwhile beside the log and the session."""

    status: int
    location: str
    body: str
    changes: list[str]
    reads: list[ReadRecord]
    kind: str


@contextmanager
def watched_writes() -> Iterator[list[str]]:
    """The tables that are written to, but for those of the server itself."""
    found: list[str] = []

    def see(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.split(None, 3)
        if words and words[0] in ("INSERT", "UPDATE", "DELETE"):
            table = (words[2] if words[0] != "UPDATE" else words[1]).strip('"')
            if not table.startswith(OWN_TABLES):
                found.append(f"{words[0]} {table}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(see):
        yield found


def ask(someone: Someone, url: str, sends: bool, values: dict[str, Any] | None = None) -> Answer:
    """One request by that person; nothing of it stays."""
    client = someone.client
    client.cookies = SimpleCookie(
        {django_settings.SESSION_COOKIE_NAME: someone.session} if someone.session else {}
    )
    last = ReadRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic(), watched_writes() as changes:
        answer: Any = client.post(url, values or {}) if sends else client.get(url)
        reads = list(ReadRecord.objects.filter(pk__gt=last))
        transaction.set_rollback(True)
    if changes:
        files_back()
    return Answer(
        answer.status_code,
        answer.headers.get("Location", ""),
        text_of(answer),
        changes,
        reads,
        answer.headers.get("Content-Type", ""),
    )


def files_back() -> None:
    """The files on disk as they were: a transaction does not keep them."""
    folder = Path(django_settings.MEDIA_ROOT)
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("kept"), folder)


def text_of(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode(errors="replace")


def sent(address: Address, about: Things) -> dict[str, Any]:
    if address.send is None:
        return {}
    return address.send(about) if callable(address.send) else address.send


def wrong_with(
    someone: Someone,
    address: Address,
    about: Things,
    sends: bool,
    matrix: Matrix,
    changed: dict[str, set[str]],
) -> Iterator[str]:
    """What is not as the access table says. ``changed``: gathers what each address changed for who may."""
    url = url_of(address, about)
    answer = ask(someone, url, sends, sent(address, about) if sends else None)
    yield from leaks(someone, address, answer, matrix)
    if answer.status >= 500:
        yield f"{answer.status}"
        return
    if address.right in (OPEN, LIBRARY):
        return
    if someone.actor is None:
        if answer.status != 302 or "/account/sign-in/?next=" not in answer.location:
            yield f"not led to signing in but {answer.status} {answer.location}"
        return
    allowed = may(someone, address, about, sends)
    refusals = (403, 404) if address.hides or address.owned else (403,)
    if address.leads_back:
        refusals = (403, 302)
    if someone.actor.is_family and answer.location == reverse("family"):
        return
    if not sends and address.only_send:
        if answer.status not in (405, 403, 404):
            yield f"opening gives {answer.status} where only sending is of use"
    elif answer.status == (405 if sends and address.takes else 404 if allowed and address.may_lack else None):
        # A file is only opened; and there may be nothing.
        pass
    elif allowed and (answer.status in (401, 403, 404) or "sign-in" in answer.location):
        yield f"refused with {answer.status} although the access table allows it"
    elif not allowed and answer.status not in refusals:
        yield f"answered with {answer.status} {answer.location} although the access table refuses it"
    if not allowed and answer.changes:
        yield f"refused, yet changed {answer.changes}"
    if not allowed and answer.reads:
        yield f"refused, yet logged as reading {[one.what for one in answer.reads]}"
    if not sends and answer.changes and not (address.tidies or address.takes):
        yield f"opening it changed {answer.changes}"
    if allowed and sends:
        changed.setdefault(f"{address.name} {address.about}", set()).update(answer.changes)


def leaks(someone: Someone, address: Address, answer: Answer, matrix: Matrix) -> Iterator[str]:
    """Something of a pupil whom this person may not see; a key of the register; a reading that was not logged."""
    seen = answer.body + answer.location
    for about in matrix.things:
        if register_mark(about.key) in seen and "import.run" not in address.shows:
            yield f"shows the register's key of {about.key}"
        if internal_mark(about.key) in seen and not (someone.actor and works_at(someone, about.school)):
            yield f"shows the internal note of {about.key}"
        if mark(about.key) not in seen:
            continue
        if not may_stand(someone, address, about):
            yield f"shows {about.key}"
        elif (
            answer.status == 200
            and not address.from_file
            and not any(
                one.pupil_id == about.pupil.pk
                and one.what
                and one.user_id == someone.actor.user_id
                and one.role
                for one in answer.reads
                if someone.actor
            )
        ):
            yield f"shows {about.key} without a line in the log of reading"


PEOPLE = (
    "nobody",
    *(role.value for role in Role),
    "school_leader of board",
    "administrator of partnership",
    "care_coordinator elsewhere",
    "without a role",
)


def test_every_address_answers_as_the_access_table_says(matrix: Matrix, subtests: pytest.Subtests) -> None:
    changed: dict[str, set[str]] = {}
    for name in PEOPLE:
        cache.clear()
        with subtests.test(name):
            wrong = list(wrongs(matrix.people[name], matrix, changed))
            assert not wrong, "\n" + "\n".join(wrong)
    with subtests.test(
        "what a form sends does change something for who may, or a refusal would mean nothing"
    ):
        assert [
            f"{one.name} {one.about}"
            for one in ADDRESSES
            if one.send is not None and not one.idle and not changed.get(f"{one.name} {one.about}")
        ] == []


def wrongs(someone: Someone, matrix: Matrix, changed: dict[str, set[str]]) -> Iterator[str]:
    for address in ADDRESSES:
        asks = matrix.things if address.about or address.of_school or address.send else (matrix.near,)
        if someone.actor is None or (
            address.right in rights() and not someone.actor.may_anywhere(address.right)
        ):
            # Refused before anything is looked up: the nearest thing is enough.
            asks = (matrix.near,)
        for about in asks:
            for sends in (False, True):
                for told in wrong_with(someone, address, about, sends, matrix, changed):
                    yield f"{'POST' if sends else 'GET'} {address.name} {about.key}: {told}"


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, Any]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}", one.callback
        else:
            yield from patterns(one, f"{space}{one.namespace}:" if one.namespace else space)


def test_every_address_is_in_the_table_with_the_right_that_its_view_declares() -> None:
    views = dict(patterns(get_resolver()))
    known = {one.name: one for one in reversed(ADDRESSES)}
    assert set(views) - set(known) == set(), "addresses that the table does not have"
    assert set(known) - set(views) == set(), "addresses that do not exist any more"
    for name, view in views.items():
        said = known[name].declared or known[name].right
        declared = getattr(view, "right", None)
        if declared is None:
            declared = OPEN if getattr(view, "is_open", False) else LIBRARY
            assert declared == OPEN or view.__module__.startswith("allauth."), f"{name} declares no right"
        assert declared == said, name
        if known[name].sending:
            assert known[name].sending in rights()


def test_no_right_of_the_table_is_without_an_address() -> None:
    used = {right for one in ADDRESSES for right in (one.right, one.sending, one.declared, *one.shows)}
    assert set(rights()) - used == set()


def test_without_a_second_factor_staff_get_nowhere(matrix: Matrix) -> None:
    someone = matrix.people["without second factor"]
    for address in ADDRESSES:
        if address.right in (OPEN, LIBRARY) or address.name == "mfa_activate_totp":
            continue
        for sends in (False, True):
            answer = ask(someone, url_of(address, matrix.near), sends, {})
            assert (answer.status, answer.changes) == (302, []), (address.name, sends)
            assert "/account/second-factor/" in answer.location, address.name


def test_papers_of_another_pupil_are_not_found_at_the_address_of_this_one(matrix: Matrix) -> None:
    """Who may see both still gets nothing at an address that mixes them up."""
    someone, tried = matrix.people["care_coordinator"], []
    near, other = matrix.near, matrix.class_
    for address in ADDRESSES:
        names = [one for one in address.about.split() if one not in WORDS]
        if len(names) < 2 or names[1] == "step":
            continue
        mixed = args_of(address, near)[:-1] + args_of(address, other)[-1:]
        for sends in (False, True):
            answer = ask(someone, reverse(address.name, args=mixed), sends, sent(address, near))
            refused = answer.status in (404, 405) or (
                address.name == "duties:inspectorate" and answer.status == 302
            )
            assert refused and not answer.changes, (address.name, answer)
        tried.append(address.name)
    assert len(tried) >= 7


def test_every_form_is_refused_without_the_token_of_its_page(matrix: Matrix) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    someone = Someone(
        "", client, matrix.people["care_coordinator"].actor, matrix.people["care_coordinator"].session
    )
    for address in ADDRESSES:
        if address.right == LIBRARY:
            continue
        answer = ask(someone, url_of(address, matrix.near), True, sent(address, matrix.near))
        assert (answer.status, answer.changes) == (403, []), address.name


def test_searching_and_an_export_give_only_who_is_in_reach(matrix: Matrix) -> None:
    """What is searched for stands on the page again: here the pupil's own address tells whether it was found."""
    found = 0
    for name in PEOPLE[1:]:
        someone = matrix.people[name]
        for about in matrix.things:
            for words in (mark(about.key), f"Achter{mark(about.key)}"):
                answer = ask(someone, f"{reverse('search:search')}?q={words}", False)
                visible = decide(someone.actor, "pupil.view", about.pupil).allowed
                assert (about.pupil.ref in answer.body + answer.location) is visible, (name, about.key)
                found += visible
    assert found > 20
    for about, others in ((matrix.near, [matrix.far]), (matrix.far, [matrix.near, matrix.class_])):
        with transaction.atomic():
            owner = matrix.people[
                "care_coordinator" if about is matrix.near else "care_coordinator elsewhere"
            ]
            owner.client.cookies = SimpleCookie({django_settings.SESSION_COOKIE_NAME: owner.session})
            answer = owner.client.get(reverse("exports:take", args=[about.export.ref]))
            content = opened(b"".join(answer.streaming_content), about.password)
            transaction.set_rollback(True)
        assert mark(about.key) in content
        assert not any(mark(other.key) in content for other in others)
        assert register_mark(about.key) not in content


def opened(sealed: bytes, password: str) -> str:
    """The texts in an encrypted export."""
    with pyzipper.AESZipFile(io.BytesIO(sealed)) as archive:
        archive.setpassword(password.encode())
        return "".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
