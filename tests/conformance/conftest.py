"""The engines, opened once for all conformance tests; without Java those of Spark are skipped and say so."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aanwezig.engines import Engine, open_engine

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))


@pytest.fixture(scope="session")
def duckdb() -> Iterator[Engine]:
    with open_engine("duckdb") as engine:
        yield engine


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install 'aanwezig[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")
    with open_engine("spark") as engine:
        yield engine
