"""The database's facts as a register folder: whole, without names, and pseudonymised only with the key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from web_world import TODAY, World

from aanwezig.engines import open_register_folder
from aanwezig.values import AanwezigError
from aanwezig.web.audit.models import ChangeRecord
from aanwezig.web.facts.changes import correct_fact
from aanwezig.web.facts.exporting import export_register, read_key
from aanwezig.web.facts.loading import load_register
from aanwezig.web.facts.models import FACTS, Pupil, School

KEY = b"a key that is long enough for its purpose"


def everything(folder: Path) -> bytes:
    return b"".join(
        repr(pq.read_table(file).to_pydict()).encode() for file in sorted(folder.glob("*.parquet"))
    )


@pytest.fixture
def facts(world: World) -> World:
    pupil = world.pupil("p1", birth_date=date(2012, 5, 17))
    row = world.absent(pupil, date(2026, 3, 9), absence_id="nr-1")
    correct_fact(row, None, {"reason": "sick", "authorised": "yes"})
    FACTS["reduced_programmes"].objects.create(
        pupil=pupil,
        school_id=world.school.code,
        first_day=date(2026, 1, 5),
        minutes_per_week=600,
        ground="medical",
        agreed_by="moeder van Noor",
    )
    return world


def test_what_was_corrected_comes_along_with_when_it_was_known(facts: World, tmp_path: Path) -> None:
    exported = export_register(tmp_path / "register")
    assert exported.rows["absences"] == 2
    rows = pq.read_table(tmp_path / "register" / "absences.parquet").to_pylist()
    assert [(row["absence_id"], row["reason"], row["superseded_at"] is None) for row in rows] == [
        ("nr-1", "truant", False),
        ("nr-1", "sick", True),
    ]
    with open_register_folder(tmp_path / "register", on=TODAY) as register:
        assert register.arrow("absences")["reason"].to_pylist() == ["sick"]
        assert register.faults == []
    with open_register_folder(tmp_path / "register", on=TODAY, known=date(2026, 3, 19)) as register:
        assert register.arrow("absences")["reason"].to_pylist() == ["truant"]


def test_no_name_is_ever_in_it(facts: World, tmp_path: Path) -> None:
    export_register(tmp_path / "register")
    assert b"Bakker" not in everything(tmp_path / "register")


def test_pseudonymised_nothing_leads_back_without_the_key(facts: World, tmp_path: Path) -> None:
    export_register(tmp_path / "one", key=KEY)
    export_register(tmp_path / "two", key=KEY)
    export_register(tmp_path / "other", key=KEY + b"!")
    held = everything(tmp_path / "one")
    for secret in (b"'p1'", b"nr-1", b"moeder", b"2012, 5, 17"):
        assert secret not in held
    pupils = [
        pq.read_table(tmp_path / name / "pupils.parquet").to_pylist()[0] for name in ("one", "two", "other")
    ]
    assert pupils[0]["pupil_id"] == pupils[1]["pupil_id"] != pupils[2]["pupil_id"]
    assert pupils[0]["birth_date"] == date(2012, 5, 1)
    # Whether parents agreed is a fact that a rule asks for.
    programme = pq.read_table(tmp_path / "one" / "reduced_programmes.parquet").to_pylist()[0]
    assert programme["agreed_by"] == "recorded" and programme["pupil_id"] == pupils[0]["pupil_id"]
    with open_register_folder(tmp_path / "one", on=TODAY) as register:
        assert register.faults == []
        assert register.arrow("absences").num_rows == 1


def test_two_schools_that_gave_one_number_are_told_apart(facts: World, tmp_path: Path) -> None:
    pupil = facts.pupil("p2", school=facts.other_school)
    facts.absent(pupil, date(2026, 3, 9), absence_id="nr-1", school_id=facts.other_school.code)
    export_register(tmp_path / "register")
    with open_register_folder(tmp_path / "register", on=TODAY) as register:
        assert sorted(register.arrow("absences")["absence_id"].to_pylist()) == ["99AA00-nr-1", "99BB00-nr-1"]


def test_one_school_takes_its_pupils_with_it(facts: World, tmp_path: Path) -> None:
    facts.pupil("p2", school=facts.other_school)
    export_register(tmp_path / "register", [facts.school.code])
    assert pq.read_table(tmp_path / "register" / "pupils.parquet")["pupil_id"].to_pylist() == ["p1"]
    assert ChangeRecord.objects.get(action="register.exported").details["schools"] == [facts.school.code]


def test_errors_say_how_to_mend_them(facts: World, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_text("mine")
    for code, folder, schools in (
        ("EXP-001", tmp_path / "there", None),
        ("EXP-002", tmp_path / "new", ["00XX00"]),
    ):
        with pytest.raises(AanwezigError) as error:
            export_register(folder, schools)
        assert error.value.code == code
    assert (tmp_path / "there" / "file").read_text() == "mine" and not (tmp_path / "new").exists()
    short = tmp_path / "key"
    short.write_text("short")
    for code, path in (("EXP-003", tmp_path / "none"), ("EXP-004", short)):
        with pytest.raises(AanwezigError) as error:
            read_key(path)
        assert error.value.code == code


def test_a_folder_that_is_loaded_is_exported_the_same(facts: World, tmp_path: Path) -> None:
    export_register(tmp_path / "one")
    for model in FACTS.values():
        model.objects.all().delete()
    School.objects.all().delete()
    Pupil.objects.all().delete()
    loaded = load_register(tmp_path / "one", {facts.school.code: facts.school})
    assert loaded.faults == () and School.objects.get(code=facts.school.code).organisation == facts.school
    export_register(tmp_path / "two")
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_a_folder_that_cannot_be_loaded_whole_changes_nothing(facts: World, tmp_path: Path) -> None:
    from django.db import IntegrityError, transaction

    export_register(tmp_path / "one")
    before = FACTS["absences"].objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        load_register(tmp_path / "one")
    assert FACTS["absences"].objects.count() == before
