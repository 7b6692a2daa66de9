"""Made-up answers of ``check`` and ``measure``, so that what is shown can be tested without an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from aanwezig.findings import CheckResult, RuleInfo
from aanwezig.library import Check, Measures
from aanwezig.rules.finding import Finding, NotDecidable
from aanwezig.values import BilingualText, Fault

ON = date(2025, 10, 1)
DUTY = Finding(
    rule="relative_16h",
    version="2017-01-01",
    kind="duty",
    pupil_id="p1",
    school_id="25PL00",
    first_day=date(2025, 9, 8),
    last_day=date(2025, 9, 11),
    quantity=960,
    threshold=960,
    unit="minutes",
    explanation=BilingualText("Zestien uur gemist.", "Missed sixteen hours."),
    facts=("absences:a1", "absences:a2"),
    obligation="must",
    due=date(2025, 9, 18),
    met=False,
)
SIGNAL = Finding(
    rule="mazl_4th",
    version="2020",
    kind="signal",
    pupil_id="p2",
    school_id="25PL00",
    first_day=date(2025, 9, 1),
    last_day=date(2025, 9, 24),
    quantity=4,
    threshold=4,
    unit="reports",
    explanation=BilingualText("De vierde ziekmelding.", "The fourth sick report."),
)
CONTRADICTION = Finding(
    rule="two_marks",
    version="1",
    kind="fault",
    pupil_id="p3",
    school_id="25PL00",
    first_day=date(2025, 9, 5),
    last_day=date(2025, 9, 5),
    quantity=None,
    threshold=None,
    unit=None,
    explanation=BilingualText("Twee redenen op één les.", "Two reasons on one lesson."),
    facts=("absences:a7", "absences:a8"),
)
FAULT = Fault(
    "REG-014",
    "absences",
    212,
    "date",
    "2025-02-30",
    "p1",
    BilingualText("De datum bestaat niet.", "The date does not exist."),
    BilingualText("Verbeter de datum.", "Correct the date."),
)
QUESTION = NotDecidable("relative_16h", "p4", "birth_date")
RULES = (
    RuleInfo("relative_16h", "2017-01-01", "Leerplichtwet 1969, 21a", BilingualText("16 uur", "16 hours")),
)


def duty(**changes: Any) -> Finding:
    return replace(DUTY, **changes)


def signal(**changes: Any) -> Finding:
    return replace(SIGNAL, **changes)


def check_answer(
    findings: Sequence[Finding] = (DUTY, CONTRADICTION, SIGNAL),
    questions: Sequence[NotDecidable] = (QUESTION,),
    faults: Sequence[Fault] = (FAULT,),
    tiers: Mapping[str, Any] | None = None,
    register: str = "myregister",
) -> Check:
    ordered = tuple(sorted(findings, key=lambda finding: finding.sort_key))
    result = CheckResult(ordered, tuple(questions), tuple(faults), RULES, dict(tiers or {}), 4)
    return Check(register, ON, None, result)


def measure_answer(
    rows: Sequence[Mapping[str, Any]], by: str = "pupil", per: str = "school_year"
) -> Measures:
    return Measures("myregister", ON, None, by, per, pa.Table.from_pylist([dict(row) for row in rows]))
