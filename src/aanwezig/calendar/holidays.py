"""School holidays per region, and the region of a municipality: data with its source in ``data/``."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from aanwezig.values import Period, SchoolYear

HolidayRegion = Literal["noord", "midden", "zuid"]
REGIONS: tuple[str, ...] = get_args(HolidayRegion)


@cache
def holiday_data() -> dict[str, Any]:
    """The whole file, as the documentation and the checks of the data read it."""
    text = files("aanwezig.calendar").joinpath("data/school_holidays.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def region_holidays(region: str) -> tuple[Period, ...]:
    """The holidays of a region, in order of date."""
    if region not in REGIONS:
        raise ValueError(f"'{region}' is no holiday region; known are {', '.join(REGIONS)}")
    return tuple(sorted(Period(*holiday[region]) for holiday in holiday_data()["holidays"]))


@cache
def known_school_years() -> frozenset[SchoolYear]:
    """The school years of which a summer, and so a whole year, of holidays ships."""
    years: dict[SchoolYear, set[str]] = {}
    for holiday in holiday_data()["holidays"]:
        years.setdefault(SchoolYear.parse(holiday["school_year"]), set()).add(holiday["id"])
    return frozenset(year for year, found in years.items() if len(found) >= 5)


def holidays_are_known(day: date) -> bool:
    """Whether the school holidays of the day's school year ship with this version."""
    return SchoolYear.of(day) in known_school_years()


@cache
def _municipality_regions() -> dict[str, HolidayRegion]:
    text = files("aanwezig.calendar").joinpath("data/municipalities.yaml").read_text("utf-8")
    data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    # Codes that ended in a merger still stand in older registers.
    return {entry["code"]: entry["region"] for entry in (*data.get("former", ()), *data["municipalities"])}


def region_of_municipality(code: str | None) -> HolidayRegion | None:
    """The holiday region of a municipality by its CBS code ('0363' or 'GM0363'); None when not known."""
    if not code:
        return None
    digits = code.strip().upper().removeprefix("GM")
    return _municipality_regions().get(digits.zfill(4))
