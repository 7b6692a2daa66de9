"""Facts of an import in the database: whose they are, what stands, what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from web_world import World

from aanwezig.register import ImportReport, import_files
from aanwezig.values import AanwezigError
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import FACTS, Person, Pupil, School
from aanwezig.web.imports import undoing
from aanwezig.web.imports.models import Batch, SavedMap, State
from aanwezig.web.imports.store import DatabaseStore
from aanwezig.web.imports.wrong import ChangedMeanwhile

ROSTER = """Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Klas;Instroomdatum
1001;Noor;;Bakker;2012-05-01;1A;2025-08-18
1002;Sem;van der;Wal;2011-04-30;1B;2025-08-18
"""
ABSENCES = """pupil_id,date,lesson,minutes,reason,authorised
1001,2026-03-09,1,50,truant,no
1001,2026-03-09,2,50,truant,no
1002,2026-03-10,3,50,sick,yes
"""


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., ImportReport]:
    """Import a text into the database for a school."""

    def do(school: str, text: str, profile: str = "generic", **options: Any) -> ImportReport:
        path = tmp_path / f"{profile}-{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(text, encoding="utf-8")
        store = options.pop("store", None) or DatabaseStore(school)
        return import_files(path, school, profile, options.pop("mapping", None), into=store, **options)

    return do


def test_two_schools_with_one_number_are_two_children(world: World, put: Callable[..., ImportReport]) -> None:
    put(world.school.code, ROSTER, "roster")
    put(world.other_school.code, ROSTER.replace("Noor", "Lotte"), "roster")
    put(world.school.code, ABSENCES)

    here, there = (Pupil.objects.get(pk=f"{code}/1001") for code in ("99AA00", "99BB00"))
    assert (here.person.first_name, there.person.first_name) == ("Noor", "Lotte")
    assert here.person.number == there.person.number == "1001"
    assert current("absences").filter(pupil=here).count() == 2
    assert not current("absences").filter(pupil=there).exists()


def test_who_is_known_already_keeps_the_id_of_the_register(
    world: World, put: Callable[..., ImportReport]
) -> None:
    pupil = world.pupil("1001")
    report = put(world.school.code, ABSENCES.replace("1002", "1001"))
    assert (report.new, report.unknown_pupils) == (3, 0)
    assert current("absences").filter(pupil=pupil).count() == 3


def test_a_pupil_is_found_by_the_number_that_the_school_uses(
    world: World, put: Callable[..., ImportReport]
) -> None:
    pupil = world.pupil("p-17")
    Person.objects.filter(pk=pupil.pk).update(number="1001")
    put(world.school.code, ABSENCES)
    assert current("absences").filter(pupil=pupil).count() == 2
    assert not Pupil.objects.filter(pk="99AA00/1001").exists()


def test_a_roster_by_the_ids_of_the_register_makes_no_child_twice(
    world: World, put: Callable[..., ImportReport]
) -> None:
    Person.objects.filter(pk=world.pupil("1001").pk).update(number="20001")
    with pytest.raises(AanwezigError) as told:
        put(world.school.code, ROSTER, "roster")
    assert told.value.code == "WEB-703"
    assert Pupil.objects.count() == 1


def test_a_number_that_was_somebody_elses_is_not_taken_for_that_child(
    world: World, put: Callable[..., ImportReport]
) -> None:
    put(world.school.code, ROSTER, "roster")
    # At school the pupil got another number, and the old one went to a new pupil.
    Person.objects.filter(pk="99AA00/1001").update(number="2001")
    with pytest.raises(AanwezigError) as told:
        put(world.school.code, ROSTER.replace("Noor", "Lotte").replace("2012-05-01", "2013-06-02"), "roster")
    assert told.value.code == "WEB-703"
    assert Person.objects.get(pk="99AA00/1001").first_name == "Noor"


def test_a_pupil_of_another_school_is_unknown(world: World, put: Callable[..., ImportReport]) -> None:
    world.pupil("1001", school=world.other_school)
    world.pupil("1002")
    report = put(world.school.code, ABSENCES)
    assert (report.new, report.unknown_pupils, report.unknown_pupil_rows) == (1, 1, 2)


def test_a_school_without_pupils_can_begin_from_a_list_with_birth_dates(
    world: World, put: Callable[..., ImportReport]
) -> None:
    text = "pupil_id,date,part,reason,birth_date,group\n7,2026-03-09,day,sick,2012-05-01,1A\n"
    report = put(world.school.code, text)
    assert report.new == 1
    assert current("enrolments").get().pupil_id == "99AA00/7"


def test_the_same_file_twice_changes_nothing(world: World, put: Callable[..., ImportReport]) -> None:
    put(world.school.code, ROSTER, "roster")
    put(world.school.code, ABSENCES)
    version = School.objects.get(pk=world.school.code).facts_version
    again = put(world.school.code, ABSENCES)
    assert (again.new, again.unchanged, again.batch_id) == (0, 3, None)
    assert again.files[0].earlier_batch == Batch.objects.get(profile="generic").ref
    assert put(world.school.code, ROSTER, "roster").batch_id is None
    assert School.objects.get(pk=world.school.code).facts_version == version


def test_a_correction_supersedes_and_what_vanished_in_the_period_ends(
    world: World, put: Callable[..., ImportReport]
) -> None:
    put(world.school.code, ROSTER, "roster")
    ids = "absence_id,pupil_id,date,lesson,minutes,reason\na1,1001,2026-03-09,1,50,truant\na2,1001,2026-03-10,2,50,sick\n"
    put(world.school.code, ids)
    corrected = "absence_id,pupil_id,date,lesson,minutes,reason\na1,1001,2026-03-09,1,50,sick\n"
    period = {"options": {"from": date(2026, 3, 9), "to": date(2026, 3, 13)}}
    report = put(world.school.code, corrected, mapping=period)
    assert (report.changed, report.vanished) == (1, 1)
    assert current("absences").get().reason == "sick"
    rows = FACTS["absences"].objects
    assert rows.filter(ended_by_batch=report.batch_id).count() == 2
    assert current("deliveries").get().last_day == date(2026, 3, 13)


def test_absence_that_a_person_recorded_is_known_again(
    world: World, put: Callable[..., ImportReport]
) -> None:
    pupil = world.pupil("1001")
    world.pupil("1002")
    world.absent(pupil, date(2026, 3, 9), absence_id=None, lesson="1", minutes=50)
    report = put(world.school.code, ABSENCES)
    assert (report.new, report.unchanged) == (2, 1)
    corrected = put(world.school.code, ABSENCES.replace("1,50,truant,no", "1,50,sick,yes", 1))
    assert corrected.changed == 1
    assert current("absences").count() == 3


def test_a_kept_map_is_used_for_the_next_delivery(world: World, put: Callable[..., ImportReport]) -> None:
    put(world.school.code, ROSTER, "roster")
    mapping = {"reasons": {"Zk": {"reason": "sick", "authorised": "yes"}}}
    put(world.school.code, ABSENCES.replace("truant,no", "Zk,"), mapping=mapping)
    assert SavedMap.objects.get().content["reasons"]["Zk"]["reason"] == "sick"
    later = ABSENCES.replace("truant,no", "Zk,").replace("2026-03-09", "2026-03-12")
    assert put(world.school.code, later).new == 2


def test_facts_that_changed_since_they_were_read_stop_the_keeping(
    world: World, put: Callable[..., ImportReport]
) -> None:
    put(world.school.code, ROSTER, "roster")

    class Slow(DatabaseStore):
        def keep(self, batch: Any) -> str:
            if not current("absences").exists():
                put(world.school.code, ABSENCES)
            return super().keep(batch)

    with pytest.raises(ChangedMeanwhile):
        put(world.school.code, ABSENCES.replace("50", "45"), store=Slow(world.school.code))
    assert set(current("absences").values_list("minutes", flat=True)) == {50}
    assert Batch.objects.filter(profile="generic").count() == 1


def test_an_import_that_is_undone_is_as_if_it_never_was(
    world: World, put: Callable[..., ImportReport]
) -> None:
    put(world.school.code, ROSTER, "roster")
    first = "absence_id,pupil_id,date,lesson,minutes,reason\na1,1001,2026-03-09,1,50,truant\n"
    put(world.school.code, first)
    second = put(world.school.code, first.replace("truant", "sick") + "a2,1002,2026-03-10,2,50,sick\n")
    batch = Batch.objects.get(ref=second.batch_id)
    undoing.undo(batch, None)
    row = current("absences").get()
    assert (row.absence_id, row.reason) == ("a1", "truant")
    assert FACTS["absences"].objects.count() == 4
    batch.refresh_from_db()
    assert batch.state == State.UNDONE
    # And the file can come again.
    assert put(world.school.code, first.replace("truant", "sick")).changed == 1


def test_what_a_later_import_builds_on_cannot_be_undone(
    world: World, put: Callable[..., ImportReport]
) -> None:
    roster = put(world.school.code, ROSTER, "roster")
    put(world.school.code, ABSENCES)
    with pytest.raises(AanwezigError) as told:
        undoing.undo(Batch.objects.get(ref=roster.batch_id), None)
    assert told.value.code == "WEB-706"
    assert current("pupils").count() == 2


def test_undoing_a_roster_takes_names_away_and_gives_older_ones_back(
    world: World, put: Callable[..., ImportReport]
) -> None:
    world.pupil("1001", first_name="Nora", last_name="Bakker")
    roster = put(world.school.code, ROSTER, "roster")
    assert Person.objects.get(pk="1001").first_name == "Noor"
    undoing.undo(Batch.objects.get(ref=roster.batch_id), None)
    assert Person.objects.get(pk="1001").first_name == "Nora"
    assert not Person.objects.filter(pk="99AA00/1002").exists()
    assert current("pupils").count() == 1


def test_a_number_of_a_school_that_is_not_there_makes_no_school(
    world: World, put: Callable[..., ImportReport]
) -> None:
    with pytest.raises(AanwezigError) as told:
        put("00XX00", ABSENCES)
    assert told.value.code == "REG-118"
    assert School.objects.count() == 2
