"""Retention as values: which kind of data is due of a pupil, from the day the last enrolment ended."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from aanwezig.values.period import add_months


class _Texts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    nl: str
    en: str


class _Source(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    cite: str
    place: str
    url: str
    checked_on: date


class RetentionPeriod(BaseModel):
    """A kind of data and for how many years after the last enrolment it stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    years: int
    title: _Texts
    what: _Texts
    source: _Source


@cache
def periods() -> dict[str, RetentionPeriod]:
    """The kinds of data with their periods, by id."""
    text = resources.files("aanwezig.web.upkeep").joinpath("data/retention.yaml").read_text(encoding="utf-8")
    return {entry["id"]: RetentionPeriod(**entry) for entry in yaml.safe_load(text)}


def due_on(ended: date, years: int) -> date:
    """The first day on which data may go: so many years after the day the last enrolment ended."""
    return add_months(ended, 12 * years)


def ended_before(today: date, years: int) -> date:
    """Enrolments that ended on or before this day are past their period.

    >>> ended_before(date(2026, 11, 22), 5)
    datetime.date(2021, 11, 22)
    """
    return add_months(today, -12 * years)
