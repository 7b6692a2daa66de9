"""Who is called a home-sitter (thuiszitter), by whom: each definition a profile in ``data/profiles/*.yaml``.

A profile says whose legal status it takes, which states it counts in which order, from which duration, what it keeps
apart, where and when it counts, and where that stands (docs/specification/rules.md §6). The ministry, the
inspectorate and the parents' associations mean different children by one word; nothing here chooses between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import Field, model_validator

from aanwezig.rules.legal_status import STATUSES
from aanwezig.rules.provisions import SourceData, Strict, TextData, all_provisions
from aanwezig.values import AanwezigError, BilingualText

# What a category looks at; the words stand in each profile's meaning.
Kind = Literal[
    "exemption",
    "not_enrolled",
    "unauthorised",
    "any_absence",
    "no_education",
    "relative_16h",
    "part_time",
    "below_half",
]
Duration = Literal["from_day_1", "more_than_4_weeks", "more_than_3_months", "at_least_3_months"]
State = Literal["exempt", "not_enrolled", "enrolled"]
Need = Literal["no_offer", "not_without_education", "no_certificate"]
ENROLLED_KINDS = frozenset({"unauthorised", "any_absence", "relative_16h", "part_time", "below_half"})
UNAUTHORISED_KINDS = frozenset({"unauthorised", "relative_16h", "part_time"})


class CategoryData(Strict):
    """One category of a profile; the first that holds is the person's.

    ``state`` narrows ``no_education`` to what the person is on the date. ``grounds``: of which exemptions; none given
    is every full one. ``apart``: kept beside the total.
    """

    id: str
    title: TextData
    kind: Kind
    duration: Duration = "from_day_1"
    state: State | None = None
    grounds: tuple[str, ...] | None = None
    apart: bool = False


class ReadingData(Strict):
    """Another way to read the same definition.

    ``choices`` are readings of rules (``long_relative.duration``); ``without`` leaves categories out;
    ``place_states`` are the states of an application that are an offer of a place.
    """

    name: str
    meaning: TextData
    source: SourceData
    choices: Mapping[str, Any] = Field(default_factory=dict)
    without: tuple[str, ...] = ()
    place_states: tuple[str, ...] | None = None


class ProfileData(Strict):
    """One file: one definition."""

    id: str
    version: str
    title: TextData
    meaning: TextData
    counted_by: TextData
    who: tuple[str, ...] = Field(min_length=1)
    # Where a person counts first; the other is always given beside it.
    region: Literal["residence", "school"] = "residence"
    moment: Literal["reference_date", "school_year"] = "reference_date"
    needs: tuple[Need, ...] = ()
    # What the need ``no_offer`` looks at.
    place_states: tuple[str, ...] = ()
    categories: tuple[CategoryData, ...] = Field(min_length=1)
    readings: tuple[ReadingData, ...] = ()
    sources: tuple[SourceData, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def fits_together(self) -> ProfileData:
        ids = [category.id for category in self.categories]
        if len(set(ids)) != len(ids):
            raise ValueError(f"{self.id}: two categories have one id")
        if unknown := set(self.who) - set(STATUSES):
            raise ValueError(f"{self.id}: no such legal status: {', '.join(sorted(unknown))}")
        for reading in self.readings:
            if unknown := set(reading.without) - set(ids):
                raise ValueError(f"{self.id}: no such category: {', '.join(sorted(unknown))}")
            if unknown := {key.partition(".")[0] for key in reading.choices} - set(all_provisions()):
                raise ValueError(f"{self.id}: no such rule: {', '.join(sorted(unknown))}")
        for category in self.categories:
            if (category.grounds or category.apart) and category.kind != "exemption":
                raise ValueError(f"{self.id}: only an exemption has grounds or stands apart")
            if (category.state is not None) != (category.kind == "no_education"):
                raise ValueError(f"{self.id}: a state belongs to no_education, and to nothing else")
        return self

    @property
    def takes_not_enrolled(self) -> bool:
        return any(c.kind == "not_enrolled" or c.state == "not_enrolled" for c in self.categories)

    @property
    def takes_enrolled(self) -> bool:
        return any(c.kind in ENROLLED_KINDS or c.state == "enrolled" for c in self.categories)

    @property
    def takes_sick(self) -> bool:
        """Whether absence counts whatever the mark, sickness among it."""
        return any(c.kind in ("any_absence", "no_education", "below_half") for c in self.categories)

    @property
    def takes_exempt(self) -> bool:
        """Whether exempt persons are in the total."""
        return any((c.kind == "exemption" and not c.apart) or c.state == "exempt" for c in self.categories)

    def category(self, id: str) -> CategoryData:
        return next(category for category in self.categories if category.id == id)

    def read_as(self, name: str) -> ProfileData:
        """The profile under another of its readings; what the reading chooses of rules is not in it."""
        reading = next(reading for reading in self.readings if reading.name == name)
        changed: dict[str, Any] = {
            "categories": tuple(c for c in self.categories if c.id not in reading.without),
        }
        if reading.place_states is not None:
            changed["place_states"] = reading.place_states
        return self.model_copy(update=changed)


def read_yaml(name: str) -> Any:
    """A file of ``counts/data``."""
    text = files("aanwezig.counts").joinpath("data").joinpath(name).read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def all_profiles() -> Mapping[str, ProfileData]:
    """Every profile that ships, by id, in the order of the specification; a broken file is an error at the door."""
    found: dict[str, ProfileData] = {}
    folder = files("aanwezig.counts").joinpath("data").joinpath("profiles")
    for entry in folder.iterdir():
        if entry.name.endswith(".yaml"):
            profile = ProfileData.model_validate(read_yaml(f"profiles/{entry.name}"))
            if profile.id in found or entry.name != f"{profile.id}.yaml":
                raise ValueError(f"{entry.name} does not name the profile {profile.id} once")
            found[profile.id] = profile
    order: list[str] = read_yaml("order.yaml")
    if sorted(order) != sorted(found):
        raise ValueError("order.yaml names other profiles than there are files")
    return {id: found[id] for id in order}


def profiles_named(ids: Sequence[str] | None) -> tuple[ProfileData, ...]:
    """The profiles asked for, all when none is named; AanwezigError for one that does not exist."""
    known = all_profiles()
    if not ids:
        return tuple(known.values())
    for id in ids:
        if id not in known:
            names = ", ".join(known)
            raise AanwezigError(
                "CNT-001",
                BilingualText(f"De definitie '{id}' bestaat niet.", f"There is no definition '{id}'."),
                BilingualText(f"Kies uit: {names}.", f"Choose from: {names}."),
            )
    return tuple(known[id] for id in dict.fromkeys(ids))
