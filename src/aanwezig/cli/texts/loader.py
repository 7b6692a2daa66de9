"""The texts of the command line and the report, with those of the pictures that they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from aanwezig.pictures.texts import Texts as PictureTexts
from aanwezig.pictures.texts import read_texts
from aanwezig.values.text import BilingualText


@cache
def all_texts() -> Mapping[str, BilingualText]:
    """Every text by key; a key that stands in both places is an error at the door."""
    own, pictures = read_texts("aanwezig.cli.texts"), read_texts("aanwezig.pictures.texts")
    if twice := own.keys() & pictures.keys():
        raise ValueError(f"these texts stand in two places: {', '.join(sorted(twice))}")
    return {**own, **pictures}


@dataclass(frozen=True, slots=True)
class Texts(PictureTexts):
    """The texts in one language: ``say("check.help")``; a key that does not exist is a KeyError."""

    def known(self) -> Mapping[str, BilingualText]:
        return all_texts()
