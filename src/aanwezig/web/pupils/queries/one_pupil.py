"""All facts of one pupil as the plain rules want them, and as the timeline shows them: two queries.

Only what is known now (not superseded). For the days of one school year the enrolments are cut to that year, so
that a calendar of one year is made and not of the whole school time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Subquery

from aanwezig.calendar import Calendars, Closure, SchoolInfo, TimetableRow
from aanwezig.rules.facts import Absence, Enrolment, Exemption, PupilFacts, Setting
from aanwezig.values import Period, SchoolYear
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils.queries.at_once import Part, Row, a_day, day, moment, rows_at_once, same_names

# Of the pupil, and which columns the page wants of each.
_OF_PUPIL: dict[str, tuple[str, ...]] = {
    "pupils": (
        "birth_date",
        "municipality",
        "start_qualification_on",
        "qualification_exempt",
        "school_years_completed",
    ),
    "enrolments": ("school_id", "first_day", "last_day", "group", "level", "end_reason"),
    "exemptions": ("ground", "first_day", "last_day"),
    "leave": ("school_id", "first_day", "last_day", "ground", "granted", "decided_by"),
    "suspensions": ("school_id", "first_day", "last_day", "kind", "reason_given", "inspectorate_told_on"),
    "notifications": ("school_id", "category", "first_day", "last_day", "sent_on", "status"),
    "reduced_programmes": (
        "school_id",
        "first_day",
        "last_day",
        "minutes_per_week",
        "ground",
        "agreed_by",
    ),
    "not_enrolled": ("since", "reason", "last_contact_on"),
    "observations": ("date", "kind", "last_day"),
    "participations": ("arrangement_id", "first_day", "last_day"),
}
_ABSENCE = (
    "school_id",
    "date",
    "reason",
    "authorised",
    "minutes",
    "lesson",
    "part",
    "start_time",
    "subject",
    "recorded_at",
)
# Of the schools where the pupil is or was enrolled.
OF_SCHOOL: dict[str, tuple[str, ...]] = {
    "schools": (
        "school_id",
        "sector",
        "name",
        "municipality",
        "partnership",
        "holiday_region",
        "lesson_minutes",
    ),
    "closures": ("school_id", "first_day", "last_day", "kind"),
    "timetable": ("school_id", "minutes", "weekday", "date", "group", "lessons"),
    "deliveries": ("school_id", "last_day"),
}
_WHO = {"recorded_at": "recorded_at", "by": "recorded_by__name", "batch": "batch"}


@dataclass(frozen=True, slots=True)
class PupilSource:
    """The rows of one pupil by table (``tables``), and what the rules are given of one school year."""

    pupil_id: str
    year: SchoolYear
    on: date
    tables: dict[str, list[Row]]
    setting: Setting = field(repr=False)

    def of_year(self) -> PupilFacts:
        """The facts that the days of the school year rest on."""
        return _facts(self, self.year)

    def whole(self) -> PupilFacts:
        """All enrolments and exemptions, without absence: for the legal status."""
        return _facts(self, None)

    def school_name(self, school_id: str) -> str:
        school = self.setting.calendars.schools.get(school_id)
        return school.name if school else school_id

    def enrolments_on(self, when: date) -> list[Row]:
        return [
            row
            for row in self.tables["enrolments"]
            if a_day(row["first_day"]) <= when and (row["last_day"] is None or when <= a_day(row["last_day"]))
        ]

    @property
    def birth_date(self) -> date | None:
        rows = self.tables["pupils"]
        return day(rows[0]["birth_date"]) if rows else None

    def years(self) -> list[SchoolYear]:
        """The school years in which the pupil was enrolled somewhere, latest first; this one always among them."""
        now = SchoolYear.of(self.on).start_year
        found = {now}
        for row in self.tables["enrolments"]:
            first = SchoolYear.of(a_day(row["first_day"])).start_year
            last = SchoolYear.of(a_day(row["last_day"])).start_year if row["last_day"] else now
            found.update(range(first, min(last, now) + 1))
        return [SchoolYear(year) for year in sorted(found, reverse=True)]


def read_pupil(pupil: Pupil, year: SchoolYear, on: date) -> PupilSource:
    """What is known of a pupil; the absence of one school year only. One query."""
    parts: dict[str, Part] = {}
    for table, columns in _OF_PUPIL.items():
        parts[table] = (current(table).filter(pupil=pupil), {**same_names(*columns), **_WHO})
    absences = current("absences").filter(pupil=pupil, date__range=(year.first, year.last))
    parts["absences"] = (absences, same_names(*_ABSENCE))
    for table, columns in OF_SCHOOL.items():
        schools = current("enrolments").filter(pupil=pupil).values("school_id")
        parts[table] = (current(table).filter(school_id__in=Subquery(schools)), same_names(*columns))
    tables = rows_at_once(parts)
    return PupilSource(pupil.pk, year, on, tables, _setting(tables, on))


def calendars_of(tables: dict[str, list[Row]]) -> Calendars:
    """The calendars of the schools in rows of the tables of ``OF_SCHOOL``."""
    schools = [
        SchoolInfo(**{name: row[name] for name in OF_SCHOOL["schools"]} | {"name": row["name"] or ""})
        for row in tables["schools"]
    ]
    closures = [
        (row["school_id"], Closure(Period(a_day(row["first_day"]), a_day(row["last_day"])), row["kind"]))
        for row in tables["closures"]
    ]
    timetable = [
        (
            row["school_id"],
            TimetableRow(row["minutes"], row["weekday"], day(row["date"]), row["group"], row["lessons"]),
        )
        for row in tables["timetable"]
    ]
    return Calendars(schools, closures, timetable)


def _setting(tables: dict[str, list[Row]], on: date) -> Setting:
    complete: dict[str, date] = {}
    for row in tables["deliveries"]:
        last = a_day(row["last_day"])
        complete[row["school_id"]] = max(last, complete.get(row["school_id"], last))
    return Setting(on, calendars_of(tables), complete)


def _facts(source: PupilSource, year: SchoolYear | None) -> PupilFacts:
    known = source.setting.calendars.schools
    person = source.tables["pupils"][0] if source.tables["pupils"] else {}
    recorded = person.get("recorded_at")
    enrolments = []
    for row in source.tables["enrolments"]:
        period = _within(Period(a_day(row["first_day"]), day(row["last_day"])), year)
        if period is not None and row["school_id"] in known:
            ref = f"enrolments:{row['pk']}"
            enrolments.append(Enrolment(ref, row["school_id"], period, row["group"], row["level"]))
    return PupilFacts(
        source.pupil_id,
        birth_date=day(person.get("birth_date")),
        municipality=person.get("municipality"),
        start_qualification_on=day(person.get("start_qualification_on")),
        qualification_exempt=bool(person.get("qualification_exempt")),
        school_years_completed=person.get("school_years_completed"),
        pupil_recorded_on=moment(recorded).date() if recorded else None,
        enrolments=tuple(enrolments),
        absences=tuple(_absence(row, place) for place, row in enumerate(source.tables["absences"]))
        if year
        else (),
        exemptions=tuple(
            Exemption(
                f"exemptions:{row['pk']}",
                row["ground"],
                Period(a_day(row["first_day"]), day(row["last_day"])),
            )
            for row in source.tables["exemptions"]
        ),
    )


def _within(period: Period, year: SchoolYear | None) -> Period | None:
    if year is None:
        return period
    cut = period.until(year.last)
    if cut is None or (cut.last is not None and cut.last < year.first):
        return None
    return Period(max(cut.first, year.first), cut.last)


def _absence(row: Row, place: int) -> Absence:
    return Absence(
        f"absences:{row['pk']}",
        row["school_id"],
        a_day(row["date"]),
        row["reason"],
        None if row["authorised"] is None else row["authorised"] == "yes",
        row["minutes"],
        row["lesson"],
        row["part"],
        row["start_time"],
        row["subject"],
        moment(row["recorded_at"]) if row["recorded_at"] else None,
        place,
    )
