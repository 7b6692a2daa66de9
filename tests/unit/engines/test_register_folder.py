"""Opening a register folder: what stops it, what refuses one row, and what counts on a day."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aanwezig.engines import Engine, OpenRegister, calendars_of, fact_refs, open_engine, open_register_folder
from aanwezig.engines.arrow_types import arrow_schema
from aanwezig.tables import TABLES
from aanwezig.values import AanwezigError
from factories.folders import SMALL, csv_folder, parquet_folder

ON = date(2025, 10, 1)
HEADER = "pupil_id,school_id,date,minutes,reason,authorised\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def opened(engine: Engine, folder: Path, on: date = ON, known: date | None = None) -> OpenRegister:
    return open_register_folder(folder, engine, on=on, known=known)


def faults(register: OpenRegister) -> list[tuple[str, str, int | None, str | None, str | None, str | None]]:
    return [
        (fault.code, fault.table, fault.row, fault.column, fault.value, fault.pupil_id)
        for fault in register.faults
    ]


def refused(engine: Engine, folder: Path) -> AanwezigError:
    """The one line that stops the reading."""
    with pytest.raises(AanwezigError) as caught:
        _ = opened(engine, folder).faults
    for language in ("nl", "en"):
        assert "\n" not in caught.value.in_language(language)
        assert "{" not in caught.value.in_language(language)
    return caught.value


# What stops the reading


def test_a_folder_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    assert refused(engine, tmp_path / "nowhere").code == "REG-001"


def test_a_file_instead_of_a_folder(engine: Engine, tmp_path: Path) -> None:
    assert refused(engine, csv_folder(tmp_path) / "pupils.csv").code == "REG-001"


def test_an_empty_folder(engine: Engine, tmp_path: Path) -> None:
    assert refused(engine, tmp_path).code == "REG-002"


@pytest.mark.parametrize("name", ["schools", "pupils", "enrolments", "absences"])
def test_a_required_table_that_is_missing_is_named(engine: Engine, tmp_path: Path, name: str) -> None:
    error = refused(engine, csv_folder(tmp_path, **{name: None}))
    assert error.code == "REG-003"
    assert name in error.what.en


def test_a_misspelt_table_is_recognised_in_the_message(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, absences=None)
    (folder / "absence.csv").write_text(str(SMALL["absences"]), "utf-8")
    assert "'absence'" in refused(engine, folder).mend.en


def test_missing_columns_are_named_together(engine: Engine, tmp_path: Path) -> None:
    error = refused(engine, csv_folder(tmp_path, absences="pupil_id,day,minutes\np1,2025-09-08,3\n"))
    assert (error.code, error.where) == ("REG-004", "absences.csv")
    assert "school_id, date, reason" in error.what.en


def test_a_picture_instead_of_a_table(engine: Engine, tmp_path: Path) -> None:
    assert refused(engine, csv_folder(tmp_path, absences=b"\x89PNG\r\n\x1a\n\0\0")).code in (
        "REG-004",
        "REG-006",
    )


def test_a_table_that_is_there_twice(engine: Engine, tmp_path: Path) -> None:
    folder = parquet_folder(csv_folder(tmp_path))
    assert refused(engine, folder).code == "REG-005"


def test_a_column_that_is_there_twice(engine: Engine, tmp_path: Path) -> None:
    error = refused(engine, csv_folder(tmp_path, pupils="pupil_id,birth_date,Pupil_ID\np1,2014-03-01,p1\n"))
    assert error.code == "REG-007"


def test_a_file_without_even_a_header(engine: Engine, tmp_path: Path) -> None:
    assert refused(engine, csv_folder(tmp_path, absences="")).code == "REG-008"


def test_a_folder_that_is_named_as_a_text_file(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, absences=None)
    (folder / "absences.csv").mkdir()
    assert refused(engine, folder).code == "REG-006"


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_a_damaged_parquet_file(engine: Engine, tmp_path: Path, content: bytes) -> None:
    folder = csv_folder(tmp_path, absences=None)
    (folder / "absences.parquet").write_bytes(content)
    error = refused(engine, folder)
    assert (error.code, error.where) == ("REG-006", "absences.parquet")


@pytest.mark.parametrize("direct_from_rows", [0, 10**9])
def test_a_parquet_file_that_is_damaged_inside(engine: Engine, tmp_path: Path, direct_from_rows: int) -> None:
    folder = parquet_folder(tmp_path)
    path = folder / "absences.parquet"
    clean = opened(engine, csv_folder(tmp_path / "csv")).arrow("absences").drop_columns(["_row"])
    pq.write_table(clean, path, compression="zstd")
    raw = bytearray(path.read_bytes())
    raw[4 : len(raw) // 3] = b"\xff" * (len(raw) // 3 - 4)
    path.write_bytes(raw)
    with pytest.raises(AanwezigError) as caught:
        OpenRegister(folder, engine, ON, direct_from_rows=direct_from_rows).arrow("absences")
    assert caught.value.code == "REG-006"


def test_an_empty_folder_of_parquet_files(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, absences=None)
    (folder / "absences").mkdir()
    assert refused(engine, folder).code == "REG-006"


def test_an_engine_that_does_not_exist() -> None:
    with pytest.raises(AanwezigError, match="duckdb, spark"):
        open_engine("oracle")


# What is read


def test_every_table_has_every_column_typed_and_its_line(engine: Engine, tmp_path: Path) -> None:
    with opened(engine, csv_folder(tmp_path)) as register:
        for name, table in TABLES.items():
            assert register.arrow(name).schema == arrow_schema(table)
            assert register.table(name).columns == tuple(arrow_schema(table).names)
        assert register.faults == []
        assert register.arrow("absences")["_row"].to_pylist() == [2, 3, 4]
        assert register.arrow("pupils")["birth_date"].to_pylist() == [
            date(2014, 3, 1),
            date(2009, 11, 20),
            None,
        ]
        assert (register.has("absences"), register.has("leave")) == (True, False)
        assert register.arrow("leave").num_rows == 0


def test_a_table_with_only_its_header_has_no_rows(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, absences=HEADER, deliveries="school_id,last_day")
    with opened(engine, folder) as register:
        assert register.arrow("absences").num_rows == 0
        assert register.has("deliveries")
        assert register.faults == []


def test_unknown_columns_and_files_are_not_read(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, pupils="pupil_id,shoe_size,birth_date\np1,44,2014-03-01\np2,45,\np3,46,\n")
    (folder / "notes.txt").write_text("x", "utf-8")
    (folder / "secret.csv").write_text("a\n", "utf-8")
    with opened(engine, folder) as register:
        assert "shoe_size" not in register.arrow("pupils").column_names
        assert register.faults == []


def test_cells_are_stripped_and_capitals_in_names_do_not_matter(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, pupils=" Pupil_ID ;BIRTH_DATE\n  p1 ; 2014-03-01\np2;\np3;\n")
    with opened(engine, folder) as register:
        assert register.arrow("pupils")["pupil_id"].to_pylist() == ["p1", "p2", "p3"]


def test_tab_separated_text_is_read_too(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, pupils=None)
    (folder / "pupils.tsv").write_text("pupil_id\tbirth_date\np1\t2014-03-01\np2\t\np3\t\n", "utf-8")
    assert opened(engine, folder).arrow("pupils").num_rows == 3


@pytest.mark.parametrize("place", ["absences", "absences.parquet"])
def test_a_folder_of_parquet_files_is_one_table(engine: Engine, tmp_path: Path, place: str) -> None:
    folder = parquet_folder(tmp_path, absences=None)
    (folder / place / "part=2").mkdir(parents=True)
    (folder / place / "_SUCCESS").write_bytes(b"")
    rows = pa.table(
        {
            "pupil_id": ["p1", "p1"],
            "school_id": ["25PL00", "25PL00"],
            "date": [date(2025, 9, 8), date(2025, 9, 9)],
            "minutes": pa.array([10, 20], pa.int32()),
            "reason": ["late", "late"],
        }
    )
    pq.write_table(rows, folder / place / "a.parquet")
    pq.write_table(
        rows.select(["reason", "date", "minutes", "school_id", "pupil_id"]), folder / place / "b.parquet"
    )
    pq.write_table(rows.slice(0, 1), folder / place / "part=2" / "c.parquet")
    for direct_from_rows in (0, 10**9):
        register = OpenRegister(folder, engine, ON, direct_from_rows=direct_from_rows)
        found = register.arrow("absences")
        assert found["_row"].to_pylist() == [2, 3, 4, 5, 6]
        assert found["minutes"].to_pylist() == [10, 20, 10, 20, 10]
        assert register.faults == []


def test_parquet_of_other_types_is_read_by_meaning(engine: Engine, tmp_path: Path) -> None:
    naive = datetime(2025, 9, 8, 10)  # noqa: DTZ001
    rows = pa.table(
        {
            "pupil_id": pa.array(["p1", "p2"]).dictionary_encode(),
            "school_id": pa.array(["25PL00", "03XY01"], pa.large_string()),
            "date": pa.array([datetime(2025, 9, 8), datetime(2025, 9, 9)], pa.timestamp("ns")),  # noqa: DTZ001
            "minutes": pa.array([330.0, None], pa.float64()),
            "lesson": pa.array([None, 2], pa.int64()),
            "part": pa.nulls(2),
            "reason": pa.array(["truant", "sick"]),
            "authorised": pa.array([False, None]),
            "recorded_at": pa.array([naive, None], pa.timestamp("ns")),
            "absence_id": pa.array([7, 8], pa.int64()),
        }
    )
    register = opened(engine, parquet_folder(tmp_path, absences=rows))
    found = register.arrow("absences")
    assert register.faults == []
    assert found["date"].to_pylist() == [date(2025, 9, 8), date(2025, 9, 9)]
    assert found["minutes"].to_pylist() == [330, None]
    assert found["lesson"].to_pylist() == [None, "2"]
    assert found["authorised"].to_pylist() == ["no", None]
    assert found["recorded_at"].to_pylist() == [datetime(2025, 9, 8, 8, tzinfo=UTC), None]
    assert fact_refs("absences", found) == ["absences:7", "absences:8"]


def test_moments_with_a_zone_and_numbers_that_are_none(engine: Engine, tmp_path: Path) -> None:
    moment = datetime(2025, 9, 8, 10, tzinfo=UTC)
    rows = pa.table(
        {
            "pupil_id": ["p1", "p2"],
            "school_id": ["25PL00", "03XY01"],
            "date": pa.array([date(2025, 9, 8)] * 2, pa.date64()),
            "minutes": pa.array([float("nan"), 50.0]),
            "lesson": pa.array([2.0, float("nan")]),
            "reason": ["sick", "sick"],
            "recorded_at": pa.array([moment] * 2, pa.timestamp("ms", "America/New_York")),
        }
    )
    found = opened(engine, parquet_folder(tmp_path, absences=rows)).arrow("absences")
    assert found["minutes"].to_pylist() == [None, 50]
    assert found["lesson"].to_pylist() == ["2", None]
    assert found["recorded_at"].to_pylist() == [moment, moment]


def test_parquet_of_wrong_types_gives_faults_and_no_traceback(engine: Engine, tmp_path: Path) -> None:
    rows = pa.table(
        {
            "pupil_id": ["p1"],
            "school_id": ["25PL00"],
            "date": pa.array([20250908]),
            "minutes": pa.array([[1, 2]]),
            "reason": pa.array([b"\xff"]),
        }
    )
    register = opened(engine, parquet_folder(tmp_path, absences=rows))
    assert [(fault.code, fault.column) for fault in register.faults] == [
        ("REG-013", "date"),
        ("REG-016", "minutes"),
        ("REG-019", "reason"),
    ]


def test_facts_are_named_by_their_own_id_or_by_their_line(engine: Engine, tmp_path: Path) -> None:
    register = opened(engine, csv_folder(tmp_path))
    found = register.arrow("absences")
    assert fact_refs("absences", found) == ["absences:a1", "absences:a2", "absences:4"]
    assert [register.ref("absences", row) for row in found.to_pylist()] == fact_refs("absences", found)
    assert fact_refs("enrolments", register.arrow("enrolments")) == [
        "enrolments:2",
        "enrolments:3",
        "enrolments:4",
    ]


def test_calendars_come_from_schools_closures_and_timetable(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(
        tmp_path,
        closures="school_id,first_day,last_day,kind\n25PL00,2025-09-10,2025-09-10,study_day\n",
        timetable="school_id,group,weekday,date,minutes\n25PL00,,1,,300\n25PL00,5a,3,,200\n25PL00,,,2025-09-08,100\n",
    )
    calendars = calendars_of(opened(engine, folder))
    assert calendars.of("25PL00").minutes(date(2025, 9, 8)) == 100
    assert calendars.of("25PL00").minutes(date(2025, 9, 15)) == 300
    assert calendars.of("25PL00", "5a").minutes(date(2025, 9, 10)) == 0
    assert calendars.of("25PL00", "5a").minutes(date(2025, 9, 17)) == 200
    assert calendars.of("03XY01").timetable_assumed


def test_temporary_files_go_when_the_register_is_closed_or_forgotten(engine: Engine, tmp_path: Path) -> None:
    with opened(engine, csv_folder(tmp_path)) as register:
        register.table("pupils")
        kept = register._asked.folder
        assert kept.exists()
    assert not kept.exists()
    forgotten = opened(engine, tmp_path)
    kept = forgotten._asked.folder
    del forgotten
    gc.collect()
    assert not kept.exists()


# What refuses one row

BAD_ROWS = {
    "p1,25PL00,2025-02-30,10,sick,": ("REG-014", "date", "2025-02-30"),
    "p1,25PL00,08-09-2025,10,sick,": ("REG-013", "date", "08-09-2025"),
    "p1,25PL00,2225-09-08,10,sick,": ("REG-015", "date", "2225-09-08"),
    "p1,25PL00,2025-09-08,-10,sick,": ("REG-017", "minutes", "-10"),
    "p1,25PL00,2025-09-08,1e2,sick,": ("REG-016", "minutes", "1e2"),
    "p1,25PL00,2025-09-08,1441,sick,": ("REG-018", "minutes", "1441"),
    "p1,25PL00,2025-09-08,10,ZV,": ("REG-019", "reason", "ZV"),
    "p1,25PL00,2025-09-08,10,sick,perhaps": ("REG-019", "authorised", "perhaps"),
    "p1,25PL00,2025-09-08,10,,": ("REG-012", "reason", ""),
    "p1,25PL00,2025-09-08,,sick,": ("REG-021", "minutes", ""),
    "p9,25PL00,2025-09-08,10,sick,": ("REG-027", "pupil_id", "p9"),
    "p1,99ZZ00,2025-09-08,10,sick,": ("REG-028", "school_id", "99ZZ00"),
    "p1,25PL00,2025-09-08,10": ("REG-010", None, None),
    "p1,25PL00,2025-09-08,10,sick,,more": ("REG-010", None, None),
}


@pytest.mark.parametrize("line", BAD_ROWS)
def test_a_bad_row_is_told_and_the_good_ones_stay(engine: Engine, tmp_path: Path, line: str) -> None:
    good = "p1,25PL00,2025-09-08,10,late,\n"
    register = opened(engine, csv_folder(tmp_path, absences=HEADER + good + line + "\n" + good))
    code, column, value = BAD_ROWS[line]
    assert faults(register) == [(code, "absences", 3, column, value, line[:2])]
    assert register.arrow("absences")["_row"].to_pylist() == [2, 4]
    texts = [register.faults[0].as_dict(language) for language in ("nl", "en")]
    for text in texts:
        assert "{" not in text["what"] + text["mend"]
        assert "p1" not in text["what"] + text["mend"]
        assert value is None or len(value) < 3 or value not in text["what"] + text["mend"]


def test_each_bad_cell_of_a_row_is_told(engine: Engine, tmp_path: Path) -> None:
    register = opened(engine, csv_folder(tmp_path, absences=HEADER + ",25PL00,2025-02-30,-1,x,y\n"))
    assert [(fault.code, fault.column, fault.pupil_id) for fault in register.faults] == [
        ("REG-012", "pupil_id", None),
        ("REG-014", "date", None),
        ("REG-017", "minutes", None),
        ("REG-019", "reason", None),
        ("REG-019", "authorised", None),
    ]


def test_lateness_needs_no_length(engine: Engine, tmp_path: Path) -> None:
    register = opened(engine, csv_folder(tmp_path, absences=HEADER + "p1,25PL00,2025-09-08,,late,\n"))
    assert register.faults == []
    assert register.arrow("absences")["minutes"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("table", "content", "expected"),
    [
        (
            "enrolments",
            "pupil_id,school_id,first_day,last_day\np1,25PL00,2025-08-02,2025-08-01\np1,25PL00,2025-08-01,2025-08-01\n",
            ("REG-020", 2, "first_day"),
        ),
        (
            "timetable",
            "school_id,weekday,date,minutes\n25PL00,1,2025-09-08,300\n25PL00,1,,300\n",
            ("REG-022", 2, "weekday"),
        ),
        (
            "timetable",
            "school_id,weekday,date,minutes\n25PL00,1,,300\n25PL00,,,300\n",
            ("REG-022", 3, "weekday"),
        ),
        ("timetable", "school_id,weekday,minutes\n25PL00,8,300\n25PL00,1,300\n", ("REG-018", 2, "weekday")),
        ("regions", "sector_group,partnership\npo,PO1\n", ("REG-033", 2, "municipality")),
        (
            "pupils",
            "pupil_id,birth_date,qualification_exempt\np2,,\np3,,\np1,,perhaps\n",
            ("REG-023", 4, "qualification_exempt"),
        ),
        (
            "leave",
            "pupil_id,school_id,first_day,last_day,ground,granted\np1,25PL00,2025-09-08,,art11_f,yes\n",
            ("REG-012", 2, "last_day"),
        ),
    ],
)
def test_rows_of_other_tables_are_refused_alike(
    engine: Engine, tmp_path: Path, table: str, content: str, expected: tuple[str, int, str]
) -> None:
    register = opened(engine, csv_folder(tmp_path, **{table: content}))
    first = next(fault for fault in register.faults if fault.table == table)
    assert (first.code, first.row, first.column) == expected


def test_two_encodings_in_one_file_cost_only_the_lines_that_differ(engine: Engine, tmp_path: Path) -> None:
    header = "pupil_id,school_id,date,minutes,reason,subject\n"
    lines = [f"p1,25PL00,2025-09-0{day},10,late,Español\n" for day in (1, 2, 3)]
    content = (header + lines[0]).encode() + lines[1].encode("cp1252") + lines[2].encode()
    register = opened(engine, csv_folder(tmp_path, absences=content))
    assert [(fault.code, fault.row) for fault in register.faults] == [("REG-030", 3)]
    assert register.arrow("absences")["subject"].to_pylist() == ["Español", "Español"]


def test_a_child_with_an_impossible_birth_date_stays_in_view_without_one(
    engine: Engine, tmp_path: Path
) -> None:
    register = opened(engine, csv_folder(tmp_path, pupils="pupil_id,birth_date\np1,2014-02-30\np2,\np3,\n"))
    assert [(fault.code, fault.table, fault.value) for fault in register.faults] == [
        ("REG-014", "pupils", "2014-02-30")
    ]
    assert register.arrow("pupils")["birth_date"].to_pylist() == [None, None, None]
    assert register.arrow("absences").num_rows == 3


def test_facts_of_a_pupil_whose_own_row_was_refused_are_told(engine: Engine, tmp_path: Path) -> None:
    content = "pupil_id,birth_date,start_qualification_on\np1,2014-02-03,soon\np2,,\np3,,\n"
    register = opened(engine, csv_folder(tmp_path, pupils=content))
    assert [(fault.code, fault.table) for fault in register.faults] == [
        ("REG-013", "pupils"),
        ("REG-027", "enrolments"),
        ("REG-027", "absences"),
    ]


def test_faults_beyond_a_number_are_only_counted(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aanwezig.engines.fault_list.FAULTS_KEPT", 5)
    monkeypatch.setattr("aanwezig.engines.fault_list.FaultList.__init__.__defaults__", (5,))
    lines = (
        "".join("p1,25PL00,2025-09-08,10,foo,\n" for _ in range(12)) + "p9,25PL00,2025-09-08,1,sick,\n" * 7
    )
    register = opened(engine, csv_folder(tmp_path, absences=HEADER + lines))
    codes = [fault.code for fault in register.faults]
    assert codes == ["REG-019"] * 5 + ["REG-027"] * 5 + ["REG-034", "REG-034"]
    assert "7" in register.faults[-2].what.en
    assert "2" in register.faults[-1].what.en
    assert register.arrow("absences").num_rows == 0


# What counts on a day

CORRECTED = (
    "pupil_id,school_id,date,minutes,reason,recorded_at,superseded_at,absence_id\n"
    "p1,25PL00,2025-09-08,330,truant,2025-09-08T16:00:00,2025-09-12T09:00:00,a1\n"
    "p1,25PL00,2025-09-08,330,sick,2025-09-12T09:00:00,,a1\n"
    "p1,25PL00,2025-09-09,330,truant,,,a2\n"
    "p1,25PL00,2025-09-10,330,truant,2025-09-10T23:59:59,,a3\n"
    "p1,25PL00,2025-09-10,330,truant,2025-09-11T00:00:00,,a4\n"
    "p1,25PL00,2025-10-02,330,truant,,,a5\n"
)


@pytest.mark.parametrize(
    ("known", "rows"),
    [
        (None, [3, 4, 5, 6]),
        (date(2025, 9, 7), []),
        (date(2025, 9, 8), [2]),
        (date(2025, 9, 9), [2, 4]),
        # Until midnight in Europe/Amsterdam.
        (date(2025, 9, 10), [2, 4, 5]),
        (date(2025, 9, 11), [2, 4, 5, 6]),
        (date(2025, 9, 12), [3, 4, 5, 6]),
    ],
)
def test_what_was_known_on_a_day(engine: Engine, tmp_path: Path, known: date | None, rows: list[int]) -> None:
    register = opened(engine, csv_folder(tmp_path, absences=CORRECTED), known=known)
    assert register.arrow("absences")["_row"].to_pylist() == rows
    assert register.faults == []


def test_facts_dated_after_the_reference_date_are_not_read(engine: Engine, tmp_path: Path) -> None:
    folder = csv_folder(
        tmp_path, closures="school_id,first_day,last_day,kind\n25PL00,2026-01-05,2026-01-05,study_day\n"
    )
    register = opened(engine, folder, on=date(2025, 9, 8))
    assert register.arrow("absences")["_row"].to_pylist() == [2, 3]
    assert register.arrow("closures").num_rows == 1


def test_a_notification_counts_from_the_day_it_was_sent(engine: Engine, tmp_path: Path) -> None:
    content = (
        "pupil_id,school_id,category,first_day,last_day,sent_on,status\n"
        "p1,25PL00,relative_16h,2025-09-08,,2025-09-20,registered\n"
    )
    folder = csv_folder(tmp_path, notifications=content)
    assert opened(engine, folder, known=date(2025, 9, 19)).arrow("notifications").num_rows == 0
    assert opened(engine, folder, known=date(2025, 9, 20)).arrow("notifications").num_rows == 1
    assert opened(engine, folder, on=date(2025, 9, 19)).arrow("notifications").num_rows == 0


def test_of_two_rows_of_one_id_the_one_recorded_last_stands(engine: Engine, tmp_path: Path) -> None:
    content = (
        "pupil_id,school_id,date,minutes,reason,recorded_at,absence_id\n"
        "p1,25PL00,2025-09-08,1,late,2025-09-09T10:00:00,a1\n"
        "p1,25PL00,2025-09-08,2,late,2025-09-10T10:00:00,a1\n"
        "p1,25PL00,2025-09-08,3,late,,a1\n"
        "p1,25PL00,2025-09-08,4,late,,a2\n"
        "p1,25PL00,2025-09-08,5,late,,a2\n"
        "p1,25PL00,2025-09-08,6,late,,\n"
        "p1,25PL00,2025-09-08,6,late,,\n"
    )
    register = opened(engine, csv_folder(tmp_path, absences=content))
    assert register.arrow("absences")["_row"].to_pylist() == [3, 5, 7, 8]
    assert faults(register) == [
        ("REG-029", "absences", row, "absence_id", own, "p1")
        for row, own in ((2, "a1"), (4, "a1"), (6, "a2"))
    ]


def test_two_rows_of_one_id_known_at_different_times_are_no_fault(engine: Engine, tmp_path: Path) -> None:
    register = opened(engine, csv_folder(tmp_path, absences=CORRECTED), known=date(2025, 9, 10))
    assert register.faults == []


def test_double_pupils_and_rows_with_a_key_of_several_columns(engine: Engine, tmp_path: Path) -> None:
    timetable = "school_id,group,weekday,date,minutes\n25PL00,,1,,300\n25PL00,,1,,310\n25PL00,5a,1,,320\n"
    folder = csv_folder(
        tmp_path,
        pupils="pupil_id,birth_date\np1,2014-03-01\np1,2014-03-02\np2,\np3,\n",
        timetable=timetable,
    )
    register = opened(engine, folder)
    assert register.arrow("pupils")["_row"].to_pylist() == [2, 4, 5]
    assert register.arrow("timetable")["_row"].to_pylist() == [2, 4]
    assert register.arrow("enrolments").num_rows == 3
    assert faults(register) == [
        ("REG-029", "timetable", 3, None, None, None),
        ("REG-029", "pupils", 3, "pupil_id", "p1", "p1"),
    ]


def test_facts_of_a_pupil_who_is_not_known_yet_are_left_out_without_a_fault(
    engine: Engine, tmp_path: Path
) -> None:
    content = "pupil_id,birth_date,recorded_at\np1,2014-03-01,2025-09-20T10:00:00\np2,,\np3,,\n"
    register = opened(engine, csv_folder(tmp_path, pupils=content), known=date(2025, 9, 12))
    assert register.arrow("absences")["pupil_id"].to_pylist() == ["p2", "p3"]
    assert register.faults == []
