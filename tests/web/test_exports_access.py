"""Who may take which list along, what is in it, and what happens with the file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import pyzipper
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from signal_world import duty, finding, year_of
from web_world import NOW, TODAY, World

from aanwezig.web.access.actor import actor_of
from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.audit.models import ChangeRecord, ReadRecord
from aanwezig.web.exports import files, jobs
from aanwezig.web.exports.models import Export, State
from aanwezig.web.exports.registry import EXPORTS
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Membership, Organisation, Role

PUPIL_KINDS = ("pupils", "duties", "signals", "registrations")
# Who may have which export; everybody else has none.
MAY = {
    Role.CARE_COORDINATOR: {"pupils", "duties", "signals", "registrations"},
    Role.SCHOOL_LEADER: {"pupils", "duties", "signals", "registrations"},
    Role.ADMINISTRATOR: {"users", "log"},
    Role.PRIVACY_OFFICER: {"log"},
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def later() -> Iterator[Any]:
    """Move the clock."""

    def go(by: timedelta) -> Any:
        return patch("django.utils.timezone.now", lambda: NOW + by)

    yield go


def full(world: World) -> tuple[Pupil, Pupil]:
    """A pupil of the school and one of another, each with a signal, a duty and an absence."""
    mine = world.pupil("p1", first_name="=Noor", last_name="Bakker")
    theirs = world.pupil("p2", first_name="Vreemd", last_name="Kind", school=world.other_school)
    for one, school in ((mine, world.school), (theirs, world.other_school)):
        year_of(world, one, school_id=school.code)
        finding(world, one, school_id=school.code)
        duty(world, one, TODAY + timedelta(days=2), school_id=school.code)
        world.absent(one, date(2026, 3, 2), school_id=school.code)
    return mine, theirs


def address(kind: str, pupil: Pupil | None = None) -> str:
    return f"/exports/new/{kind}/" + (f"?pupil={pupil.ref}" if kind == "registrations" and pupil else "")


def ask(client: Any, where: str, format: str = "csv", token: str = "t1") -> tuple[Export, str]:
    """Ask for an export; the row and the password on the page."""
    response = client.post(where, {"format": format, "token": token})
    assert response.status_code == 200, response.status_code
    found = re.search(r'id="export-password">([^<]+)<', response.content.decode())
    assert found is not None
    return Export.objects.get(token=token), found[1]


def opened(client: Any, export: Export, password: str) -> dict[str, bytes]:
    response = client.get(f"/exports/{export.ref}/file/")
    assert response.status_code == 200
    archive = pyzipper.AESZipFile(io.BytesIO(b"".join(response.streaming_content)))
    archive.setpassword(password.encode())
    return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("role", [*Role])
@pytest.mark.parametrize("kind", [*EXPORTS])
def test_each_export_is_for_the_roles_of_the_table_and_nobody_else(
    world: World, role: Role, kind: str
) -> None:
    mine, _theirs = full(world)
    fields = {"pupils": [mine]} if role in (Role.PARENT, Role.YOUNG_PERSON) else {}
    client = world.client(role, **fields)
    expected = 200 if kind in MAY.get(role, set()) else 403
    assert client.get(address(kind, mine)).status_code == expected
    sent = client.post(address(kind, mine), {"format": "csv", "token": "x"})
    assert sent.status_code == expected
    assert Export.objects.count() == (expected == 200)


@pytest.mark.parametrize("kind", PUPIL_KINDS)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_file_has_the_own_pupils_and_never_those_of_another_school(
    world: World, kind: str, format: str
) -> None:
    mine, _theirs = full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, password = ask(client, address(kind, mine), format)
    assert jobs.run(export.ref) == State.READY
    content = opened(client, export, password)
    name = next(one for one in content if one.endswith(format))
    if format == "csv":
        text = content[name].decode("utf-8-sig")
    else:
        sheet = load_workbook(io.BytesIO(content[name])).worksheets[0]
        text = "\n".join(";".join(str(cell.value) for cell in row) for row in sheet.iter_rows())
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert len(text.strip().splitlines()) == 2
    assert "p2" not in text
    assert "Vreemd" not in text
    if kind != "registrations":
        assert "p1" in text
        assert format == "xlsx" or "'=Noor" in text


def test_the_registrations_of_another_schools_pupil_are_not_there(world: World) -> None:
    _mine, theirs = full(world)
    client = world.client(Role.CARE_COORDINATOR)
    assert client.get(address("registrations", theirs)).status_code == 404
    assert client.get("/exports/new/registrations/?pupil=nosuchpupil").status_code == 404


def test_a_school_that_is_not_ones_own_cannot_be_asked_for(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    for kind in ("pupils", "signals"):
        assert client.get(f"/exports/new/{kind}/?school={world.other_school.ref}").status_code == 404


def test_a_ref_of_another_school_that_is_slipped_in_gives_no_row(world: World) -> None:
    mine, theirs = full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, password = ask(client, f"/exports/new/pupils/?pupil={mine.ref}&pupil={theirs.ref}")
    jobs.run(export.ref)
    export.refresh_from_db()
    assert (export.rows, export.pupils) == (1, ["p1"])
    assert b"Vreemd" not in b"".join(opened(client, export, password).values())


def test_filters_of_the_list_hold_in_the_file(world: World) -> None:
    mine, _theirs = full(world)
    other = world.pupil("p3", first_name="Adam", last_name="Visser", group="2B")
    year_of(world, other, group="2B")
    client = world.client(Role.CARE_COORDINATOR)
    page = client.get("/pupils/?group=2B").content.decode()
    assert "/exports/new/pupils/?group=2B" in page
    export, _password = ask(client, "/exports/new/pupils/?group=2B")
    jobs.run(export.ref)
    export.refresh_from_db()
    assert export.pupils == ["p3"]
    assert mine.pk not in export.pupils


def test_users_and_log_are_of_the_own_organisations(world: World) -> None:
    world.user(Role.MENTOR)
    world.user(Role.MENTOR, world.other_school)
    client = world.client(Role.ADMINISTRATOR)
    for kind in ("users", "log"):
        export, password = ask(client, address(kind), token=kind)
        jobs.run(export.ref)
        text = b"".join(opened(client, export, password).values()).decode("utf-8-sig", "replace")
        assert "Het Anker" in text
        assert "De Brug" not in text


def test_reading_and_the_export_itself_are_recorded(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, password = ask(client, address("pupils"))
    assert not ReadRecord.objects.filter(way="export").exists()
    jobs.run(export.ref)
    assert list(ReadRecord.objects.filter(way="export").values_list("pupil_id", "what")) == [
        ("p1", "export.pupils")
    ]
    opened(client, export, password)
    asked = ChangeRecord.objects.filter(subject=export.ref).order_by("pk").values_list("action", flat=True)
    assert list(asked) == ["export.ask", "export.made", "export.taken"]


def test_the_password_is_kept_nowhere_once_the_file_is_made(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, password = ask(client, address("pupils"))
    assert password not in export.sealed
    jobs.run(export.ref)
    export.refresh_from_db()
    assert export.sealed == ""
    assert password not in str(Export.objects.filter(pk=export.pk).values())
    assert password not in client.get(f"/exports/{export.ref}/").content.decode()
    assert password not in str(ChangeRecord.objects.values_list("details", flat=True))
    on_disk = files.path_of(export)
    assert on_disk is not None
    assert on_disk.stat().st_mode & 0o077 == 0
    assert b"Bakker" not in on_disk.read_bytes()


def test_a_form_that_is_sent_twice_asks_once_and_shows_no_second_password(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, _password = ask(client, address("pupils"))
    again = client.post(address("pupils"), {"format": "csv", "token": "t1"})
    assert again["Location"] == f"/exports/{export.ref}/"
    assert Export.objects.count() == 1


def test_the_link_works_for_a_day(world: World, later: Any) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, _password = ask(client, address("pupils"))
    jobs.run(export.ref)
    for by, status in ((timedelta(hours=23, minutes=59), 200), (timedelta(hours=24), 302)):
        with later(by):
            # Idle sessions end; this is another day's session of the same person.
            assert (
                world.client(Role.CARE_COORDINATOR).get(f"/exports/{export.ref}/file/").status_code == status
            )


def test_only_who_asked_can_take_it(world: World) -> None:
    full(world)
    export, _password = ask(world.client(Role.CARE_COORDINATOR), address("pupils"))
    jobs.run(export.ref)
    other = world.client(Role.SCHOOL_LEADER)
    for path in (f"/exports/{export.ref}/", f"/exports/{export.ref}/file/"):
        assert other.get(path).status_code == 404
    assert other.post(f"/exports/{export.ref}/delete/").status_code == 404
    assert export.ref not in other.get("/exports/").content.decode()


def test_a_right_that_was_lost_gives_nothing(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    user = world.user(Role.CARE_COORDINATOR)
    export, _password = ask(client, address("pupils"))
    jobs.run(export.ref)
    Membership.objects.filter(user=user).update(role=Role.MENTOR, groups=["1A"])
    assert client.get(f"/exports/{export.ref}/file/").status_code == 403
    Membership.objects.filter(user=user).delete()
    # The same role at another school is another right.
    Membership.objects.create(
        user=user, organisation=world.other_school, role=Role.CARE_COORDINATOR, first_day=TODAY
    )
    assert client.get(f"/exports/{export.ref}/file/").status_code == 403


def test_a_pupil_who_is_out_of_reach_now_keeps_the_file_closed(world: World) -> None:
    mine, _theirs = full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, _password = ask(client, address("pupils"))
    jobs.run(export.ref)
    mine.enrolments.update(last_day=TODAY - timedelta(days=40))
    response = client.get(f"/exports/{export.ref}/file/", follow=True)
    assert "voor wie je dit niet meer mag" in response.content.decode()


def test_a_right_that_is_lost_before_the_file_is_made_makes_none(world: World) -> None:
    full(world)
    export, _password = ask(world.client(Role.CARE_COORDINATOR), address("pupils"))
    Membership.objects.filter(user=world.user(Role.CARE_COORDINATOR)).delete()
    assert jobs.run(export.ref) == State.FAILED
    export.refresh_from_db()
    assert (export.error, export.path, export.sealed) == ("refused", "", "")
    assert not files.home().exists() or not any(files.home().iterdir())


def test_files_are_deleted_after_a_week(world: World, later: Any) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, _password = ask(client, address("pupils"))
    jobs.run(export.ref)
    export.refresh_from_db()
    on_disk = files.path_of(export)
    with later(timedelta(days=6, hours=23)):
        assert jobs.remove_old() == 0
    with later(timedelta(days=7, seconds=1)):
        assert jobs.remove_old() == 1
        assert jobs.remove_old() == 0
    export.refresh_from_db()
    assert (export.state, export.parameters, export.pupils) == (State.DELETED, {}, [])
    assert on_disk is not None
    assert not on_disk.exists()


def test_one_can_delete_it_before(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, _password = ask(client, address("pupils"))
    jobs.run(export.ref)
    client.post(f"/exports/{export.ref}/delete/")
    assert not any(files.home().iterdir())
    assert client.get(f"/exports/{export.ref}/file/").status_code == 302


def test_a_job_that_was_killed_is_asked_for_again_and_given_up_after_three_times(world: World) -> None:
    full(world)
    export, _password = ask(world.client(Role.CARE_COORDINATOR), address("pupils"))
    with patch.object(jobs, "_make", side_effect=KeyboardInterrupt):
        for _time in range(jobs.MOST_TRIES):
            with pytest.raises(KeyboardInterrupt):
                jobs.run(export.ref)
            assert jobs.resume() == 1
    assert jobs.run(export.ref) == State.FAILED
    assert jobs.resume() == 0


def test_a_file_of_nobody_is_removed(world: World) -> None:
    full(world)
    export, _password = ask(world.client(Role.CARE_COORDINATOR), address("pupils"))
    jobs.run(export.ref)
    stray = files.keep(b"x")
    jobs.resume()
    export.refresh_from_db()
    assert not (files.home() / stray).exists()
    assert files.path_of(export) is not None


def test_who_is_deleted_meanwhile_keeps_no_file(world: World) -> None:
    full(world)
    export, _password = ask(world.client(Role.CARE_COORDINATOR), address("pupils"))
    keep = files.keep

    def deleted_meanwhile(content: bytes) -> str:
        name = keep(content)
        Export.objects.filter(pk=export.pk).update(state=State.DELETED)
        return name

    with patch.object(files, "keep", deleted_meanwhile):
        assert jobs.run(export.ref) == State.DELETED
    assert not any(files.home().iterdir())
    assert not ReadRecord.objects.filter(way="export").exists()


def test_what_goes_wrong_is_told_without_the_text_of_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    full(world)
    export, _password = ask(world.client(Role.CARE_COORDINATOR), address("pupils"))
    with patch.object(jobs, "sealed_zip", side_effect=RuntimeError("Noor Bakker")):
        assert jobs.run(export.ref) == State.FAILED
    assert "Bakker" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_the_rows_ask_no_more_questions_for_more_pupils(world: World) -> None:
    full(world)
    user = world.user(Role.CARE_COORDINATOR)

    def asked() -> int:
        actor = actor_of(user, TODAY)
        with CaptureQueriesContext(connection) as seen:
            for kind in ("pupils", "duties", "signals"):
                EXPORTS[kind].rows(actor, {"school": world.school.ref, "query": "", "status": ""})
        return len(seen)

    few = asked()
    for number in range(10, 40):
        one = world.pupil(f"p{number}")
        year_of(world, one)
        finding(world, one)
        duty(world, one, TODAY)
    assert asked() == few


def test_the_rows_refuse_without_an_actor_or_right(world: World) -> None:
    mine, _theirs = full(world)
    parameters = {"school": world.school.ref, "query": "", "pupil": mine.ref, "year": "2025-2026"}
    for kind in EXPORTS.values():
        with pytest.raises(NotAllowed):
            kind.rows(world.actor(Role.RESEARCHER), parameters)


def test_the_pages_of_exports_ask_at_most_twelve_questions(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    for number in range(5):
        export, _password = ask(client, address("pupils"), token=f"t{number}")
        jobs.run(export.ref)
    for path in (
        "/exports/",
        f"/exports/{export.ref}/",
        "/exports/new/pupils/",
        f"/exports/{export.ref}/file/",
    ):
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        assert len(seen) <= 12, path


def test_the_button_stands_where_one_may(world: World) -> None:
    mine, _theirs = full(world)
    leader, mentor = world.client(Role.SCHOOL_LEADER), world.client(Role.MENTOR)
    for path, kind in (
        ("/pupils/", "pupils"),
        ("/duties/", "duties"),
        ("/signals/", "signals"),
        (f"/pupils/{mine.ref}/", "registrations"),
    ):
        assert f"/exports/new/{kind}/" in leader.get(path).content.decode(), path
        assert "/exports/" not in mentor.get(path).content.decode(), path
    admin = world.client(Role.ADMINISTRATOR)
    assert "/exports/new/users/" in admin.get("/administration/people/").content.decode()
    assert "/exports/new/log/" in admin.get("/administration/log/").content.decode()


def test_ticked_pupils_are_what_is_taken(world: World) -> None:
    mine, _theirs = full(world)
    client = world.client(Role.CARE_COORDINATOR)
    response = client.post("/search/several/", {"do": "export", "pupil": [mine.ref]})
    assert response["Location"] == f"/exports/new/pupils/?pupil={mine.ref}"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_file_is_in_the_language_of_who_asked(world: World, language: str) -> None:
    full(world)
    user = world.user(Role.CARE_COORDINATOR)
    user.language = language
    user.save()
    client = world.client(Role.CARE_COORDINATOR)
    export, password = ask(client, address("pupils"))
    jobs.run(export.ref)
    content = opened(client, export, password)
    head = next(text for name, text in content.items() if name.endswith(".csv")).decode("utf-8-sig")
    assert head.startswith({"nl": "Nummer;", "en": "Number;First name"}[language])


def test_a_board_takes_a_school_of_its_own_along(world: World) -> None:
    full(world)
    client = world.client(Role.SCHOOL_LEADER, world.board)
    assert isinstance(world.board, Organisation)
    export, _password = ask(client, f"/exports/new/pupils/?school={world.school.ref}")
    assert jobs.run(export.ref) == State.READY
    export.refresh_from_db()
    assert export.pupils == ["p1"]


def test_the_file_says_what_it_is_of(world: World) -> None:
    full(world)
    client = world.client(Role.CARE_COORDINATOR)
    export, password = ask(client, "/exports/new/pupils/?tier=2&signal=mazl_4th")
    jobs.run(export.ref)
    content = opened(client, export, password)
    about = next(text for name, text in content.items() if name.endswith(".txt")).decode("utf-8-sig")
    for words in ("Het Anker", "schooljaar 2025-2026", "Laag: 2", "Signaal dat geldt: ", "maart"):
        assert words in about, words
    assert not any("Noor" in name or "Bakker" in name for name in content)
