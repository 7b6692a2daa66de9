"""The reference pages, each a function from the code's own definitions to Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typer.main

from aanwezig.calendar.holidays import REGIONS, holiday_data
from aanwezig.cli.errors import CODES
from aanwezig.cli.help import page as help_page
from aanwezig.cli.main import build_app
from aanwezig.cli.texts import Texts, all_texts
from aanwezig.counts import ProfileData, all_profiles, national_series
from aanwezig.counts.outcome import reasons
from aanwezig.engines.fault_codes import FAULT_CODES
from aanwezig.measures import catalogue
from aanwezig.register import load_profile, profile_names
from aanwezig.register.fault_codes import FAULT_CODES as IMPORT_CODES
from aanwezig.rules.provisions import ParameterData, ProvisionData, SourceData, all_provisions
from aanwezig.tables import TABLES
from aanwezig.values.text import Language

# Codes whose texts are made where they are raised.
OTHER_CODES = (
    ("CHK-001", "Deze regel bestaat niet.", "There is no such rule."),
    (
        "CHK-002",
        "Deze regel gold nog niet op de peildatum.",
        "This rule did not hold yet on the reference date.",
    ),
    ("CNT-001", "Deze definitie bestaat niet.", "There is no such definition."),
    (
        "CNT-002",
        "Op deze peildatum kan nog niet worden geteld.",
        "This reference date cannot be counted yet.",
    ),
    ("CNT-003", "Dit schooljaar is nog niet begonnen.", "This school year has not begun yet."),
    ("LIB-001", "Deze instelling bestaat niet.", "There is no such setting."),
    ("LIB-002", "De waarde past niet bij deze instelling.", "The value does not fit this setting."),
    ("SIM-001", "Zo'n register kan niet worden gemaakt.", "Such a register cannot be made."),
    ("SIM-002", "De map is niet leeg.", "The folder is not empty."),
    ("SIM-003", "De map kan niet worden geschreven.", "The folder cannot be written."),
)
LANGUAGES: tuple[Language, ...] = ("en", "nl")
HELP_WIDTH = 100
KINDS = {
    "duty": "Duties",
    "signal": "Signals",
    "fault": "Faults: facts that contradict each other",
    "status": "What other rules rest on",
    "proposal": "Proposals",
}


@dataclass(frozen=True)
class Page:
    """A page: its title, what it is about in one line, and the function that makes it."""

    title: str
    about: str
    make: Callable[[], str]


def cell(text: object) -> str:
    """The text as one cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(cell(part) for part in row) + " |" for row in rows]


def both(text: Any) -> list[str]:
    """A text in both languages, Dutch first, as it is used in the field."""
    return [f"- nl: {cell(text.nl)}", f"- en: {cell(text.en)}"]


def finished(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def data_dictionary() -> str:
    """Every table and column of the register."""
    lines = ["# The register: tables and columns", ""]
    lines.append(
        "A register is a folder with `<table>.csv` or `<table>.parquet`. *Empty*: may be empty, or the column missing."
    )
    for one in TABLES.values():
        lines += ["", f"## {one.name}", "", f"{one.meaning.nl} · {one.meaning.en}", ""]
        lines.append(
            f"Key: {', '.join(one.key) or 'none'}. {'Optional table.' if one.optional else 'Required.'}"
        )
        lines.append("")
        rows = [
            (
                f"`{column.name}`",
                f"{column.kind.value} ({column.unit})" if column.unit else column.kind.value,
                "yes" if column.may_be_empty else "no",
                column.meaning.nl,
                column.meaning.en,
                ", ".join(f"`{value}`" for value in column.values),
            )
            for column in one.all_columns()
        ]
        lines += table(("column", "kind", "empty", "nl", "en", "values"), rows)
    return finished(lines)


def command_line() -> str:
    """The help of every command, in both languages."""
    lines = [
        "# The command line",
        "",
        "What `--help` shows; the language follows the locale or `--language`.",
    ]
    for language in LANGUAGES:
        say = Texts(language)
        root: Any = typer.main.get_command(build_app(language))
        context = root.make_context("aanwezig", [], resilient_parsing=True)
        for name in ("", *sorted(root.commands)):
            command = root.commands[name] if name else root
            own = command.make_context(name, [], parent=context, resilient_parsing=True) if name else context
            title = f"aanwezig {name}".strip()
            lines += ["", f"## {title} ({language})", "", "```text"]
            lines += [help_page(command, own, say, HELP_WIDTH).rstrip(), "```"]
    return finished(lines)


def source_text(source: SourceData) -> str:
    parts = [source.cite, source.article, source.place]
    text = ", ".join(part for part in parts if part)
    return f"[{text}]({source.url})" if source.url else text


def parameter_rows(parameters: dict[str, ParameterData]) -> Iterable[tuple[str, ...]]:
    for name, parameter in parameters.items():
        value = f"`{parameter.value}`" + (f" {parameter.unit}" if parameter.unit else "")
        meaning = f"{parameter.meaning.nl} · {parameter.meaning.en}"
        yield f"`{name}`", value, meaning, source_text(parameter.source)
        for reading in parameter.readings:
            text = f"{reading.meaning.nl} · {reading.meaning.en}"
            yield (
                f"`{name}={reading.name}`",
                f"other reading: `{reading.value}`",
                text,
                source_text(reading.source),
            )


def one_rule(rule: ProvisionData) -> list[str]:
    lines = ["", f"### {rule.id}", "", f"**{rule.title.nl}** · {rule.title.en}", ""]
    lines += both(rule.meaning)
    for label, text in (("Is not", rule.is_not), ("Who acts", rule.who)):
        if text is not None:
            lines += ["", f"{label}:", "", *both(text)]
    if rule.category:
        lines += ["", f"Category in the absence register: `{rule.category}`."]
    lines += ["", "Sources: " + "; ".join(source_text(source) for source in rule.sources) + "."]
    for version in rule.versions:
        until = f" up to and with {version.last}" if version.last else ""
        lines += ["", f"Version `{version.version}`, holds from {version.first}{until}."]
        if version.parameters:
            lines += [
                "",
                *table(("parameter", "value", "meaning", "source"), parameter_rows(version.parameters)),
            ]
    return lines


def rules() -> str:
    """Every rule with its parameters, versions and sources."""
    lines = [
        "# Rules",
        "",
        "Choose another value or reading with `--set rule.parameter=value` (a reading may be named).",
    ]
    unnamed = {rule.kind: rule.kind.capitalize() for rule in all_provisions().values()}
    for kind, title in (KINDS | {kind: name for kind, name in unnamed.items() if kind not in KINDS}).items():
        own = [rule for rule in all_provisions().values() if rule.kind == kind]
        if own:
            lines += ["", f"## {title}"]
            for rule in sorted(own, key=lambda one: one.id):
                lines += one_rule(rule)
    return finished(lines)


def measures() -> str:
    """Every measure with its numerator, denominator, population and period."""
    lines = ["# Measures"]
    for one in catalogue():
        lines += ["", f"## {one.id}", "", f"**{one.title.nl}** · {one.title.en} (unit: {one.unit})", ""]
        parts = (
            ("meaning", one.meaning),
            ("numerator", one.numerator),
            ("denominator", one.denominator),
            ("population", one.population),
            ("period", one.period),
        )
        lines += table(("", "nl", "en"), [(name, text.nl, text.en) for name, text in parts])
        if one.columns:
            lines += ["", "Columns: " + ", ".join(f"`{column}`" for column in one.columns) + "."]
    return finished(lines)


def fault_codes() -> str:
    """Every code of what can go wrong, with how to mend it."""
    lines = ["# Codes of faults and errors", "", "Names in {braces} are filled in when a code is used."]
    for title, codes in (
        ("Reading a register", FAULT_CODES),
        ("Importing", {code: entry for code, entry in IMPORT_CODES.items() if code not in FAULT_CODES}),
    ):
        lines += ["", f"## {title}"]
        for code, entry in sorted(codes.items()):
            lines += ["", f"### {code}", "", f"**{entry.title.nl}** · {entry.title.en}", ""]
            lines += table(
                ("", "nl", "en"),
                [("what", entry.what.nl, entry.what.en), ("mend", entry.mend.nl, entry.mend.en)],
            )
    lines += ["", "## Checking, counting and simulating", "", *table(("code", "nl", "en"), OTHER_CODES)]
    lines += ["", "## The command line", ""]
    texts = all_texts()
    rows = []
    for key, code in CODES.items():
        what = texts.get(f"{key}.what") or texts[key]
        mend = texts.get(f"{key}.mend") or texts["usage.see_help"]
        rows.append((code, f"{what.nl} · {what.en}", f"{mend.nl} · {mend.en}"))
    lines += table(("code", "what", "mend"), rows)
    return finished(lines)


def holidays() -> str:
    """The school holidays that ship, by region."""
    data = holiday_data()
    source = data["source"]
    lines = [
        "# School holidays",
        "",
        f"Source: [{cell(source['cite'])}]({source['url']}), checked on {source['checked_on']}.",
        "",
    ]
    lines += [f"- nl: {cell(source['note']['nl'])}", f"- en: {cell(source['note']['en'])}", ""]
    rows = []
    for one in data["holidays"]:
        status = one["status"]
        told = (
            status
            if isinstance(status, str)
            else ", ".join(f"{name} {value}" for name, value in status.items())
        )
        periods = [f"{one[region][0]} - {one[region][1]}" for region in REGIONS]
        rows.append((one["school_year"], f"{one['name']['nl']} · {one['name']['en']}", *periods, told))
    return finished(lines + table(("school year", "holiday", *REGIONS, "status"), rows))


def profiles() -> str:
    """The import profiles: what is known of an export, and what is a guess."""
    lines = [
        "# Import profiles",
        "",
        "`aanwezig import --profile NAME`; a `--map` file goes before what stands here.",
    ]
    for name in profile_names():
        profile = load_profile(name)
        lines += ["", f"## {name}", "", f"**{profile.title.nl}** · {profile.title.en} ({profile.kind})", ""]
        told = [("known", text) for text in profile.known] + [("a guess", text) for text in profile.guess]
        lines += table(("", "nl", "en"), [(kind, text.nl, text.en) for kind, text in told])
        if profile.reasons:
            lines += ["", f"Codes mapped: {len(profile.reasons)}."]
    return finished(lines)


def one_definition(profile: ProfileData) -> list[str]:
    lines = ["", f"## {profile.id}", "", f"**{profile.title.nl}** · {profile.title.en}", ""]
    lines += both(profile.meaning)
    moment = "at any time in the school year" if profile.moment == "school_year" else "on the reference date"
    facts = (
        ("counted by", f"{profile.counted_by.nl} · {profile.counted_by.en}"),
        ("version", profile.version),
        ("legal status", ", ".join(f"`{status}`" for status in profile.who)),
        ("enrolled", "yes" if profile.takes_enrolled else "no"),
        ("not enrolled", "yes" if profile.takes_not_enrolled else "no"),
        ("sick and authorised", "in" if profile.takes_sick else "out"),
        ("exempt", "in" if profile.takes_exempt else "out"),
        ("where", "where the child lives" if profile.region == "residence" else "where it is enrolled"),
        ("moment", moment),
        ("further", ", ".join(profile.needs) or "none"),
    )
    lines += ["", *table(("", ""), facts), "", "Categories, the first that holds:", ""]
    rows = []
    for one in profile.categories:
        what = one.kind + (f" ({one.state})" if one.state else "")
        grounds = f", {', '.join(one.grounds)}" if one.grounds else ""
        apart = ", kept beside the total" if one.apart else ""
        rows.append((f"`{one.id}`", one.title.nl, one.title.en, what + grounds + apart, one.duration))
    lines += table(("category", "nl", "en", "looks at", "duration"), rows)
    if profile.readings:
        readings = [
            (f"`{r.name}`", r.meaning.nl, r.meaning.en, source_text(r.source)) for r in profile.readings
        ]
        lines += ["", *table(("other reading", "nl", "en", "source"), readings)]
    return [*lines, "", "Sources: " + "; ".join(source_text(source) for source in profile.sources) + "."]


def definitions() -> str:
    """Every definition of home-sitters, the reasons for which two differ, and the published figures."""
    lines = [
        "# Definitions of home-sitters",
        "",
        "`aanwezig count --profile ID`; none of them is the right one.",
    ]
    for profile in all_profiles().values():
        lines += one_definition(profile)
    lines += ["", "# Why somebody is in a count or not", ""]
    rows = [(f"`{id}`", one["text"]["nl"], one["text"]["en"]) for id, one in reasons().items()]
    lines += table(("reason", "nl", "en"), rows)
    series = national_series()
    lines += ["", "# Published figures", "", f"Source: {source_text(series.source)}.", ""]
    lines += table(
        ("school year", "absolute", "long relative", "article 5 under a"),
        [(year.year, year.absolute, year.long_relative, year.art5_a) for year in series.years],
    )
    lines.append("")
    given = []
    for figure in series.figures:
        number = "" if figure.low is None else str(figure.low)
        number += "" if figure.high is None else f"-{figure.high}"
        about = f"{figure.about.nl} · {figure.about.en}" if figure.about else ""
        given.append((figure.profile or "", figure.year or "", number, about, source_text(figure.source)))
    lines += table(("definition", "year", "figure", "", "source"), given)
    return finished(lines)


PAGES: dict[str, Page] = {
    "command-line.md": Page("The command line", "commands, arguments and options", command_line),
    "register.md": Page("The register", "tables and columns, the data dictionary", data_dictionary),
    "rules.md": Page("Rules", "duties, signals and faults, their numbers, versions and sources", rules),
    "measures.md": Page("Measures", "what is counted, over whom, in which period", measures),
    "definitions.md": Page(
        "Definitions of home-sitters", "who counts whom, and the published figures", definitions
    ),
    "faults.md": Page("Codes of faults", "what can go wrong and how to mend it", fault_codes),
    "holidays.md": Page("School holidays", "the dates per region, with their status", holidays),
    "profiles.md": Page(
        "Import profiles", "what is known of a supplier's export and what is a guess", profiles
    ),
}
