"""The folder of the demonstration: its database, made anew for each day, and whether there is one of today."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

from aanwezig.calendar.holidays import known_school_years
from aanwezig.values import AanwezigError, BilingualText, SchoolYear

PUPILS, SCHOOLS, SEED = 1_500, 3, 2026
MARK = "demo.json"
REGISTER = "register"


@dataclass(frozen=True, slots=True)
class DemoUser:
    role: str
    name: str
    organisation: str


def _mark(day: date) -> dict[str, str]:
    return {"made_for": day.isoformat(), "version": version("aanwezig")}


def is_of(folder: Path, day: date) -> bool:
    """Whether the folder holds a demonstration that was made for this day by this version."""
    try:
        return bool(json.loads((folder / MARK).read_text(encoding="utf-8")) == _mark(day))
    except (OSError, ValueError):
        return False


def renew() -> None:
    """Bring the database of a demonstration that is used again to the form of this version."""
    import django

    django.setup()
    from aanwezig.web.serving import migrate

    migrate()


def make(folder: Path, day: date) -> None:
    """Make the demonstration for a day; what an earlier one left is removed, anything else is an error."""
    _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # Written first without a day: a half-made one is ours to remove, and never used.
    (folder / MARK).write_text("{}", encoding="utf-8")

    import django

    django.setup()
    from aanwezig.simulate import simulate
    from aanwezig.web.demo.build import build
    from aanwezig.web.serving import migrate

    last = _last_day(day)
    simulate(
        folder / REGISTER,
        pupils=PUPILS,
        seed=SEED,
        schools=SCHOOLS,
        school_year=SchoolYear(SchoolYear.of(last).start_year - 1),
        years=2,
        until=last,
    )
    migrate()
    build(folder / REGISTER, last, SEED)
    shutil.rmtree(folder / REGISTER)
    (folder / MARK).write_text(json.dumps(_mark(day)), encoding="utf-8")


def _last_day(day: date) -> date:
    """Facts reach up to yesterday, within the school years whose holidays are known."""
    years = sorted(known_school_years(), key=lambda year: year.start_year)
    return min(max(day - timedelta(days=1), years[1].first), years[-1].last)


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARK).exists():
        raise AanwezigError(
            "WEB-004",
            BilingualText(
                f"In de map {folder.name} staat al iets anders dan een voorbeeld.",
                f"The folder {folder.name} holds something else than a demonstration.",
            ),
            BilingualText("Kies een andere map met --folder.", "Choose another folder with --folder."),
        )
    shutil.rmtree(folder)


def users() -> list[DemoUser]:
    """Who can sign in, for the terminal; the sign-in page has a button for each."""
    import django

    django.setup()
    from django.utils import translation

    from aanwezig.web.organisations.models import Membership

    with translation.override("nl"):
        rows = Membership.objects.select_related("user", "organisation").order_by("pk")
        return [DemoUser(str(row.get_role_display()), str(row.user), row.organisation.name) for row in rows]
