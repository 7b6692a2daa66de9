"""The list of pupils, searching, saved filters and one action for several."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from signal_world import duty, finding
from web_world import NOW, TODAY, World

from aanwezig.web.facts.models import FACTS, Person, Pupil
from aanwezig.web.facts.persons import search_words
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils.models import Note, PlanMark, TierSetting
from aanwezig.web.results.models import PupilYear
from aanwezig.web.search.models import SavedFilter
from aanwezig.web.signals.models import Review

YEAR = "2025-2026"


def pupil(world: World, key: str, name: str = "Noor Bakker", **options: Any) -> Pupil:
    """A pupil with a name that can be searched for and a row of this school year."""
    first, _, last = name.partition(" ")
    figures = {
        name: options.pop(name)
        for name in ("rate", "band", "proposed_tier", "is_enrolled", "recent")
        if name in options
    }
    made = world.pupil(key, first_name=first, last_name=last, **options)
    person = made.person
    person.search_text, person.sound = search_words(person)
    person.save()
    PupilYear.objects.create(
        **{
            "school_id": options.get("school", world.school).code,
            "pupil": made,
            "school_year": YEAR,
            "group": options.get("group", "1A"),
            "level": options.get("level", "1"),
            "is_enrolled": True,
            "rate": 0.97,
            "band": "good",
            "recent": [{"week": "2026-03-02", "rate": 0.9}, {"week": "2026-03-09", "rate": None}],
            "digest": "",
            **figures,
        }
    )
    return made


def names(response: Any) -> list[str]:
    return [line.name for line in response.context["lines"]]


# The list


def test_the_list_has_the_pupils_of_the_school_and_nobody_elses(world: World) -> None:
    pupil(world, "p1", "Noor Bakker")
    pupil(world, "p2", "Adam Visser")
    pupil(world, "p3", "Vreemd Kind", school=world.other_school)
    response = world.client(Role.CARE_COORDINATOR).get("/pupils/")
    assert response.status_code == 200
    assert names(response) == ["Noor Bakker", "Adam Visser"]
    assert "Vreemd" not in response.content.decode()


def test_a_mentor_sees_the_own_class(world: World) -> None:
    pupil(world, "p1", "Noor Bakker", group="1A")
    pupil(world, "p2", "Adam Visser", group="1B")
    assert names(world.client(Role.MENTOR).get("/pupils/")) == ["Noor Bakker"]


def test_each_filter_narrows_and_says_whom(world: World) -> None:
    pupil(world, "p1", "Noor Bakker", rate=0.8, band="severe", proposed_tier=3)
    pupil(world, "p2", "Adam Visser", group="2B", level="2")
    pupil(world, "p3", "Bo Claes", is_enrolled=False)
    finding(world, world.pupils["p1"], "mazl_4th")
    duty(world, world.pupils["p2"], TODAY + timedelta(days=3))
    client = world.client(Role.CARE_COORDINATOR)
    for query, expected in (
        ("group=2B", ["Adam Visser"]),
        ("level=1", ["Noor Bakker"]),
        ("band=severe", ["Noor Bakker"]),
        ("tier=3", ["Noor Bakker"]),
        ("tier=2", []),
        ("signal=mazl_4th", ["Noor Bakker"]),
        ("signal=any", ["Noor Bakker"]),
        ("signal=chronic", []),
        ("duty=on", ["Adam Visser"]),
        ("no_plan=on", ["Noor Bakker"]),
        ("left=on", ["Noor Bakker", "Bo Claes", "Adam Visser"]),
        ("order=rate", ["Noor Bakker", "Adam Visser"]),
        ("order=group", ["Noor Bakker", "Adam Visser"]),
        ("group=9Z", []),
        ("tier=x", ["Noor Bakker", "Adam Visser"]),
    ):
        assert names(client.get(f"/pupils/?{query}")) == expected, query


def test_the_tier_that_a_person_set_counts_before_the_proposal(world: World) -> None:
    one = pupil(world, "p1", proposed_tier=3)
    TierSetting.objects.create(pupil=one, tier=2, reason="r", review_on=TODAY, set_at=NOW)
    client = world.client(Role.CARE_COORDINATOR)
    assert names(client.get("/pupils/?tier=2")) == ["Noor Bakker"]
    assert names(client.get("/pupils/?tier=3")) == []


def test_who_has_a_current_plan_is_not_without_one(world: World) -> None:
    one = pupil(world, "p1", proposed_tier=3)
    PlanMark.objects.create(
        pupil=one, first_day=TODAY, review_on=TODAY + timedelta(days=9), lead="x", place="y", made_at=NOW
    )
    assert names(world.client(Role.CARE_COORDINATOR).get("/pupils/?no_plan=on")) == []


def test_a_line_says_why_duty_first_then_signals(world: World) -> None:
    one = pupil(world, "p1")
    finding(world, one, "mazl_4th")
    duty(world, one, TODAY)
    with translation.override("nl"):
        line = world.client(Role.CARE_COORDINATOR).get("/pupils/").context["lines"][0]
    assert len(line.signals) == 2
    assert line.why == line.signals[0]
    assert line.signals[1] in line.because


def test_no_data_is_not_zero_and_not_good(world: World) -> None:
    pupil(world, "p1", rate=None, band="", recent=[])
    page = world.client(Role.CARE_COORDINATOR).get("/pupils/").content.decode()
    assert "geen gegevens" in page
    assert "0,0" not in page


def test_a_board_first_chooses_a_school_and_not_that_of_another(world: World) -> None:
    pupil(world, "p1")
    from web_world import make_organisation

    make_organisation("school", "Tweede", "99CC00", board=world.board)
    client = world.client(Role.SCHOOL_LEADER, world.board)
    assert "Het Anker" in client.get("/pupils/").content.decode()
    assert names(client.get(f"/pupils/?school={world.school.ref}")) == ["Noor Bakker"]
    assert client.get(f"/pupils/?school={world.other_school.ref}").status_code == 404


def test_the_attendance_officer_sees_whom_was_reported_at_any_school_once(world: World) -> None:
    one = pupil(world, "p1", "Noor Bakker")
    PupilYear.objects.create(
        school_id=world.other_school.code, pupil=one, school_year=YEAR, is_enrolled=False, digest=""
    )
    pupil(world, "p2", "Adam Visser")
    nowhere = world.pupil("p9", first_name="Thuis", last_name="Zitter", last_day=TODAY - timedelta(days=60))
    FACTS["notifications"].objects.create(
        pupil=one,
        school_id=world.school.code,
        category="relative_16h",
        status="registered",
        sent_on=TODAY,
        first_day=TODAY,
    )
    FACTS["notifications"].objects.create(
        pupil=nowhere,
        school_id=world.other_school.code,
        category="relative_16h",
        status="registered",
        sent_on=TODAY,
        first_day=TODAY,
    )
    response = world.client(Role.ATTENDANCE_OFFICER).get("/pupils/")
    assert names(response) == ["Noor Bakker", "Thuis Zitter"]
    assert "Het Anker" in response.content.decode()


@pytest.mark.parametrize("role", [Role.PARTNERSHIP_STAFF, Role.ADMINISTRATOR, Role.RESEARCHER, Role.PARENT])
def test_who_may_see_no_pupil_has_neither_list_nor_search(world: World, role: str) -> None:
    pupil(world, "p1")
    client = world.client(role)
    for address in ("/pupils/", "/search/?q=Noor", "/search/saved/"):
        assert client.get(address).status_code == 403


def test_the_list_asks_as_many_questions_for_one_as_for_fifty(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    pupil(world, "p1")
    finding(world, world.pupils["p1"])
    with CaptureQueriesContext(connection) as few:
        client.get("/pupils/?band=good&tier=&signal=any&duty=")
    for number in range(2, 60):
        pupil(world, f"p{number}", f"Kind N{number}")
        finding(world, world.pupils[f"p{number}"])
    with CaptureQueriesContext(connection) as many:
        response = client.get("/pupils/?band=good&tier=&signal=any&duty=")
    assert len(response.context["lines"]) == 50
    assert len(many) == len(few)
    assert len(many) <= 12, [q["sql"][:90] for q in many.captured_queries]


def test_reading_the_list_is_recorded(world: World) -> None:
    one = pupil(world, "p1")
    world.client(Role.CARE_COORDINATOR).get("/pupils/")
    assert list(one.reads.values_list("what", "way")) == [("pupils", "list")]


# Searching


def found(response: Any) -> tuple[list[str], list[str]]:
    return [one.name for one in response.context["exact"]], [one.name for one in response.context["alike"]]


def test_words_are_found_from_their_beginning(world: World) -> None:
    pupil(world, "p1", "Anna Jansen")
    pupil(world, "p2", "Susan Ansems")
    pupil(world, "p3", "Susan Bakker")
    exact, _alike = found(world.client(Role.CARE_COORDINATOR).get("/search/?q=an"))
    assert exact == ["Susan Ansems", "Anna Jansen"]


def test_one_that_fits_opens_at_once(world: World) -> None:
    one = pupil(world, "p1", "Noor Bakker")
    pupil(world, "p2", "Adam Visser")
    client = world.client(Role.CARE_COORDINATOR)
    for asked in ("noor", "BAKKER noor", "p1"):
        response = client.get("/search/", {"q": asked})
        assert response.status_code == 302
        assert response["Location"] == f"/pupils/{one.ref}/"


def test_a_class_is_found_whole(world: World) -> None:
    pupil(world, "p1", "Noor Bakker", group="1A")
    pupil(world, "p2", "Adam Visser", group="1a")
    pupil(world, "p3", "Bo Claes", group="1AB")
    exact, _alike = found(world.client(Role.CARE_COORDINATOR).get("/search/?q=1a"))
    assert exact == ["Noor Bakker", "Adam Visser"]


def test_exact_stands_before_what_sounds_alike_and_says_so(world: World) -> None:
    pupil(world, "p1", "Sanne Dijkstra")
    pupil(world, "p2", "Tim Dykstra")
    pupil(world, "p3", "Bo Claes")
    response = world.client(Role.CARE_COORDINATOR).get("/search/?q=dijkstra")
    assert found(response) == (["Sanne Dijkstra"], ["Tim Dykstra"])
    assert "klinken" in response.content.decode()


def test_one_who_only_sounds_alike_opens_too_and_it_is_said(world: World) -> None:
    one = pupil(world, "p2", "Tim Dykstra")
    client = world.client(Role.CARE_COORDINATOR)
    response = client.get("/search/?q=dijkstra", follow=True)
    assert response.redirect_chain == [(f"/pupils/{one.ref}/", 302)]
    assert "Niemand wordt zo geschreven" in response.content.decode()


def test_accents_and_signs_do_not_matter(world: World) -> None:
    pupil(world, "p1", "Zoë d'Hondt")
    pupil(world, "p2", "Zoe Smit")
    exact, _alike = found(world.client(Role.CARE_COORDINATOR).get("/search/", {"q": "zoé"}))
    assert exact == ["Zoë d'Hondt", "Zoe Smit"]


def test_out_of_reach_looks_just_like_not_there(world: World) -> None:
    pupil(world, "p1", "Vreemd Kind", school=world.other_school)
    client = world.client(Role.CARE_COORDINATOR)
    there, nowhere = client.get("/search/?q=vreemd"), client.get("/search/?q=bestaatniet")
    assert there.status_code == nowhere.status_code == 200
    assert found(there) == found(nowhere) == ([], [])
    one = there.content.decode().replace("vreemd", "X")
    other = nowhere.content.decode().replace("bestaatniet", "X")
    assert one.split('id="main"')[1] == other.split('id="main"')[1]


def test_signs_of_the_database_are_only_signs(world: World) -> None:
    pupil(world, "p1")
    client = world.client(Role.CARE_COORDINATOR)
    for asked in ("%%", "__", "'; drop", "(((", "\x00ab"):
        assert client.get("/search/", {"q": asked}).status_code in (200, 302)


def test_what_was_searched_goes_to_no_log_and_no_other_site(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    pupil(world, "p1")
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        response = world.client(Role.CARE_COORDINATOR).get("/search/?q=geheimenaam")
        world.client(Role.ADMINISTRATOR).get("/search/?q=geheimenaam")
    assert "geheimenaam" not in caplog.text
    assert response["Referrer-Policy"] == "same-origin"


def test_searching_asks_at_most_twelve_questions(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    for number in range(60):
        pupil(world, f"p{number}", f"Sanne {'Dijkstra' if number % 2 else 'Dykstra'}")
    with CaptureQueriesContext(connection) as asked:
        exact, alike = found(client.get("/search/?q=dijkstra"))
    assert (len(exact), len(alike)) == (30, 30)
    assert len(asked) <= 12


# Saved filters


def test_filters_are_kept_renamed_and_removed(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    pupil(world, "p1")
    made = client.post("/search/saved/new/", {"name": "Mijn klas", "query": "group=1A&evil=1&band=good"})
    assert made["Location"] == "/pupils/?group=1A&band=good"
    one = SavedFilter.objects.get()
    assert "Mijn klas" in client.get("/pupils/").content.decode()
    assert client.post("/search/saved/new/", {"name": "Mijn klas", "query": ""}).status_code == 422
    client.post(f"/search/saved/{one.ref}/", {"name": "1A"})
    assert SavedFilter.objects.get().name == "1A"
    client.post(f"/search/saved/{one.ref}/remove/")
    assert not SavedFilter.objects.exists()


def test_saved_filters_are_ones_own(world: World) -> None:
    owner = world.user(Role.CARE_COORDINATOR)
    one = SavedFilter.objects.create(owner=owner, name="Geheim", query="band=good", made_at=NOW)
    other = world.client(Role.SCHOOL_LEADER)
    assert "Geheim" not in other.get("/pupils/").content.decode()
    assert "Geheim" not in other.get("/search/saved/").content.decode()
    assert other.get(f"/search/saved/{one.ref}/").status_code == 404
    assert other.post(f"/search/saved/{one.ref}/", {"name": "x"}).status_code == 404
    assert other.post(f"/search/saved/{one.ref}/remove/").status_code == 404
    assert SavedFilter.objects.get().name == "Geheim"


# One action for several

NOTE = {"do": "note", "sure": "yes", "kind": "note", "day": TODAY.isoformat(), "text": "Samen gesproken."}


def test_one_note_goes_to_the_file_of_each_and_can_be_undone(world: World) -> None:
    one, two = pupil(world, "p1"), pupil(world, "p2", "Adam Visser")
    client = world.client(Role.CARE_COORDINATOR)
    question = client.post("/search/several/", {"do": "note", "pupil": [one.ref, two.ref]})
    assert "Adam Visser" in question.content.decode()
    assert not Note.objects.exists()
    client.post("/search/several/", {**NOTE, "pupil": [one.ref, two.ref]})
    assert set(Note.objects.values_list("pupil_id", "text")) == {
        ("p1", "Samen gesproken."),
        ("p2", "Samen gesproken."),
    }
    assert "/search/undo/" in client.get("/pupils/").content.decode()
    refs = list(Note.objects.values_list("ref", flat=True))
    client.post("/search/undo/", {"kind": "note", "ref": refs})
    assert not Note.objects.filter(withdrawn_at__isnull=True).exists()


def test_a_note_without_text_is_kept_nowhere_and_the_form_says_so(world: World) -> None:
    one = pupil(world, "p1")
    client = world.client(Role.CARE_COORDINATOR)
    response = client.post("/search/several/", {**NOTE, "text": "", "pupil": [one.ref]})
    assert response.status_code == 422
    future = {**NOTE, "day": (TODAY + timedelta(days=1)).isoformat()}
    assert client.post("/search/several/", {**future, "pupil": [one.ref]}).status_code == 422
    assert not Note.objects.exists()


@pytest.mark.parametrize("what", ["note", "seen", "muted"])
def test_for_all_or_for_nobody(world: World, what: str) -> None:
    mine, theirs = pupil(world, "p1"), pupil(world, "p2", "Vreemd Kind", school=world.other_school)
    for one in (mine, theirs):
        finding(world, one, school_id=world.school.code if one == mine else world.other_school.code)
    client = world.client(Role.CARE_COORDINATOR)
    response = client.post(
        "/search/several/",
        {
            **NOTE,
            "do": what,
            "until": (TODAY + timedelta(days=7)).isoformat(),
            "pupil": [mine.ref, theirs.ref],
        },
        follow=True,
    )
    page = response.content.decode()
    assert "Voor 1 van de 2 gekozen leerlingen mag je dit niet" in page
    assert "Vreemd" not in page
    assert not Note.objects.exists()
    assert not Review.objects.exists()


def test_signals_of_several_are_marked_muted_and_undone(world: World) -> None:
    one, two, calm = pupil(world, "p1"), pupil(world, "p2", "Adam Visser"), pupil(world, "p3", "Bo Claes")
    for each in (one, two):
        finding(world, each)
    client = world.client(Role.CARE_COORDINATOR)
    refs = [one.ref, two.ref, calm.ref]
    question = client.post("/search/several/", {"do": "seen", "pupil": refs}).content.decode()
    assert "Bo Claes" not in question.split("<main")[1]
    client.post("/search/several/", {"do": "seen", "sure": "yes", "note": "gezien", "pupil": refs})
    assert sorted(Review.objects.values_list("pupil_id", "state")) == [("p1", "seen"), ("p2", "seen")]
    other = world.client(Role.SCHOOL_LEADER)
    made = list(Review.objects.values_list("ref", flat=True))
    other.post("/search/undo/", {"kind": "review", "ref": made})
    assert Review.objects.filter(undone_at__isnull=True).count() == 2
    client.post("/search/undo/", {"kind": "review", "ref": made})
    assert not Review.objects.filter(undone_at__isnull=True).exists()
    until = (TODAY + timedelta(days=7)).isoformat()
    client.post("/search/several/", {"do": "muted", "sure": "yes", "until": until, "pupil": refs})
    assert Review.objects.filter(state="muted", undone_at__isnull=True).count() == 2


def test_who_may_not_review_cannot_do_it_for_several(world: World) -> None:
    one = pupil(world, "p1")
    finding(world, one)
    response = world.client(Role.YOUTH_DOCTOR).post(
        "/search/several/", {"do": "seen", "sure": "yes", "pupil": [one.ref]}
    )
    assert response.status_code == 403
    assert not Review.objects.exists()


def test_it_leads_back_to_our_own_pages_only(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    for wanted in ("https://example.org/", "//example.org/", "/\\example.org"):
        assert client.post("/search/several/", {"do": "note", "next": wanted})["Location"] == "/pupils/"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_are_in_both_languages(world: World, language: str) -> None:
    user = world.user(Role.CARE_COORDINATOR)
    user.language = language
    user.save()
    pupil(world, "p1")
    client = world.client(Role.CARE_COORDINATOR)
    list_page, nobody = (
        client.get("/pupils/").content.decode(),
        client.get("/search/?q=xyzxyz").content.decode(),
    )
    assert ("1 leerling" in list_page) == (language == "nl")
    assert ("Niemand gevonden" in nobody) == (language == "nl")
    assert ("Nobody found" in nobody) == (language == "en")


def test_names_without_words_to_search_in_do_no_harm(world: World) -> None:
    Person.objects.filter(pk=pupil(world, "p1").pk).update(search_text="", sound="")
    exact, alike = found(world.client(Role.CARE_COORDINATOR).get("/search/?q=noor"))
    assert (exact, alike) == ([], [])


def test_strange_addresses_give_a_list_and_no_error(world: World) -> None:
    pupil(world, "p1")
    client = world.client(Role.CARE_COORDINATOR)
    for query in (
        "group=%00",
        "pupil=%00",
        "pupil=x",
        "band=%27",
        "tier=9999999999999",
        "order=%00",
        "page=zz",
    ):
        assert client.get(f"/pupils/?{query}").status_code == 200, query
    assert client.post("/search/several/", {"do": "note", "pupil": ["\x00"]})["Location"] == "/pupils/"


def test_a_mentor_chooses_among_the_own_classes(world: World) -> None:
    pupil(world, "p1", group="1A")
    pupil(world, "p2", group="1B")
    form = world.client(Role.MENTOR).get("/pupils/").context["form"]
    assert [value for value, _label in form.fields["group"].choices] == ["", "1A"]
