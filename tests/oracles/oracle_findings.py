"""The slow second reader: what a finding is, and which of them are reported (interfaces.md, rules.md §2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from oracle_register import Register, school_year_of


@dataclass
class Finding:
    """One finding; ``facts`` only where the text says which rows it rests on."""

    rule: str
    kind: str
    pupil_id: str
    school_id: str | None
    first_day: date
    last_day: date
    quantity: Fraction | int | None = None
    threshold: Fraction | int | None = None
    unit: str | None = None
    obligation: str | None = None
    due: date | None = None
    met: bool = False
    facts: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Readings:
    """Where the text leaves a choice. The first of each is the one that the oracle holds the more natural."""

    # 'N school weeks': whole ISO lesson weeks counted, or from weekday to weekday as the 16-hour window.
    weeks: str = "rolling"
    # 'all 10 past': the reference date itself may be the tenth day, or not.
    past: str = "with_on"
    # mazl_7th: the finding ends on the seventh day, or with the spell.
    seventh: str = "spell"
    # bands: raised as a signal while provisional, or not.
    provisional: str = "silent"
    # sent_out as informal exclusion: §5 'any sent_home', §2 also names sent_out.
    sent_out: str = "in"


def in_reported_year(reg: Register, finding: Finding) -> bool:
    """Reported are findings whose last day lies in the school year of the reference date, up to it (interfaces.md)."""
    first, _ = school_year_of(reg.on)
    return first <= finding.last_day <= reg.on


def mark_met(reg: Register, findings: list[Finding], category: str) -> None:
    """A notification meets every finding whose last day lies in its period, else the first that shares a day (§2).

    Of the same pupil, school and category, sent on or before the reference date, not withdrawn; an empty last_day
    runs through sent_on.
    """
    for note in reg.rows("notifications"):
        if note["category"] != category or note["status"] == "withdrawn" or note["sent_on"] > reg.on:
            continue
        first, last = note["first_day"], note["last_day"] or note["sent_on"]
        mine = [f for f in findings if (f.pupil_id, f.school_id) == (note["pupil_id"], note["school_id"])]
        inside = [f for f in mine if first <= f.last_day <= last]
        if not inside:
            sharing = [f for f in mine if f.first_day <= last and f.last_day >= first]
            inside = sorted(sharing, key=lambda f: (f.first_day, f.last_day))[:1]
        for finding in inside:
            finding.met = True


def runs(days: list[date], holds: Callable[[date], bool]) -> list[list[date]]:
    """The unbroken runs of days on which something holds: one finding per stretch, not one per day (§5)."""
    found: list[list[date]] = []
    open_run = False
    for day in days:
        if holds(day):
            if open_run:
                found[-1].append(day)
            else:
                found.append([day])
            open_run = True
        else:
            open_run = False
    return found
