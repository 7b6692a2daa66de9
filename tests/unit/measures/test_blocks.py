"""A register measured in blocks of pupils gives the same rows as measured whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aanwezig.engines import open_engine, open_register_folder
from aanwezig.measures import blocks, measure
from aanwezig.measures.units import UNITS
from aanwezig.simulate import simulate
from aanwezig.values import SchoolYear

ON = date(2026, 6, 12)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    simulate(folder, pupils=240, seed=3, schools=3, years=2, school_year=SchoolYear(2024))
    return folder


@pytest.mark.parametrize("by", UNITS)
@pytest.mark.parametrize("per", ["school_year", "month"])
def test_blocks_add_up(by: str, per: str, simulated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_register_folder(simulated, open_engine("duckdb"), on=ON) as register:
        whole = measure(register, by, per)  # type: ignore[arg-type]
        monkeypatch.setattr(blocks.blocks_of, "__defaults__", (70,))
        assert len(list(blocks.blocks_of(register))) > 2
        assert measure(register, by, per).equals(whole)  # type: ignore[arg-type]
