"""What there is to do, in order and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aanwezig.cli.report.worklist import Place, Worklist, make_worklist
from aanwezig.cli.texts import Texts
from aanwezig.rules.finding import Finding, NotDecidable
from aanwezig.values import Fault
from factories.answers import CONTRADICTION, DUTY, FAULT, ON, QUESTION, SIGNAL, duty, signal


def work(findings: list[Finding], language: Any = "nl", **more: Any) -> Worklist:
    return make_worklist(
        findings, more.pop("questions", ()), more.pop("faults", ()), on=ON, say=Texts(language), **more
    )


@pytest.mark.parametrize(
    ("due", "state", "words"),
    [
        (date(2025, 9, 29), "late", "2 werkdagen te laat"),
        (date(2025, 9, 30), "late", "1 werkdag te laat"),
        (date(2025, 10, 1), "open", "vandaag"),
        (date(2025, 10, 2), "open", "nog 1 werkdag"),
        (date(2025, 10, 3), "open", "nog 2 werkdagen"),
        # A weekend lies between.
        (date(2025, 10, 6), "open", "nog 3 werkdagen"),
        (None, "open", "te doen"),
    ],
)
def test_the_time_left_is_told_in_working_days(due: date | None, state: str, words: str) -> None:
    (found,) = work([duty(due=due)]).duties
    assert (found.state, found.when) == (state, words)


def test_a_duty_that_was_met_says_when_it_was_reported() -> None:
    (found,) = work([duty(met=True)], notified={0: date(2025, 9, 12)}).duties
    assert (found.state, found.when.replace("\u00a0", " ")) == ("met", "gemeld op 12 september 2025")
    (unknown,) = work([duty(met=True)]).duties
    assert unknown.when == "gemeld"


def test_what_may_be_reported_is_never_late() -> None:
    (found,) = work([duty(obligation="may", due=date(2025, 9, 1))]).duties
    assert found.state == "may"
    assert work([duty(obligation="may")]).late == 0


def test_late_comes_first_then_by_day_and_what_is_done_last() -> None:
    findings = [
        duty(pupil_id="done", met=True),
        duty(pupil_id="soon", due=date(2025, 10, 2)),
        duty(pupil_id="late", due=date(2025, 9, 29)),
        duty(pupil_id="later", due=date(2025, 9, 30)),
        duty(pupil_id="may", obligation="may"),
    ]
    found = work(findings)
    assert [d.pupil_id for d in found.duties] == ["late", "later", "soon", "may", "done"]
    assert (len(found.open_duties), found.late) == (3, 2)


def test_pupils_stand_with_the_highest_tier_first_and_then_most_reasons() -> None:
    findings = [
        signal(pupil_id="a"),
        signal(pupil_id="b"),
        signal(pupil_id="b", rule="lateness"),
        signal(pupil_id="c"),
    ]
    found = work(findings, tiers={"a": (2, None), "b": (2, None), "c": (3, "Waarom.")})
    assert [(p.pupil_id, p.tier, len(p.signals)) for p in found.pupils] == [
        ("c", 3, 1),
        ("b", 2, 2),
        ("a", 2, 1),
    ]


def test_a_pupil_with_only_an_open_duty_is_listed_and_one_whose_duty_is_done_is_not() -> None:
    found = work([duty(pupil_id="open"), duty(pupil_id="done", met=True)])
    assert [p.pupil_id for p in found.pupils] == ["open"]


def test_an_alert_about_a_group_is_no_pupil() -> None:
    found = work([signal(pupil_id=None, rule="group_alert")])
    assert len(found.alerts) == 1 and not found.pupils


def test_a_pupil_has_the_place_where_it_is() -> None:
    place = Place("25PL00", "De Linde", "7A")
    (found,) = work([SIGNAL], places={"p2": place}).pupils
    assert found.place == place


def test_faults_of_one_kind_stand_together_the_largest_first() -> None:
    other: Fault = replace(FAULT, code="REG-027", column="pupil_id", what=FAULT.mend)
    found = work([], faults=[FAULT, other, replace(FAULT, row=300)])
    assert [(g.code, len(g.places)) for g in found.faults] == [("REG-014", 2), ("REG-027", 1)]
    assert found.faults[0].places[0].where == "absences, regel 212"
    assert found.faulty_rows == 3


def test_contradictions_are_apart_from_refused_rows() -> None:
    found = work([CONTRADICTION, DUTY])
    assert [g.code for g in found.contradictions] == ["two_marks"]
    assert found.contradictions[0].places[0].where == "absences:a7, absences:a8"


def test_open_questions_name_what_is_missing_and_for_whom() -> None:
    found = work([], questions=[QUESTION, NotDecidable("relative_16h", "p5", "birth_date")])
    (question,) = found.questions
    assert question.pupils == ("p4", "p5")
    assert question.missing_label == "Geboortedatum"
    assert found.undecided_pupils == 2


def test_nothing_found_is_an_empty_list_of_everything() -> None:
    found = work([])
    assert found == Worklist((), (), (), (), (), ())
