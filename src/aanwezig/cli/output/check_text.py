"""``check`` on a screen: the same lists as the report, in lines that fit 80 signs."""

from __future__ import annotations

from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aanwezig.cli.report.figures import places_of, school_names
from aanwezig.cli.report.notified import notification_days
from aanwezig.cli.report.worklist import Duty, FaultGroup, GroupAlert, Worklist, as_tiers, make_worklist
from aanwezig.cli.texts import Texts
from aanwezig.library import Check, Register
from aanwezig.values.forms import Forms

# Rows of one kind of fault that a screen shows; json, csv and xlsx have all.
MOST_PLACES = 20


def write_check_text(stream: TextIO, register: Register, check: Check, say: Texts) -> None:
    opened = register.opened()
    work = make_worklist(
        check.findings,
        check.not_decidable,
        check.faults,
        on=check.reference_date,
        say=say,
        places=places_of(opened, school_names(opened)),
        tiers=as_tiers(check.result.tiers, say),
        notified=notification_days(opened, check.findings),
    )
    console = make_console(stream)
    for line in heading(check, work, say):
        plain(console, line)
    _duties(console, work, say)
    _pupils(console, work, say)
    _data(console, work, say)


def make_console(stream: TextIO) -> Console:
    """Colour and width of the terminal; 80 signs, without colour, when it is none."""
    return Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)


def plain(console: Console, line: str) -> None:
    console.print(Text(line))


def title(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold"))


def heading(check: Check, work: Worklist, say: Texts) -> list[str]:
    forms = Forms(say.language)
    day = forms.day(check.reference_date)
    if check.known_date:
        day += f", {say('text.known', day=forms.day(check.known_date))}"
    return [
        say("text.register", path=check.register, day=day),
        say(
            "text.summary",
            duties=len(work.open_duties),
            late=work.late,
            signals=sum(len(pupil.signals) for pupil in work.pupils) + len(work.alerts),
            pupils=sum(bool(pupil.signals) for pupil in work.pupils),
            faults=len(check.faults),
            contradictions=sum(len(group.places) for group in work.contradictions),
            undecided=len(check.not_decidable),
        ),
        say("text.more_forms"),
    ]


def two_columns() -> Table:
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False, padding=(0, 1), expand=True)
    table.add_column(no_wrap=False, min_width=10, max_width=22, overflow="fold")
    table.add_column(ratio=1)
    return table


def _duties(console: Console, work: Worklist, say: Texts) -> None:
    if not work.duties:
        return
    title(console, say("duties.title"))
    table = two_columns()
    for duty in work.duties:
        who = duty.pupil_id or "–"
        if duty.place and duty.place.group:
            who += f"\n{duty.place.group}"
        table.add_row(Text(who), _duty_text(duty))
    console.print(table)


def _duty_text(duty: Duty) -> Text:
    style = {"late": "bold red", "open": "bold", "may": "", "met": "green"}[duty.state]
    due = f" ({duty.due.isoformat()})" if duty.due and duty.state != "met" else ""
    text = Text()
    text.append(f"{duty.when}{due}", style=style)
    text.append(f" · {duty.title} [{duty.rule}]\n")
    text.append(duty.sentence, style="dim")
    return text


def _pupils(console: Console, work: Worklist, say: Texts) -> None:
    if work.alerts:
        title(console, say("alerts.title"))
        for alert in work.alerts:
            plain(console, f"- {alert_line(alert, say)}")
    flagged = [pupil for pupil in work.pupils if pupil.signals]
    if not flagged:
        return
    title(console, say("pupils.title"))
    table = two_columns()
    for pupil in flagged:
        who = pupil.pupil_id
        if pupil.place and pupil.place.group:
            who += f"\n{pupil.place.group}"
        if pupil.tier:
            who += f"\n{say('tiers.name', tier=pupil.tier)}"
        text = Text()
        for index, signal in enumerate(pupil.signals):
            text.append("\n" if index else "")
            text.append(signal.title, style="bold")
            text.append(f" · {signal.period} [{signal.rule}]\n")
            text.append(signal.sentence, style="dim")
        table.add_row(Text(who), text)
    console.print(table)


def _data(console: Console, work: Worklist, say: Texts) -> None:
    for heading_key, groups in (("data.contradictions", work.contradictions), ("data.refused", work.faults)):
        if groups:
            title(console, say(heading_key))
            for group in groups:
                _fault_group(console, group, say)
    if work.questions:
        title(console, say("data.undecided"))
        for question in work.questions:
            pupils = ", ".join(question.pupils[:MOST_PLACES])
            if len(question.pupils) > MOST_PLACES:
                pupils += f" {say('list.more', number=len(question.pupils) - MOST_PLACES)}"
            plain(console, f"- {question.title} [{question.rule}]: {question.missing_label} ({pupils})")


def alert_line(alert: GroupAlert, say: Texts) -> str:
    kind = say(f"alerts.kind.{alert.kind}")
    return (
        f"{kind} {alert.group}: {alert.criterion}, {say('alerts.of', pupils=alert.pupils, size=alert.size)}"
    )


def _fault_group(console: Console, group: FaultGroup, say: Texts) -> None:
    plain(console, f"- {len(group.places)} × {group.what} [{group.code}]")
    plain(console, f"  {say('data.mend')} {group.mend}")
    for place in group.places[:MOST_PLACES]:
        cell = f", {place.column}" if place.column else ""
        value = f": {place.value}" if place.value else ""
        who = f" ({place.pupil_id})" if place.pupil_id else ""
        plain(console, f"    {place.where}{cell}{value}{who}")
    if len(group.places) > MOST_PLACES:
        plain(console, f"    {say('list.more_in_sheet', number=len(group.places) - MOST_PLACES)}")
