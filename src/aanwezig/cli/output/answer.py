"""Writes what a register answered, in the form that was asked for."""

from __future__ import annotations

from pathlib import Path

from aanwezig.cli.output import destination, spreadsheet, tables
from aanwezig.cli.texts import Texts
from aanwezig.library import Check, Measures, Register


def write_check(register: Register, check: Check, form: str, path: Path | None, say: Texts) -> None:
    """The answer of ``check``; ``csv`` holds the findings, ``xlsx`` a sheet for each list."""
    if form == "json":
        with destination.text(path, say) as stream:
            stream.writelines(check.json_pieces(say.language))
    elif form == "csv":
        with destination.text(path, say) as stream:
            tables.write_csv(stream, tables.FINDING_COLUMNS, tables.finding_rows(check.findings))
    elif form == "xlsx":
        with destination.binary(path, say) as stream:
            spreadsheet.write(stream, tables.check_sheets(check, say.language))
    elif form == "html":
        from aanwezig.cli.report.check_report import check_page

        page = check_page(register, check, say)
        with destination.text(path, say) as stream:
            stream.write(page)
    else:
        from aanwezig.cli.output.check_text import write_check_text

        with destination.text(path, say) as stream:
            write_check_text(stream, register, check, say)


def write_measures(register: Register, measures: Measures, form: str, path: Path | None, say: Texts) -> None:
    """The answer of ``measure``."""
    if form == "json":
        with destination.text(path, say) as stream:
            stream.writelines(measures.json_pieces())
    elif form == "csv":
        with destination.text(path, say) as stream:
            tables.write_csv(stream, measures.table.column_names, tables.measure_rows(measures))
    elif form == "xlsx":
        with destination.binary(path, say) as stream:
            spreadsheet.write(stream, tables.measure_sheets(measures, say.language))
    elif form == "html":
        from aanwezig.cli.report.measure_report import measure_page

        page = measure_page(register, measures, say)
        with destination.text(path, say) as stream:
            stream.write(page)
    else:
        from aanwezig.cli.output.measure_text import write_measure_text

        with destination.text(path, say) as stream:
            write_measure_text(stream, register, measures, say)
