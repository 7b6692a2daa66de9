"""The legal status of every pupil, day by day, against the slow second reader (AANWEZIG_ORACLE_SEEDS as for check)."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from oracle_folder import write_folder
from oracle_register import read_register
from oracle_status import legal_status as status_of_oracle
from random_registers import make_register, wanted_seeds

from aanwezig.engines import open_engine, open_register_folder
from aanwezig.findings.pupils import pupils_of, setting_of
from aanwezig.rules.legal_status import legal_status
from aanwezig.rules.provisions import Provisions
from aanwezig.values import CannotTell


@pytest.mark.parametrize("seed", wanted_seeds(10))
def test_the_statuses_are_those_of_the_second_reader(seed: int, tmp_path: Path) -> None:
    made = make_register(seed)
    folder = write_folder(tmp_path / "register", made.tables)
    reg = read_register(folder, made.on, made.known)
    register = open_register_folder(folder, open_engine("duckdb"), on=made.on, known=made.known)
    setting = setting_of(register)
    lines = []
    seen = set()
    for facts in pupils_of(register):
        seen.add(facts.pupil_id)
        for back in range(760):
            day = made.on - timedelta(days=back)
            said = legal_status(facts, setting, day, Provisions())
            ours = "cannot tell" if isinstance(said, CannotTell) else said
            oracle = status_of_oracle(reg, facts.pupil_id, day)
            if ours != oracle:
                lines.append(f"{facts.pupil_id} on {day}: {ours}, the oracle says {oracle}")
                break
    assert seen == {row["pupil_id"] for row in reg.rows("pupils")}
    assert not lines, f"seed {seed}, on {made.on}, known {made.known}:\n" + "\n".join(lines)
