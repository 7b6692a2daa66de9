"""Policies: which numbers about groups may be released, as dated data with sources (``data/*.yaml``).

The day that decides is the day of release, not the day that the numbers are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aanwezig.values import AanwezigError, BilingualText, Dated, Period, Source


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Text(_Strict):
    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Source(_Strict):
    cite: str = Field(min_length=3)
    place: str | None = None
    url: str | None = None
    checked_on: date | None = None


class _Dominance(_Strict):
    largest: int = Field(ge=1)
    percent: int = Field(gt=0, le=100)


class _Version(_Strict):
    version: str
    first: date
    last: date | None = None
    minimum: int = Field(ge=2)
    zeros: Literal["shown", "hidden"]
    rounding_base: int | None = Field(default=None, ge=2)
    width: int = Field(ge=1)
    sum_width_percent: int = Field(ge=1, le=100)
    p_percent: int | None = Field(default=None, ge=1, le=100)
    n_k: _Dominance | None = None
    group_disclosure: bool = False
    extremes: Literal["shown", "hidden"] = "hidden"
    degrees_of_freedom: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def wide_enough(self) -> _Version:
        if self.width < self.minimum:
            raise ValueError("an interval narrower than the minimum could lie wholly under it")
        return self


class _PolicyFile(_Strict):
    id: str
    title: _Text
    meaning: _Text
    sources: tuple[_Source, ...] = Field(min_length=1)
    versions: tuple[_Version, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be released, as it holds on a day.

    ``minimum``: the smallest number of units that may be shown. ``zeros``: whether nobody may be shown.
    ``rounding_base``: counts are rounded to it, None for not. ``width``: from what is released nobody can
    narrow a count that was left out to fewer values than this; ``sum_width_percent``: the same for sums, in
    percent of the sum. ``p_percent``: the second largest contributor of a sum may not come within this percentage
    of the largest. ``largest``, ``percent``: so many contributors may not be more than so much of a sum.
    ``group_disclosure``: of a sensitive trait no group at 0 or 100 %. ``extremes``: minimum and maximum, which
    are one person's. ``degrees_of_freedom``: the fewest left in an estimate.
    """

    id: str
    version: str
    title: BilingualText
    meaning: BilingualText
    sources: tuple[Source, ...]
    minimum: int
    zeros: Literal["shown", "hidden"] = "shown"
    rounding_base: int | None = None
    width: int = 5
    sum_width_percent: int = 10
    p_percent: int | None = None
    largest: int | None = None
    percent: int | None = None
    group_disclosure: bool = False
    extremes: Literal["shown", "hidden"] = "hidden"
    degrees_of_freedom: int | None = None

    @property
    def looks_at_contributors(self) -> bool:
        """Whether the contributors of a sum must be known to judge it."""
        return self.p_percent is not None or self.largest is not None

    def too_few(self, units: int) -> bool:
        """Whether a number of units is too small to be shown."""
        return units < self.minimum and (units > 0 or self.zeros == "hidden")


@cache
def _files() -> Mapping[str, _PolicyFile]:
    found: dict[str, _PolicyFile] = {}
    for entry in sorted(files("aanwezig.disclosure").joinpath("data").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".yaml"):
            policy = _PolicyFile.model_validate(yaml.safe_load(entry.read_text("utf-8")))
            found[policy.id] = policy
    return found


def _made(data: _PolicyFile, version: _Version) -> Policy:
    values: dict[str, Any] = version.model_dump(exclude={"first", "last", "n_k"})
    if version.n_k is not None:
        values |= {"largest": version.n_k.largest, "percent": version.n_k.percent}
    return Policy(
        id=data.id,
        title=BilingualText(data.title.nl, data.title.en),
        meaning=BilingualText(data.meaning.nl, data.meaning.en),
        sources=tuple(
            Source(one.cite, place=one.place, url=one.url, checked_on=one.checked_on) for one in data.sources
        ),
        **values,
    )


@cache
def policies() -> Mapping[str, Dated[Policy]]:
    """Every policy that ships, by id, with its versions."""
    return {
        data.id: Dated.of(data.id, [(Period(v.first, v.last), _made(data, v)) for v in data.versions])
        for data in _files().values()
    }


def policy(name: str, on: date) -> Policy:
    """The policy as it holds on the day of release; NotInForce when no version does.

    AanwezigError DIS-001 for a policy that there is not.
    """
    found = policies().get(name)
    if found is None:
        raise AanwezigError(
            "DIS-001",
            BilingualText("Er is geen beleid met deze naam.", "There is no policy of this name."),
            BilingualText(
                f"Kies een van: {', '.join(policies())}.", f"Choose one of: {', '.join(policies())}."
            ),
        )
    return found.on(on)
