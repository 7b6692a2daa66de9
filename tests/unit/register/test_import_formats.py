"""Readers of files as systems deliver them, whole, broken and hostile."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aanwezig.register.formats import RawFile, RosterRow, open_absences, read_roster
from aanwezig.register.formats.opening import unpacked
from aanwezig.register.options import Options
from aanwezig.values import AanwezigError

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "formats"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the sample files in ../shared/data are not here"
)


def rows(raw: RawFile) -> list[tuple[int, tuple[str, ...]]]:
    found = []
    for batch in raw.batches:
        found += [(line, tuple(cells)) for line, *cells in zip(batch.lines, *batch.columns, strict=True)]
    return found


def is_ours(names: tuple[str, ...]) -> bool:
    return {"pupil_id", "date", "reason"} <= set(names)


def opened(path: Path, reader: str = "tabular", options: Options | None = None) -> RawFile:
    return open_absences(path, reader, options or Options(), ("pupil_id", "date", "reason"), is_ours)


def refused(path: Path, reader: str = "tabular") -> str:
    with pytest.raises(AanwezigError) as error:
        rows(opened(path, reader))
    assert "\n" not in error.value.in_language("nl")
    return error.value.code


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_lists_are_read_in_each_separator_and_encoding(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(separator.join(("pupil_id", "date", "reason")).encode(encoding) + b"\r\n")
    with path.open("ab") as file:
        file.write(separator.join(("p1", "2025-09-08", "Verspätung")).encode(encoding.removesuffix("-sig")))
    raw = opened(path)
    assert raw.names == ("pupil_id", "date", "reason")
    assert rows(raw) == [(2, ("p1", "2025-09-08", "Verspätung"))]


def test_the_header_is_found_under_title_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        '"Verzuim 2025"\n\n"Gemaakt op";"1-9"\npupil_id;date;reason\np1;2025-09-08;sick\n', encoding="utf-8"
    )
    assert rows(opened(path)) == [(5, ("p1", "2025-09-08", "sick"))]


def test_the_header_row_can_be_stated(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("titel\nleerling;datum;code\np1;2025-09-08;Z\n", encoding="utf-8")
    raw = opened(path, options=Options(header_row=2))
    assert raw.names == ("leerling", "datum", "code")
    assert rows(raw) == [(3, ("p1", "2025-09-08", "Z"))]


def test_a_spreadsheet_gives_what_a_person_sees(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Overzicht"])
    sheet.append(["pupil_id", "date", "reason", "minutes", "start_time", "ok"])
    sheet.append([1234, date(2025, 9, 8), "sick", 330, time(8, 30), True])
    sheet.append(["p2", datetime.fromisoformat("2025-09-08T10:05"), "late", 7.5, None, False])
    sheet.append([None] * 6)
    sheet["D6"] = "=1+1"
    book.save(path)
    assert rows(opened(path)) == [
        (3, ("1234", "2025-09-08", "sick", "330", "08:30", "true")),
        (4, ("p2", "2025-09-08T10:05", "late", "7.5", "", "false")),
    ]


def test_a_parquet_list_is_read_whatever_its_types(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(
        pa.table(
            {
                "pupil_id": pa.array([1, 2]),
                "date": pa.array([date(2025, 9, 8), None]),
                "reason": pa.array(["sick", "late"]).dictionary_encode(),
                "nested": pa.array([{"name": "x"}, None]),
            }
        ),
        path,
    )
    assert rows(opened(path)) == [(2, ("1", "2025-09-08", "sick", "")), (3, ("2", "", "late", ""))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "REG-008"),
        (b"PK\x03\x04 no archive", "REG-006"),
        (b"PAR1 no parquet", "REG-006"),
        (b"\xd0\xcf\x11\xe0 old excel", "REG-101"),
        (b"%PDF-1.7", "REG-101"),
        (b"<html><table></table></html>", "REG-101"),
        (b"\xff\xfep\x00u\x00", "REG-006"),
    ],
)
def test_what_is_no_list_is_told_in_one_line(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert refused(path) == code


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv") == "REG-100"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path) == "REG-006"


def test_a_zip_bomb_behind_a_spreadsheet_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (30 << 20))
    assert refused(path) == "REG-103"


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"\0" * (30 << 20)))
    with pytest.raises(AanwezigError) as error, unpacked(path):
        pass
    assert error.value.code == "REG-103"


def item(number: int = 1, **more: object) -> dict[str, object]:
    return {
        "links": [{"id": number, "rel": "self"}],
        "leerling": {"leerlingnummer": 100000 + number, "roepnaam": "Geheim", "achternaam": "Geheimer"},
        "absentieReden": {
            "absentieSoort": "Absent",
            "afkorting": "ZK",
            "omschrijving": "Ziek",
            "geoorloofd": True,
        },
        "beginDatumTijd": "2025-09-08T08:30:00.000+02:00",
        "eindDatumTijd": "2025-09-08T09:20:00.000+02:00",
        "beginLesuur": 1,
        "eindLesuur": 2,
        **more,
    }


def test_somtoday_reports_give_what_is_needed_and_no_names(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"page": 1, "items": [item(n) for n in range(1, 2001)]}), encoding="utf-8")
    found = rows(opened(path, "somtoday"))
    assert len(found) == 2000
    assert found[0][1][:4] == (
        "1",
        "100001",
        "2025-09-08T08:30:00.000+02:00",
        "2025-09-08T09:20:00.000+02:00",
    )
    assert found[-1][1][1] == "102000"
    assert "Geheim" not in repr(found)


def test_somtoday_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    text = json.dumps({"items": [item(1), item(2)]}, indent=1)
    path.write_text(text, encoding="utf-8")
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line == "  {"]
    assert [line for line, _ in rows(opened(path, "somtoday"))] == lines


def test_somtoday_presence_is_known_by_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([item(1, waarnemingSoort="Aanwezig", absentieReden=None)]), encoding="utf-8")
    assert rows(opened(path, "somtoday"))[0][1][6] == "Aanwezig"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"items": [{"a": 1}, ...]}', "REG-101"),
        ('{"items": [', "REG-101"),
        ('{"items": {}}', "REG-101"),
        ('{"other": []}', "REG-101"),
        ('{"items": [{"a":' + "[" * 100_000, "REG-104"),
        ('{"items": [{"a": "' + "x" * (5 << 20) + '"', "REG-104"),
    ],
)
def test_json_that_is_broken_or_hostile_is_told_in_one_line(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    assert refused(path, "somtoday") == code


EVENT = """<StudentSchoolAttendanceEvent><AttendanceEvent><EventDate>2021-08-31</EventDate>
<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#Excused Absence</AttendanceEventCategory>
<EventDuration>1</EventDuration></AttendanceEvent>
<StudentReference><StudentIdentity><StudentUniqueId>604822</StudentUniqueId></StudentIdentity></StudentReference>
<SessionReference><SessionIdentity><SchoolReference><SchoolIdentity><SchoolId>999</SchoolId></SchoolIdentity>
</SchoolReference></SessionIdentity></SessionReference>
<SchoolReference><SchoolIdentity><SchoolId>255901001</SchoolId></SchoolIdentity></SchoolReference>
</StudentSchoolAttendanceEvent>"""


def test_edfi_events_give_the_code_behind_the_address_and_the_events_own_school(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(
        f'<?xml version="1.0"?>\n<InterchangeStudentAttendance xmlns="http://ed-fi.org/5.2.0">\n{EVENT}\n{EVENT}\n'
        "</InterchangeStudentAttendance>",
        encoding="utf-8",
    )
    first, second = rows(opened(path, "edfi"))
    assert first[1][:5] == ("604822", "255901001", "2021-08-31", "Excused Absence", "1")
    assert first[0] == 3
    assert second[0] > first[0]


ENTITY_BOMB = """<?xml version="1.0"?><!DOCTYPE EDEX [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>
<EDEX><school><schooljaar>&b;</schooljaar></school></EDEX>"""
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE EDEX SYSTEM "file:///etc/passwd"><EDEX></EDEX>"""
EXTERNAL_ENTITY = (
    """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><EDEX>&x;</EDEX>"""
)
DEEP = '<?xml version="1.0"?>' + "<EDEX>" * 5000
BROKEN = '<?xml version="1.0"?><EDEX><school></EDEX>'
ATTRIBUTE = '<?xml version="1.0"?><EDEX a="' + "x" * (6 << 20) + '"/>'
LONG = '<?xml version="1.0"?><EDEX><a>' + "x" * (1 << 20) + "</a></EDEX>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ENTITY_BOMB, "REG-102"),
        (EXTERNAL, "REG-102"),
        (EXTERNAL_ENTITY, "REG-102"),
        (DEEP, "REG-104"),
        (LONG, "REG-104"),
        (ATTRIBUTE, "REG-104"),
        (BROKEN, "REG-101"),
        ('<?xml version="1.0"?><other/>', "REG-101"),
    ],
)
@pytest.mark.parametrize("reader", ["edexml", "edfi"])
def test_xml_that_is_broken_or_hostile_is_told_in_one_line(
    tmp_path: Path, content: str, code: str, reader: str
) -> None:
    path = tmp_path / "x.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AanwezigError) as error:
        if reader == "edfi":
            rows(opened(path, reader))
        else:
            list(read_roster(path, reader, "99ZZ00", tmp_path)[1])
    assert error.value.code == code
    assert "passwd" not in str(error.value)


EDEXML = """<?xml version="1.0" encoding="UTF-8"?>
<EDEX>
<school><schooljaar>2025-2026</schooljaar><brincode>99ZZ</brincode><dependancecode>01</dependancecode></school>
<groepen><groep key="G1"><naam>4B</naam><jaargroep>4</jaargroep></groep></groepen>
<leerlingen>
<leerling key="001"><achternaam>Geheim</achternaam><geboortedatum>2017-06-21</geboortedatum><geslacht>2</geslacht>
<jaargroep>4</jaargroep><groep key="G1"/><bsn>133456785</bsn><instroomdatum>2021-08-25</instroomdatum></leerling>
<leerling key="002"><roepnaam>Geheim</roepnaam></leerling>
<leerling key=""><roepnaam>Geheim</roepnaam></leerling>
</leerlingen></EDEX>"""


def roster(path: Path, reader: str, work: Path) -> list[RosterRow]:
    return list(read_roster(path, reader, "99ZZ01", work)[1])


def test_edexml_gives_pupils_and_enrolments_without_names_or_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(EDEXML, encoding="utf-8")
    about, found = read_roster(path, "edexml", "99ZZ01", tmp_path)
    pupil, enrolment, second, assumed, nobody = list(found)
    assert pupil.cells == {"pupil_id": "001", "birth_date": "2017-06-21", "sex": "f"}
    assert enrolment.cells["first_day"] == "2021-08-25"
    assert (enrolment.cells["group"], enrolment.cells["level"]) == ("4B", "4")
    assert second.cells["birth_date"] == ""
    assert (assumed.cells["first_day"], assumed.assumed) == ("2025-08-01", "first_day")
    assert nobody.code == "REG-134"
    assert about.school_id == "99ZZ01"  # type: ignore[union-attr]
    said = repr([row.cells for row in (pupil, enrolment, second, assumed)])
    assert "Geheim" not in said
    assert "133456785" not in said


def bundle(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


USERS_11 = "sourcedId,status,role,givenName,grades\nu1,active,student,Geheim,04\nu2,active,teacher,Geheim,\nu3,tobedeleted,student,Geheim,05\n"
ENROLLMENTS = "sourcedId,status,classSourcedId,userSourcedId,role,beginDate,endDate\ne1,,c1,u1,student,,\ne2,,c2,u1,student,,\ne3,,c1,u2,teacher,,\n"
CLASSES = 'sourcedId,title,classType,termSourcedIds\nc1,Wiskunde,scheduled,t1\nc2,4B,homeroom,"t1,t2"\n'
TERMS = "sourcedId,startDate,endDate\nt1,2025-08-01,2026-01-31\nt2,2025-09-01,2026-01-31\n"
PERSONS = "sourcedId,birthDate,sex\nu1,2017-06-21,female\n"


def test_oneroster_gives_pupils_with_their_homeroom_and_the_first_day_of_the_term(tmp_path: Path) -> None:
    path = bundle(
        tmp_path / "x.zip",
        {
            "users.csv": USERS_11,
            "enrollments.csv": ENROLLMENTS,
            "classes.csv": CLASSES,
            "academicSessions.csv": TERMS,
            "demographics.csv": PERSONS,
        },
    )
    pupil, enrolment = roster(path, "oneroster", tmp_path)
    assert pupil.cells == {"pupil_id": "u1", "birth_date": "2017-06-21", "sex": "f"}
    assert enrolment.cells == {
        "pupil_id": "u1",
        "school_id": "99ZZ01",
        "first_day": "2025-08-01",
        "last_day": "",
        "group": "4B",
        "level": "04",
    }


def test_oneroster_1_2_knows_pupils_by_their_roles(tmp_path: Path) -> None:
    files = {
        "users.csv": "sourcedId,status,givenName,grades\nu1,,x,04\nu2,,x,\n",
        "roles.csv": "sourcedId,userSourcedId,role\nr1,u1,student\nr2,u2,teacher\n",
        "enrollments.csv": "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate\ne1,c1,u1,student,2025-08-20,2026-06-30\n",
    }
    pupil, enrolment = roster(bundle(tmp_path / "x.zip", files), "oneroster", tmp_path)
    assert pupil.cells["pupil_id"] == "u1"
    assert (enrolment.cells["first_day"], enrolment.cells["last_day"]) == ("2025-08-20", "2026-06-30")


def many(path: Path) -> Path:
    return bundle(path, {f"{number}.csv": "" for number in range(1001)})


def outside(path: Path) -> Path:
    return bundle(path, {"../../users.csv": "sourcedId\n"})


def absolute(path: Path) -> Path:
    return bundle(path, {"/etc/users.csv": "sourcedId\n"})


def bomb(path: Path) -> Path:
    return bundle(path, {"users.csv": "\0" * (30 << 20), "enrollments.csv": ""})


def without_users(path: Path) -> Path:
    return bundle(path, {"orgs.csv": "sourcedId\n"})


def no_zip(path: Path) -> Path:
    path.write_bytes(b"sourcedId,role\n")
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (many, "REG-103"),
        (outside, "REG-103"),
        (absolute, "REG-103"),
        (bomb, "REG-103"),
        (without_users, "REG-101"),
        (no_zip, "REG-101"),
    ],
)
def test_an_archive_that_is_unsafe_is_not_unpacked(
    tmp_path: Path, make: Callable[[Path], Path], code: str
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(AanwezigError) as error:
        roster(make(tmp_path / "x.zip"), "oneroster", work)
    assert error.value.code == code
    assert list(work.iterdir()) == []


@needs_shared
def test_the_real_samples_are_read() -> None:
    assert len(rows(opened(SHARED / "edfi" / "StudentSchoolAttendance.xml", "edfi"))) == 1917
    assert len(rows(opened(SHARED / "somtoday" / "absentiemeldingen.sample.json", "somtoday"))) == 1
    assert refused(SHARED / "somtoday" / "waarnemingen.sample.json", "somtoday") == "REG-101"


@needs_shared
def test_the_real_rosters_are_read(tmp_path: Path) -> None:
    assert len(roster(SHARED / "edexml" / "EDEXML.Voorbeeld.2.1.xml", "edexml", tmp_path)) == 6
    first = roster(SHARED / "oneroster" / "Test_minimal_data_set.zip", "oneroster", tmp_path)
    assert {row.table for row in first} == {"pupils", "enrolments"}
    (tmp_path / "two").mkdir()
    assert len(roster(SHARED / "oneroster" / "v1p2_full_dataset.zip", "oneroster", tmp_path / "two")) == 4
