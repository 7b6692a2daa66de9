"""Judgements that are taken over from the last recompute are those that would be made again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from web_world import TODAY, World

from aanwezig.findings import check as check_module_function
from aanwezig.rules.provisions import Provisions
from aanwezig.web.facts.changes import add_fact, correct_fact, current, withdraw_fact
from aanwezig.web.facts.reading import facts_of_school
from aanwezig.web.results import memory
from aanwezig.web.results.computing import Computed, compute
from aanwezig.web.results.recompute import recompute_school

FIRST_DAY = date(2026, 1, 12)
CHECK = check_module_function.__module__


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pupils who are judged, as they are."""
    import sys

    module: Any = sys.modules[CHECK]
    found: list[str] = []
    judge = module._judged

    def note(facts: Any, *more: Any) -> Any:
        found.append(facts.pupil_id)
        return judge(facts, *more)

    monkeypatch.setattr(module, "_judged", note)
    return found


def computed(world: World, choices: dict[str, Any] | None = None, *, anew: bool = False) -> Computed:
    code, own = world.school.code, choices or {}
    facts = facts_of_school(code, TODAY)
    if anew:
        return compute(facts, code, TODAY, Provisions(own), TODAY)
    with memory.remembered_of(facts, code, TODAY, own) as remembered:
        return compute(facts, code, TODAY, Provisions(own), TODAY, remembered)


def miss_some(world: World, source: random.Random) -> None:
    for number in range(4):
        pupil = world.pupil(f"p{number}", group=source.choice(("1A", "1B")))
        for day in range(0, 60, source.randint(3, 9)):
            when = FIRST_DAY + timedelta(days=day)
            if when.weekday() < 5:
                world.absent(pupil, when, source.choice(("truant", "sick", "late")))


def change_something(world: World, source: random.Random) -> None:
    pupil = world.pupils[f"p{source.randrange(4)}"]
    row = current("absences").filter(pupil=pupil).order_by("?").first()
    kind = source.choice(("add", "correct", "withdraw", "leave", "group"))
    day = FIRST_DAY + timedelta(days=source.choice((1, 8, 15, 22, 29)))
    if kind == "add":
        values = {"pupil_id": pupil.pk, "school_id": world.school.code, "date": day, "reason": "truant"}
        number = f"n-{current('absences').count()}-{source.random()}"
        add_fact("absences", None, {**values, "authorised": "no", "part": "day", "absence_id": number})
    elif kind == "correct" and row is not None:
        correct_fact(row, None, {"reason": "sick", "authorised": "yes"})
    elif kind == "withdraw" and row is not None:
        withdraw_fact(row, None)
    elif kind == "leave":
        values = {"pupil_id": pupil.pk, "school_id": world.school.code, "first_day": day, "last_day": day}
        add_fact("leave", None, {**values, "ground": "weighty", "granted": "yes"})
    else:
        correct_fact(current("enrolments").get(pupil=pupil), None, {"group": source.choice(("1A", "1C"))})


@pytest.mark.parametrize("seed", range(3))
def test_results_after_changes_are_those_made_from_nothing(world: World, seed: int) -> None:
    source = random.Random(seed)
    miss_some(world, source)
    for _ in range(6):
        assert computed(world) == computed(world, anew=True)
        change_something(world, source)
    assert computed(world) == computed(world, anew=True)


def test_only_the_pupil_whose_facts_changed_is_judged_again(world: World, judged: list[str]) -> None:
    miss_some(world, random.Random(1))
    recompute_school(world.school.code, TODAY)
    assert sorted(judged) == ["p0", "p1", "p2", "p3"]
    judged.clear()
    row = current("absences").filter(pupil=world.pupils["p2"], reason="truant").latest("date")
    correct_fact(row, None, {"reason": "sick", "authorised": "yes"})
    recompute_school(world.school.code, TODAY)
    assert judged == ["p2"]


def test_another_day_threshold_or_calendar_judges_everybody_again(world: World, judged: list[str]) -> None:
    miss_some(world, random.Random(1))
    computed(world)
    judged.clear()
    recompute_school(world.school.code, TODAY + timedelta(days=3))
    assert len(judged) == 4
    computed(world)
    judged.clear()
    other = {"relative_16h.operator": ">"}
    assert computed(world, other) == computed(world, other, anew=True)
    assert len(judged) == 8
    computed(world)
    judged.clear()
    values = {"school_id": world.school.code, "first_day": FIRST_DAY, "last_day": FIRST_DAY}
    add_fact("closures", None, {**values, "kind": "own"})
    assert computed(world) == computed(world, anew=True)
    assert len(judged) == 8
