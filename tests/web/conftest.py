"""Fixtures of the tests of the application; the made-up partnership is in ``web_world``."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

pytest.importorskip("django", reason="the application needs the extra 'web'")

from web_world import NOW, World, make_world


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Today is `TODAY`, wherever the application asks."""
    with patch("django.utils.timezone.now", lambda: NOW):
        yield


@pytest.fixture
def world(db: None) -> World:
    """The made-up partnership."""
    return make_world()
