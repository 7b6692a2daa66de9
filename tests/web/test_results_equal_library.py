"""What is stored is what the library says of the exported register: findings, tiers, figures of pupils and schools."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aanwezig.engines import OpenRegister, open_engine, open_register_folder
from aanwezig.findings import CheckResult, check
from aanwezig.measures import measure
from aanwezig.rules.finding import Finding, as_number
from aanwezig.simulate import simulate
from aanwezig.values import SchoolYear
from aanwezig.web.facts.exporting import export_register
from aanwezig.web.facts.loading import load_register
from aanwezig.web.facts.models import FACTS, School
from aanwezig.web.facts.reading import pupils_of_school
from aanwezig.web.results.models import OpenQuestion, PupilWeek, PupilYear, SchoolPicture, StoredFinding
from aanwezig.web.results.recompute import recompute_school

ON = date(2026, 3, 20)
YEAR = "2025-2026"
# Signals about a child that is enrolled nowhere name no school.
OF_NO_SCHOOL = ("absolute", "no_contact", "stay_at_home_waiting", "exemption_ending")


class Worlds:
    """A made-up register in the database, and the same as a folder that the library reads."""

    def __init__(self, folder: Path, seed: int) -> None:
        simulate(
            folder / "made",
            pupils=90,
            seed=seed,
            schools=3,
            school_year=SchoolYear.parse("2024-2025"),
            years=2,
            until=ON,
        )
        self.loaded = load_register(folder / "made")
        for code in self.loaded.schools:
            recompute_school(code, ON)
        export_register(folder / "exported")
        self.register: OpenRegister = open_register_folder(folder / "exported", open_engine("duckdb"), on=ON)
        self.said: CheckResult = check(self.register)
        # The line of a row in the exported file, as its key in the database.
        self.keys = {
            name: list(model.objects.order_by("pk").values_list("pk", flat=True))
            for name, model in FACTS.items()
        }
        absences = FACTS["absences"].objects.values_list("school_id", "absence_id", "pk")
        self.absences = {absence_id: pk for _, absence_id, pk in absences}
        self.pupils = set(PupilYear.objects.filter(school_year=YEAR).values_list("pupil_id", flat=True))

    def fact(self, ref: str) -> str:
        table, _, own = ref.partition(":")
        if table == "pupils":
            return ref
        if table == "absences":
            return f"absences:{self.absences[own]}"
        return f"{table}:{self.keys[table][int(own) - 2]}"

    def plain(self, one: Finding) -> tuple[Any, ...]:
        return (
            one.rule,
            one.version,
            one.kind,
            one.pupil_id,
            one.first_day,
            one.last_day,
            as_number(one.quantity),
            as_number(one.threshold),
            one.due,
            one.met,
            one.obligation or "",
            one.explanation.nl,
            one.explanation.en,
            tuple(sorted(self.fact(ref) for ref in one.facts)),
        )


@pytest.fixture(scope="module", params=[1])
def worlds(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Worlds]:
    """One register for all questions; everything is undone after the last."""
    from django.db import transaction

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield Worlds(tmp_path_factory.mktemp("register"), request.param)
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def test_the_whole_folder_was_loaded(worlds: Worlds) -> None:
    assert worlds.loaded.faults == ()
    for name, rows in worlds.loaded.rows.items():
        assert FACTS[name].objects.count() == rows
    assert School.objects.filter(code__in=worlds.loaded.schools).count() == 3


def test_findings_are_those_of_check(worlds: Worlds) -> None:
    compared = 0
    for code in worlds.loaded.schools:
        # Those of the year before too: who is enrolled nowhere now is seen by the school that knew the child.
        pupils = set(pupils_of_school(code, ON))
        expected = {
            worlds.plain(one)
            for one in worlds.said.findings
            if one.school_id == code or (one.school_id is None and one.pupil_id in pupils)
        }
        stored = {
            (
                row.rule,
                row.version,
                row.kind,
                row.pupil_id,
                row.first_day,
                row.last_day,
                row.quantity,
                row.threshold,
                row.due,
                row.met,
                row.obligation,
                row.explanation_nl,
                row.explanation_en,
                tuple(sorted(row.facts)),
            )
            for row in StoredFinding.objects.filter(school=code, school_year=YEAR, cleared_at__isnull=True)
        }
        assert stored == expected
        compared += len(expected)
    assert compared > 100


def test_questions_that_nobody_can_decide_are_kept(worlds: Worlds) -> None:
    expected = {
        (one.pupil_id, one.rule, one.missing)
        for one in worlds.said.not_decidable
        if one.pupil_id in worlds.pupils
    }
    assert set(OpenQuestion.objects.values_list("pupil_id", "rule", "missing")) == expected


def test_tiers_are_those_proposed(worlds: Worlds) -> None:
    for pupil, tier in PupilYear.objects.filter(school_year=YEAR).values_list("pupil_id", "proposed_tier"):
        assert tier == worlds.said.tiers[pupil].tier


def test_figures_of_pupils_are_those_of_measure(worlds: Worlds) -> None:
    measured = {row["unit_id"]: row for row in measure(worlds.register, "pupil", "school_year").to_pylist()}
    rows = PupilYear.objects.filter(school_year=YEAR)
    assert rows.count() > 60
    for row in rows:
        own = measured[row.pupil_id]
        assert (row.possible_minutes, row.absent_minutes, row.rate) == (
            own["possible_minutes"],
            own["absent_minutes"],
            own["attendance_rate"],
        )
        assert (row.band or None, row.provisional or None) == (own["band"], own["provisional"] or None)
        assert row.late_count == own["late_count"]
        for reason, minutes in row.figures["by_reason"].items():
            assert minutes == own[f"absent_{reason}"]


def test_weeks_of_pupils_are_those_of_measure(worlds: Worlds) -> None:
    measured = {
        (row["unit_id"], row["period"]): (row["possible_minutes"], row["absent_minutes"])
        for row in measure(worlds.register, "pupil", "week").to_pylist()
        if row["unit_id"] in worlds.pupils and row["possible_minutes"]
    }
    rows = PupilWeek.objects.filter(school_year=YEAR)
    stored = {
        (row.pupil_id, row.monday.isoformat()): (row.possible_minutes, row.absent_minutes) for row in rows
    }
    assert stored == measured


def test_figures_of_schools_are_those_of_measure(worlds: Worlds) -> None:
    years = {row["unit_id"]: row for row in measure(worlds.register, "school", "school_year").to_pylist()}
    weeks = measure(worlds.register, "school", "week").to_pylist()
    classes = measure(worlds.register, "group", "school_year").to_pylist()
    for picture in SchoolPicture.objects.filter(school_year=YEAR):
        own, figures = years[picture.school_id], picture.figures
        assert figures["school"]["rate"] == own["attendance_rate"]
        assert figures["school"]["pupils"] == own["pupils"]
        for band, share in figures["school"]["shares"].items():
            assert share == own[f"share_{band}"]
        assert figures["school"]["share_improved"] == own["share_improved"]
        expected = {
            row["period"]: row["attendance_rate"] for row in weeks if row["unit_id"] == picture.school_id
        }
        assert {week["monday"]: week["rate"] for week in figures["weeks"]} == expected
        rates = {
            row["unit_id"]: row["attendance_rate"] for row in classes if row["school_id"] == picture.school_id
        }
        assert {unit["name"]: unit["rate"] for unit in figures["classes"]} == rates


def test_the_year_before_is_as_check_said_at_its_end(worlds: Worlds) -> None:
    last = SchoolYear.parse("2024-2025").last
    with open_register_folder(worlds.register.path, open_engine("duckdb"), on=last) as register:
        said = [one for one in check(register).findings if one.kind == "signal"]
    compared = 0
    for code in worlds.loaded.schools:
        rows = StoredFinding.objects.filter(school=code, school_year="2024-2025", kind="signal")
        stored = {(row.rule, row.pupil_id, row.first_day, row.last_day, row.explanation_en) for row in rows}
        expected = {
            (one.rule, one.pupil_id, one.first_day, one.last_day, one.explanation.en)
            for one in said
            if one.school_id == code
        }
        assert {row for row in stored if row[0] not in OF_NO_SCHOOL} == expected
        compared += len(expected)
    assert compared > 50


def test_grid_counts_every_registration_once(worlds: Worlds) -> None:
    from aanwezig.measures import weekday_lesson_grid

    for picture in SchoolPicture.objects.filter(school_year=YEAR):
        grid = [
            (row["weekday"], row["lesson"], row["registrations"])
            for row in weekday_lesson_grid(worlds.register, "school").to_pylist()
            if row["unit_id"] == picture.school_id
        ]
        stored = [(row["weekday"], row["lesson"], row["registrations"]) for row in picture.figures["grid"]]
        assert stored == grid
        for row in picture.figures["grid"]:
            assert row["share"] is None or 0 <= row["share"] <= 1
