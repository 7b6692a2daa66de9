"""Findings of `check` against the slow second reader, on random registers.

AANWEZIG_ORACLE_SEEDS: how many seeds (default 60), or a range such as 100-160.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from check_oracle import check, not_decidable
from oracle_compare import finding_differences, not_decidable_differences
from oracle_folder import write_folder
from oracle_register import read_register
from random_registers import make_register, wanted_seeds

import aanwezig as aw


@pytest.mark.parametrize("seed", wanted_seeds(60))
def test_the_findings_are_those_of_the_second_reader(seed: int, tmp_path: Path) -> None:
    made = make_register(seed)
    folder = write_folder(tmp_path / "register", made.tables)
    reg = read_register(folder, made.on, made.known)
    ours = json.loads(aw.open_register(folder, engine="duckdb").check(on=made.on, known=made.known).to_json())
    lines = finding_differences(reg, check(reg), ours["findings"])
    lines += not_decidable_differences(not_decidable(reg), ours["not_decidable"])
    assert not lines, f"seed {seed}, on {made.on}, known {made.known}:\n" + "\n".join(lines)
