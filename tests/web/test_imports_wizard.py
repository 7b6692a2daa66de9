"""An import in the browser, from the files to what changed; without a script every step is a form."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from web_world import NOW, World

from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.audit.models import ChangeRecord
from aanwezig.web.facts.changes import current
from aanwezig.web.imports import actions, files, jobs
from aanwezig.web.imports.models import Batch, SavedMap, State
from aanwezig.web.organisations.models import Role

ROSTER = """Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Klas;Instroomdatum
1001;Quirijn;;Zonneveld;2012-05-01;1A;2025-08-18
1002;Sem;van der;Wal;2011-04-30;1B;2025-08-18
"""
ABSENCES = """Nr;Dag;Uur;Waarom;Opmerking
1001;09-03-2026;1;Zk;geheim
1001;10-03-2026;2;Zk;
1002;31-02-2026;3;Sp;
1002;12-03-2026;3;Sp;
9999;12-03-2026;3;Sp;
"""


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield


def upload(name: str, text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def begin(
    client: Client, text: str | bytes, profile: str = "generic", name: str = "verzuim.csv", **said: Any
) -> Batch:
    answer = client.post(
        reverse("imports:start"), {"profile": profile, "uploads": upload(name, text), **said}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return Batch.objects.latest("pk")


def work_off(batch: Batch) -> str:
    """What the worker would do."""
    return jobs.run(batch.ref, State(Batch.objects.get(pk=batch.pk).state))


def page(client: Client, batch: Batch, name: str = "one") -> str:
    answer = client.get(reverse(f"imports:{name}", args=(batch.ref,)))
    assert answer.status_code == 200, answer.get("Location")
    return answer.content.decode()


def send_columns(client: Client, batch: Batch, **chosen: str) -> None:
    """Send the second step as it was offered, with these choices."""
    form = client.get(reverse("imports:columns", args=(batch.ref,))).context["form"]
    values = {name: form[name].value() or "" for name in form.fields} | chosen
    answer = client.post(reverse("imports:columns", args=(batch.ref,)), values)
    assert answer.status_code == 302, answer.context["form"].errors


def send_codes(client: Client, batch: Batch, **meanings: tuple[str, str]) -> None:
    form = client.get(reverse("imports:codes", args=(batch.ref,))).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    for place, code in enumerate(form.looks.codes):
        if code.key in meanings:
            values[f"reason_{place}"], values[f"mark_{place}"] = meanings[code.key]
    answer = client.post(reverse("imports:codes", args=(batch.ref,)), values)
    assert answer.status_code == 302, answer.context["form"].errors


def import_roster(client: Client, text: str = ROSTER) -> Batch:
    batch = begin(client, text, "roster", "leerlingen.csv")
    send_columns(client, batch)
    assert work_off(batch) == State.CHECKED
    assert "2 nieuw, 0 gewijzigd, 0 verdwenen, 0 geweigerd" in page(client, batch)
    client.post(reverse("imports:keep", args=(batch.ref,)))
    assert work_off(batch) == State.KEPT
    return batch


def check_absences(client: Client, text: str = ABSENCES, **said: Any) -> Batch:
    batch = begin(client, text, **said)
    send_columns(client, batch, pupil_id="Nr", date="Dag", lesson="Uur", reason="Waarom")
    send_codes(client, batch, Zk=("sick", "yes"), Sp=("truant", "no"))
    assert work_off(batch) == State.CHECKED
    return batch


def test_from_a_list_of_pupils_to_absence_that_is_kept(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    assert "Begin met een leerlinglijst" in client.get(reverse("imports:start")).content.decode()
    import_roster(client)
    batch = check_absences(client)

    shown = page(client, batch)
    assert "3 nieuw, 0 gewijzigd, 0 verdwenen, 2 geweigerd" in shown
    assert "31-02-2026" in shown
    assert "9999 (1)" in shown
    client.post(reverse("imports:keep", args=(batch.ref,)))
    assert "wordt bewaard" in page(client, batch)
    assert work_off(batch) == State.KEPT
    assert current("absences").count() == 3
    assert "opnieuw berekend" in page(client, batch)
    assert SavedMap.objects.get(profile="generic").content["reasons"]["Sp"]["reason"] == "truant"
    assert not any(batch.files.values_list("path", flat=True))


def test_the_next_delivery_needs_no_choices(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    import_roster(client)
    first = check_absences(client)
    client.post(reverse("imports:keep", args=(first.ref,)))
    work_off(first)
    again = begin(client, ABSENCES.replace("12-03", "13-03"))
    form = client.get(reverse("imports:columns", args=(again.ref,))).context["form"]
    assert (form["pupil_id"].value(), form["reason"].value()) == ("Nr", "Waarom")
    send_columns(client, again)
    send_codes(client, again)
    assert work_off(again) == State.CHECKED


def test_a_code_that_means_nothing_must_be_chosen(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    import_roster(client)
    batch = begin(client, ABSENCES)
    send_columns(client, batch, pupil_id="Nr", date="Dag", lesson="Uur", reason="Waarom")
    form = client.get(reverse("imports:codes", args=(batch.ref,))).context["form"]
    values = {name: form[name].value() or "" for name in form.fields} | {"reason_0": "sick"}
    answer = client.post(reverse("imports:codes", args=(batch.ref,)), values)
    assert answer.status_code == 200
    assert answer.context["form"]["reason_0"].value() == "sick"
    assert answer.context["form"].errors
    assert Batch.objects.get(pk=batch.pk).state == State.MAPPED


def test_much_that_changes_is_kept_only_when_confirmed(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    import_roster(client)
    days = [date(2026, 2, 2) + timedelta(days=one) for one in range(20)]
    lines = [f"1001;{day:%d-%m-%Y};1;Zk;" for day in days]
    head = ABSENCES.splitlines()[0]
    first = begin(client, "\n".join([head, *lines]))
    send_columns(client, first, pupil_id="Nr", date="Dag", lesson="Uur", reason="Waarom")
    send_codes(client, first, Zk=("sick", "yes"))
    work_off(first)
    client.post(reverse("imports:keep", args=(first.ref,)))
    work_off(first)

    fewer = begin(client, "\n".join([head, *lines[:5]]), first_day="2026-02-01", last_day="2026-02-28")
    send_columns(client, fewer)
    send_codes(client, fewer)
    work_off(fewer)
    assert "Er verandert veel" in page(client, fewer)
    client.post(reverse("imports:keep", args=(fewer.ref,)))
    assert Batch.objects.get(pk=fewer.pk).state == State.CHECKED
    client.post(reverse("imports:keep", args=(fewer.ref,)), {"confirm": "on"})
    assert work_off(fewer) == State.KEPT
    assert current("absences").count() == 5
    assert current("deliveries").get().last_day == date(2026, 2, 28)


def test_the_same_file_twice_is_said(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    import_roster(client)
    again = begin(client, ROSTER, "roster")
    send_columns(client, again)
    work_off(again)
    assert "al eerder ingelezen" in page(client, again)
    client.post(reverse("imports:keep", args=(again.ref,)))
    assert work_off(again) == State.KEPT
    assert "Niets nieuws" in page(client, again)


def test_undo_asks_and_then_takes_it_back(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    import_roster(client)
    batch = check_absences(client)
    client.post(reverse("imports:keep", args=(batch.ref,)))
    work_off(batch)
    assert "ongedaan maken?" in page(client, batch, "undo")
    client.post(reverse("imports:undo", args=(batch.ref,)))
    assert not current("absences").exists()
    assert "ongedaan gemaakt" in page(client, batch)


@pytest.mark.parametrize(
    ("content", "profile", "says"),
    [
        (b"", "generic", "is leeg"),
        (b"%PDF-1.4 no list", "generic", None),
        (b"PK\x03\x04 broken", "oneroster", None),
        (b"\x00\x01\x02" * 500, "magister", None),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><EDEX/>", "edexml", None),
    ],
    ids=["empty", "pdf", "broken-zip", "binary", "entities"],
)
def test_what_cannot_be_read_is_told_and_never_a_traceback(
    world: World, content: bytes, profile: str, says: str | None
) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    answer = client.post(
        reverse("imports:start"),
        {
            "profile": profile,
            "uploads": upload("x.bin", content),
            "first_day": "2026-03-01",
            "last_day": "2026-03-19",
        },
    )
    if says:
        assert answer.status_code == 200
        assert says in answer.content.decode()
        assert 'value="2026-03-01"' in answer.content.decode()
        return
    batch = Batch.objects.get()
    answer = client.get(reverse("imports:columns", args=(batch.ref,)), follow=True)
    if "[REG-" not in answer.content.decode():
        client.post(reverse("imports:columns", args=(batch.ref,)))
        work_off(batch)
        answer = client.get(reverse("imports:one", args=(batch.ref,)))
    assert answer.status_code == 200
    assert "[REG-" in answer.content.decode()


def test_more_than_may_be_sent_is_refused_and_what_was_typed_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aanwezig.web.imports.uploading.LARGEST", 1000)
    client = world.client(Role.CARE_COORDINATOR)
    answer = client.post(
        reverse("imports:start"),
        {"profile": "somtoday", "last_day": "2026-03-19", "uploads": upload("groot.csv", "x" * 200_000)},
    )
    assert answer.status_code == 200
    assert "groter dan 200 MB" in answer.content.decode()
    assert answer.context["form"]["profile"].value() == "somtoday"
    assert not Batch.objects.exists()


def test_uploads_are_for_the_application_alone_and_go_after_a_week(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    batch = begin(client, ABSENCES)
    path = files.home() / batch.files.get().path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "verzuim" not in path.name
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path.parent, files.home())} == {0o700}
    assert files.remove_old() == 0
    Batch.objects.filter(pk=batch.pk).update(changed_at=NOW - timedelta(days=8))
    assert files.remove_old() == 1
    assert not path.exists()
    assert Batch.objects.get().state == State.ABANDONED


def test_who_gives_up_leaves_nothing(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    batch = begin(client, ABSENCES)
    client.post(reverse("imports:abandon", args=(batch.ref,)))
    assert not files.folder_of(batch).exists()
    assert Batch.objects.get().state == State.ABANDONED


@pytest.mark.parametrize(
    "role", [Role.MENTOR, Role.ABSENCE_TEAM, Role.YOUTH_DOCTOR, Role.PARTNERSHIP_STAFF, Role.PARENT]
)
def test_other_roles_do_not_import(world: World, role: str) -> None:
    assert world.client(role).get(reverse("imports:start")).status_code == 403


@pytest.mark.parametrize(
    "name", ["one", "file", "columns", "codes", "keep", "check", "faults", "abandon", "undo"]
)
def test_an_import_of_another_school_is_refused(world: World, name: str) -> None:
    batch = begin(world.client(Role.CARE_COORDINATOR), ABSENCES)
    client = world.client(Role.CARE_COORDINATOR, world.other_school)
    method = client.post if name in ("keep", "check", "abandon") else client.get
    assert method(reverse(f"imports:{name}", args=(batch.ref,))).status_code == 403
    with pytest.raises(NotAllowed):
        actions.abandon(world.actor(Role.CARE_COORDINATOR, world.other_school), batch)


def test_an_action_without_anybody_is_refused(world: World) -> None:
    with pytest.raises(NotAllowed):
        actions.begin(None, world.school, actions.Delivery("generic"), [])


def test_names_are_in_no_report_log_or_message(world: World, caplog: pytest.LogCaptureFixture) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    import_roster(client)
    check_absences(client)
    told = json.dumps(
        [
            list(Batch.objects.values_list("report", "error", "mapping")),
            list(ChangeRecord.objects.values_list("action", "subject", "details")),
            caplog.text,
        ]
    )
    assert "import_kept" in told
    for word in ("Zonneveld", "Quirijn", "geheim", "1001", "9999"):
        assert word not in told


def test_the_pages_need_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    roster = import_roster(client)
    for _number in range(3):
        batch = check_absences(client, ABSENCES)
    client.get(reverse("imports:start"))
    for address in (
        reverse("imports:start"),
        reverse("imports:one", args=(batch.ref,)),
        reverse("imports:one", args=(roster.ref,)),
        reverse("imports:freshness"),
    ):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_english_pages_are_english(world: World) -> None:
    user = world.user(Role.CARE_COORDINATOR)
    user.language = "en"
    user.save()
    client = world.client(Role.CARE_COORDINATOR)
    assert "Begin with a list of pupils." in client.get(reverse("imports:start")).content.decode()


def test_progress_is_a_part_of_the_page_and_leads_on(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    batch = begin(client, ROSTER, "roster")
    send_columns(client, batch)
    address = reverse("imports:one", args=(batch.ref,))
    part = client.get(address, headers={"HX-Request": "true"})
    assert "<h1" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    work_off(batch)
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
