"""Often late (docs/specification/rules.md §5: by default nine times in twelve school weeks)."""

from __future__ import annotations

from aanwezig.rules.attendance import Attendance, Mark
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.walk import Walk, stretches_of_events, walk_of
from aanwezig.rules.wording import count_text
from aanwezig.values import BilingualText


def is_late(mark: Mark) -> bool:
    return mark.absence.reason == "late"


def late_events(walk: Walk) -> list[int]:
    """The place of each time late, in order: a day on which it was late twice stands there twice."""
    return [place for place in walk.marked for _ in range(walk.days[place].late_count)]


def times_text(number: int) -> BilingualText:
    """'9 keer', '9 times'."""
    return count_text(number, ("keer", "keer"), ("time", "times"))


def lateness(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Late so many times within so many school weeks; one finding per stretch."""
    walk = walk_of(attendance)
    events = late_events(walk)
    if not events:
        return Judgement()
    findings: list[Finding] = []
    for rule, start, end in in_force(provisions, "lateness", walk.dates[0], walk.dates[-1]):
        number, weeks = int(rule["times"]), int(rule["school_weeks"])
        findings.extend(
            make_finding(
                rule,
                attendance.facts.pupil_id,
                walk.school(stretch.last, is_late),
                walk.dates[stretch.first],
                walk.dates[stretch.last],
                quantity=stretch.most,
                threshold=number,
                unit="reports",
                facts=walk.refs(stretch.first, stretch.last, is_late),
                words={"times": times_text(stretch.most), "weeks": weeks, "number": number},
                details={"reached_on": walk.dates[stretch.reached].isoformat()},
            )
            for stretch in stretches_of_events(walk, events, number, weeks, (start, end))
        )
    return Judgement(tuple(findings))
