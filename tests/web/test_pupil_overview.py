"""The overview for parents and pupil: what may be read at home, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

from test_pupil_page import address, finding, standing, text_of
from web_world import TODAY, World

from aanwezig.web.audit.models import ReadRecord
from aanwezig.web.facts.models import Contact
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils import actions
from aanwezig.web.pupils.actions.notes import NoteText


def test_a_parent_reads_attendance_agreements_and_whom_to_call_and_no_internal_note(world: World) -> None:
    pupil = world.pupil("p1")
    standing(world, pupil)
    finding(world, pupil)
    world.absent(pupil, date(2026, 3, 3), "sick")
    Contact.objects.create(pupil=pupil, name="Vader Jansen")
    mentor = world.user(Role.MENTOR, groups=["1A"])
    mentor.phone = "050 123"
    mentor.save()
    actions.write_note(
        world.actor(Role.MENTOR, groups=["1A"]),
        pupil,
        NoteText(
            "talk_parents", TODAY, "Vermoeden van iets.", present="Oma De Wit", agreed="Elke dag bellen."
        ),
    )
    page = text_of(world.client(Role.PARENT, pupils=[pupil]).get(address(pupil, "overview/")))
    for words in ("Noor Bakker", "86,2", "Elke dag bellen.", "050 123", "ziek"):
        assert words in page, words
    for words in ("Vermoeden", "De Wit", "Vader Jansen", "ziekmeldingen", "signaal", "chronisch", "laag 2"):
        assert words not in page, words


def test_a_parent_cannot_open_the_page_of_the_staff_or_another_childs_overview(world: World) -> None:
    mine, other = world.pupil("p1"), world.pupil("p2")
    parent = world.client(Role.PARENT, pupils=[mine])
    assert parent.get(address(mine)).status_code == 403
    assert parent.get(address(other, "overview/")).status_code == 403
    assert parent.get(address(other, "overview/pdf/")).status_code == 403


def test_the_own_first_page_leads_to_the_one_child_or_lets_choose(world: World) -> None:
    one, two = world.pupil("p1"), world.pupil("p2", first_name="Sem")
    single = world.client(Role.PARENT, pupils=[one])
    assert single.get("/family/").headers["Location"] == address(one, "overview/")
    both = world.client(Role.PARENT, pupils=[one, two], groups=["x"])
    page = text_of(both.get("/family/"))
    assert "Noor Bakker" in page and "Sem Bakker" in page


def test_the_pdf_is_a_pdf_and_the_print_is_recorded(world: World) -> None:
    pupil = world.pupil("p1")
    standing(world, pupil)
    world.absent(pupil, date(2026, 3, 3), "sick")
    answer = world.client(Role.MENTOR).get(address(pupil, "overview/pdf/"))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert ReadRecord.objects.get(pupil=pupil).way == "print"


def test_an_overview_without_figures_says_so(world: World) -> None:
    pupil = world.pupil("p1", first_day=TODAY - timedelta(days=1))
    page = text_of(world.client(Role.MENTOR).get(address(pupil, "overview/")))
    assert "Er zijn nog geen cijfers van dit schooljaar." in page
    assert "Dit schooljaar is er niets afgesproken." in page
