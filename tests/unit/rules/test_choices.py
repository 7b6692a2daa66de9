"""What somebody may choose instead of a provision's defaults."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aanwezig.rules.provisions import Provisions, all_provisions

DAY = date(2025, 9, 8)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("relative_16h.operator", ">", ">"),
        ("relative_16h.threshold_minutes", 900, 900),
        ("relative_16h.count_late", True, True),
        ("rmc_18plus.shorter_period_days", 14, 14),
    ],
)
def test_a_reading_or_another_number_is_taken(key: str, value: Any, expected: Any) -> None:
    rule, _, name = key.partition(".")
    assert Provisions({key: value}).on(rule, DAY)[name] == expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("relative_16h.threshold_minutes", "abc"),
        ("relative_16h.threshold_minutes", -1),
        ("relative_16h.threshold_minutes", True),
        ("relative_16h.operator", "<"),
        ("relative_16h.count_late", 3),
        ("relative_16h.count_late", "yes"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_once(key: str, value: Any) -> None:
    with pytest.raises(ValueError, match=key):
        Provisions({key: value})


@pytest.mark.parametrize("key", ["relative_16h.nothing", "nothing.operator", "operator"])
def test_a_parameter_that_does_not_exist_is_refused_at_once(key: str) -> None:
    with pytest.raises(KeyError):
        Provisions({key: 1})


def test_every_default_and_every_reading_may_be_chosen() -> None:
    for rule, provision in all_provisions().items():
        for version in provision.versions:
            for name, parameter in version.parameters.items():
                for value in (parameter.value, *(reading.name for reading in parameter.readings)):
                    Provisions({f"{rule}.{name}": value}).on(rule, version.first)
