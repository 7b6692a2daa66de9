"""Whose figures: the pupil's own, or those of a group, level, school, partnership, municipality or region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pyarrow as pa

from aanwezig.calendar import region_of_municipality
from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable, Register

By = Literal["pupil", "group", "level", "school", "partnership", "municipality", "region"]
UNITS: tuple[str, ...] = get_args(By)


@dataclass(frozen=True, slots=True)
class UnitColumns:
    """The columns that name a unit: groups of two schools may bear one name, so a group has its school too."""

    names: tuple[str, ...]
    has_school: bool

    @classmethod
    def of(cls, by: By) -> UnitColumns:
        has_school = by == "group"
        return cls(("unit_id", "unit_school") if has_school else ("unit_id",), has_school)


def with_unit(prepared: Prepared, figures: IbisTable, by: By) -> IbisTable:
    """Figures with ``unit_id``; null where the register does not say (where a pupil lives, a group).

    A school's, group's and level's figure is the part at that school, group, level; a partnership and a holiday
    region are those of the school; a municipality is where the pupil lives, with its whole figure.
    """
    if by == "pupil":
        return figures.mutate(unit_id=figures.pupil_id)
    if by == "school":
        return figures.mutate(unit_id=figures.school_id)
    if by == "level":
        return figures.mutate(unit_id=figures.level)
    if by == "group":
        return figures.mutate(unit_id=figures.group, unit_school=figures.school_id)
    if by == "municipality":
        pupils = prepared.register.table("pupils")
        lives = pupils.select(unit_pupil="pupil_id", unit_id="municipality")
        joined = figures.left_join(lives, figures.pupil_id == lives.unit_pupil)
        return joined.drop("unit_pupil")
    if by in ("partnership", "region"):
        schools = prepared.bring(_schools(prepared.register, by), "units")
        joined = figures.left_join(schools, figures.school_id == schools.unit_of)
        return joined.drop("unit_of")
    raise ValueError(f"'{by}' is no unit; known are {', '.join(UNITS)}")


def _schools(register: Register, by: str) -> pa.Table:
    schools = register.arrow("schools").select(["school_id", "partnership", "holiday_region", "municipality"])
    rows = schools.to_pylist()
    if by == "partnership":
        units = [row["partnership"] for row in rows]
    else:
        units = [row["holiday_region"] or region_of_municipality(row["municipality"]) for row in rows]
    ids = [row["school_id"] for row in rows]
    return pa.table({"unit_of": pa.array(ids, pa.string()), "unit_id": pa.array(units, pa.string())})
