"""From a table of numbers about groups to a table that may leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from aanwezig.disclosure import primary
from aanwezig.disclosure.groups import Address, GroupTable, Measure, Number
from aanwezig.disclosure.knowledge import (
    AmountKey,
    AnyTable,
    BetweenKey,
    Knowledge,
    knowledge,
    population_key,
)
from aanwezig.disclosure.linear import Flags, contradiction, tightened
from aanwezig.disclosure.policies import Policy
from aanwezig.disclosure.reasons import Detail, Reason
from aanwezig.disclosure.releasable import Cell, ReleasableTable, seal
from aanwezig.disclosure.rounding import may_be, rounded
from aanwezig.disclosure.secondary import Puzzle, protect, tells_nothing
from aanwezig.values import AanwezigError, BilingualText

Place = tuple[int, ...]
# Of larger tables the intruder is taken to know rounded numbers exactly: that protects more, and keeps the number of unknown
# amounts small enough to be judged in seconds.
MOST_ROUNDED_CELLS = 1000


@dataclass(frozen=True, repr=False)
class CheckersReport:
    """For who checks what leaves, and for nobody else: per measure which cells were left out, and exactly why.

    Without numbers, but the reasons themselves narrow numbers down: not to be released.
    """

    table: str
    policy: str
    details: Mapping[str, Mapping[Address, Detail]]

    def __repr__(self) -> str:
        return f"CheckersReport({self.table!r})"

    def counted(self) -> dict[str, dict[str, int]]:
        """How often each reason occurs, per measure."""
        found: dict[str, dict[str, int]] = {}
        for measure, details in self.details.items():
            counts = found.setdefault(measure, {})
            for detail in details.values():
                counts[detail.value] = counts.get(detail.value, 0) + 1
        return found


@dataclass(repr=False)
class ReleaseLog:
    """The tables that were released, in order: a new one is looked at together with them.

    It holds only what was released, so keeping it needs no more care than the tables themselves.
    """

    tables: list[ReleasableTable] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"ReleaseLog({len(self.tables)} tables)"

    def related(self, table: AnyTable) -> list[ReleasableTable]:
        """The earlier tables about the same persons on the same day, or about some or more of them."""
        own = population_key(table.population)
        found = []
        names = {own[0]} | table.population.within
        for earlier in self.tables:
            other = population_key(earlier.population)
            if other[1:] == own[1:] and not names.isdisjoint({other[0]} | earlier.population.within):
                found.append(earlier)
        return found

    def release(self, table: GroupTable, policy: Policy, *, refuse: bool = False) -> ReleasableTable:
        """Release a table beside the earlier ones, and remember it."""
        made = release(table, policy, earlier=self, refuse=refuse)
        self.tables.append(made)
        return made


def release(
    table: GroupTable,
    policy: Policy,
    *,
    earlier: ReleaseLog | Iterable[ReleasableTable] = (),
    refuse: bool = False,
) -> ReleasableTable:
    """The table as it may leave under a policy, also beside tables that were released earlier.

    With ``refuse`` a table that tells too much together with earlier ones is refused (AanwezigError DIS-003); without, the
    cells that would tell it are left out. ValueError when the policy asks what the table does not hold.
    """
    return release_with_report(table, policy, earlier=earlier, refuse=refuse)[0]


def release_with_report(
    table: GroupTable,
    policy: Policy,
    *,
    earlier: ReleaseLog | Iterable[ReleasableTable] = (),
    refuse: bool = False,
) -> tuple[ReleasableTable, CheckersReport]:
    """As ``release``, with the report for the checker inside."""
    log = earlier if isinstance(earlier, ReleaseLog) else ReleaseLog(list(earlier))
    related = log.related(table)
    details = _hidden(table, policy, related)
    if refuse and any(Detail.EARLIER in found.values() for found in details.values()):
        raise AanwezigError(
            "DIS-003",
            BilingualText(
                "Samen met een eerder vrijgegeven tabel over dezelfde dag zou een kleine groep blijken.",
                "Together with a table of the same day that was released earlier, a small group would show.",
            ),
            BilingualText(
                "Neem grotere groepen, of dezelfde indeling als toen.",
                "Take larger groups, or the same groups as then.",
            ),
        )
    return _made(table, policy, details), CheckersReport(
        table.name,
        f"{policy.id} {policy.version}",
        {
            measure: {_address(table, place): detail for place, detail in sorted(found.items())}
            for measure, found in details.items()
        },
    )


def check_against(table: GroupTable, policy: Policy, earlier: ReleaseLog | Iterable[ReleasableTable]) -> int:
    """How many more numbers must be left out because of what was released earlier; 0 when it does no harm."""
    _, report = release_with_report(table, policy, earlier=earlier)
    return sum(counts.get(Detail.EARLIER.value, 0) for counts in report.counted().values())


def _address(table: GroupTable, place: Place) -> Address:
    return tuple(one.codes[at] for one, at in zip(table.dimensions, place, strict=True))


def _hidden(
    table: GroupTable, policy: Policy, related: list[ReleasableTable]
) -> dict[str, dict[Place, Detail]]:
    """For each count and sum the cells to leave out, and why."""
    counts = [measure for measure in table.measures if measure.kind == "count"]
    sums = [measure for measure in table.measures if measure.kind == "sum"]
    first = {measure.name: primary.of_count(table, measure, policy) for measure in counts}
    first |= {measure.name: primary.of_sum(table, measure, policy) for measure in sums}
    found = {name: dict(cells) for name, cells in first.items()}
    uncertain: set[Any] = set()
    for group in ([counts] if counts else []) + [[one] for one in sums]:
        names = [measure.name for measure in group]
        known = knowledge([table], names)
        alone = protect(
            _puzzle(known, [table], group, policy, uncertain),
            _flags(known, {name: first[name] for name in names}),
        )
        _note(found, known, alone, Detail.SECONDARY)
        if not related:
            continue
        tables: list[AnyTable] = [table, *related]
        known = knowledge(tables, names)
        puzzle = _puzzle(known, tables, group, policy, uncertain)
        puzzle.note_known_before()
        hidden = _hidden_again(known, tables) | _flags(known, {name: found[name] for name in names})
        if not tells_nothing(puzzle, hidden):
            # From the start: what the table alone needs may be known already, and of no use.
            own = {name: first[name] for name in names}
            hidden = protect(puzzle, _hidden_again(known, tables) | _flags(known, own))
            stays = {name: set(_places_of(known, name, hidden)) for name in names}
            for name in names:
                found[name] = {place: why for place, why in found[name].items() if place in stays[name]}
        _note(found, known, hidden, Detail.EARLIER)
        if group is counts:
            uncertain = _uncertain(known, puzzle, hidden, policy)
    return found


def _flags(known: Knowledge, cells: Mapping[str, Iterable[Place]]) -> Flags:
    """The cells of the new table as amounts of the system."""
    flags = np.zeros(len(known.system.keys), dtype=bool)
    for name, places in cells.items():
        for place in places:
            flags[known.shown[0][name][place]] = True
    return flags


def _places_of(known: Knowledge, name: str, hidden: Flags) -> list[Place]:
    return [tuple(map(int, place)) for place in np.argwhere(hidden[known.shown[0][name]])]


def _note(found: dict[str, dict[Place, Detail]], known: Knowledge, hidden: Flags, detail: Detail) -> None:
    """Add the cells that were left out, with this reason where there is none yet."""
    for name in known.shown[0]:
        for place in _places_of(known, name, hidden):
            found[name].setdefault(place, detail)


def _hidden_again(known: Knowledge, tables: list[AnyTable]) -> Flags:
    """What an earlier table left out, the new one leaves out."""
    flags = np.zeros(len(known.system.keys), dtype=bool)
    for at, earlier in enumerate(tables[1:], start=1):
        assert isinstance(earlier, ReleasableTable)
        for name, places in known.shown[at].items():
            left_out = [cell.value is None for cell in earlier._cells[name]]
            flags[places.reshape(-1)[np.array(left_out)]] = True
    return flags


def _puzzle(
    known: Knowledge, tables: list[AnyTable], group: list[Measure], policy: Policy, uncertain: set[Any]
) -> Puzzle:
    """What an intruder may not learn of these measures, from the new table and the earlier ones."""
    table = tables[0]
    assert isinstance(table, GroupTable)
    size = len(known.system.keys)
    low, high = np.zeros(size), np.full(size, np.inf)
    width, hidden_width = np.zeros(size), np.zeros(size)
    own, between = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    value, price = np.full(size, np.inf), np.zeros(size)
    of_sums = group[0].kind == "sum"
    for at, earlier in enumerate(tables[1:], start=1):
        assert isinstance(earlier, ReleasableTable)
        for name, places in known.shown[at].items():
            for place, address, cell in zip(
                map(int, places.flat), earlier.addresses, earlier._cells[name], strict=True
            ):
                if cell.value is not None:
                    bottom, top = (
                        (cell.value, cell.value) if of_sums else may_be(int(cell.value), earlier.policy)
                    )
                    if address in earlier._impossible:
                        bottom = top = 0
                    low[place], high[place] = max(low[place], bottom), min(high[place], top)
                else:
                    width[place] = max(width[place], 1.0 if of_sums else earlier.policy.width)
        for places in known.others[at].values():
            _stand_between(places.reshape(-1), width, between, earlier.policy.width)
    shown_low, shown_high = low.copy(), high.copy()
    for measure in group:
        places, numbers = known.shown[0][measure.name], table.values[measure.name]
        own[places], value[places], price[places] = True, numbers, numbers
        if of_sums:
            least, most = numbers, numbers
            hidden_width[places] = np.maximum(1.0, numbers * policy.sum_width_percent / 100)
        else:
            told = np.array([may_be(rounded(int(one), policy.rounding_base), policy) for one in numbers.flat])
            least, most = told[:, 0].reshape(places.shape), told[:, 1].reshape(places.shape)
            if numbers.size > MOST_ROUNDED_CELLS:
                least = most = numbers
            hidden_width[places] = policy.width
            # Of two counts that tell the same, the part goes and the whole stays.
            price[places] = numbers + (0 if measure.part_of else 0.5)
        slack = 1e-9 * np.maximum(1.0, numbers)
        if (numbers < low[places] - slack).any() or (numbers > high[places] + slack).any():
            raise contradiction()
        shown_low[places] = np.minimum(np.maximum(low[places], least), high[places])
        shown_high[places] = np.maximum(np.minimum(high[places], most), shown_low[places])
        if measure.part_of:
            others = known.others[0][measure.name]
            value[others] = table.values[measure.part_of] - numbers
            between[others] = False
            width[others] = np.where(primary.of_others(table, measure, policy), policy.width, width[others])
    for key, place in known.between.items():
        if own[place]:
            continue
        if not of_sums:
            width[place], between[place] = max(width[place], policy.width), True
        elif _count_key(key, group[0].over or "") in uncertain:
            near = known.system.index.get(key.smaller) if isinstance(key, BetweenKey) else None
            amount = value[near] if near is not None and np.isfinite(value[near]) else 0.0
            width[place] = max(width[place], 1.0, amount * policy.sum_width_percent / 100)
    for address in table.impossible:
        cell_place = tuple(one.place[code] for one, code in zip(table.dimensions, address, strict=True))
        for measure in group:
            at_place = known.shown[0][measure.name][cell_place]
            low[at_place] = high[at_place] = shown_low[at_place] = shown_high[at_place] = 0
            width[at_place] = hidden_width[at_place] = 0
    return Puzzle(
        known.system,
        low,
        high,
        shown_low,
        shown_high,
        own,
        value,
        price,
        width,
        hidden_width,
        between,
        policy.minimum,
    )


def _stand_between(places: Any, width: Any, between: Flags, wanted: float) -> None:
    width[places] = np.maximum(width[places], wanted)
    between[places] = True


def _count_key(key: Any, count: str) -> Any:
    """The key of the number of units that an amount of a sum is over."""
    if isinstance(key, BetweenKey):
        return BetweenKey(_count_key(key.larger, count), _count_key(key.smaller, count))
    return AmountKey(key.population, count, key.groups, key.others)


def _uncertain(known: Knowledge, puzzle: Puzzle, hidden: Flags, policy: Policy) -> set[Any]:
    """The amounts between tables that may be of a small group, as far as can be told."""
    low, high = tightened(puzzle.matrix, *puzzle.bounds(hidden))
    return {
        key for key, place in known.between.items() if high[place] > 0.5 and low[place] < policy.minimum - 0.5
    }


def _made(table: GroupTable, policy: Policy, details: dict[str, dict[Place, Detail]]) -> ReleasableTable:
    """The cells that stay, as they are shown; what follows from a cell that is left out is left out with it."""
    places = list(np.ndindex(table.shape))
    cells: dict[str, tuple[Cell, ...]] = {}
    protected = Reason.PROTECTED
    additive = [measure for measure in table.measures if measure.kind in ("count", "sum")]
    if (
        additive
        and all(len(details[measure.name]) == table.size for measure in additive)
        and any(Detail.EARLIER in details[measure.name].values() for measure in additive)
    ):
        protected = Reason.REFUSED
    for measure in additive:
        hidden, numbers = details[measure.name], table.values[measure.name]
        cells[measure.name] = tuple(
            Cell(None, protected)
            if place in hidden
            else Cell(_as_shown(measure, numbers[place], policy), None)
            for place in places
        )
    for measure in table.measures:
        if measure.kind == "ratio":
            cells[measure.name] = tuple(
                _ratio(part, whole, protected)
                for part, whole in zip(cells[measure.part or ""], cells[measure.whole or ""], strict=True)
            )
        elif measure.kind in ("minimum", "maximum"):
            cells[measure.name] = tuple(
                _extreme(table, measure, place, over, policy)
                for place, over in zip(places, cells[measure.over or ""], strict=True)
            )
        elif measure.kind == "estimate":
            cells[measure.name] = tuple(
                _estimate(table, measure, place, over, policy)
                for place, over in zip(places, cells[measure.over or ""], strict=True)
            )
    return seal(
        name=table.name,
        title=table.title,
        population=table.population,
        dimensions=table.dimensions,
        measures=table.measures,
        policy=policy,
        addresses=tuple(table.addresses()),
        _cells=MappingProxyType(cells),
        _impossible=table.impossible,
    )


def _as_shown(measure: Measure, number: Any, policy: Policy) -> Number:
    return rounded(int(number), policy.rounding_base) if measure.kind == "count" else float(number)


def _ratio(part: Cell, whole: Cell, protected: Reason) -> Cell:
    """Made from the numbers as they are shown, so that it tells no more than they do."""
    if part.value is None or whole.value is None:
        return Cell(None, protected)
    if whole.value == 0:
        return Cell(None, Reason.NO_VALUE)
    return Cell(part.value / whole.value, None)


def _extreme(table: GroupTable, measure: Measure, place: Place, over: Cell, policy: Policy) -> Cell:
    value = table.extremes.get(measure.name, {}).get(place)
    if policy.extremes == "hidden":
        return Cell(None, Reason.EXTREME)
    if over.value is None:
        return Cell(None, over.reason)
    return Cell(value, None) if value is not None else Cell(None, Reason.NO_VALUE)


def _estimate(table: GroupTable, measure: Measure, place: Place, over: Cell, policy: Policy) -> Cell:
    # The count goes first: an own mark of small groups would tell them from those left out beside them.
    if over.value is None:
        return Cell(None, over.reason)
    found = table.estimates.get(measure.name, {}).get(_address(table, place))
    if found is None:
        return Cell(None, Reason.NO_VALUE)
    if policy.degrees_of_freedom is not None and found.degrees_of_freedom < policy.degrees_of_freedom:
        return Cell(None, Reason.ESTIMATE)
    return Cell(found.value, None)
