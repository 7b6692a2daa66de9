"""Figures of `measure` against the slow second reader, on random registers (AANWEZIG_ORACLE_SEEDS as for check)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from oracle_compare import measure_differences
from oracle_folder import write_folder
from oracle_measures import measure
from oracle_register import read_register
from random_registers import make_register, wanted_seeds

import aanwezig as aw


@pytest.mark.parametrize("seed", wanted_seeds(10))
def test_the_figures_are_those_of_the_second_reader(seed: int, tmp_path: Path) -> None:
    made = make_register(seed)
    folder = write_folder(tmp_path / "register", made.tables)
    reg = read_register(folder, made.on, made.known)
    register = aw.open_register(folder, engine="duckdb")
    lines = []
    for by in ("pupil", "school"):
        for per in ("school_year", "month"):
            answer = register.measure(on=made.on, known=made.known, by=by, per=per).to_json()
            lines += measure_differences(reg, by, per, measure(reg, by, per), json.loads(answer)["rows"])
    assert not lines, f"seed {seed}, on {made.on}, known {made.known}:\n" + "\n".join(lines)
