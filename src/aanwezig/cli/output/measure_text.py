"""``measure`` on a screen: the columns that a person asks for first."""

from __future__ import annotations

from typing import TextIO

from rich import box
from rich.table import Table
from rich.text import Text

from aanwezig.cli.output.check_text import make_console, plain
from aanwezig.cli.texts import Texts
from aanwezig.library import Measures, Register
from aanwezig.values.forms import Forms


def write_measure_text(stream: TextIO, register: Register, measures: Measures, say: Texts) -> None:
    forms = Forms(say.language)
    console = make_console(stream)
    day = forms.day(measures.reference_date)
    if measures.known_date:
        day += f", {say('text.known', day=forms.day(measures.known_date))}"
    plain(console, say("text.register", path=measures.register, day=day))
    what = say("measure.title", unit=say(f"unit.{measures.by}"), per=say(f"per.{measures.per}"))
    plain(console, what)
    if measures.table.num_rows == 0:
        plain(console, say("text.no_rows"))
        return
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column(say(f"unit.{measures.by}"), overflow="fold")
    table.add_column(say("text.period"), no_wrap=True)
    for key in ("text.pupils", "text.possible", "text.absent", "text.present"):
        table.add_column(say(key), justify="right", no_wrap=True)
    table.add_column(say("text.band"))
    assumed = False
    for row in measures.rows():
        mark = "*" if row["assumed_timetable"] else ""
        assumed = assumed or bool(mark)
        table.add_row(
            Text(str(row["unit_id"] if row["unit_id"] is not None else "–")),
            str(row["period"]),
            forms.number(row["pupils"]),
            minutes(row["possible_minutes"], forms),
            minutes(row["absent_minutes"], forms),
            forms.rate(row["attendance_rate"]) + mark,
            band(row["band"], bool(row["provisional"]), say),
        )
    console.print(table)
    plain(console, say("text.minutes"))
    if assumed:
        plain(console, say("text.assumed"))
    if measures.faults:
        plain(console, say("text.faults", number=len(measures.faults)))
        for fault in measures.faults[:20]:
            told = fault.as_dict(say.language)
            row_number = f":{fault.row}" if fault.row else ""
            plain(console, f"  {fault.table}{row_number} {told['what']} {told['mend']} [{fault.code}]")


def minutes(value: float | None, forms: Forms) -> str:
    return "–" if value is None else forms.number(value)


def band(name: str | None, provisional: bool, say: Texts) -> str:
    """The band in a word; 'provisional' beside it where it is."""
    if name is None:
        return "–"
    word = say(f"band.short.{name}")
    return f"{word} ({say('text.provisional')})" if provisional else word
