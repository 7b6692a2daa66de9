"""Small nasty registers from a seed: everything at once that schools really deliver, and then some.

Even seeds let several kinds of rows fall on one day of one pupil; odd seeds keep a pupil's day to one kind. What the
domain text does not decide (a school's own closing and opening of one day, rows after the delivered day) is not made: the second reader would only guess too.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from oracle_calendar import region_holidays
from oracle_register import days_from_to

Row = dict[str, Any]
ONE_DAY = timedelta(days=1)
MUNICIPALITIES = {"noord": "0363", "midden": "0599", "zuid": "0772"}
LESSON_SECTORS = ("vo", "pro", "vso", "mbo")
FIRST = date(2025, 8, 1)


@dataclass
class MadeRegister:
    """The rows of every table, the reference date and the date as known on."""

    seed: int
    on: date
    known: date | None
    tables: dict[str, list[Row]] = field(default_factory=dict)


def wanted_seeds(usual: int) -> range:
    """The seeds of the environment variable AANWEZIG_ORACLE_SEEDS: how many, or a range such as 100-160."""
    first, _, last = os.environ.get("AANWEZIG_ORACLE_SEEDS", str(usual)).rpartition("-")
    return range(int(first or 0), int(last))


def make_register(seed: int) -> MadeRegister:
    rng = random.Random(seed)
    on = date(2025, 9, 8) + timedelta(days=rng.choice([rng.randrange(0, 310), rng.randrange(40, 200)]))
    known = on - timedelta(days=rng.randrange(0, 20)) if rng.random() < 0.25 else None
    made = MadeRegister(seed, on, known)
    schools = [make_school(rng, number) for number in range(rng.choice([1, 1, 2, 3]))]
    made.tables["schools"] = schools
    made.tables["closures"] = [row for school in schools for row in make_closures(rng, school)]
    made.tables["timetable"] = [row for school in schools for row in make_timetable(rng, school)]
    for table in TABLES_OF_PUPILS:
        made.tables[table] = []
    with_times = rng.random() < 0.6
    for number in range(rng.randrange(5, 31)):
        make_pupil(rng, made, f"p{number:02}", with_times)
    if rng.random() < 0.35:
        deliver(rng, made)
    if rng.random() < 0.3:
        made.tables["absences"] += broken_rows(rng, made)
    rng.shuffle(made.tables["absences"])
    for table in [table for table, rows in made.tables.items() if not rows and table not in NEEDED]:
        del made.tables[table]
    return made


NEEDED = ("schools", "pupils", "enrolments", "absences")
TABLES_OF_PUPILS = (
    *("pupils", "enrolments", "absences", "exemptions", "leave", "suspensions", "notifications"),
    *("deliveries", "reduced_programmes", "not_enrolled", "applications"),
)


def make_school(rng: random.Random, number: int) -> Row:
    sector = rng.choice(["po", "po", "sbo", "so", "vo", "vo", "pro", "vso", "mbo"])
    region = rng.choice(["noord", "midden", "zuid"])
    by_municipality = rng.random() < 0.3
    lesson = (
        rng.choice([50, 50, 45, 60, 70, 90, None])
        if sector in LESSON_SECTORS
        else rng.choice([None, None, 60])
    )
    return {
        "school_id": f"25PL0{number}",
        "name": f"School {number}",
        "sector": sector,
        "municipality": MUNICIPALITIES[region] if by_municipality else None,
        "partnership": None,
        "holiday_region": None if by_municipality or rng.random() < 0.1 else region,
        "lesson_minutes": lesson,
    }


def make_closures(rng: random.Random, school: Row) -> list[Row]:
    region = school["holiday_region"] or "noord"
    rows: list[Row] = []
    for _ in range(rng.randrange(0, 4)):
        day = FIRST + timedelta(days=rng.randrange(20, 320))
        length = rng.choice([0, 0, 0, 1, 4, 10])
        kind = rng.choice(["study_day", "holiday", "public_holiday"])
        rows.append(
            {
                "school_id": school["school_id"],
                "first_day": day,
                "last_day": day + timedelta(length),
                "kind": kind,
            }
        )
    if rng.random() < 0.4:
        first, _ = rng.choice([h for h in region_holidays()[region] if h[0] >= date(2025, 10, 1)][:4])
        day = first + timedelta(days=rng.randrange(2, 7))
        last = day + timedelta(days=rng.choice([0, 0, 2]))
        if not any(row["first_day"] <= last and row["last_day"] >= day for row in rows):
            rows.append(
                {"school_id": school["school_id"], "first_day": day, "last_day": last, "kind": "open"}
            )
    return rows


def make_timetable(rng: random.Random, school: Row) -> list[Row]:
    if rng.random() < 0.4:
        return []
    base = {"school_id": school["school_id"], "group": None, "weekday": None, "date": None}
    minutes = rng.choice([300, 330, 285, 350, 5 * (school["lesson_minutes"] or 60)])
    rows = [{**base, "weekday": n, "minutes": minutes} for n in range(1, 6)]
    if rng.random() < 0.4:
        rows[2]["minutes"] = rng.choice([180, 210, 225])
    if rng.random() < 0.15:
        del rows[4]
    if rng.random() < 0.4:
        rows += [
            {**base, "group": "b", "weekday": n, "minutes": minutes - 45} for n in rng.sample(range(1, 5), 2)
        ]
    for _ in range(rng.choice([0, 0, 2, 4])):
        day = FIRST + timedelta(days=rng.randrange(30, 300))
        if not any(row["date"] == day for row in rows):
            rows.append({**base, "date": day, "minutes": rng.choice([0, 120, 200, 400])})
    return rows


def make_birth_date(rng: random.Random, sector: str) -> date | None:
    if rng.random() < 0.05:
        return None
    if rng.random() < 0.35:  # near a threshold of age within the year
        age = rng.choice([5, 16, 18, 23] if sector in LESSON_SECTORS else [5, 5, 16, 18])
        day = FIRST + timedelta(days=rng.choice([rng.randrange(-40, 330), -1, 0, 61]))
        return date(day.year - age, day.month, min(day.day, 28))
    age = rng.randrange(12, 23) if sector in LESSON_SECTORS else rng.randrange(5, 13)
    if rng.random() < 0.05:
        return date(2008, 2, 29)
    return date(2025 - age, rng.randrange(1, 13), rng.randrange(1, 29))


def make_pupil(rng: random.Random, made: MadeRegister, pupil_id: str, with_times: bool) -> None:
    schools = made.tables["schools"]
    school = rng.choice(schools)
    pupil: Row = {"pupil_id": pupil_id, "birth_date": make_birth_date(rng, school["sector"])}
    pupil["municipality"] = rng.choice([None, "0363", "0599", "0772"])
    old = pupil["birth_date"] is not None and pupil["birth_date"] < date(2009, 8, 1)
    pupil["start_qualification_on"] = (
        rng.choice([FIRST - timedelta(days=30), FIRST + timedelta(days=90)])
        if old and rng.random() < 0.2
        else None
    )
    pupil["qualification_exempt"] = (
        rng.choice(["true", "false", None, "ja"]) if old and rng.random() < 0.3 else None
    )
    add_school_years(made, pupil)
    made.tables["pupils"].append(pupil)
    enrolments = make_enrolments(rng, made, pupil_id, school)
    made.tables["enrolments"] += enrolments
    for _ in range(rng.choice([1, 1, 2, 3, 4])):
        add_absences(rng, made, pupil_id, enrolments, with_times)
    add_the_rest(rng, made, pupil_id, enrolments)


def add_school_years(made: MadeRegister, pupil: Row) -> None:
    """Now and then the school years completed, recorded on some day or at no stated time."""
    rng = random.Random(f"{made.seed} {pupil['pupil_id']}")
    pupil["school_years_completed"] = pupil["recorded_at"] = None
    born = pupil["birth_date"]
    if born is not None and date(2007, 1, 1) < born < date(2011, 1, 1) and rng.random() < 0.3:
        pupil["school_years_completed"] = rng.choice([11, 12, 12, 13])
        pupil["recorded_at"] = f"{FIRST + timedelta(days=rng.randrange(-60, 120))}T10:00"


def make_enrolments(rng: random.Random, made: MadeRegister, pupil_id: str, school: Row) -> list[Row]:
    schools = made.tables["schools"]
    start = rng.choice([date(2024, 8, 1), date(2025, 5, 1), FIRST, FIRST])
    base = {"pupil_id": pupil_id, "school_id": school["school_id"], "first_day": start, "last_day": None}
    base["group"] = rng.choice(["a", "a", "b", None])
    kind = rng.random()
    others = [other["school_id"] for other in schools if other is not school]
    day = FIRST + timedelta(days=rng.randrange(30, 250))
    if kind < 0.15 and others:  # a change of school, at once or after a gap
        gap = rng.choice([1, 1, 1, 4, 20])
        second = {**base, "school_id": others[0], "first_day": day + timedelta(days=gap)}
        return [{**base, "last_day": day}, second]
    if kind < 0.22 and others:  # two schools at once
        return [base, {**base, "school_id": others[0], "first_day": day}]
    if kind < 0.30:
        return [{**base, "last_day": day}]
    if kind < 0.33:
        return [{**base, "last_day": date(2026, 7, 31)}]
    if kind < 0.36 and made.seed % 3 == 0:
        return []
    return [base]


def add_absences(
    rng: random.Random, made: MadeRegister, pupil_id: str, enrolments: list[Row], with_times: bool
) -> None:
    """One spell or sprinkle of absence of one kind."""
    if not enrolments:
        return
    enrolment = rng.choice(enrolments)
    school = next(s for s in made.tables["schools"] if s["school_id"] == enrolment["school_id"])
    kind = rng.choice(
        [
            *(
                "truant_week",
                "truant_month",
                "truant_month",
                "truant_sprinkle",
                "truant_lessons",
                "truant_lessons",
            ),
            *("sick", "sick", "late"),
            *("sick_often", "late", "luxury", "unknown", "home", "mixed", "lines", "sick_no", "summer"),
        ]
    )
    start = max(enrolment["first_day"], FIRST) + timedelta(
        days=rng.randrange(0, max(2, (made.on - FIRST).days))
    )
    if kind == "summer":
        start = FIRST - timedelta(days=rng.randrange(30, 60))
    days = [day for day in days_from_to(start, start + timedelta(days=80)) if day.isoweekday() <= 5]
    if rng.random() < 0.05:
        days = days_from_to(start, start + timedelta(days=80))  # weekends too: rows that count nowhere
    taken = {
        (row["school_id"], row["date"]) for row in made.tables["absences"] if row["pupil_id"] == pupil_id
    }
    rows: list[Row] = []
    for day, cells in PATTERNS[kind](rng, school, days):
        if day > made.on and rng.random() < 0.9:
            continue
        if made.seed % 2 and (school["school_id"], day) in taken:
            continue
        rows.append({"pupil_id": pupil_id, "school_id": school["school_id"], "date": day, **cells})
    for row in rows:
        add_row(rng, made, row, with_times)


def add_row(rng: random.Random, made: MadeRegister, row: Row, with_times: bool) -> None:
    """A row with or without an id and times; now and then corrected, withdrawn or delivered twice."""
    absences = made.tables["absences"]
    base: Row = {"minutes": None, "lesson": None, "part": None, "authorised": None, "recorded_at": None}
    base |= {"superseded_at": None, "absence_id": None, **row}
    if rng.random() < 0.8:
        base["absence_id"] = f"a{len(absences)}"
    if not with_times:
        absences.append(base)
        return
    hour = f"{rng.randrange(8, 17):02}:{rng.randrange(60):02}"
    base["recorded_at"] = f"{base['date'] + timedelta(days=rng.choice([0, 0, 0, 1, 5]))}T{hour}"
    chance = rng.random()
    if base["minutes"] is None and base["lesson"] is None and base["part"] is None:
        absences.append(base)  # late without minutes: of another reason it would say nothing
    elif base["absence_id"] and chance < 0.06:  # corrected later
        later = f"{base['date'] + timedelta(days=rng.randrange(6, 25))}T{hour}"
        absences.append({**base, "superseded_at": later})
        absences.append({**base, "recorded_at": later, "reason": rng.choice(["sick", "medical", "truant"])})
    elif chance < 0.10:  # withdrawn
        later = f"{base['date'] + timedelta(days=rng.randrange(6, 25))}T{hour}"
        absences.append({**base, "superseded_at": later})
    elif base["absence_id"] and chance < 0.12:  # one id twice, at the same time
        absences.append(base)
        absences.append({**base, "recorded_at": base["recorded_at"] + ":30", "reason": "sick"})
    elif base["lesson"] and chance < 0.2:  # two marks on one lesson
        absences.append(base)
        second = {
            **base,
            "absence_id": f"b{len(absences)}",
            "reason": rng.choice(["sick", "truant", "elsewhere"]),
        }
        absences.append({**second, "recorded_at": base["recorded_at"] + ":30"})
    else:
        absences.append(base)


Pattern = list[tuple[date, Row]]


def whole_day(rng: random.Random, school: Row, reason: str, mark: str | None = None) -> list[Row]:
    """A whole day missed, in one of the ways in which a school may write that."""
    cells: Row = {"reason": reason, "authorised": mark}
    if school["sector"] in LESSON_SECTORS and rng.random() < 0.4:
        number = rng.choice([5, 6, 6, 7])
        return [{**cells, "lesson": str(hour)} for hour in range(1, number + 1)]
    if rng.random() < 0.25:
        return [{**cells, "minutes": rng.choice([282, 300, 330, 400])}]
    return [{**cells, "part": "day"}]


def truant_week(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    return [
        (day, cells) for day in days[: rng.randrange(2, 12)] for cells in whole_day(rng, school, "truant")
    ]


def truant_month(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    """A long absence, now and then with a hole, of the kinds that count as without a valid reason."""
    reasons = rng.choice([["truant"], ["truant", "luxury"], ["truant", "sent_home"], ["truant"]])
    found: Pattern = []
    for day in days[: rng.randrange(15, 45)]:
        if rng.random() < 0.02:
            continue
        reason = rng.choice(reasons)
        cells: Row = {"reason": reason, "part": "day"}
        found += [(day, cells)]
    return found


def truant_sprinkle(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    found: Pattern = []
    for day in days[:50]:
        if rng.random() < 0.25:
            cells: Row = {"reason": "truant", "authorised": rng.choice([None, None, "no", "no", "yes"])}
            cells |= rng.choice(
                [
                    {"part": "morning"},
                    {"part": "afternoon"},
                    {"part": "day"},
                    {"minutes": rng.randrange(10, 480)},
                ]
            )
            found.append((day, cells))
    return found


def truant_lessons(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    found: Pattern = []
    for day in days[:40]:
        for hour in rng.sample(range(1, 8), rng.choice([0, 0, 1, 2, 3])):
            cells: Row = {"reason": "truant", "lesson": str(hour), "authorised": rng.choice([None, "no"])}
            if rng.random() < 0.3:
                cells["minutes"] = rng.choice([10, 20, 45, 50, 60, 90])
            found.append((day, cells))
    return found


def sick(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    return [(day, {"reason": "sick", "part": "day"}) for day in days[: rng.randrange(1, 10)]]


def sick_often(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    found: Pattern = []
    for day in days[:60]:
        if rng.random() < 0.12:
            found.append(
                (day, {"reason": "sick", "part": rng.choice(["day", "morning"]), "authorised": "yes"})
            )
    return found


def sick_no(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    return [
        (day, {"reason": "sick", "part": "day", "authorised": rng.choice(["no", "yes"])})
        for day in days[: rng.randrange(1, 6)]
    ]


def late(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    found: Pattern = []
    for day in days[:60]:
        if rng.random() < rng.choice([0.1, 0.3]):
            cells: Row = {"reason": "late", "minutes": rng.choice([None, 5, 20])}
            found.append((day, {**cells, "lesson": rng.choice(["1", None])}))
    return found


def luxury(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    reason = rng.choice(["luxury", "luxury", "leave"])
    return [
        (day, {"reason": reason, "authorised": "no" if reason == "leave" else None, "part": part})
        for day in days[: rng.randrange(1, 8)]
        for part in [rng.choice(["day", "day", "morning"])]
    ]


def unknown(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    mark = rng.choice([None, "no", "no", "yes"])
    cells: Row = {"reason": "unknown", "part": "day"}
    return [
        (day, {**cells, "authorised": mark if rng.random() < 0.8 else rng.choice(["no", None, "yes"])})
        for day in days[: rng.randrange(1, 9)]
    ]


def home(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    return [
        (day, {"reason": rng.choice(["sent_home", "sent_home", "sent_out"]), "part": "afternoon"})
        for day in days[:20]
        if rng.random() < 0.15
    ]


def mixed(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    reasons = [
        "sick",
        "medical",
        "leave",
        "religion",
        "suspended",
        "elsewhere",
        "exempt",
        "truant",
        "unknown",
    ]
    return [
        (day, {"reason": rng.choice(reasons), "authorised": rng.choice(["yes", None]), "part": "morning"})
        for day in days[:25]
        if rng.random() < 0.4
    ]


def lines(rng: random.Random, school: Row, days: list[date]) -> Pattern:
    """Sums that lie on or next to the 960 minutes."""
    parts = rng.choice([[330, 330, 300], [330, 330, 299], [240, 240, 240, 240], [480, 480], [479, 480, 1]])
    chosen = sorted(rng.sample(days[:28], len(parts)))
    return [
        (day, {"reason": "truant", "minutes": minutes}) for day, minutes in zip(chosen, parts, strict=True)
    ]


PATTERNS: dict[str, Any] = {
    "truant_week": truant_week,
    "truant_month": truant_month,
    "truant_sprinkle": truant_sprinkle,
    "truant_lessons": truant_lessons,
    "sick": sick,
    "sick_often": sick_often,
    "sick_no": sick_no,
    "late": late,
    "luxury": luxury,
    "unknown": unknown,
    "home": home,
    "mixed": mixed,
    "lines": lines,
    "summer": truant_month,
}


def add_the_rest(rng: random.Random, made: MadeRegister, pupil_id: str, enrolments: list[Row]) -> None:
    """Notifications, exemptions, suspensions, programmes, applications: here and there."""
    tables, on = made.tables, made.on
    schools = [enrolment["school_id"] for enrolment in enrolments]
    some_day = FIRST + timedelta(days=rng.randrange(20, max(21, (on - FIRST).days)))
    mine = {"pupil_id": pupil_id}
    if rng.random() < 0.5 and schools:
        days = [row["date"] for row in tables["absences"] if row["pupil_id"] == pupil_id] or [some_day]
        for _ in range(rng.choice([1, 1, 2])):
            first = rng.choice(days)
            last = rng.choice([None, first + timedelta(days=rng.randrange(0, 20))])
            sent = first + timedelta(days=rng.randrange(0, 30))
            tables["notifications"].append(
                {
                    **mine,
                    "school_id": rng.choice(schools),
                    "category": rng.choice(
                        ["relative_16h", "relative_16h", "long_relative", "luxury", "rmc_18plus"]
                    ),
                    "first_day": first,
                    "last_day": last,
                    "sent_on": sent,
                    "status": rng.choice(["registered", "in_progress", "closed", "taken_note", "withdrawn"]),
                }
            )
    if rng.random() < 0.08:
        last = rng.choice([None, some_day + timedelta(days=rng.randrange(0, 60)), on + timedelta(days=60)])
        ground = rng.choice(["art5_a", "art5_b", "art5_c", "art5a_travelling", "art15"])
        tables["exemptions"].append({**mine, "ground": ground, "first_day": some_day, "last_day": last})
    if rng.random() < 0.15 and schools:
        day = some_day
        for _ in range(rng.choice([1, 1, 3, 4])):
            day += timedelta(days=rng.choice([1, 3, rng.randrange(5, 25)]))
            last = day + timedelta(days=rng.choice([0, 0, 1, 2, 3, 7, 8]))
            school_id = school_on(enrolments, day)
            if school_id is not None:
                tables["suspensions"].append(
                    {
                        **mine,
                        "school_id": school_id,
                        "first_day": day,
                        "last_day": last,
                        "kind": "suspension",
                        "reason_given": rng.choice(["yes", "no", None]),
                        "inspectorate_told_on": rng.choice([None, last]),
                    }
                )
            day = last
    if rng.random() < 0.06 and schools:
        tables["reduced_programmes"].append(
            {
                **mine,
                "school_id": schools[0],
                "first_day": some_day,
                "last_day": rng.choice([None, some_day + timedelta(days=30)]),
                "minutes_per_week": 600,
                "ground": "return_plan",
                "agreed_by": rng.choice([None, "parents"]),
            }
        )
    ended = [enrolment["last_day"] for enrolment in enrolments]
    if enrolments and None not in ended and max(ended) < on and rng.random() < 0.5:
        since = max(ended) + ONE_DAY
        tables["not_enrolled"].append({**mine, "since": since, "reason": "moved", "last_contact_on": None})
    if rng.random() < 0.06:
        tables["applications"].append(
            {
                **mine,
                "school_id": rng.choice(tables["schools"])["school_id"],
                "applied_on": some_day,
                "state": rng.choice(["waiting", "refused", "refused_full", "offered", "enrolled"]),
                "state_since": some_day,
            }
        )


def school_on(enrolments: list[Row], day: date) -> str | None:
    """A school at which a pupil is enrolled on a day."""
    for row in enrolments:
        if row["first_day"] <= day <= (row["last_day"] or date.max):
            school_id: str = row["school_id"]
            return school_id
    return None


def deliver(rng: random.Random, made: MadeRegister) -> None:
    """A school that stopped sending: absence after its last day is not there."""
    for school in made.tables["schools"]:
        last = made.on - timedelta(days=rng.choice([0, 1, 5, 15, 40]))
        school_id = school["school_id"]
        made.tables["deliveries"].append({"school_id": school_id, "last_day": last})
        made.tables["absences"] = [
            row for row in made.tables["absences"] if row["school_id"] != school_id or row["date"] <= last
        ]


def broken_rows(rng: random.Random, made: MadeRegister) -> list[Row]:
    """Rows that are refused, and must not take a good row with them."""
    school_id = made.tables["schools"][0]["school_id"]
    base: Row = {
        "pupil_id": "p00",
        "school_id": school_id,
        "date": made.on,
        "minutes": 960,
        "reason": "truant",
    }
    return [
        {**base, "reason": "brommer"},
        {**base, "minutes": -5},
        {**base, "date": "2025-02-30"},
        {**base, "pupil_id": "nobody"},
        {**base, "school_id": "99XX99"},
    ]
