"""The bands as signals: what share of the school year so far was missed (docs/specification/rules.md §5; register.md §5).

All reasons count. While a band is provisional no signal is raised: too little has passed to say so.
"""

from __future__ import annotations

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.bands import Boundaries, boundaries_on, year_band
from aanwezig.rules.finding import Judgement
from aanwezig.rules.judging import in_force, make_finding, percent, percent_text
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.walk import walk_of
from aanwezig.rules.wording import number_text


def at_risk(attendance: Attendance, provisions: Provisions) -> Judgement:
    """More than 5 and less than 10 percent missed over the school year so far."""
    return _signal(attendance, provisions, "at_risk")


def chronic(attendance: Attendance, provisions: Provisions) -> Judgement:
    """From 10 and less than 20 percent missed over the school year so far."""
    return _signal(attendance, provisions, "chronic")


def severe(attendance: Attendance, provisions: Provisions) -> Judgement:
    """From 20 percent missed over the school year so far."""
    return _signal(attendance, provisions, "severe")


def _threshold(boundaries: Boundaries, band: str) -> int:
    return {
        "at_risk": boundaries.at_risk_above,
        "chronic": boundaries.chronic_from,
        "severe": boundaries.severe_from,
    }[band]


def _signal(attendance: Attendance, provisions: Provisions, band: str) -> Judgement:
    if not attendance.marked_days:
        return Judgement()
    year = year_band(attendance, provisions)
    on = attendance.setting.on
    boundaries = boundaries_on(provisions, on)
    if year is None or boundaries is None or year.band != band or year.provisional:
        return Judgement()
    walk = walk_of(attendance)
    share = percent(year.absent, year.possible)
    return Judgement(
        tuple(
            make_finding(
                rule,
                attendance.facts.pupil_id,
                walk.school(year.last_place),
                year.first,
                year.last,
                quantity=share,
                threshold=_threshold(boundaries, band),
                unit="percent",
                facts=walk.refs(year.first_place, year.last_place),
                words={
                    "share": percent_text(share),
                    "missed": number_text(year.absent),
                    "possible": number_text(year.possible),
                    "threshold": percent_text(percent(_threshold(boundaries, band), 100)),
                },
                details={"absent_minutes": float(year.absent), "possible_minutes": float(year.possible)},
            )
            for rule, _, _ in in_force(provisions, band, on, on)
        )
    )
