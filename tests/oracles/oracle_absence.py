"""The slow second reader: what the rows of one pupil, school and day come to (register.md §3, §5; rules.md §2, §9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle_calendar import has_timetable, school_minutes
from oracle_register import Register, Row, enrolment_on, recorded_order
from oracle_status import is_exempt

NOT_ABSENT = {"elsewhere", "exempt"}
HOUR_SECTORS = {"po", "sbo", "so"}


@dataclass
class DayAccount:
    """One pupil, one school, one day, when enrolled there: minutes possible, minutes missed per row after the cut."""

    possible: Fraction
    timetabled: Fraction  # possible before an assumed timetable is raised
    missed: list[tuple[Row, Fraction]]  # rows that are absence, with their minutes after the cut
    registered: list[tuple[Row, Fraction]]  # the same before the cut
    cut: Fraction  # 1 when nothing was cut
    standing: list[Row]  # all rows of the day that count, those of presence elsewhere too

    @property
    def absent(self) -> Fraction:
        return sum((minutes for _, minutes in self.missed), Fraction(0))


def rows_that_count(reg: Register, pupil_id: str, school_id: str, day: date) -> list[Row]:
    """The same lesson or part recorded twice counts once, the row recorded last decides (rules.md §2, §9.2)."""
    key = ("absences_on", pupil_id)
    if key not in reg.memory:
        by_day: dict[tuple[str, date], list[Row]] = {}
        for row in reg.of_pupil("absences", pupil_id):
            by_day.setdefault((row["school_id"], row["date"]), []).append(row)
        reg.memory[key] = by_day
    rows: list[Row] = reg.memory[key].get((school_id, day), [])
    best: dict[object, Row] = {}
    for row in rows:
        if row.get("lesson") is not None:
            slot: object = ("lesson", row["lesson"])
        elif row.get("part") is not None:
            slot = ("part", row["part"])
        else:
            slot = ("line", row["_line"])
        if slot not in best or recorded_order("absences", row) > recorded_order("absences", best[slot]):
            best[slot] = row
    chosen = {id(row) for row in best.values()}
    return [row for row in rows if id(row) in chosen]


def registered_minutes(reg: Register, row: Row, day_minutes: int) -> Fraction:
    """Minutes as given; late without minutes 0; a lesson the school's lesson length; a part half of the day (§5)."""
    if row.get("minutes") is not None:
        return Fraction(row["minutes"])
    if row["reason"] == "late":
        return Fraction(0)
    if row.get("lesson") is not None:
        return Fraction(reg.school(row["school_id"]).get("lesson_minutes") or 50)
    if row.get("part") == "day":
        return Fraction(day_minutes)
    if row.get("part") is not None:
        return Fraction(day_minutes, 2)
    return Fraction(0)


def minutes_apart(reg: Register, rows: list[Row], day_minutes: int) -> list[tuple[Row, Fraction]]:
    """The rows of a day laid beside each other, so that no time is counted twice (the project's reading).

    The text says that one lesson or part counts once, and that the day's sum is cut in proportion; it does not say
    what a row for a half day or the whole day shares with a row for a lesson, for minutes or for the other part.
    'literal': nothing. 'apart': a half day belongs to the row recorded last; parts take what the rows with minutes or
    a lesson leave; a whole day takes the lessons recorded before it.
    """
    whole = [row for row in rows if row.get("part") == "day" and row.get("lesson") is None]
    if whole:
        rows = [
            row
            for row in rows
            if row in whole
            or (row.get("lesson") is None and row.get("part") is None)
            or is_decided_by(row, whole[0])
        ]
    stated = [row for row in rows if row.get("part") is None or row.get("minutes") is not None]
    parts = [row for row in rows if row.get("part") is not None and row.get("minutes") is None]
    found = [(row, registered_minutes(reg, row, day_minutes)) for row in stated]
    left = sum((minutes for row, minutes in found if row.get("part") is None), Fraction(0))
    free = max(Fraction(0), day_minutes - left)
    for row in parts:
        halves = 0
        for half in ("morning", "afternoon"):
            claims = [other for other in parts if other["part"] in ("day", half)]
            if row in claims and all(other is row or is_decided_by(row, other) for other in claims):
                halves += 1
        if halves:
            taken = min(Fraction(day_minutes * halves, 2), free)
            free -= taken
            found.append((row, taken))
    return found


def is_decided_by(row: Row, other: Row) -> bool:
    """Whether a row goes before another: recorded later, among equals the first line (§9.2, register.md §2)."""
    mine, theirs = recorded_order("absences", row), recorded_order("absences", other)
    return mine > theirs or (mine == theirs and row["_line"] < other["_line"])


def day_account(reg: Register, pupil_id: str, school_id: str, day: date) -> DayAccount | None:
    """Possible and missed minutes of a day; None when not enrolled, no school day, or wholly exempt.

    register.md §5: never more than possible on a day, what is cut is cut from the day's reasons in proportion;
    against an assumed timetable the registered minutes stand and the possible time is raised to them.
    rules.md §9.6: exempt by art. 5 or 15: nothing possible; reason exempt subtracts its minutes.
    """
    key = ("day_account", pupil_id, school_id, day)
    if key not in reg.memory:
        reg.memory[key] = make_day_account(reg, pupil_id, school_id, day)
    account: DayAccount | None = reg.memory[key]
    return account


def make_day_account(reg: Register, pupil_id: str, school_id: str, day: date) -> DayAccount | None:
    enrolment = enrolment_on(reg, pupil_id, school_id, day)
    if enrolment is None or is_exempt(reg, pupil_id, day):
        return None
    day_minutes = school_minutes(reg, school_id, enrolment.get("group"), day)
    if day_minutes == 0:
        return None
    rows = rows_that_count(reg, pupil_id, school_id, day)
    if reg.memory.get("overlap", "apart") == "literal":
        standing = [(row, registered_minutes(reg, row, day_minutes)) for row in rows]
    else:
        standing = minutes_apart(reg, rows, day_minutes)
    exempt = sum((minutes for row, minutes in standing if row["reason"] == "exempt"), Fraction(0))
    possible = max(Fraction(day_minutes) - exempt, Fraction(0))
    if possible == 0:
        return None
    registered = [(row, minutes) for row, minutes in standing if row["reason"] not in NOT_ABSENT]
    total = sum((minutes for _, minutes in registered), Fraction(0))
    timetabled, cut = possible, Fraction(1)
    if total > possible:
        if has_timetable(reg, school_id):
            cut = possible / total
        else:
            possible = total
    missed = [(row, minutes * cut) for row, minutes in registered]
    return DayAccount(possible, timetabled, missed, registered, cut, [row for row, _ in standing])


def is_unauthorised(row: Row) -> bool:
    """truant unless marked authorised; unknown marked no; nothing else by default (rules.md §2, Counted)."""
    if row["reason"] == "truant":
        return row.get("authorised") != "yes"
    return row["reason"] == "unknown" and row.get("authorised") == "no"


def is_luxury(row: Row) -> bool:
    """Holiday without leave, and leave marked no (rules.md §2)."""
    if row["reason"] == "luxury":
        return row.get("authorised") != "yes"
    return row["reason"] == "leave" and row.get("authorised") == "no"


def is_without_valid_reason(row: Row) -> bool:
    """The same as unauthorised, with luxury and sent_home counted too (rules.md §2, for long_relative and §6)."""
    return is_unauthorised(row) or is_luxury(row) or row["reason"] == "sent_home"


def is_undecided(row: Row) -> bool:
    """Mark empty and reason unknown: not counted, an entry in not_decidable where it would matter (rules.md §2)."""
    return row["reason"] == "unknown" and row.get("authorised") is None


def sixteen_hour_minutes(reg: Register, row: Row, account: DayAccount) -> Fraction:
    """What a row adds to the 16 hours, in minutes, a lesson being 60 (rules.md §2, Unit), after the day's cut.

    A school that states no lesson length: a row with a lesson is whole from 50 minutes (register.md §2: 'lessons of
    50'), everything else goes by the clock.
    """
    school = reg.school(row["school_id"])
    minutes: Fraction = next(value for other, value in account.registered if other is row)
    length: int | None = school.get("lesson_minutes")
    if school["sector"] in HOUR_SECTORS or (length is not None and length > 60):
        return minutes * account.cut
    if row.get("lesson") is not None and (row.get("minutes") is None or row["minutes"] >= (length or 50)):
        whole = Fraction(60) if minutes > 0 else Fraction(0)
        return whole * account.cut
    if length is not None:
        return minutes / length * 60 * account.cut
    return minutes * account.cut


def is_day_row(row: Row) -> bool:
    """A row that says 'the whole day' and nothing more exact."""
    return row.get("part") == "day" and row.get("lesson") is None and row.get("minutes") is None


def is_missed_whole(reg: Register, account: DayAccount, kind: object) -> bool:
    """A day is missed whole: part day, or minutes of the kind in question ≥ the day's possible (rules.md §6).

    A part day that shares its day with a row of minutes ('apart', see minutes_apart) is no whole day any more, unless
    all else that was marked that day is lateness.
    """
    others = [row for row in account.standing if not kind(row) and row["reason"] != "late"]  # type: ignore[operator]
    days = [row for row in account.standing if kind(row) and is_day_row(row)]  # type: ignore[operator]
    if days and not others:
        return True
    wanted = [(row, minutes) for row, minutes in account.registered if kind(row)]  # type: ignore[operator]
    literal = reg.memory.get("overlap", "apart") == "literal"
    if literal and any(row.get("part") == "day" and row.get("minutes") is None for row, _ in wanted):
        return True
    return sum((minutes for _, minutes in wanted), Fraction(0)) >= account.timetabled
