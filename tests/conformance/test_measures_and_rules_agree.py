"""Patterns are counted twice: by the rule for one pupil, by the measure for all at once. They say the same."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from oracle_folder import write_folder
from random_registers import make_register

from aanwezig.engines import OpenRegister, open_engine, open_register_folder
from aanwezig.findings.pupils import pupils_of, setting_of
from aanwezig.measures import patterns
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.judging import version_on
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.walk import walk_of
from aanwezig.values import SchoolYear

rule = import_module("aanwezig.rules.signals.pattern")
Counted = dict[tuple[str, str, str], tuple[float, ...]]


def by_the_rule(register: OpenRegister) -> Counted:
    """Every candidate that the rule tests, with its counts, chance and corrected chance."""
    setting, provisions = setting_of(register), Provisions()
    found: Counted = {}
    for facts in pupils_of(register):
        walk = walk_of(Attendance(facts, setting))
        version = version_on(provisions, "pattern", register.on)
        places = walk.places(SchoolYear.of(register.on).first, register.on)
        if version is None or len(places) < int(version["minimum_school_days"]):
            continue
        missed = [
            place
            for place in walk.marked
            if place >= places[0] and any(map(rule.is_counted, walk.days[place].marks))
        ]
        candidates = [
            *rule._of_days(walk, version, places, missed),
            *rule._of_lessons(walk, version, places, missed),
        ]
        corrected = rule.adjusted([one.chance for one in candidates])
        for one, chance in zip(candidates, corrected, strict=True):
            counts = (len(one.hits), one.marked, one.drawn, one.total, one.chance, chance)
            found[facts.pupil_id, one.kind, one.value] = counts
    return found


@pytest.mark.parametrize("seed", [1, 3, 4, 6])
def test_the_measure_counts_patterns_as_the_rule_does(seed: int, tmp_path: Path) -> None:
    made = make_register(seed)
    folder = write_folder(tmp_path / "register", made.tables)
    with (
        open_engine("duckdb") as engine,
        open_register_folder(folder, engine, on=made.on, known=made.known) as register,
    ):
        rows = patterns(register, shown_only=False).to_pylist()
        expected = by_the_rule(register)
    names = ("missed_here", "possible_here", "missed_in_all", "possible_in_all", "chance", "chance_corrected")
    found = {
        (row["pupil_id"], row["pattern"], row["value"]): tuple(row[name] for name in names) for row in rows
    }
    assert len(expected) > 10
    assert found.keys() == expected.keys()
    for key, counts in expected.items():
        assert found[key] == pytest.approx(counts), key
