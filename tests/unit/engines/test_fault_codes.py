"""Every code has its texts in both languages, and no code is used that has none."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from aanwezig.engines.fault_codes import FAULT_CODES, LONGEST_VALUE, make_error, make_fault
from aanwezig.engines.fault_list import FaultList

SOURCE = Path(__file__).resolve().parents[3] / "src" / "aanwezig" / "engines"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_code_that_is_used_has_texts() -> None:
    used = {
        code for path in SOURCE.glob("*.py") for code in re.findall(r'"(REG-0\d\d)"', path.read_text("utf-8"))
    }
    assert used == set(FAULT_CODES)


def test_codes_stand_in_order_and_in_their_own_range() -> None:
    assert list(FAULT_CODES) == sorted(FAULT_CODES)
    assert all(re.fullmatch(r"REG-0\d\d", code) for code in FAULT_CODES)


@pytest.mark.parametrize("code", FAULT_CODES)
def test_both_languages_say_the_same_things(code: str) -> None:
    entry = FAULT_CODES[code]
    for text in (entry.title, entry.what, entry.mend):
        dutch = {name.removesuffix("_nl") for name in placeholders(text.nl)}
        english = {name.removesuffix("_en") for name in placeholders(text.en)}
        assert dutch == english
        assert not {"value", "pupil_id"} & (dutch | english)
    assert not placeholders(entry.title.nl)


@pytest.mark.parametrize("code", FAULT_CODES)
def test_texts_are_sentences_without_a_line_break(code: str) -> None:
    entry = FAULT_CODES[code]
    for text in (entry.what, entry.mend):
        for said in (text.nl, text.en):
            assert "\n" not in said
            assert said[0].isupper() or said[0] in "{'"


def test_the_date_that_does_not_exist_keeps_its_code() -> None:
    assert "does not exist" in FAULT_CODES["REG-014"].title.en


def test_a_long_cell_is_cut_in_the_fault() -> None:
    fault = make_fault("REG-013", "absences", 2, "date", "x" * 10_000, None)
    assert fault.value is not None
    assert len(fault.value) == LONGEST_VALUE + 1


def test_an_error_names_its_place_and_code_in_one_line() -> None:
    error = make_error("REG-003", "folder", tables="pupils", hint_nl="", hint_en="")
    assert error.in_language("nl").startswith("folder: ")
    assert error.in_language("nl").endswith("[REG-003]")


def test_a_list_of_faults_is_in_order_of_line_and_bounded() -> None:
    faults = FaultList("absences", kept=2)
    for row in (9, 3, 5):
        faults.add("REG-013", row, "date")
    faults.add_uncounted("REG-013", 4)
    faults.add("REG-012", 4, "reason")
    assert [(fault.code, fault.row) for fault in faults.faults] == [
        ("REG-013", 3),
        ("REG-012", 4),
        ("REG-013", 9),
        ("REG-034", None),
    ]
    assert "5 rows" in faults.faults[-1].what.en
