"""What a measure is: the texts from which documentation, help and pages are made."""

from __future__ import annotations

from dataclasses import dataclass

from aanwezig.values import BilingualText, Source


@dataclass(frozen=True, slots=True)
class Measure:
    """The definition of a measure; ``columns`` are the columns of results that hold it."""

    id: str
    title: BilingualText
    meaning: BilingualText
    numerator: BilingualText
    denominator: BilingualText
    population: BilingualText
    period: BilingualText
    source: Source
    unit: str
    columns: tuple[str, ...] = ()


REGISTER_5 = Source("docs/specification/register.md", "§5 Measures")
