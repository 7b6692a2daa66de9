"""A made-up register of 2,000 pupils, made once for all tests that read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aanwezig.simulate import simulate
from factories.made_register import MadeRegister

PUPILS, SEED = 2_000, 1


@pytest.fixture(scope="session")
def made_register(tmp_path_factory: pytest.TempPathFactory) -> MadeRegister:
    folder = tmp_path_factory.mktemp("register")
    return MadeRegister(folder, simulate(folder, pupils=PUPILS, seed=SEED, truth=True))


@pytest.fixture
def make_register(tmp_path: Path) -> Callable[..., MadeRegister]:
    def make(name: str = "register", **options: Any) -> MadeRegister:
        folder = tmp_path / name
        return MadeRegister(folder, simulate(folder, **{"seed": SEED, "truth": True, **options}))

    return make
