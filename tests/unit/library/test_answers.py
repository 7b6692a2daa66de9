"""The JSON, Arrow and pandas forms of answers: keys that others rely on (docs/specification/interfaces.md)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

from factories.answers import CONTRADICTION, DUTY, SIGNAL, check_answer, duty, measure_answer

FINDING_KEYS = [
    "rule",
    "version",
    "kind",
    "pupil_id",
    "school_id",
    "first_day",
    "last_day",
    "quantity",
    "threshold",
    "unit",
    "obligation",
    "due",
    "met",
    "facts",
    "explanation",
    "details",
]


def test_the_json_of_check_has_the_keys_that_were_promised() -> None:
    answer = json.loads(check_answer().to_json())
    assert list(answer) == [
        "register",
        "reference_date",
        "known_date",
        "rules",
        "findings",
        "not_decidable",
        "faults",
    ]
    assert answer["reference_date"] == "2025-10-01"
    assert answer["known_date"] is None
    assert [list(finding) for finding in answer["findings"]] == [FINDING_KEYS] * 3
    assert answer["rules"] == [
        {"id": "relative_16h", "version": "2017-01-01", "source": "Leerplichtwet 1969, 21a"}
    ]
    assert answer["not_decidable"] == [{"rule": "relative_16h", "pupil_id": "p4", "missing": "birth_date"}]
    assert list(answer["faults"][0]) == [
        "code",
        "table",
        "row",
        "column",
        "value",
        "pupil_id",
        "what",
        "mend",
    ]


def test_unknown_is_null_and_numbers_are_numbers() -> None:
    answer = json.loads(check_answer([CONTRADICTION, duty(quantity=Fraction(1921, 2))]).to_json())
    first, second = answer["findings"]
    assert first["quantity"] == 960.5
    assert second["quantity"] is None and second["due"] is None and second["met"] is None


def test_findings_are_sorted_by_kind_rule_pupil_and_first_day() -> None:
    later = duty(first_day=date(2025, 9, 15), last_day=date(2025, 9, 16))
    other = duty(pupil_id="p0")
    answer = check_answer([SIGNAL, later, CONTRADICTION, DUTY, other])
    assert [(f.kind, f.pupil_id, f.first_day) for f in answer.findings] == [
        ("duty", "p0", date(2025, 9, 8)),
        ("duty", "p1", date(2025, 9, 8)),
        ("duty", "p1", date(2025, 9, 15)),
        ("fault", "p3", date(2025, 9, 5)),
        ("signal", "p2", date(2025, 9, 1)),
    ]


def test_the_text_in_pieces_is_the_same_json_as_the_whole() -> None:
    for answer in (check_answer(), check_answer([], [], [])):
        assert json.loads("".join(answer.json_pieces())) == answer.as_dict()
        assert json.loads(answer.to_json("nl")) == answer.as_dict("nl")


def test_a_fault_is_told_in_the_language_asked_for() -> None:
    assert check_answer().as_dict("nl")["faults"][0]["what"] == "De datum bestaat niet."
    assert check_answer().as_dict("en")["faults"][0]["mend"] == "Correct the date."


def test_findings_become_a_table_also_when_there_are_none() -> None:
    table = check_answer().to_arrow()
    assert table.num_rows == 3
    assert table["facts"].to_pylist()[0] == ["absences:a1", "absences:a2"]
    empty = check_answer([]).to_arrow()
    assert empty.num_rows == 0 and empty.schema == table.schema
    assert list(check_answer().to_pandas()["rule"]) == ["relative_16h", "two_marks", "mazl_4th"]


def test_strict_looks_at_refused_rows_and_at_contradictions() -> None:
    assert check_answer().has_faults
    assert check_answer([CONTRADICTION], faults=[]).has_faults
    assert not check_answer([DUTY, SIGNAL], faults=[]).has_faults


def test_a_rate_that_is_not_known_is_null_not_nan() -> None:
    answer = measure_answer([{"unit_id": "p1", "attendance_rate": float("nan"), "band": None}])
    assert json.loads(answer.to_json()) == {
        "reference_date": "2025-10-01",
        "known_date": None,
        "rows": [{"unit_id": "p1", "attendance_rate": None, "band": None}],
    }


def test_measures_without_rows_are_an_empty_list() -> None:
    answer = replace(
        measure_answer([{"unit_id": "p1"}]), table=measure_answer([{"unit_id": "p1"}]).table.slice(0, 0)
    )
    assert json.loads(answer.to_json())["rows"] == []
