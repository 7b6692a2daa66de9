"""What the rules and measures say of one school for one school year, as values; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute

from aanwezig.engines import OpenRegister
from aanwezig.findings import CheckResult, Remembered, check, setting_of
from aanwezig.measures.cells import cells_of, figures, improvement
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties.running_window import RunningWindow, running_windows
from aanwezig.rules.facts import Enrolment, Exemption, PupilFacts, Setting
from aanwezig.rules.finding import Finding, as_number
from aanwezig.rules.legal_status import legal_status
from aanwezig.rules.provisions import Provisions
from aanwezig.values import CannotTell, Period, SchoolYear
from aanwezig.values.period import ONE_DAY
from aanwezig.web.facts.reading import Facts
from aanwezig.web.results import pupil_pictures as pupils_
from aanwezig.web.results import school_figures as school_
from aanwezig.web.results.grid import grid_of
from aanwezig.web.results.identity import digest_of, with_keys
from aanwezig.web.results.past import notified_since
from aanwezig.web.results.shapes import SchoolFigures
from aanwezig.web.results.thresholds import band_parameters

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
# A window of four lesson weeks lies within so many days, two holidays included.
LONGEST_WINDOW = timedelta(days=150)
# Reasons that may count for the 16 hours, by law or by a reading that a school may choose.
MAY_COUNT = ("truant", "unknown", "late", "luxury", "sent_home", "sent_out")
Week = tuple[str, str, float, float, bool]


@dataclass(frozen=True, slots=True)
class Computed:
    """The results of a school year, as the tables take them.

    ``findings``: fields of StoredFinding by key; ``questions``: pupil, rule, missing; ``weeks``: pupil, Monday, minutes
    possible and absent, assumed; ``years``: fields of PupilYear by pupil.
    """

    year: SchoolYear
    on: date
    findings: Mapping[str, Mapping[str, Any]]
    questions: frozenset[tuple[str, str, str]]
    weeks: frozenset[Week]
    years: Mapping[str, Mapping[str, Any]]
    figures: SchoolFigures


def compute(
    facts: Facts,
    code: str,
    on: date,
    provisions: Provisions,
    today: date,
    remembered: Remembered | None = None,
) -> Computed:
    """Findings, figures and pictures of a school for a reference date.

    ``today``: by when notifications were sent; ``remembered``: see ``check``.
    """
    remembered = Remembered() if remembered is None else remembered
    with facts.open(on) as register:
        result = check(register, provisions=provisions, remembered=remembered)
        setting = setting_of(register)
        if on < today:
            result = notified_since(result, facts, provisions, today)
        found = _Year(register, setting, result, facts, code, provisions, remembered)
        return found.computed()


class _Year:
    """One school year of one school while it is worked out."""

    def __init__(
        self,
        register: OpenRegister,
        setting: Setting,
        result: CheckResult,
        facts: Facts,
        code: str,
        provisions: Provisions,
        remembered: Remembered,
    ) -> None:
        self.remembered = remembered
        self.register, self.setting, self.result, self.facts = register, setting, result, facts
        self.code, self.provisions, self.on = code, provisions, setting.on
        self.year = SchoolYear.of(self.on)
        self.parameters = band_parameters(provisions, self.on)
        self.cells = cells_of(register, setting.calendars)
        self.rose = improvement(self.cells, self.parameters)
        self.freshness = school_.freshness_of(register, setting, code)
        self.enrolments = self._enrolments()
        self.pupils = self._pupils()
        # Findings about a child without a school count wherever it is known.
        self.keyed = [(key, one) for key, one in with_keys(result.findings) if one.school_id in (None, code)]

    def computed(self) -> Computed:
        own: dict[str, list[Finding]] = {}
        for _, one in self.keyed:
            if one.pupil_id is not None:
                own.setdefault(one.pupil_id, []).append(one)
        weeks = pupils_.Weeks(self.cells)
        years = self._years(own, weeks)
        questions = frozenset(
            (q.pupil_id, q.rule, q.missing) for q in self.result.not_decidable if q.pupil_id in self.pupils
        )
        return Computed(
            self.year,
            self.on,
            {key: self._stored(one) for key, one in self.keyed},
            questions,
            self._weeks(weeks),
            years,
            self._figures(years, questions),
        )

    def _enrolments(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        rows = self.register.arrow("enrolments")
        names = ["pupil_id", "school_id", "first_day", "last_day", "group", "level"]
        for row in rows.select(names).to_pylist():
            found.setdefault(row["pupil_id"], []).append(row)
        return found

    def _pupils(self) -> dict[str, dict[str, Any]]:
        """The pupils enrolled at the school in the school year, each with the enrolment that names its class."""
        found = {}
        for pupil, rows in self.enrolments.items():
            own = [
                row
                for row in rows
                if row["school_id"] == self.code
                and row["first_day"] <= self.on
                and (row["last_day"] is None or row["last_day"] >= self.year.first)
            ]
            if own:
                # Of two at once the later begun holds, as in the measures.
                found[pupil] = max(own, key=lambda row: (row["last_day"] or date.max, row["first_day"]))
        return found

    def _group_on(self, pupil: str, day: date | None) -> str:
        rows = [row for row in self.enrolments.get(pupil, ()) if row["school_id"] == self.code]
        there = [
            row
            for row in rows
            if day and row["first_day"] <= day and (row["last_day"] is None or row["last_day"] >= day)
        ]
        row = max(there or rows, key=lambda row: row["first_day"], default=None)
        return (row["group"] or "") if row else ""

    def _stored(self, one: Finding) -> dict[str, Any]:
        group = str(one.details.get("group") or "") if one.pupil_id is None else ""
        fields: dict[str, Any] = {
            "pupil_id": one.pupil_id,
            "rule": one.rule,
            "version": one.version,
            "kind": one.kind,
            "group": group or self._group_on(one.pupil_id or "", one.last_day),
            "first_day": one.first_day,
            "last_day": one.last_day,
            "quantity": as_number(one.quantity),
            "threshold": as_number(one.threshold),
            "unit": one.unit or "",
            "obligation": one.obligation or "",
            "due": one.due,
            "met": one.met,
            "facts": self.facts.keys_of(one.facts),
            "details": dict(one.details),
            "explanation_nl": one.explanation.nl,
            "explanation_en": one.explanation.en,
        }
        days = {name: str(fields[name]) for name in ("first_day", "last_day", "due")}
        fields["digest"] = digest_of({**fields, **days})
        return fields

    def _weeks(self, weeks: pupils_.Weeks) -> frozenset[Week]:
        labels = [period.label for period in weeks.periods]
        return frozenset(
            (pupil, labels[number], possible / 2.0, absent / 2.0, assumed)
            for pupil in self.pupils
            if self._has_data(pupil)
            for number, (possible, absent, assumed) in weeks.together(pupil).items()
        )

    def _has_data(self, pupil: str) -> bool:
        """Whether anything was delivered about this pupil's school year: nothing is not 'always present'."""
        if self.freshness["state"] != "no_data":
            return True
        return any(row["school_id"] != self.code for row in self.enrolments.get(pupil, ()))

    def _years(self, own: Mapping[str, list[Finding]], weeks: pupils_.Weeks) -> dict[str, dict[str, Any]]:
        rows = {
            row["unit_id"]: row
            for row in figures(self.cells, "pupil", "school_year", self.parameters).to_pylist()
        }
        days = pupils_.absent_days_of(self.cells)
        statuses = self._statuses()
        windows = self._windows()
        found = {}
        for pupil, enrolment in self.pupils.items():
            row = rows.get(pupil)
            if row is not None and not self._has_data(pupil):
                row = {name: None if _is_figure(name) else value for name, value in row.items()}
            found[pupil] = self._year_of(
                pupil,
                enrolment,
                row,
                own.get(pupil, []),
                days.get(pupil, []),
                weeks,
                statuses[pupil],
                windows,
            )
        return found

    def _year_of(
        self,
        pupil: str,
        enrolment: Mapping[str, Any],
        row: Mapping[str, Any] | None,
        findings: Sequence[Finding],
        days: Sequence[Any],
        weeks: pupils_.Weeks,
        status: str | CannotTell,
        windows: Mapping[str, tuple[RunningWindow, ...]],
    ) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if row is not None:
            told = {**pupils_.pupil_figures(row, self.rose.get(pupil), days)}
        proposal = self.result.tiers.get(pupil)
        if proposal is not None and not proposal.reasons and not self._has_data(pupil):
            # Tier 1 would read as 'nothing the matter', and nothing is known.
            proposal = None
        missing = status.missing if isinstance(status, CannotTell) else ""
        fields: dict[str, Any] = {
            "group": enrolment["group"] or "",
            "level": enrolment["level"] or "",
            "is_enrolled": enrolment["last_day"] is None or enrolment["last_day"] >= self.on,
            "possible_minutes": told.get("possible_minutes"),
            "absent_minutes": told.get("absent_minutes"),
            "rate": told.get("attendance_rate"),
            "rate_agreed": told.get("attendance_rate_agreed") if told.get("has_reduced_programme") else None,
            "late_count": told.get("late_count"),
            "band": told.get("band") or "",
            "provisional": bool(told.get("provisional")),
            "assumed_timetable": bool(told.get("assumed_timetable")),
            "figures": told,
            "picture": {
                "patterns": pupils_.patterns_of(findings),
                "charts": pupils_.charts_of(pupil, weeks, findings, self.provisions),
                "not_reached": pupils_.not_reached(windows.get(pupil, ())),
                "absent_days": days,
                "legal_status_missing": missing,
            },
            "recent": pupils_.recent_weeks(weeks, weeks.together(pupil)),
            "open_duties": sum(1 for one in findings if one.kind == "duty" and not one.met),
            "open_signals": sum(1 for one in findings if one.kind == "signal"),
            "legal_status": "" if missing else str(status),
            "proposed_tier": proposal.tier if proposal else None,
            "tier_reasons": self._tier_reasons(proposal),
            "tier_provisional": proposal.provisional if proposal else False,
        }
        fields["digest"] = digest_of(fields)
        return fields

    def _tier_reasons(self, proposal: Any) -> list[Any]:
        reasons = pupils_.tier_reasons(proposal)
        for one in reasons:
            one["facts"] = self.facts.keys_of(one["facts"])
        return reasons

    def _statuses(self) -> dict[str, str | CannotTell]:
        """The legal status of each pupil on the reference date."""
        exemptions: dict[str, list[Exemption]] = {}
        for row in self.register.arrow("exemptions").to_pylist():
            period = Period(row["first_day"], row["last_day"])
            exemptions.setdefault(row["pupil_id"], []).append(Exemption("", row["ground"], period))
        found: dict[str, str | CannotTell] = {}
        for row in self.register.arrow("pupils").to_pylist():
            pupil = row["pupil_id"]
            if pupil not in self.pupils:
                continue
            recorded: datetime | None = row["recorded_at"]
            plain = PupilFacts(
                pupil_id=pupil,
                birth_date=row["birth_date"],
                municipality=row["municipality"],
                start_qualification_on=row["start_qualification_on"],
                qualification_exempt=bool(row["qualification_exempt"]),
                school_years_completed=row["school_years_completed"],
                pupil_recorded_on=recorded.date() if recorded else None,
                enrolments=tuple(
                    Enrolment("", one["school_id"], Period(one["first_day"], one["last_day"]), one["group"])
                    for one in self.enrolments[pupil]
                ),
                exemptions=tuple(exemptions.get(pupil, ())),
            )
            found[pupil] = legal_status(plain, self.setting, self.on, self.provisions)
        return found

    def _windows(self) -> dict[str, tuple[RunningWindow, ...]]:
        """How far from the 16 hours those are who missed something that may count within a window that may still run."""
        rows = self.register.arrow("absences")
        recent = pc.greater_equal(rows["date"], pa.scalar(self._earliest_begin(), pa.date32()))
        counts = pc.or_(
            pc.is_in(rows["reason"], pa.array(MAY_COUNT)),
            pc.fill_null(pc.equal(rows["authorised"], "no"), False),
        )
        here = pc.equal(rows["school_id"], self.code)
        some = pc.unique(rows.filter(pc.and_(pc.and_(recent, counts), here))["pupil_id"]).to_pylist()
        found = {}
        for pupil in sorted(map(str, some)):
            own = tuple(
                replace(one, facts=tuple(self.facts.keys_of(one.facts)))
                for one in self.remembered.worked_out(pupil, "running_windows", self._running_windows)
                if one.school_id == self.code
            )
            if own:
                found[pupil] = own
        return found

    def _running_windows(self, facts: PupilFacts) -> tuple[RunningWindow, ...]:
        return running_windows(Attendance(facts, self.setting), self.provisions)

    def _earliest_begin(self) -> date:
        """The first day whose window of lesson weeks still runs on the reference date."""
        calendar = school_.school_calendar(self.register, self.setting.calendars, self.code)
        weeks = int(self.provisions.on("relative_16h", self.on)["lesson_weeks"])
        day = self.on
        while self.on - day < LONGEST_WINDOW and calendar.window_end(day - ONE_DAY, weeks) >= self.on:
            day -= ONE_DAY
        return day

    def _figures(self, years: Mapping[str, Any], questions: frozenset[Any]) -> SchoolFigures:
        has_data = self.freshness["state"] != "no_data"
        school = school_.SchoolCells(self.cells, self.code, self.parameters, self.rose, has_data)
        proposed = [one["proposed_tier"] for one in years.values() if one["is_enrolled"]]
        tiers, tiers_text = school_.tiers_of(
            [tier for tier in proposed if tier is not None] if has_data else []
        )
        grid, grid_text = grid_of(self.register, self.setting, self.cells, self.code)
        reasons, marks = school.reasons()
        signals = {one.pupil_id for _, one in self.keyed if one.rule == "transition"}
        return {
            "school_year": str(self.year),
            "first_day": self.year.first.isoformat(),
            "last_day": self.on.isoformat(),
            "freshness": self.freshness,
            "school": school.school() or school_.empty_unit(self.code),
            "weeks": school.weeks(self.setting.last_day(self.code)),
            "goal": school_.GOAL,
            "tiers": tiers,
            "tiers_text": tiers_text,
            "classes": school.units("group"),
            "levels": school.units("level"),
            "grid": grid,
            "grid_text": grid_text,
            "reasons": reasons,
            "by_mark": marks,
            "transitions": school_.transitions_of(self.register, self.code, self.setting, len(signals)),
            "alerts": school_.alerts_of(self.keyed),
            "open_questions": len({pupil for pupil, _, _ in questions}),
            "faults": sum(1 for _, one in self.keyed if one.kind == "fault"),
        }


def _is_figure(name: str) -> bool:
    return name.startswith(("absent_", "possible_", "agreed_", "attendance_")) or name in (
        "band",
        "provisional",
        "late_count",
    )
