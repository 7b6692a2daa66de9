"""The tier that is proposed, and the alert of a group, by example (docs/specification/rules.md §5)."""

from __future__ import annotations

from typing import Any

import pytest

from aanwezig.rules.catalogue import judge
from aanwezig.rules.facts import PupilFacts, Setting
from aanwezig.rules.finding import Finding
from aanwezig.rules.group_alert import Group, group_alerts
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.tier import TierProposal, propose_tier
from factories.beside import observed, on_days, school_days
from factories.registers import (
    AMSTERDAM,
    PO,
    absence,
    attendance,
    enrolment,
    pupil,
    setting,
    sick,
    week_timetable,
)

TIMETABLE = week_timetable(300)


def proposal(facts: PupilFacts, on: Setting) -> TierProposal:
    pupil_attendance = attendance(facts, on)
    return propose_tier(pupil_attendance, judge(pupil_attendance, Provisions()), Provisions())


def because(facts: PupilFacts, on: Setting) -> dict[str, int]:
    return {reason.because: reason.tier for reason in proposal(facts, on).reasons}


# 40 school days up to 17 October; all days of the year lie in the last 8 lesson weeks.
ON = setting("2025-10-17", timetable=TIMETABLE)
DAYS = school_days(ON, "2025-08-25", 40)


def test_a_pupil_at_school_is_in_tier_1_without_reasons() -> None:
    assert proposal(pupil(), ON) == TierProposal(1, (), False)


@pytest.mark.parametrize(("minutes", "tier"), [(1199, 1), (1200, 2), (2399, 2), (2400, 3)])
def test_chronic_proposes_2_and_severe_3(minutes: int, tier: int) -> None:
    # Spread thin over all days, so that no other criterion fires.
    each, rest = divmod(minutes, 40)
    rows = [sick(day, each + (1 if n < rest else 0)) for n, day in enumerate(DAYS)]
    sickness_apart = [absence(row.date, "medical", row.minutes) for row in rows]
    found = because(pupil(sickness_apart), ON)
    assert max(found.values(), default=1) == tier


def test_severe_over_the_last_eight_lesson_weeks_alone_proposes_3() -> None:
    on = setting("2026-03-27", timetable=TIMETABLE)
    # 20 percent of the last 8 lesson weeks (26 January-27 March), but far from it over the year.
    recent = school_days(on, "2026-01-26", 40)
    found = because(pupil(on_days(recent[::5], "medical")), on)
    assert found["severe_recently"] == 3
    assert "severe" not in found
    one_less = because(pupil(on_days(recent[::5][1:], "medical")), on)
    assert "severe_recently" not in one_less


def test_a_few_days_say_nothing_of_a_share() -> None:
    days = school_days(ON, "2025-08-25", 3)
    early = setting(days[-1], timetable=TIMETABLE)
    result = proposal(pupil(on_days(days), enrolments=(enrolment("2025-08-25"),)), early)
    assert (result.tier, result.provisional) == (1, True)


def test_signals_that_propose_2() -> None:
    sent = because(pupil(absence("2025-10-06", "sent_home", 60)), ON)
    assert sent == {"informal_exclusion": 2}
    long_sick = because(pupil(on_days(DAYS[20:27])), ON)
    assert long_sick["mazl_7th"] == long_sick["kearney_25"] == 2


def test_a_signal_of_long_ago_proposes_nothing() -> None:
    on = setting("2026-03-27", timetable=TIMETABLE)
    # The last 8 lesson weeks begin on Monday 26 January 2026.
    assert because(pupil(absence("2026-01-26", "sent_home", 60)), on) == {"informal_exclusion": 2}
    assert because(pupil(absence("2026-01-23", "sent_home", 60)), on) == {}


def test_relapse_and_absolute_absence_propose_3() -> None:
    back = pupil(sick("2025-10-08", 300), observations=(observed("return", "2025-10-06"),))
    assert because(back, ON)["relapse"] == 3
    left = pupil(enrolments=(enrolment(last="2025-09-30"),), municipality=AMSTERDAM)
    assert because(left, ON) == {"absolute": 3}


def test_it_does_not_fall_while_a_case_is_open() -> None:
    opened = observed("tier3_case_opened", "2025-09-01")
    closed = observed("tier3_case_closed", "2025-10-06")
    result = proposal(pupil(observations=(opened,)), ON)
    assert result.tier == 3
    assert result.reasons[0].facts == (opened.ref,)
    assert proposal(pupil(observations=(opened, closed)), ON).tier == 1
    again = observed("tier3_case_opened", "2025-10-13")
    assert proposal(pupil(observations=(opened, closed, again)), ON).tier == 3


def test_every_reason_is_told_in_both_languages() -> None:
    for reason in proposal(pupil(on_days(DAYS[20:27])), ON).reasons:
        told = reason.as_dict()
        assert told["text"]["nl"]
        assert told["text"]["en"]


def signal(pupil_id: str, rule: str = "mazl_7th", school_id: str = PO) -> Finding:
    facts = pupil(on_days(DAYS[20:28]), pupil_id=pupil_id)
    (finding,) = judge(attendance(facts, ON), Provisions(), [rule]).findings
    return finding


def alerts(number: int, size: int, **more: Any) -> list[Finding]:
    pupils = [f"p{n:02}" for n in range(size)]
    findings = [signal(pupil_id) for pupil_id in pupils[:number]]
    return group_alerts(findings, {Group(PO, "4A", **more): pupils}, ON, Provisions())


# More than ten percent of at least ten pupils.
@pytest.mark.parametrize(
    ("number", "size", "raised"),
    [(1, 10, 0), (2, 10, 1), (5, 9, 0), (2, 20, 0), (3, 20, 1), (3, 29, 1), (3, 30, 0)],
)
def test_an_alert_above_ten_percent_of_a_group_of_ten(number: int, size: int, raised: int) -> None:
    assert len(alerts(number, size)) == raised


def test_the_alert_names_the_group_and_no_pupil() -> None:
    (alert,) = alerts(2, 10)
    assert (alert.rule, alert.pupil_id, alert.school_id) == ("group_alert", None, PO)
    assert (alert.quantity, alert.threshold, alert.unit) == (20, 10, "percent")
    assert "groep 4A" in alert.explanation.nl
    assert alert.details["criterion"] == "mazl_7th"
    (school,) = alerts(2, 10, kind="school")
    assert "school als geheel" in school.explanation.nl


def test_a_pupil_counts_once_however_many_findings() -> None:
    pupils = [f"p{n:02}" for n in range(10)]
    assert not group_alerts([signal("p00")] * 3, {(PO, "4A"): pupils}, ON, Provisions())


def test_findings_of_pupils_outside_the_group_do_not_count() -> None:
    pupils = [f"p{n:02}" for n in range(10)]
    findings = [signal("p00"), signal("q01"), signal("q02")]
    assert not group_alerts(findings, {(PO, "4A"): pupils}, ON, Provisions())


def test_who_is_in_a_higher_band_passes_the_lower_one_too() -> None:
    severe = judge(
        attendance(pupil(on_days(DAYS[:10], "medical"), pupil_id="p00"), ON), Provisions(), ["severe"]
    )
    chronic = judge(
        attendance(pupil(on_days(DAYS[:5], "medical"), pupil_id="p01"), ON), Provisions(), ["chronic"]
    )
    found = group_alerts(
        [*severe.findings, *chronic.findings],
        {(PO, "4A"): [f"p{n:02}" for n in range(10)]},
        ON,
        Provisions(),
    )
    assert [alert.details["criterion"] for alert in found] == ["at_risk", "chronic"]
