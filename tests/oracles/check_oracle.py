"""The slow second reader of a register: findings and measures by brute force, for anybody to check by hand.

    python tests/oracles/check_oracle.py REGISTER --on 2025-10-01 [--known 2025-10-01]

Standard library only; nothing of aanwezig is imported. Read beside docs/specification/register.md §5 and rules.md §1-§5, §9:
every function is one sentence of that text and names it. Slow on purpose.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from oracle_duties import (
    absolute,
    long_relative,
    luxury,
    relative_16h,
    relative_16h_not_decidable,
    rmc_18plus,
    suspensions,
)
from oracle_findings import Finding, Readings, in_reported_year
from oracle_register import Register, read_register, school_year_of
from oracle_signals import SIGNALS
from oracle_status import legal_status

DUTIES = (relative_16h, long_relative, rmc_18plus, luxury, suspensions, absolute)


def check(reg: Register, readings: Readings | None = None) -> list[Finding]:
    """All findings whose last day lies in the school year of the reference date, up to it (interfaces.md)."""
    readings = readings or Readings()
    found: list[Finding] = []
    for pupil in reg.rows("pupils"):
        for duty in DUTIES:
            found += duty(reg, pupil["pupil_id"])
        for one_signal in SIGNALS:
            found += one_signal(reg, pupil["pupil_id"], readings)
    found = [finding for finding in found if in_reported_year(reg, finding)]
    return sorted(found, key=lambda f: (f.kind, f.rule, f.pupil_id, f.first_day))


def not_decidable(reg: Register) -> dict[tuple[str, str, str], bool]:
    """(rule, pupil, missing) → must be named (True) or may be (False); relative_16h only."""
    reg.memory["reported_year"] = (school_year_of(reg.on)[0], reg.on)
    found: dict[tuple[str, str, str], bool] = {}
    for pupil in reg.rows("pupils"):
        for missing, must in relative_16h_not_decidable(reg, pupil["pupil_id"]).items():
            found["relative_16h", pupil["pupil_id"], missing] = must
    return found


def statuses(reg: Register, days: list[date]) -> dict[tuple[str, date], str]:
    """The legal status of every pupil on the given days (§1)."""
    return {
        (pupil["pupil_id"], day): legal_status(reg, pupil["pupil_id"], day)
        for pupil in reg.rows("pupils")
        for day in days
    }


def as_json(value: Any) -> Any:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("register", type=Path)
    parser.add_argument("--on", type=date.fromisoformat, required=True)
    parser.add_argument("--known", type=date.fromisoformat)
    arguments = parser.parse_args()
    reg = read_register(arguments.register, arguments.on, arguments.known)
    answer = {
        "reference_date": arguments.on,
        "findings": [asdict(finding) for finding in check(reg)],
        "not_decidable": [
            {"rule": rule, "pupil_id": pupil_id, "missing": missing}
            for (rule, pupil_id, missing), must in not_decidable(reg).items()
            if must
        ],
    }
    print(json.dumps(answer, indent=1, default=as_json))


if __name__ == "__main__":
    main()
