"""The columns of a file as a person is shown them: their names, some examples, and what is read from each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aanwezig.engines.delimited import Batch
from aanwezig.register.persons import NAMES
from aanwezig.register.profile import Header, is_national_number

EXAMPLES, LONGEST_EXAMPLE = 5, 40
# Further rows are not looked at for examples.
ROWS_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of a file. ``place``: the first is 0; ``ours``: what is read from it, by our names.

    ``examples``: up to five different cells, for who delivers the file and nobody else; none of a column that
    is called after a national number, nor in the report of an import of a column of names or one that is not read.
    """

    name: str
    place: int
    examples: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "place": self.place,
            "examples": list(self.examples),
            "ours": list(self.ours),
        }


def found_columns(header: Header, first: Batch | None, *, of_all: bool = False) -> tuple[FoundColumn, ...]:
    """The columns of a file, with examples out of its first rows.

    Only of columns that are read and hold no names, for the others may hold remarks; ``of_all``: of these too,
    for who has to say what is what.
    """
    ours: dict[int, list[str]] = {}
    for name, place in header.places.items():
        ours.setdefault(place, []).append(name)
    for place in header.text_places:
        if "reason_text" not in ours.setdefault(place, []):
            ours[place].append("reason_text")
    return tuple(
        FoundColumn(
            name,
            place,
            _examples(first.columns[place])
            if first is not None
            and (of_all or _may_be_shown(ours.get(place, ())))
            and not is_national_number(name)
            else (),
            tuple(ours.get(place, ())),
        )
        for place, name in enumerate(header.names)
    )


def _may_be_shown(ours: Sequence[str]) -> bool:
    return bool(ours) and not set(ours) & set(NAMES)


def _examples(cells: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cell in cells[:ROWS_LOOKED_AT]:
        text = cell.strip()
        if text:
            found[text if len(text) <= LONGEST_EXAMPLE else text[:LONGEST_EXAMPLE] + "…"] = None
            if len(found) == EXAMPLES:
                break
    return tuple(found)
