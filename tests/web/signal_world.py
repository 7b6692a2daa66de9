"""Made-up findings, years and duties for the tests of signals and of the first page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from web_world import NOW, TODAY, World

from aanwezig.web.facts.models import Pupil
from aanwezig.web.results.models import PupilYear, SchoolPicture, StoredFinding

YEAR = "2025-2026"


def finding(world: World, pupil: Pupil | None, rule: str = "mazl_4th", **more: Any) -> StoredFinding:
    """A stored signal (or duty) that was found two days ago, unless said otherwise."""
    found_at = more.pop("found_at", NOW - timedelta(days=2))
    key = more.pop(
        "key", f"{rule}-{pupil.pk if pupil else more.get('group', '')}-{more.get('first_day', '')}"
    )
    values: dict[str, Any] = {
        "kind": "signal",
        "version": "2008-01-01",
        "first_day": date(2026, 1, 12),
        "last_day": TODAY - timedelta(days=4),
        "quantity": 4,
        "threshold": 4,
        "unit": "reports",
        "explanation_nl": "Er waren vier ziekmeldingen. Kijk samen.",
        "explanation_en": "There were four sick reports. Look together.",
        "school_year": YEAR,
        "group": "1A",
        "changed_at": found_at,
        "digest": "",
    }
    return StoredFinding.objects.create(
        school_id=more.pop("school_id", world.school.code),
        pupil=pupil,
        rule=rule,
        key=key,
        found_at=found_at,
        **{**values, **more},
    )


def duty(world: World, pupil: Pupil, due: date | None, **more: Any) -> StoredFinding:
    values = {
        "kind": "duty",
        "obligation": "must",
        "due": due,
        "met": False,
        "unit": "minutes",
        "quantity": 960,
        "threshold": 960,
        "explanation_nl": "Zestien uur gemist.",
        "explanation_en": "Missed sixteen hours.",
    }
    return finding(world, pupil, "relative_16h", **{**values, **more})


def alert(
    world: World, members: list[Pupil], criterion: str = "at_risk", group: str = "1A", **more: Any
) -> StoredFinding:
    details = {
        "group": group,
        "group_kind": more.pop("group_kind", "group"),
        "criterion": criterion,
        "pupils": len(members),
        "group_size": 20,
    }
    return finding(
        world,
        None,
        "group_alert",
        group=group,
        unit="percent",
        quantity=30,
        threshold=10,
        details=details,
        facts=[f"pupils:{one.pk}" for one in members],
        explanation_nl="In deze groep voldoen veel leerlingen aan het criterium.",
        explanation_en="In this group many pupils pass the criterion.",
        **more,
    )


def year_of(world: World, pupil: Pupil, **more: Any) -> PupilYear:
    values: dict[str, Any] = {
        "school_year": YEAR,
        "group": "1A",
        "is_enrolled": True,
        "possible_minutes": 10_000,
        "absent_minutes": 1_200,
        "rate": 0.88,
        "band": "chronic",
        "recent": [
            {"week": "2026-03-02", "rate": 0.9},
            {"week": "2026-03-09", "rate": None},
            {"week": "2026-03-16", "rate": 0.8},
        ],
        "proposed_tier": 2,
        "digest": "",
    }
    return PupilYear.objects.create(
        school_id=more.pop("school_id", world.school.code), pupil=pupil, **{**values, **more}
    )


def picture(world: World, delivered_to: str = "2026-03-19", **more: Any) -> SchoolPicture:
    """That the school delivered: without it the page says that there is no absence yet."""
    figures = {
        "freshness": {
            "state": "complete",
            "delivered_to": delivered_to,
            "last_school_day": "2026-03-19",
            "school_days_behind": 0,
            "last_row_on": delivered_to,
        },
        "faults": 2,
        "open_questions": 1,
    }
    school = more.pop("school_id", world.school.code)
    return SchoolPicture.objects.create(
        school_id=school, school_year=YEAR, on=TODAY, figures={**figures, **more}
    )


def at(days_ago: float) -> datetime:
    return NOW - timedelta(days=days_ago)
