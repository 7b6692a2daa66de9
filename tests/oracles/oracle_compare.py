"""Hold Aanwezig's answer beside the second reader's, and say in words where they differ."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from oracle_absence import NOT_ABSENT
from oracle_findings import Finding
from oracle_measures import Figures, band_of, is_provisional
from oracle_register import REASONS, Register, schools_ever

# What the text fixes of each rule's finding. Elsewhere only that there is one, and how many, is compared.
SPAN = ("first_day", "last_day")
FULL = (*SPAN, "school_id", "quantity", "threshold", "unit", "obligation", "due", "met")
COMPARED: dict[str, tuple[str, ...]] = {
    "relative_16h": (*FULL, "facts"),
    "long_relative": (*SPAN, "school_id", "quantity", "unit", "obligation", "due", "met"),
    "rmc_18plus": (*SPAN, "school_id", "unit", "obligation", "due", "met"),
    "luxury": (*SPAN, "school_id", "obligation", "due", "met"),
    "suspension_too_long": (*SPAN, "school_id", "quantity", "threshold", "unit", "obligation"),
    "suspension_inspectorate": (*SPAN, "school_id", "quantity", "threshold", "unit", "obligation", "met"),
    "suspension_reason": (*SPAN, "school_id", "obligation"),
    "mazl_4th": (*SPAN, "quantity", "threshold", "unit"),
    "mazl_7th": SPAN,
    "kearney_25": SPAN,
    "doubtful_sickness": (*SPAN, "school_id", "obligation"),
    "absolute": SPAN,
    "kearney_10": SPAN,
    "lateness": (*SPAN, "school_id"),
    "suspension_repeated": (*SPAN, "school_id"),
    "informal_exclusion": SPAN,
    "exemption_ending": (),
    "stay_at_home_waiting": SPAN,
    "at_risk": (),
    "chronic": (),
    "severe": (),
}


def comparable(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction | float) and not isinstance(value, bool):
        return round(float(value), 9)
    if isinstance(value, set):
        return tuple(sorted(value))
    return value


def of_oracle(finding: Finding) -> tuple[Any, ...]:
    return tuple(comparable(getattr(finding, name)) for name in COMPARED[finding.rule])


def of_ours(finding: dict[str, Any]) -> tuple[Any, ...]:
    cells = []
    for name in COMPARED[finding["rule"]]:
        value = finding[name]
        if name == "facts":
            value = {fact for fact in value if fact.startswith("absences:")}
        if name == "quantity" and value is not None:
            value = float(value)
        cells.append(comparable(value))
    return tuple(cells)


def number(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell for cell in cells
    )


# Of a pupil at two schools the text does not say whose weeks are the school weeks.
SCHOOL_WEEKS = {"mazl_4th", "kearney_10", "lateness", "suspension_repeated"}


def at_two_schools(reg: Register, pupil_id: str) -> bool:
    return len(schools_ever(reg, pupil_id)) > 1


def finding_differences(reg: Register, oracle: list[Finding], ours: list[dict[str, Any]]) -> list[str]:
    """One line per finding that only one of the two has, by the fields that the text fixes."""
    lines = []
    oracle = [f for f in oracle if f.rule not in SCHOOL_WEEKS or not at_two_schools(reg, f.pupil_id)]
    ours = [
        f
        for f in ours
        if f["rule"] not in SCHOOL_WEEKS or not f["pupil_id"] or not at_two_schools(reg, f["pupil_id"])
    ]
    mine = Counter((f.rule, f.pupil_id, number(of_oracle(f))) for f in oracle)
    theirs = Counter((f["rule"], f["pupil_id"], number(of_ours(f))) for f in ours if f["rule"] in COMPARED)
    for name, only in (("only the oracle", mine - theirs), ("only aanwezig", theirs - mine)):
        for (rule, pupil_id, cells), times in only.items():
            said = ", ".join(f"{f}={c}" for f, c in zip(COMPARED[rule], cells, strict=True))
            lines.append(f"{rule} {pupil_id}: {name} ({times}×) {said}")
    return sorted(lines)


def not_decidable_differences(
    oracle: dict[tuple[str, str, str], bool], ours: list[dict[str, Any]]
) -> list[str]:
    """Entries of relative_16h that must be there, and entries that may not."""
    said = {(entry["rule"], entry["pupil_id"], entry["missing"]) for entry in ours}
    lines = [f"not_decidable: missing {key}" for key, must in oracle.items() if must and key not in said]
    lines += [
        f"not_decidable: unexpected {key}" for key in said if key[0] == "relative_16h" and key not in oracle
    ]
    return sorted(lines)


def measure_differences(
    reg: Register, by: str, per: str, oracle: dict[tuple[str, str], Figures], ours: list[dict[str, Any]]
) -> list[str]:
    """One line per cell that differs; rows of other school years and rows without possible time are left aside."""
    lines: list[str] = []
    wanted_periods = {period for _, period in oracle}
    rows = {
        (row["unit_id"], row["period"]): row
        for row in ours
        if row["possible_minutes"] and row["period"] in wanted_periods
    }
    lines += [f"{by} {per} {key}: only the oracle has a row" for key in sorted(oracle.keys() - rows.keys())]
    lines += [f"{by} {per} {key}: only aanwezig has a row" for key in sorted(rows.keys() - oracle.keys())]
    for key in sorted(oracle.keys() & rows.keys()):
        figures, row = oracle[key], rows[key]
        wanted: dict[str, Any] = {
            "possible_minutes": float(figures.possible),
            "absent_minutes": float(figures.absent),
            "attendance_rate": float(1 - figures.absent / figures.possible),
            "assumed_timetable": figures.assumed,
        }
        if by == "pupil":
            wanted["band"] = band_of(figures.absent, figures.possible)
            # Of two schools the text does not say whose year is meant.
            if per == "school_year" and len(schools_ever(reg, key[0])) == 1:
                wanted["provisional"] = is_provisional(reg, key[0], figures)
        for reason in REASONS - NOT_ABSENT:
            wanted[f"absent_{reason}"] = float(figures.by_reason.get(reason, 0))
        for name, value in wanted.items():
            got = row.get(name)
            same = got == value
            if isinstance(value, float):
                same = got is not None and abs(float(got) - value) <= 1e-9 * max(1.0, abs(value))
                # The share of a reason in a day that was cut is told to the millionth of a minute.
                same = same or (name.startswith("absent_") and abs(float(got or 0) - value) < 1e-6)
            if not same:
                lines.append(f"{by} {per} {key}: {name} is {got}, the oracle says {value}")
    return lines
