"""Rosters: pupils, enrolments and the school (docs/specification/register.md §4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from aanwezig.register import ImportReport, import_files

NOW = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
PUPIL = '<leerling key="{key}"><geboortedatum>{born}</geboortedatum><groep key="G1"/><instroomdatum>{first}</instroomdatum>{last}</leerling>'


def edexml(path: Path, *pupils: str) -> Path:
    path.write_text(
        "<?xml version='1.0'?><EDEX><school><schooljaar>2025-2026</schooljaar><brincode>25PL</brincode></school>"
        "<groepen><groep key='G1'><naam>4B</naam><jaargroep>4</jaargroep></groep></groepen>"
        f"<leerlingen>{''.join(pupils)}</leerlingen></EDEX>",
        encoding="utf-8",
    )
    return path


def pupil(key: str, born: str = "2017-06-21", first: str = "2021-08-25", last: str = "") -> str:
    return PUPIL.format(
        key=key, born=born, first=first, last=f"<uitstroomdatum>{last}</uitstroomdatum>" if last else ""
    )


def imported(tmp_path: Path, path: Path, **more: Any) -> ImportReport:
    return import_files(path, "25PL00", "edexml", into=tmp_path / "r", **{"now": NOW, **more})


def table(tmp_path: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(tmp_path / "r" / f"{name}.parquet").to_pylist()
    return rows


def test_a_roster_makes_pupils_enrolments_and_the_school(tmp_path: Path) -> None:
    report = imported(tmp_path, edexml(tmp_path / "x.xml", pupil("1"), pupil("2")))
    assert {name: counts["new"] for name, counts in report.roster.items()} == {
        "pupils": 2,
        "enrolments": 2,
        "schools": 1,
    }
    assert table(tmp_path, "pupils")[0]["birth_date"] == date(2017, 6, 21)
    assert table(tmp_path, "enrolments")[0]["group"] == "4B"
    assert table(tmp_path, "schools")[0]["sector"] == "po"


def test_the_same_roster_twice_changes_nothing(tmp_path: Path) -> None:
    path = edexml(tmp_path / "x.xml", pupil("1"), pupil("2"))
    imported(tmp_path, path)
    assert imported(tmp_path, path).batch_id is None


def test_who_left_gets_an_end_as_a_new_row(tmp_path: Path) -> None:
    imported(tmp_path, edexml(tmp_path / "x.xml", pupil("1")))
    imported(tmp_path, edexml(tmp_path / "y.xml", pupil("1", last="2025-09-30")))
    old, new = table(tmp_path, "enrolments")
    assert (old["last_day"], old["superseded_at"]) == (None, NOW)
    assert (new["last_day"], new["superseded_at"]) == (date(2025, 9, 30), None)


def test_a_pupil_who_is_no_longer_in_the_roster_stays(tmp_path: Path) -> None:
    imported(tmp_path, edexml(tmp_path / "x.xml", pupil("1"), pupil("2")))
    report = imported(tmp_path, edexml(tmp_path / "y.xml", pupil("1")))
    assert report.batch_id is None
    assert len(table(tmp_path, "pupils")) == 2


def test_what_a_roster_does_not_speak_of_stays(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "pupils.csv").write_text(
        "pupil_id,birth_date,qualification_exempt\n1,2017-06-20,true\n", encoding="utf-8"
    )
    imported(tmp_path, edexml(tmp_path / "x.xml", pupil("1")))
    standing = [row for row in table(tmp_path, "pupils") if row["superseded_at"] is None]
    assert [(row["birth_date"], row["qualification_exempt"]) for row in standing] == [
        (date(2017, 6, 21), True)
    ]


def test_a_birth_date_that_cannot_be_read_leaves_the_pupil(tmp_path: Path) -> None:
    report = imported(tmp_path, edexml(tmp_path / "x.xml", pupil("1", born="2017-02-30")))
    assert (report.fault_counts, report.refused) == ({"REG-014": 1}, 0)
    assert table(tmp_path, "pupils")[0]["birth_date"] is None


def test_an_enrolment_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    report = imported(tmp_path, edexml(tmp_path / "x.xml", pupil("1", last="2020-01-01")))
    assert report.fault_counts == {"REG-020": 1}


def test_many_changes_in_a_roster_ask_for_confirmation(tmp_path: Path) -> None:
    keys = [str(number) for number in range(20)]
    imported(tmp_path, edexml(tmp_path / "x.xml", *[pupil(key) for key in keys]))
    other = edexml(tmp_path / "y.xml", *[pupil(key, born="2016-01-01") for key in keys])
    assert imported(tmp_path, other).needs_confirmation
    assert imported(tmp_path, other, confirm=True).batch_id is not None


def test_an_older_pupil_has_a_birth_date_too(tmp_path: Path) -> None:
    imported(tmp_path, edexml(tmp_path / "x.xml", pupil("1", born="1985-03-01")))
    assert table(tmp_path, "pupils")[0]["birth_date"] == date(1985, 3, 1)
