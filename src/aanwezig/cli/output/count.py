"""Writes what ``register.count`` answered, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aanwezig.cli.output import destination, spreadsheet, tables
from aanwezig.cli.output.check_text import make_console, plain, title
from aanwezig.cli.texts import Texts
from aanwezig.counts import Reconciliation
from aanwezig.library import Count
from aanwezig.library.counting import COUNT_SCHEMA
from aanwezig.values.forms import Forms
from aanwezig.values.text import BilingualText

COUNT_COLUMNS: tuple[str, ...] = tuple(COUNT_SCHEMA.names)
COMPARE_COLUMNS = ("side", "profile", "pupil_id", "reason", "because_nl", "because_en")
TOTAL_COLUMNS = ("profile", "category", "unit", "unit_id", "number")


def write_count(count: Count, form: str, path: Path | None, say: Texts) -> None:
    """The answer of ``count``; ``csv`` holds a row per person and definition, ``xlsx`` a sheet for each list."""
    if form == "json":
        with destination.text(path, say) as stream:
            stream.write(count.to_json(say.language))
    elif form == "csv":
        with destination.text(path, say) as stream:
            tables.write_csv(stream, COUNT_COLUMNS, person_rows(count))
    elif form == "xlsx":
        with destination.binary(path, say) as stream:
            spreadsheet.write(stream, sheets(count, say))
    elif form == "html":
        from aanwezig.cli.report.count_report import count_page

        page = count_page(count, say)
        with destination.text(path, say) as stream:
            stream.write(page)
    else:
        with destination.text(path, say) as stream:
            write_count_text(stream, count, say)


def person_rows(count: Count) -> Iterator[tuple[Any, ...]]:
    """A person in a count as cells; the facts are joined by a space."""
    for row in count.rows():
        row["facts"] = " ".join(row["facts"])
        yield tuple(row[name] for name in COUNT_COLUMNS)


def total_rows(count: Count) -> Iterator[tuple[Any, ...]]:
    """The numbers: of every profile, of its categories, and per unit where one was asked for."""
    for id, one in count.profiles.items():
        yield id, None, None, None, one.total
        for category, number in one.by_category.items():
            yield id, category, None, None, number
        if count.by is not None:
            for name, own in count.result.by(id, count.by).items():
                yield id, None, count.by, name, sum(own.values())


def compare_rows(found: Reconciliation) -> Iterator[tuple[Any, ...]]:
    for pupil_id in found.both:
        yield "both", None, pupil_id, None, None, None
    for side, profile, own in (("only_a", found.a, found.only_a), ("only_b", found.b, found.only_b)):
        for one in own:
            yield side, profile, one.pupil_id, one.reason, one.because.nl, one.because.en


def sheets(count: Count, say: Texts) -> list[tables.Sheet]:
    """The numbers, the persons, what cannot be told, and the comparison where one was asked for."""
    questions = [(one.rule, one.pupil_id, one.missing) for one in count.not_decidable]
    faults = (fault.as_dict(say.language) for fault in count.faults)
    found = [
        tables.Sheet("totals", TOTAL_COLUMNS, total_rows(count)),
        tables.Sheet("persons", COUNT_COLUMNS, person_rows(count)),
        tables.Sheet("not_decidable", tables.QUESTION_COLUMNS, questions),
        tables.Sheet(
            "faults", tables.FAULT_COLUMNS, (tuple(f[c] for c in tables.FAULT_COLUMNS) for f in faults)
        ),
    ]
    if count.reconciliation is not None:
        found.append(tables.Sheet("compare", COMPARE_COLUMNS, compare_rows(count.reconciliation)))
    return found


def in_words(text: BilingualText, say: Texts) -> str:
    return text.nl if say.language == "nl" else text.en


def heading(count: Count, say: Texts) -> list[str]:
    """Which day or year, as known when, and of how many pupils."""
    forms = Forms(say.language)
    day = forms.day(count.reference_date)
    if count.result.year is not None:
        day = say("count.in_year", year=str(count.result.year), day=day)
    if count.known_date:
        day += f", {say('text.known', day=forms.day(count.known_date))}"
    return [
        say("text.register", path=count.register, day=day),
        say("count.of", number=forms.number(count.result.pupils)),
    ]


def write_count_text(stream: TextIO, count: Count, say: Texts) -> None:
    console = make_console(stream)
    for line in heading(count, say):
        plain(console, line)
    _profiles(console, count, say)
    if count.by is not None:
        _units(console, count, say)
    if count.reconciliation is not None:
        _compare(console, count, count.reconciliation, say)
    if count.moved is not None:
        _moved(console, count, say)
    if count.corrected is not None:
        _corrected(console, count, say)
    if count.not_decidable:
        plain(console, "")
        persons = len({one.pupil_id for one in count.not_decidable})
        plain(console, say("count.open", number=persons))
    if count.faults:
        plain(console, say("text.faults", number=len(count.faults)))
    plain(console, "")
    plain(console, say("count.more"))


def _table(*columns: tuple[str, bool]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name, is_number in columns:
        table.add_column(name, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return table


def _profiles(console: Console, count: Count, say: Texts) -> None:
    table = _table(
        (say("count.definition"), False), (say("count.number"), True), (say("count.beside"), False)
    )
    for id, one in count.profiles.items():
        table.add_row(Text(in_words(one.profile.title.text(), say), style="bold"), str(one.total), Text(id))
        for category, number in one.by_category.items():
            if len(one.by_category) > 1:
                name = in_words(one.profile.category(category).title.text(), say)
                table.add_row(Text(f"  {name}"), str(number), "")
        for text, own in (
            ("count.apart", one.apart),
            ("count.left_out", one.left_out),
            ("count.cannot_tell", one.not_decidable),
        ):
            if own:
                table.add_row(Text(f"  {say(text)}"), f"({len(own)})", "")
    console.print(table)


def _units(console: Console, count: Count, say: Texts) -> None:
    unit = count.by
    assert unit is not None
    title(console, say("count.per", unit=say(f"count.unit.{unit}")))
    table = _table(
        (say("count.definition"), False), (say(f"count.unit.{unit}"), False), (say("count.number"), True)
    )
    for id, one in count.profiles.items():
        name = in_words(one.profile.title.text(), say)
        for unit_id, own in count.result.by(id, unit).items():
            table.add_row(Text(name), Text(unit_name(unit_id, say)), str(sum(own.values())))
            name = ""
    console.print(table)


def unit_name(unit_id: str, say: Texts) -> str:
    return say(f"count.unit.{unit_id}") if unit_id in ("none", "unknown") else unit_id


def _compare(console: Console, count: Count, found: Reconciliation, say: Texts) -> None:
    titles = {id: in_words(count.result.profiles[id].profile.title.text(), say) for id in (found.a, found.b)}
    title(console, say("count.compared", a=titles[found.a], b=titles[found.b]))
    plain(console, say("count.both", number=len(found.both)))
    for id, own in ((found.a, found.only_a), (found.b, found.only_b)):
        plain(console, say("count.only", number=len(own), profile=titles[id]))
        for one in own:
            plain(console, f"  {one.pupil_id}: {in_words(one.because, say)}")


def _moved(console: Console, count: Count, say: Texts) -> None:
    title(console, say("count.moved"))
    table = _table(
        (say("count.definition"), False), (say("count.reading"), False), (say("count.number"), True)
    )
    for one in count.moved or ():
        if one.profile in count.profiles and (one.more or one.fewer):
            change = f"{one.total} (+{one.more} -{one.fewer})"
            table.add_row(Text(one.profile), Text(in_words(one.meaning, say)), change)
    if table.row_count:
        console.print(table)
    else:
        plain(console, say("count.nothing_moved"))


def _corrected(console: Console, count: Count, say: Texts) -> None:
    title(console, say("count.corrected"))
    for one in count.corrected or ():
        if one.profile in count.profiles:
            plain(
                console,
                say(
                    "count.then_now",
                    profile=one.profile,
                    then=one.then,
                    now=one.now,
                    came=len(one.came),
                    went=len(one.went),
                ),
            )
