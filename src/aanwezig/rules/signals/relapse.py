"""Absent again after a return to school was recorded (docs/specification/rules.md §5; NJi 2020 §2.2, tier 3)."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.walk import Walk, walk_of
from aanwezig.rules.wording import count_text, day_text

HALF = Fraction(1, 2)


def half_days(walk: Walk, place: int) -> int:
    """How many half days were missed of a day: 2 from the whole of it, 1 from half of it."""
    absent, possible = walk.absent[place], walk.possible[place]
    return 2 if absent >= possible else 1 if absent * 2 >= possible else 0


def relapse(attendance: Attendance, provisions: Provisions) -> Judgement:
    """At least two absent half days within ten school days, from the day of the return on.

    One finding per run of school days that hold such a window; a new return begins anew.
    """
    returns = sorted(
        (o for o in attendance.facts.observations if o.kind == "return"), key=lambda o: (o.date, o.ref)
    )
    walk = walk_of(attendance)
    if not returns or not walk.marked:
        return Judgement()
    findings: list[Finding] = []
    for index, observation in enumerate(returns):
        following = returns[index + 1].date if index + 1 < len(returns) else None
        places = [
            place
            for place in walk.places(observation.date, attendance.setting.on)
            if following is None or walk.dates[place] < following
        ]
        if not places:
            continue
        for rule, start, end in in_force(
            provisions, "relapse", walk.dates[places[0]], walk.dates[places[-1]]
        ):
            watched = rule["watched_school_days"]
            own = places if watched is None else places[: int(watched)]
            own = [place for place in own if start <= walk.dates[place] <= end]
            for first, last, most in _stretches(walk, own, rule):
                findings.append(
                    make_finding(
                        rule,
                        attendance.facts.pupil_id,
                        walk.school(last),
                        walk.dates[first],
                        walk.dates[last],
                        quantity=most * HALF,
                        threshold=int(rule["half_days"]) * HALF,
                        unit="days",
                        facts=(observation.ref, *walk.refs(first, last)),
                        words={
                            "returned": day_text(observation.date),
                            "half_days": count_text(
                                most, ("halve dag", "halve dagen"), ("half day", "half days")
                            ),
                            "number": int(rule["school_days"]),
                        },
                        details={"returned_on": observation.date.isoformat(), "half_days": most},
                    )
                )
    return Judgement(tuple(findings))


def _stretches(walk: Walk, places: list[int], rule: RuleVersion) -> list[tuple[int, int, int]]:
    """First and last absent day of each stretch, with the most half days in one window.

    A window is of at most so many school days: shortly after the return it is shorter.
    """
    size, needed = int(rule["school_days"]), int(rule["half_days"])
    halves = [half_days(walk, place) for place in places]
    sums = [0, *accumulate(halves)]
    found: list[tuple[int, int, int]] = []
    for end in range(len(places)):
        if not halves[end]:
            continue
        begin = max(0, end - size + 1)
        count = sums[end + 1] - sums[begin]
        if count < needed:
            continue
        first = next(place for place, half in zip(places[begin:], halves[begin:], strict=True) if half)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], places[end], max(found[-1][2], count))
        else:
            found.append((first, places[end], count))
    return found
