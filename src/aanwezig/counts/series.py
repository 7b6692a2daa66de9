"""The published national figures, as data beside the definitions that they belong to; their sums are checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pydantic import model_validator

from aanwezig.counts.profiles import all_profiles, read_yaml
from aanwezig.rules.provisions import SourceData, Strict, TextData
from aanwezig.values import SchoolYear


class YearData(Strict):
    """The yearly count (leerplichttelling) of one school year, as published."""

    year: str
    absolute: int
    long_relative: int
    art5_a: int

    @property
    def school_year(self) -> SchoolYear:
        return SchoolYear.parse(self.year)


class SumData(Strict):
    """A published total that the parts of a year must give."""

    profile: str
    year: str
    parts: tuple[str, ...]
    total: int
    source: SourceData


class FigureData(Strict):
    """A figure that somebody gave, with the definition that it belongs to where one is known."""

    profile: str | None = None
    year: str | None = None
    low: int | None = None
    high: int | None = None
    times_count: int | None = None
    about: TextData | None = None
    source: SourceData


class SeriesData(Strict):
    source: SourceData
    years: tuple[YearData, ...]
    sums: tuple[SumData, ...]
    figures: tuple[FigureData, ...]

    @model_validator(mode="after")
    def adds_up(self) -> SeriesData:
        years: Mapping[str, YearData] = {year.year: year for year in self.years}
        for one in self.sums:
            total = sum(getattr(years[one.year], part) for part in one.parts)
            if total != one.total:
                raise ValueError(f"{one.year}: the parts give {total}, published is {one.total}")
        named = {one.profile for one in self.sums} | {one.profile for one in self.figures if one.profile}
        if unknown := named - set(all_profiles()):
            raise ValueError(f"figures name profiles that do not exist: {', '.join(sorted(unknown))}")
        return self


@cache
def national_series() -> SeriesData:
    """The series, years in order; a sum that does not hold is an error at the door."""
    return SeriesData.model_validate(read_yaml("series.yaml"))
