"""Whom a table is about and into which groups it cuts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from aanwezig.values import BilingualText


@dataclass(frozen=True, slots=True)
class Member:
    """One group of a dimension; ``within`` names the group that it is a part of, None for the outermost.

    ``covers``: the finest values that it stands for, when other tables cut the same base otherwise (ages 4 to 11
    here, 4 to 12 there); empty for 'only itself'.
    """

    code: str
    title: BilingualText | None = None
    within: str | None = None
    covers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Dimension:
    """A way to cut a population into groups that do not overlap and leave nobody out: class ⊂ level ⊂ school.

    Members with others within them are totals. One outermost member is the whole population; a dimension with
    more of them has no overall total. ``base`` names what is cut, for tables that cut the same thing in two ways.
    ValueError for a code that is there twice, or a member within something that is not there or within itself.
    """

    name: str
    title: BilingualText
    members: tuple[Member, ...]
    base: str = ""

    def __post_init__(self) -> None:
        codes = [member.code for member in self.members]
        if not codes or len(set(codes)) != len(codes):
            raise ValueError(f"{self.name}: a dimension has members, and every code once")
        for member in self.members:
            seen, above = {member.code}, member.within
            while above is not None:
                if above not in self._by_code or above in seen:
                    raise ValueError(f"{self.name}: a member lies within something that is not there")
                seen.add(above)
                above = self._by_code[above].within
        if not self.base:
            object.__setattr__(self, "base", self.name)

    @classmethod
    def flat(
        cls, name: str, title: BilingualText, codes: Iterable[str], total: str | None = "total"
    ) -> Dimension:
        """A dimension of groups beside each other, with a total or (None) without."""
        outer = () if total is None else (Member(total),)
        return cls(name, title, outer + tuple(Member(code, within=total) for code in codes))

    @cached_property
    def _by_code(self) -> dict[str, Member]:
        return {member.code: member for member in self.members}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(member.code for member in self.members)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where in the list a code stands."""
        return {code: index for index, code in enumerate(self.codes)}

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each member the places of the members directly within it."""
        found: list[list[int]] = [[] for _ in self.members]
        for index, member in enumerate(self.members):
            if member.within is not None:
                found[self.place[member.within]].append(index)
        return tuple(tuple(places) for places in found)

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        return tuple(index for index, within in enumerate(self.children) if not within)

    @cached_property
    def totals(self) -> tuple[int, ...]:
        """The places of the members that are totals, those deepest within first."""
        return tuple(
            sorted((i for i, within in enumerate(self.children) if within), key=self._depth, reverse=True)
        )

    def _depth(self, index: int) -> int:
        depth, above = 0, self.members[index].within
        while above is not None:
            depth, above = depth + 1, self._by_code[above].within
        return depth

    @cached_property
    def covers(self) -> tuple[frozenset[str], ...]:
        """For each member the finest values that it stands for."""
        found = [member.covers or frozenset({member.code}) for member in self.members]
        for index in self.totals:
            if not self.members[index].covers:
                found[index] = frozenset().union(*(found[child] for child in self.children[index]))
        return tuple(found)

    @cached_property
    def whole(self) -> int | None:
        """The place of the member that is the whole population, None where there is none."""
        outer = [index for index, member in enumerate(self.members) if member.within is None]
        return outer[0] if len(outer) == 1 else None


@dataclass(frozen=True, slots=True)
class Population:
    """Whom the numbers are about, on which day and as known when.

    Tables of one name, day and ``known`` are about the same persons. ``within`` names larger populations of the same
    day in which all of these persons are: with it a difference of two tables is looked at.
    """

    name: str
    title: BilingualText
    day: date
    known: date | None = None
    within: frozenset[str] = frozenset()
