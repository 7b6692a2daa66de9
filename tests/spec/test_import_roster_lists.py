"""A roster as any list, and names for who wants them (docs/specification/register.md §4)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aanwezig.register import ImportReport, Person, import_files, look, persons_in, report_text
from aanwezig.register.persons import Persons
from aanwezig.register.staging import stored_schema
from aanwezig.values import AanwezigError
from factories.memory_store import MemoryStore

NOW = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
DUTCH = "Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Geslacht;Klas;Leerjaar;Instroomdatum"
LINES = (
    "1001;Noor;van der;Berg;14-03-2015;V;6A;6;01-08-2021",
    "1002;Sem;;Bakker;02-11-2014;M;7A;7;01-08-2021",
)
EDEXML = (
    "<EDEX><school><schooljaar>2025-2026</schooljaar><brincode>25PL</brincode></school><leerlingen>"
    '<leerling key="1"><achternaam>Berg</achternaam><voorvoegsel>van der</voorvoegsel><roepnaam>Noor</roepnaam>'
    "<geboortedatum>2017-06-21</geboortedatum></leerling></leerlingen></EDEX>"
)


def written(folder: Path, *lines: str, header: str = DUTCH, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def put(into: Any, path: Path, number: int = 0, **more: Any) -> ImportReport:
    return import_files(
        path, "25PL00", into=into, **{"profile": "roster", "now": NOW + timedelta(hours=number), **more}
    )


def standing(store: MemoryStore, table: str) -> list[dict[str, Any]]:
    return [row for row in store.rows[table] if row["superseded_at"] is None]


def names(store: MemoryStore) -> set[tuple[str | None, ...]]:
    return {
        (row["pupil_id"], row["first_name"], row["prefix"], row["last_name"])
        for row in standing(store, "persons")
    }


def test_a_dutch_list_becomes_pupils_and_enrolments(tmp_path: Path) -> None:
    report = put(tmp_path / "r", written(tmp_path, *LINES), mapping={"options": {"sector": "po"}})
    assert report.rows_read == 2
    pupils = {row["pupil_id"]: row for row in pq.read_table(tmp_path / "r" / "pupils.parquet").to_pylist()}
    assert (pupils["1001"]["birth_date"], pupils["1001"]["sex"]) == (date(2015, 3, 14), "f")
    (first, _) = pq.read_table(tmp_path / "r" / "enrolments.parquet").to_pylist()
    assert (first["school_id"], first["first_day"], first["last_day"]) == ("25PL00", date(2021, 8, 1), None)
    assert (first["group"], first["level"]) == ("6A", "6")
    assert (tmp_path / "r" / "schools.parquet").exists()


def test_an_excel_list_is_the_same_list(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(DUTCH.split(";"))
    for line in LINES:
        book.active.append(line.split(";"))
    book.save(tmp_path / "x.xlsx")
    report = put(tmp_path / "r", tmp_path / "x.xlsx")
    assert report.roster["pupils"]["new"] == 2


def test_names_never_reach_a_folder_the_report_or_the_faults(tmp_path: Path) -> None:
    path = written(tmp_path, *LINES, "1003;Geheim;;Geheimer;31-02-2014;M;7A;7;xx", "1004;Geheim;Geheimer")
    report = put(tmp_path / "r", path)
    assert report.faults_path is not None
    kept = b"".join(file.read_bytes() for file in (tmp_path / "r").rglob("*") if file.is_file())
    told = kept + report.faults_path.read_bytes()
    said = report_text(report) + json.dumps(report.as_dict("nl"))
    for secret in ("Noor", "Berg", "van der", "Geheim"):
        assert secret.encode() not in told
        assert secret not in said
    assert not (tmp_path / "r" / "persons.parquet").exists()


def test_a_store_that_wants_names_gets_them_beside_the_rest(tmp_path: Path) -> None:
    store = MemoryStore(wants_persons=True)
    report = put(store, written(tmp_path, *LINES))
    assert names(store) == {("1001", "Noor", "van der", "Berg"), ("1002", "Sem", None, "Bakker")}
    assert {table.table: table.new for table in report.tables}["persons"] == 2
    assert report.previews["persons"][0]["first_name"] == "Noor"
    said = report_text(report) + json.dumps(report.as_dict("nl")) + json.dumps(store.batches)
    assert "Noor" not in said
    assert "Berg" not in said


def test_a_new_name_is_a_correction_and_the_same_list_changes_nothing(tmp_path: Path) -> None:
    store = MemoryStore(wants_persons=True)
    put(store, written(tmp_path, *LINES))
    assert put(store, written(tmp_path, *LINES, name="again.csv"), 1).batch_id is None
    put(store, written(tmp_path, LINES[0].replace("Noor", "Nora"), LINES[1], name="b.csv"), 2)
    assert ("1001", "Nora", "van der", "Berg") in names(store)
    assert len(store.rows["persons"]) == 3


def test_edexml_and_oneroster_give_names_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(EDEXML, encoding="utf-8")
    with_names, without = MemoryStore(wants_persons=True), MemoryStore()
    put(with_names, path, profile="edexml")
    put(without, path, profile="edexml")
    assert names(with_names) == {("1", "Noor", "van der", "Berg")}
    assert "persons" not in without.rows


def test_an_absence_list_with_names_gives_those_of_known_pupils(tmp_path: Path) -> None:
    store = MemoryStore(wants_persons=True, keeps_only_known_pupils=True)
    put(store, written(tmp_path, *(line.replace("Noor", "") for line in LINES)))
    path = written(
        tmp_path,
        "1001,2025-09-08,day,sick,Noor,van der,Berg",
        "9999,2025-09-08,day,sick,On,,Bekend",
        header="pupil_id,date,part,reason,first_name,prefix,last_name",
        name="absences.csv",
    )
    report = put(store, path, 1, profile="generic")
    assert (report.new, report.unknown_pupils) == (1, 1)
    assert ("1001", "Noor", "van der", "Berg") in names(store)
    assert "9999" not in {row["pupil_id"] for row in store.rows["persons"]}


def test_a_pupil_may_be_on_a_line_per_enrolment(tmp_path: Path) -> None:
    header = "pupil_id,birth_date,first_day,last_day,group"
    path = written(
        tmp_path, "p1,2014-05-01,2022-08-01,2024-07-31,5A", "p1,2014-05-01,2025-01-06,,7A", header=header
    )
    report = put(tmp_path / "r", path)
    assert (report.roster["pupils"]["new"], report.roster["enrolments"]["new"], report.refused) == (1, 2, 0)
    assert report.rows_read == 2
    other = put(
        tmp_path / "s", written(tmp_path, "p1,2014-05-01,,,", "p1,2013-05-01,,,", header=header, name="o.csv")
    )
    assert "REG-029" in other.fault_counts


def test_without_a_first_day_the_school_year_begins_it_and_a_running_one_stays(tmp_path: Path) -> None:
    header = "pupil_id,birth_date,group"
    store = MemoryStore()
    put(store, written(tmp_path, "p1,2014-05-01,5A", header=header))
    put(
        store,
        written(tmp_path, "p1,2014-05-01,6A", header=header, name="b.csv"),
        now=datetime(2026, 9, 1, tzinfo=UTC),
    )
    (row,) = standing(store, "enrolments")
    assert (row["first_day"], row["group"]) == (date(2025, 8, 1), "6A")


def test_columns_that_a_list_lacks_stay_as_they_were(tmp_path: Path) -> None:
    store = MemoryStore(wants_persons=True)
    put(store, written(tmp_path, *LINES))
    header = "Leerlingnummer;Geboortedatum;Klas"
    put(store, written(tmp_path, "1001;15-03-2015;6B", header=header, name="b.csv"), 1)
    (pupil,) = [row for row in standing(store, "pupils") if row["pupil_id"] == "1001"]
    assert (pupil["birth_date"], pupil["sex"]) == (date(2015, 3, 15), "f")
    assert ("1001", "Noor", "van der", "Berg") in names(store)


def test_old_pupils_and_all_kinds_of_columns_are_read(tmp_path: Path) -> None:
    header = "pupil_id,birth_date,municipality,start_qualification_on,qualification_exempt,school_years_completed,first_day"
    store = MemoryStore()
    put(store, written(tmp_path, "p1,14-03-1985,0363,2003-06-20,ja,12,2024-08-01", header=header))
    (row,) = store.rows["pupils"]
    assert (row["birth_date"], row["municipality"]) == (date(1985, 3, 14), "0363")
    assert (row["start_qualification_on"], row["qualification_exempt"]) == (date(2003, 6, 20), True)
    assert row["school_years_completed"] == 12


def test_a_pupil_whose_birth_date_cannot_be_read_is_a_pupil_still(tmp_path: Path) -> None:
    store = MemoryStore()
    report = put(store, written(tmp_path, "p1,31-02-2014", header="pupil_id,birth_date"))
    assert (store.rows["pupils"][0]["birth_date"], report.fault_counts) == (None, {"REG-014": 1})


def test_lines_without_a_number_are_refused_and_told(tmp_path: Path) -> None:
    report = put(
        MemoryStore(), written(tmp_path, ",2014-05-01", "p1,2014-05-01", header="pupil_id,birth_date")
    )
    assert (report.refused, report.fault_counts) == (1, {"REG-134": 1})


def test_of_a_list_of_several_schools_only_ours_is_taken(tmp_path: Path) -> None:
    header = "school_id,pupil_id,birth_date"
    path = written(tmp_path, "25PL00,p1,2014-05-01", "25PL01,p2,2014-05-01", header=header)
    store = MemoryStore()
    report = put(store, path)
    assert [row["pupil_id"] for row in store.rows["pupils"]] == ["p1"]
    assert report.other_school == 1
    mapped = put(MemoryStore(), path, mapping={"schools": {"25PL01": "25PL00", "25PL00": "99XX00"}})
    assert mapped.previews["pupils"][0]["pupil_id"] == "p2"


@pytest.mark.parametrize(("header", "code"), [("pupil_id,group", "REG-108"), ("BSN,birth_date", "REG-108")])
def test_a_list_without_number_or_birth_date_is_no_roster(tmp_path: Path, header: str, code: str) -> None:
    with pytest.raises(AanwezigError) as error:
        put(tmp_path / "r", written(tmp_path, "1,2", header=header))
    assert error.value.code == code


def test_a_national_number_is_never_the_pupils_number(tmp_path: Path) -> None:
    path = written(tmp_path, "123456782,2014-05-01", header="bsn,birth_date")
    with pytest.raises(AanwezigError) as error:
        put(tmp_path / "r", path, mapping={"columns": {"pupil_id": "bsn"}})
    assert error.value.code == "REG-109"


def test_a_list_can_be_looked_at(tmp_path: Path) -> None:
    found = look(written(tmp_path, "7,Noor,14-03-2015", header="Nr,Roepnaam,Geb.datum"), "roster")
    assert (found.kind, found.lacking, found.guess) == ("roster", ("pupil_id",), {"birth_date": "Geb.datum"})
    assert look(written(tmp_path, *LINES), "roster").is_ready


def test_persons_come_typed() -> None:
    rows = [{"pupil_id": "1", "first_name": "Noor", "prefix": None, "last_name": "Berg"}]
    batch = pa.RecordBatch.from_pylist(rows, schema=stored_schema(Persons))
    assert list(persons_in([batch])) == [Person("1", "Noor", None, "Berg")]


def test_a_name_is_one_line_and_no_longer_than_names_are(tmp_path: Path) -> None:
    store = MemoryStore(wants_persons=True)
    line = f'1001;"  Noor\t Anna ";{"van " * 20};{"x" * 300};14-03-2015;V;6A;6;01-08-2021'
    put(store, written(tmp_path, line))
    ((_, first, prefix, last),) = names(store)
    assert first == "Noor Anna"
    assert (len(prefix or ""), len(last or "")) == (30, 100)
