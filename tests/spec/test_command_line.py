"""The command line as it was promised (docs/specification/interfaces.md): names, exit codes, stdout, stderr.

Every example runs the real command on a small register in a folder.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from aanwezig.cli import main as command_line

ABSENCES = "absence_id,pupil_id,school_id,date,minutes,part,reason,authorised\n"
TABLES = {
    "schools": "school_id,name,sector,holiday_region\n25PL00,De Linde,po,noord\n",
    "pupils": "pupil_id,birth_date\np1,2015-03-14\np2,2016-11-02\np3,2014-06-20\n",
    "enrolments": (
        "pupil_id,school_id,first_day,last_day,group\n"
        "p1,25PL00,2024-08-01,,7A\np2,25PL00,2024-08-01,,6A\np3,25PL00,2023-08-01,,8A\n"
    ),
    "absences": ABSENCES
    + "a1,p1,25PL00,2025-09-08,330,,truant,no\n"
    + "a2,p1,25PL00,2025-09-09,330,,truant,no\n"
    + "a3,p1,25PL00,2025-09-11,300,,truant,no\n"
    + "a4,p2,25PL00,2025-09-16,,day,sick,yes\n",
}
BAD_ROWS = TABLES["absences"] + "a5,p1,25PL00,2025-02-30,60,,truant,no\n"
ON = ("--on", "2025-10-01")


@dataclass(frozen=True)
class Said:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def aanwezig(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command in English unless told otherwise."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG", "AANWEZIG_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*arguments: str | Path) -> Said:
        code = command_line.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return write(tmp_path / "register")


def write(folder: Path, **tables: str | bytes | None) -> Path:
    """A register folder with some tables replaced; None leaves one out."""
    folder.mkdir(parents=True)
    for name, content in {**TABLES, **tables}.items():
        if content is not None:
            raw = content if isinstance(content, bytes) else content.encode("utf-8")
            (folder / f"{name}.csv").write_bytes(raw)
    return folder


def one_line(said: Said) -> str:
    """The single line on stderr; nothing else was said."""
    assert said.out == ""
    assert len(said.err.splitlines()) == 1, said.err
    assert "Traceback" not in said.err
    return said.err


# --- check


def test_check_gives_the_duty_with_its_due_date_and_facts(aanwezig: Command, register: Path) -> None:
    said = aanwezig("check", register, *ON, "--rule", "relative_16h", "--format", "json")
    assert (said.code, said.err) == (0, "")
    (finding,) = said.json["findings"]
    assert {
        key: finding[key]
        for key in ("rule", "kind", "pupil_id", "school_id", "quantity", "threshold", "unit")
    } == {
        "rule": "relative_16h",
        "kind": "duty",
        "pupil_id": "p1",
        "school_id": "25PL00",
        "quantity": 960,
        "threshold": 960,
        "unit": "minutes",
    }
    assert (finding["first_day"], finding["last_day"], finding["due"]) == (
        "2025-09-08",
        "2025-09-11",
        "2025-09-18",
    )
    assert (finding["obligation"], finding["met"]) == ("must", False)
    assert finding["facts"] == ["absences:a1", "absences:a2", "absences:a3"]
    assert set(finding["explanation"]) == {"nl", "en"}


def test_check_says_which_register_dates_and_rules(aanwezig: Command, register: Path) -> None:
    said = aanwezig(
        "check", register, *ON, "--known", "2025-09-30", "--rule", "relative_16h", "--format", "json"
    ).json
    assert said["register"] == str(register)
    assert (said["reference_date"], said["known_date"]) == ("2025-10-01", "2025-09-30")
    assert [rule["id"] for rule in said["rules"]] == ["relative_16h"]


def test_a_rule_may_be_named_more_than_once(aanwezig: Command, register: Path) -> None:
    said = aanwezig(
        "check", register, *ON, "--rule", "mazl_4th", "--rule", "relative_16h", "--format", "json"
    ).json
    assert {rule["id"] for rule in said["rules"]} == {"relative_16h", "mazl_4th"}


def test_another_reading_can_be_chosen_and_moves_the_line(aanwezig: Command, register: Path) -> None:
    arguments = ("check", register, *ON, "--rule", "relative_16h", "--format", "json")
    assert len(aanwezig(*arguments).json["findings"]) == 1
    assert aanwezig(*arguments, "--set", "relative_16h.operator=>").json["findings"] == []


def test_what_is_dated_after_the_reference_date_is_not_read(aanwezig: Command, register: Path) -> None:
    said = aanwezig("check", register, "--on", "2025-09-10", "--rule", "relative_16h", "--format", "json")
    assert said.json["findings"] == []


def test_a_bad_row_is_listed_and_the_good_ones_count(aanwezig: Command, tmp_path: Path) -> None:
    register = write(tmp_path / "register", absences=BAD_ROWS)
    said = aanwezig("check", register, *ON, "--rule", "relative_16h", "--format", "json")
    assert said.code == 0
    assert len(said.json["findings"]) == 1
    (fault,) = said.json["faults"]
    assert (fault["code"], fault["table"], fault["row"]) == ("REG-014", "absences", 6)
    assert (fault["column"], fault["value"], fault["pupil_id"]) == ("date", "2025-02-30", "p1")


def test_only_strict_gives_exit_code_1_for_refused_rows(aanwezig: Command, tmp_path: Path) -> None:
    register = write(tmp_path / "register", absences=BAD_ROWS)
    for command in ("check", "measure"):
        assert aanwezig(command, register, *ON).code == 0
        assert aanwezig(command, register, *ON, "--strict").code == 1


def test_strict_is_content_with_a_register_without_faults(aanwezig: Command, register: Path) -> None:
    assert aanwezig("check", register, *ON, "--rule", "relative_16h", "--strict").code == 0


def test_csv_holds_the_findings_with_a_header(aanwezig: Command, register: Path) -> None:
    said = aanwezig("check", register, *ON, "--rule", "relative_16h", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(said.out))
    assert (row["pupil_id"], row["due"], row["facts"]) == (
        "p1",
        "2025-09-18",
        "absences:a1 absences:a2 absences:a3",
    )


def test_the_spreadsheet_has_a_sheet_for_findings_questions_and_faults(
    aanwezig: Command, register: Path, tmp_path: Path
) -> None:
    out = tmp_path / "answer.xlsx"
    said = aanwezig("check", register, *ON, "--format", "xlsx", "--out", out)
    assert (said.code, said.out) == (0, "")
    assert {"findings", "not_decidable", "faults"} <= set(load_workbook(out).sheetnames)


def test_the_text_names_the_duty_and_when_it_was_due(aanwezig: Command, register: Path) -> None:
    said = aanwezig("check", register, *ON)
    assert "relative_16h" in said.out and "2025-09-18" in said.out and "p1" in said.out
    assert max(len(line) for line in said.out.splitlines()) <= 80


def test_the_html_report_is_written_whole(aanwezig: Command, register: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    said = aanwezig("check", register, *ON, "--format", "html", "--out", out)
    assert (said.code, said.out) == (0, "")
    page = out.read_text("utf-8")
    assert page.startswith("<!doctype html>") and page.rstrip().endswith("</html>")


# --- measure


def test_measure_gives_a_row_per_pupil_with_an_unrounded_rate(aanwezig: Command, register: Path) -> None:
    said = aanwezig("measure", register, *ON, "--format", "json").json
    rows = {row["unit_id"]: row for row in said["rows"]}
    assert said["reference_date"] == "2025-10-01"
    assert set(rows) == {"p1", "p2", "p3"}
    row = rows["p1"]
    assert (row["unit"], row["period"], row["pupils"]) == ("pupil", "2025-2026", 1)
    assert row["absent_minutes"] == row["absent_truant"] == 960
    assert row["attendance_rate"] == 1 - 960 / row["possible_minutes"]
    assert row["assumed_timetable"] is True
    assert (row["band"], row["provisional"]) == ("chronic", False)
    assert rows["p3"]["attendance_rate"] == 1


def test_groups_have_shares_per_band_and_per_proposed_tier(aanwezig: Command, register: Path) -> None:
    rows = aanwezig("measure", register, *ON, "--by", "school", "--format", "json").json["rows"]
    (row,) = rows
    assert (row["unit_id"], row["pupils"]) == ("25PL00", 3)
    assert row["share_chronic"] == pytest.approx(1 / 3)
    tiers = [row[f"share_tier_{tier}"] for tier in (1, 2, 3)]
    assert sum(tiers) == pytest.approx(1)


@pytest.mark.parametrize(
    ("per", "period"), [("school_year", "2025-2026"), ("month", "2025-09"), ("week", "2025-09-08")]
)
def test_a_period_has_the_name_that_was_promised(
    aanwezig: Command, register: Path, per: str, period: str
) -> None:
    rows = aanwezig("measure", register, *ON, "--by", "school", "--per", per, "--format", "json").json["rows"]
    assert period in {row["period"] for row in rows}


@pytest.mark.parametrize("by", ["pupil", "group", "level", "school", "partnership", "municipality"])
def test_every_unit_gives_csv_with_a_header(aanwezig: Command, register: Path, by: str) -> None:
    said = aanwezig("measure", register, *ON, "--by", by, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert said.code == 0 and rows
    assert {row["unit"] for row in rows} == {by}


# --- import and simulate


def test_an_import_is_looked_at_first_and_then_kept(
    aanwezig: Command, register: Path, tmp_path: Path
) -> None:
    export, mapping = tmp_path / "export.csv", tmp_path / "map.toml"
    export.write_text("leerling;datum;minuten;code\np2;22-09-2025;330;Z\n", "utf-8")
    mapping.write_text(
        '[columns]\npupil_id = "leerling"\ndate = "datum"\nminutes = "minuten"\nreason = "code"\n'
        '[reasons]\nZ = "sick"\n[options]\ndelimiter = ";"\n',
        "utf-8",
    )
    arguments = (
        "import",
        export,
        "--school",
        "25PL00",
        "--profile",
        "generic",
        "--map",
        mapping,
        "--into",
        register,
    )
    before = sorted(path.name for path in register.iterdir())
    assert aanwezig(*arguments, "--dry-run").code == 0
    assert sorted(path.name for path in register.iterdir()) == before
    assert aanwezig(*arguments).code == 0
    rows = aanwezig("measure", register, *ON, "--format", "json").json["rows"]
    assert {row["unit_id"]: row["absent_sick"] for row in rows}["p2"] == 282 + 330


def test_an_unknown_code_stops_the_import_with_one_line(
    aanwezig: Command, register: Path, tmp_path: Path
) -> None:
    export = tmp_path / "export.csv"
    export.write_text("pupil_id,date,minutes,reason\np2,2025-09-22,330,WAT\n", "utf-8")
    said = aanwezig("import", export, "--school", "25PL00", "--profile", "generic", "--into", register)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1 and "WAT" in said.err


def test_an_import_can_be_undone(aanwezig: Command, register: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text("pupil_id,date,minutes,reason\np3,2025-09-22,100,sick\n", "utf-8")
    aanwezig("import", export, "--school", "25PL00", "--profile", "generic", "--into", register)
    batch = json.loads((register / "batches.jsonl").read_text("utf-8").splitlines()[-1])["batch"]
    assert aanwezig("import", "--undo", batch, "--into", register).code == 0
    rows = aanwezig("measure", register, *ON, "--format", "json").json["rows"]
    assert {row["unit_id"]: row["absent_sick"] for row in rows}["p3"] == 0


def test_an_import_into_the_database_asks_for_its_settings(
    aanwezig: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.delenv("AANWEZIG_SECRET_KEY", raising=False)
    said = aanwezig("import", "x.csv", "--school", "25PL00", "--profile", "generic", "--into", "database")
    assert said.code == 2 and one_line(said)


def test_simulate_makes_a_register_that_can_be_checked(aanwezig: Command, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    assert aanwezig("simulate", folder, "--pupils", "40", "--seed", "3", "--truth").code == 0
    assert (folder / "absences.parquet").exists() and (folder / "truth").is_dir()
    said = aanwezig("check", folder, "--on", "2026-03-20", "--format", "json")
    assert said.code == 0 and said.json["faults"] == []


# --- wrong use and unreadable input: exit code 2 and one clear line


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "folder"),
        ("check", "folder", "--on", "yesterday"),
        ("check", "folder", "--on", "2025-02-30"),
        ("check", "folder", "--on"),
        ("check", "folder", "--on", "2025-10-01", "--format", "docx"),
        ("check", "folder", "--on", "2025-10-01", "--engine", "sqlite"),
        ("check", "folder", "--on", "2025-10-01", "--wat"),
        ("check", "folder", "other", "--on", "2025-10-01"),
        ("check", "folder", "--on", "2025-10-01", "--set", "nonsense"),
        ("check", "folder", "--on", "2025-10-01", "--language", "de"),
        ("measure", "folder", "--on", "2025-10-01", "--by", "planet"),
        ("measure", "folder", "--on", "2025-10-01", "--per", "day"),
        ("measure", "folder", "--on", "2025-10-01", "--known", "1-1-2025"),
        ("import",),
        ("import", "x.csv", "--profile", "generic", "--into", "folder"),
        ("import", "x.csv", "--school", "25PL00", "--into", "folder"),
        ("import", "x.csv", "--school", "25PL00", "--profile", "generic"),
        ("import", "no-such-file.csv", "--school", "25PL00", "--profile", "generic", "--into", "folder"),
        ("import", "--undo", "batch"),
        ("simulate", "folder", "--pupils", "x", "--seed", "1"),
        ("simulate", "folder", "--pupils", "0", "--seed", "1"),
        ("simulate", "folder", "--pupils", "10"),
        ("simulate", "folder", "--pupils", "10", "--seed", "1", "--school-year", "2025"),
        ("demo", "--port", "99999", "--no-browser"),
        ("serve", "--port", "0"),
        ("chek",),
        ("--wat",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", ["nl_NL.UTF-8", "en_GB.UTF-8"])
def test_wrong_use_is_exit_code_2_and_one_line(
    aanwezig: Command,
    arguments: tuple[str, ...],
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", language)
    said = aanwezig(*arguments)
    assert said.code == 2
    assert one_line(said).rstrip().endswith("]")


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({"pupils": None}, "REG-003"),
        ({"absences": "leerling,datum\np1,2025-09-08\n"}, "REG-004"),
        ({"absences": ""}, "REG-008"),
        ({"absences": bytes(range(256)) * 20}, "REG-006"),
    ],
)
def test_an_unreadable_register_is_exit_code_2_and_one_line(
    aanwezig: Command, tmp_path: Path, tables: dict[str, Any], code: str
) -> None:
    said = aanwezig("check", write(tmp_path / "register", **tables), *ON)
    assert said.code == 2
    assert code in one_line(said)


def test_a_missing_and_an_empty_folder_are_told_apart(aanwezig: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    missing = aanwezig("check", tmp_path / "missing", *ON, "--format", "json")
    empty = aanwezig("check", tmp_path / "empty", *ON, "--format", "json")
    assert (missing.code, empty.code) == (2, 2)
    assert "REG-001" in one_line(missing) and "REG-002" in one_line(empty)


def test_a_rule_or_parameter_that_does_not_exist_is_told(aanwezig: Command, register: Path) -> None:
    assert "relative_16h" in one_line(aanwezig("check", register, *ON, "--rule", "relative_17h"))
    assert "relative_16h.wat" in one_line(aanwezig("check", register, *ON, "--set", "relative_16h.wat=1"))


def test_a_place_that_cannot_be_written_is_told(aanwezig: Command, register: Path, tmp_path: Path) -> None:
    said = aanwezig("check", register, *ON, "--format", "json", "--out", tmp_path / "no" / "answer.json")
    assert said.code == 2 and "no" in one_line(said)


def test_an_unforeseen_error_is_our_mistake_and_holds_no_data(
    aanwezig: Command, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("pupil p1, born 2015-03-14")

    monkeypatch.setattr("aanwezig.library.register.check", fail)
    said = aanwezig("check", register, *ON)
    assert said.code == 2
    line = one_line(said)
    assert "our mistake" in line and "CLI-099" in line and "ZeroDivisionError" in line
    assert "p1" not in line and "2015" not in line
    monkeypatch.setenv("AANWEZIG_DEBUG", "1")
    assert "Traceback" in aanwezig("check", register, *ON).err


def test_nothing_on_stderr_names_a_pupil(aanwezig: Command, tmp_path: Path) -> None:
    register = write(
        tmp_path / "register", absences=BAD_ROWS + "a9,secret-pupil,25PL00,2025-09-08,60,,truant,no\n"
    )
    for form in ("text", "json", "csv"):
        said = aanwezig("check", register, *ON, "--format", form)
        assert said.err == ""
    assert (
        "secret-pupil"
        not in aanwezig("check", register, *ON, "--format", "html", "--out", tmp_path / "r.html").err
    )


# --- help


@pytest.mark.parametrize(
    ("locale", "word"), [("nl_NL.UTF-8", "Gebruik"), ("en_GB.UTF-8", "Usage"), ("C", "Usage")]
)
def test_help_is_in_the_language_of_the_locale(
    aanwezig: Command, monkeypatch: pytest.MonkeyPatch, locale: str, word: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    for arguments in (("--help",), ("check", "--help"), ("import", "--help")):
        said = aanwezig(*arguments)
        assert said.code == 0
        assert said.out.startswith(f"{word}: aanwezig")


def test_the_menu_holds_what_is_built_and_nothing_else(aanwezig: Command) -> None:
    said = aanwezig("--help").out
    menu = said.partition("Commands:")[2].partition("\n\n")[0]
    names = [line.split()[0] for line in menu.splitlines() if line.startswith("  ") and line[2] != " "]
    assert sorted(names) == [
        "check",
        "count",
        "demo",
        "export-register",
        "import",
        "measure",
        "serve",
        "simulate",
    ]


def test_without_a_command_the_help_is_shown(aanwezig: Command) -> None:
    assert aanwezig().out.rstrip() == aanwezig("--help").out.rstrip()


def test_the_version_is_shown(aanwezig: Command) -> None:
    said = aanwezig("--version")
    assert said.code == 0 and said.out.startswith("aanwezig ")
