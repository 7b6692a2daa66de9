"""Delimited text as schools deliver it: separators, encodings, quotes, and lines that are no rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aanwezig.engines.delimited import LineFault, find_layout, read_batches
from aanwezig.values import AanwezigError


def read(
    path: Path, *, line_limit: int = 1 << 20, batch_rows: int = 1000
) -> tuple[list[int], list[tuple[str, ...]], list[LineFault]]:
    layout = find_layout(path, line_limit=line_limit)
    lines: list[int] = []
    rows: list[tuple[str, ...]] = []
    faults: list[LineFault] = []
    for batch in read_batches(path, layout, line_limit=line_limit, batch_rows=batch_rows):
        lines += batch.lines
        rows += list(zip(*batch.columns, strict=True))
        faults += batch.faults
    return lines, rows, faults


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    path = written(tmp_path, f"a{separator}b{separator}c\n1{separator}2{separator}3\n")
    assert find_layout(path).separator == separator
    assert read(path)[1] == [("1", "2", "3")]


def test_known_names_decide_between_separators(tmp_path: Path) -> None:
    path = written(tmp_path, "pupil_id;name, first, last, and more;date\n")
    assert find_layout(path).separator == ","
    assert find_layout(path, expected=["pupil_id", "date"]).separator == ";"


def test_a_line_that_names_the_separator_is_no_header(tmp_path: Path) -> None:
    path = written(tmp_path, "sep=;\r\na;b\r\n1;2\r\n")
    assert find_layout(path).header == ("a", "b")
    assert read(path)[:2] == ([3], [("1", "2")])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "naam,vak\nZoë,€ 5\n".encode(encoding))
    assert find_layout(path).header == ("naam", "vak")
    assert read(path)[1:] == ([("Zoë", "€ 5")], [])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(tmp_path: Path, line_end: str) -> None:
    path = written(tmp_path, line_end.join(["a,b", "1,2", "3,4"]))
    assert read(path) == ([2, 3], [("1", "2"), ("3", "4")], [])


def test_a_line_in_another_encoding_is_refused_and_the_others_stay(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\nZoë,1\n".encode() + "Zoë,2\n".encode("cp1252") + "Noé,3\n".encode())
    lines, rows, faults = read(path)
    assert (lines, rows) == ([2, 4], [("Zoë", "1"), ("Noé", "3")])
    assert [(fault.line, fault.code) for fault in faults] == [(3, "REG-030")]


def test_a_utf8_line_among_windows_lines_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n" + "Zoë,1\nNoé,2\n".encode("cp1252") + "Zoë,3\n".encode())
    lines, rows, faults = read(path)
    assert (lines, rows) == ([2, 3], [("Zoë", "1"), ("Noé", "2")])
    assert [(fault.line, fault.code) for fault in faults] == [(4, "REG-030")]


def test_line_numbers_are_true_after_a_quoted_line_break(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,b\n"one\ntwo",1\n\n"x ""y""",2\n')
    assert read(path)[:2] == ([2, 5], [("one\ntwo", "1"), ('x "y"', "2")])


def test_a_quote_that_is_not_closed_costs_one_line(tmp_path: Path) -> None:
    good = "".join(f"r{number},x\n" for number in range(500))
    path = written(tmp_path, 'a,b\nfirst,x\n"never closed,x\n' + good)
    lines, rows, faults = read(path)
    assert [(fault.line, fault.code) for fault in faults] == [(3, "REG-032")]
    assert lines == [2, *range(4, 504)]
    assert rows[-1] == ("r499", "x")


def test_a_quote_that_is_not_closed_near_the_end_costs_one_line(tmp_path: Path) -> None:
    lines, rows, faults = read(written(tmp_path, 'a,b\n"open,1\nlast,2\n'))
    assert (lines, rows, [fault.line for fault in faults]) == ([3], [("last", "2")], [2])


def test_ragged_rows_are_told_with_their_cells(tmp_path: Path) -> None:
    lines, rows, faults = read(written(tmp_path, "a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n"))
    assert (lines, rows) == ([3, 5], [("1", "2", "3"), ("1", "2", "3")])
    assert [(fault.line, fault.code, fault.cells) for fault in faults] == [
        (2, "REG-010", ("1", "2")),
        (4, "REG-010", ("1", "2", "3", "4")),
    ]


def test_a_line_with_nul_characters_is_refused(tmp_path: Path) -> None:
    lines, _, faults = read(written(tmp_path, b"a,b\n1,2\n1\0,2\n3,4\n"))
    assert lines == [2, 4]
    assert [(fault.line, fault.code) for fault in faults] == [(3, "REG-031")]


def test_a_huge_line_is_refused_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(50):
            file.write(b"x" * (1 << 20))
        file.write(b"\n3,4\n")
    import tracemalloc

    tracemalloc.start()
    lines, rows, faults = read(path, line_limit=10_000)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (lines, rows) == ([2, 4], [("1", "2"), ("3", "4")])
    assert [(fault.line, fault.code) for fault in faults] == [(3, "REG-011")]
    assert most < 16 << 20


def test_a_huge_line_at_the_end_is_refused(tmp_path: Path) -> None:
    lines, _, faults = read(written(tmp_path, b"a,b\n1,2\n" + b"x" * 3_000_000), line_limit=10_000)
    assert (lines, [(fault.line, fault.code) for fault in faults]) == ([2], [(3, "REG-011")])


def test_lines_before_the_header_keep_their_numbers(tmp_path: Path) -> None:
    assert read(written(tmp_path, "\n\na,b\n1,2\n"))[0] == [4]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "REG-008"),
        (b"\n  \n", "REG-008"),
        ("a,b\n1,2\n".encode("utf-16"), "REG-006"),
        (b"a,\0b\n1,2\n", "REG-006"),
        (b"x" * 2_000_000, "REG-006"),
    ],
)
def test_a_file_that_is_no_table_is_told_in_one_line(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(AanwezigError) as caught:
        find_layout(written(tmp_path, content))
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_batches_hold_no_more_rows_than_asked(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 25)
    sizes = [len(batch.lines) for batch in read_batches(path, find_layout(path), batch_rows=10)]
    assert sizes == [10, 10, 5]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=20),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], separator: str, line_end: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(["first", "second"])
    writer.writerows(rows)
    path = tmp_path_factory.getbasetemp() / "property.csv"
    path.write_bytes(text.getvalue().encode())
    assert read(path, batch_rows=7)[1:] == (rows, [])


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"a,b\n" + content)
    lines, rows, _ = read(path, line_limit=50, batch_rows=3)
    assert len(lines) == len(rows)
    assert lines == sorted(set(lines))


PIECES = st.sampled_from(
    [
        b"a,b",
        b"1,2,3",
        b"x",
        b"",
        b",",
        b'"q,q",1',
        b'"open',
        b'close",2',
        b'"a"b,c',
        b"n\0,1",
        b"\xff,1",
        "é,1".encode(),
    ]
)


@given(st.lists(PIECES, max_size=30), st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.integers(5, 60))
def test_the_short_way_reads_the_same_as_the_long_one(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], line_end: bytes, ended: bool, chunk: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "ways.csv"
    path.write_bytes(b"a,b" + line_end + line_end.join(pieces) + (line_end if ended else b""))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("aanwezig.engines.text_lines.CHUNK", chunk)
        short = read(path, batch_rows=7)
        patched.setattr("aanwezig.engines.text_lines.Lines.rows_of_block", lambda lines: None)
        long = read(path, batch_rows=7)
    assert short[:2] == long[:2]
    assert sorted(short[2], key=repr) == sorted(long[2], key=repr)
