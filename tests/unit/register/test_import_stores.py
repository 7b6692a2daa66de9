"""An import into another place than a folder: what it asks, what it hands over, and that it is the same import."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from aanwezig.register import FolderStore, ImportReport, import_files
from aanwezig.register.staging import stored_schema
from aanwezig.tables import TABLES
from factories.memory_store import MemoryStore

NOW = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
ROSTER = (
    "<?xml version='1.0'?><EDEX><school><schooljaar>2025-2026</schooljaar><brincode>25PL</brincode></school>"
    "<groepen><groep key='G1'><naam>4B</naam><jaargroep>4</jaargroep></groep></groepen><leerlingen>{}</leerlingen></EDEX>"
)
PUPIL = '<leerling key="{}"><geboortedatum>2017-06-21</geboortedatum><geslacht>{}</geslacht><groep key="G1"/><instroomdatum>2021-08-25</instroomdatum></leerling>'


def export(folder: Path, *lines: str, header: str = "pupil_id,date,part,reason", name: str = "x.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def roster(folder: Path, *pupils: str, sex: str = "1") -> Path:
    path = folder / "roster.xml"
    path.write_text(ROSTER.format("".join(PUPIL.format(pupil, sex) for pupil in pupils)), encoding="utf-8")
    return path


def put(store: MemoryStore, path: Path, number: int = 0, **more: Any) -> ImportReport:
    return import_files(
        path, "25PL00", into=store, **{"now": NOW + timedelta(hours=number), "confirm": True, **more}
    )


def in_folder(folder: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(repr(sorted(row.items(), key=lambda item: item[0])) for row in rows)


def test_a_roster_and_an_export_give_in_any_store_the_same_rows(tmp_path: Path) -> None:
    store, folder = MemoryStore(), tmp_path / "r"
    first, then = roster(tmp_path, "p1", "p2"), tmp_path / "then"
    then.mkdir()
    second = roster(then, "p1", "p2", "p3", sex="2")
    lines = ["p1,2025-09-08,day,sick", "p3,2025-09-09,day,truant", "p9,2025-09-09,day,sick"]
    absences = export(tmp_path, *lines)
    for into in (store, folder):
        import_files(first, "25PL00", "edexml", into=into, now=NOW)
        import_files(second, "25PL00", "edexml", into=into, now=NOW + timedelta(hours=1), confirm=True)
        report = import_files(absences, "25PL00", into=into, now=NOW + timedelta(hours=2))
        assert (report.new, report.unknown_pupils, report.unknown_pupil_rows) == (2, 1, 1)
    assert set(store.rows) == {"schools", "pupils", "enrolments", "absences"}
    for name, rows in store.rows.items():
        assert in_order(rows) == in_order(in_folder(folder, name))


def test_what_an_import_asks_of_a_store_comes_in_one_order(tmp_path: Path) -> None:
    store = MemoryStore()
    put(store, export(tmp_path, "p1,2025-09-08,day,sick"))
    assert store.calls == [
        "saved_map",
        "earlier_files",
        "writing",
        "standing",
        "keep",
        "written",
        "put_faults",
    ]


def test_a_dry_run_neither_writes_nor_keeps(tmp_path: Path) -> None:
    store = MemoryStore()
    report = put(store, export(tmp_path, "p1,2025-09-08,day,sick"), dry_run=True)
    assert (report.new, report.batch_id) == (1, None)
    assert {"writing", "keep"}.isdisjoint(store.calls)
    assert store.rows == {}


def test_nothing_new_is_not_kept_and_the_earlier_batch_is_told(tmp_path: Path) -> None:
    store = MemoryStore()
    path = export(tmp_path, "p1,2025-09-08,day,sick")
    batch = put(store, path).batch_id
    report = put(store, path, 1)
    assert (report.batch_id, report.files[0].earlier_batch) == (None, batch)
    assert store.calls.count("keep") == 1


def test_a_kept_map_is_used_for_the_next_delivery(tmp_path: Path) -> None:
    store = MemoryStore()
    header = "nummer,dag,deel,code"
    map_ = {
        "columns": {"pupil_id": "nummer", "date": "dag", "part": "deel", "reason": "code"},
        "reasons": {"Z": "sick"},
    }
    put(store, export(tmp_path, "p1,2025-09-08,day,Z", header=header), mapping=map_)
    (kept,) = store.maps.values()
    assert json.loads(json.dumps(kept)) == kept
    report = put(store, export(tmp_path, "p2,2025-09-08,day,Z", header=header, name="y.csv"), 1)
    assert report.new == 1
    assert len(store.maps) == 1


def test_a_correction_ends_the_old_row_and_what_vanished_ends_too(tmp_path: Path) -> None:
    store = MemoryStore()
    scope = {"options": {"from": "2025-09-01", "to": "2025-09-30"}}
    put(store, export(tmp_path, "p1,2025-09-08,day,sick", "p2,2025-09-08,day,sick"), mapping=scope)
    put(store, export(tmp_path, "p1,2025-09-08,day,truant", name="y.csv"), 1, mapping=scope)
    rows = {(row["pupil_id"], row["reason"]): row["superseded_at"] for row in store.rows["absences"]}
    later = NOW + timedelta(hours=1)
    assert rows == {("p1", "sick"): later, ("p2", "sick"): later, ("p1", "truant"): None}


def test_what_fails_while_keeping_is_not_swallowed(tmp_path: Path) -> None:
    store = MemoryStore(fails_at="absences")
    with pytest.raises(OSError, match="full"):
        put(store, export(tmp_path, "p1,2025-09-08,day,sick"))
    assert store.rows == {}


def test_a_store_of_known_pupils_only_refuses_the_others_and_counts_them(tmp_path: Path) -> None:
    store = MemoryStore(keeps_only_known_pupils=True)
    report = put(store, export(tmp_path, "p1,2025-09-08,day,sick", "p1,2025-09-09,day,sick"))
    assert (report.new, report.refused, report.unknown_pupils, report.unknown_pupil_rows) == (0, 2, 1, 2)
    assert store.rows == {}
    assert store.faults is not None


def test_such_a_store_takes_pupils_that_the_list_itself_describes(tmp_path: Path) -> None:
    store = MemoryStore(keeps_only_known_pupils=True)
    path = export(
        tmp_path,
        "p1,2025-09-08,day,sick,2014-05-01,4B",
        "p2,2025-09-08,day,sick,2014-05-02,4B",
        header="pupil_id,date,part,reason,birth_date,group",
    )
    report = put(store, path, mapping={"options": {"sector": "po"}})
    assert (report.new, report.unknown_pupils) == (2, 0)
    # Each table refers only to earlier ones.
    assert list(store.rows) == ["schools", "pupils", "enrolments", "absences"]


def test_such_a_store_gets_no_enrolment_of_a_pupil_whose_row_was_refused(tmp_path: Path) -> None:
    path = roster(tmp_path, "p1", "p2", sex="1")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('key="p2"', 'key="' + "p" * 300 + '"'), encoding="utf-8")
    store = MemoryStore(keeps_only_known_pupils=True)
    put(store, path, profile="edexml")
    pupils = {row["pupil_id"] for row in store.rows["pupils"]}
    assert {row["pupil_id"] for row in store.rows["enrolments"]} <= pupils


def test_rows_of_other_schools_are_not_ended(tmp_path: Path) -> None:
    store = MemoryStore()
    header, row = "absence_id,pupil_id,date,part,reason", "a1,p1,2025-09-08,day,{}"
    import_files(
        export(tmp_path, row.format("sick"), header=header), "25PL00", into=store, now=NOW, confirm=True
    )
    import_files(
        export(tmp_path, row.format("truant"), header=header, name="y.csv"), "03XY01", into=store, now=NOW
    )
    # This store gives an import the rows of its school only: there an id names a registration of one school.
    assert [row["superseded_at"] for row in store.rows["absences"]] == [None, None]


def test_a_folder_is_a_store_too(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    path = export(tmp_path, "p1,2025-09-08,day,sick")
    report = import_files(path, "25PL00", into=FolderStore(folder), now=NOW)
    assert report.batch_id is not None
    store = FolderStore(folder)
    assert list(store.earlier_files("25PL00").values()) == [report.batch_id]
    found = store.standing("25PL00", ("absences",), tmp_path)["absences"]
    assert pq.read_schema(found.parquet) == stored_schema(TABLES["absences"])
