"""The shapes of what is stored as JSON beside the columns of the results: what pages read and draw.

Days are ISO text, weeks are named by their Monday, minutes are clock minutes, shares and rates lie between 0 and 1
and are not rounded. None is *not known* (nothing delivered, nothing possible, too few weeks): never 0, never 'no'.
A text is both languages: ``texts["nl"]``; ``results.queries`` chooses the reader's.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Band = Literal["good", "at_risk", "chronic", "severe"]
BAND_ORDER: tuple[Band, ...] = ("good", "at_risk", "chronic", "severe")


class Texts(TypedDict):
    """One sentence in both languages (plain, B1, ready to show)."""

    nl: str
    en: str


# --- PupilYear ---------------------------------------------------------------------------------------------


class PupilFigures(TypedDict):
    """``PupilYear.figures``: the pupil's own figures over the school year, at all schools together.

    As ``aanwezig measure --by pupil`` gives them (docs/specification/register.md §5). The dictionaries hold only what
    is above 0; they are None when the school delivered none of the days.
    """

    possible_minutes: float | None
    absent_minutes: float | None
    attendance_rate: float | None
    band: Band | None
    provisional: bool | None
    assumed_timetable: bool
    # Minutes per reason: sick, medical, leave, religion, truant, late, sent_out, sent_home, suspended, luxury, unknown.
    by_reason: dict[str, float] | None
    # Minutes per mark: authorised, unauthorised, mark_unknown.
    by_mark: dict[str, float] | None
    # Against the hours agreed in a reduced programme; equal to the full timetable where none was agreed.
    agreed_minutes: float | None
    attendance_rate_agreed: float | None
    has_reduced_programme: bool
    # How often late, whatever the minutes.
    late_count: int | None
    # Days with any absence and days missed whole.
    absent_days: int | None
    whole_days: int | None
    # The same days of the school year before, and whether attendance rose; None when that is not known.
    rate_before: float | None
    improved: bool | None


class Pattern(TypedDict):
    """A pattern that is unlikely by chance (``measures.patterns``), with its counts."""

    # weekday, lesson_hour, first_lesson, subject, around_weekend, around_holiday, after_test_week
    pattern: str
    # The weekday 1-7, the lesson hour, the subject; None where the pattern needs no value.
    value: str | None
    missed_here: int
    missed_in_all: int
    possible_here: int
    possible_in_all: int
    expected_by_chance: float
    # The chance after correction for the number of patterns looked at.
    chance: float
    text: Texts


class ChartWeek(TypedDict):
    week: str
    rate: float | None
    # beyond_limit, one_side or None
    signal: str | None


class ControlChart(TypedDict):
    """A pupil's weeks at one school against the limits of its own first weeks (``measures.change``).

    ``centre`` and the limits are None while the baseline has too few weeks.
    """

    school_id: str
    centre: float | None
    lower_limit: float | None
    upper_limit: float | None
    baseline_weeks: int
    weeks: list[ChartWeek]


class NotReached(TypedDict):
    """A threshold that is *not* reached, so that nobody needs to add up by hand.

    For ``relative_16h``: ``quantity`` counted minutes (a lesson is 60 in vo) in the window that runs on the day of
    computing, ``quantity_with_unknown`` when the rows without a mark or reason were unauthorised too.
    """

    rule: str
    school_id: str
    quantity: float
    quantity_with_unknown: float
    threshold: float
    unit: str
    first_day: str | None
    # Last day of the window; what is missed after it begins a new one.
    window_last: str | None
    text: Texts


class TierReasonShape(TypedDict):
    """Why a tier is proposed (also ``PupilYear.tier_reasons``); ``because``: a rule, a band or open_case."""

    tier: int
    because: str
    text: Texts
    facts: list[str]


class AbsentDay(TypedDict):
    """A day with absence, for the year calendar; days that are not here were attended or had no school.

    ``reason``: of most minutes; ``state`` of marks: yes, no, unknown (a mark is empty) or mixed.
    """

    date: str
    possible: float
    absent: float
    whole: bool
    late: int
    reason: str
    state: str


class PupilPicture(TypedDict):
    """``PupilYear.picture``: for the pupil's page."""

    patterns: list[Pattern]
    charts: list[ControlChart]
    not_reached: list[NotReached]
    absent_days: list[AbsentDay]
    # Empty, or the column that is missing to tell the legal status (birth_date).
    legal_status_missing: str


class RecentWeek(TypedDict):
    """``PupilYear.recent``: the last 8 weeks with or without lessons, oldest first; rate None = no lessons."""

    week: str
    rate: float | None


# --- SchoolPicture -----------------------------------------------------------------------------------------


class Freshness(TypedDict):
    """How far the school's absence is complete.

    ``state``: ``complete`` (up to the last school day), ``incomplete`` (behind), ``not_stated`` (rows, but nobody said
    up to when), ``no_data`` (no absence delivered at all).
    """

    state: Literal["complete", "incomplete", "not_stated", "no_data"]
    delivered_to: str | None
    # The last school day up to and with the day before the reference day, and how many school days are missing.
    last_school_day: str | None
    school_days_behind: int | None
    # The last day that any absence row is about.
    last_row_on: str | None


class UnitFigures(TypedDict):
    """Figures of a school, class or level over the school year so far.

    ``pupils``: enrolled at any time in the year; the bands count the pupils of whom a band is known.
    """

    name: str
    pupils: int
    possible_minutes: float | None
    absent_minutes: float | None
    rate: float | None
    band: Band | None
    provisional: bool | None
    assumed_timetable: bool
    # Pupils per band and their share.
    bands: dict[str, int]
    shares: dict[str, float | None]
    # Share of pupils whose attendance rose against their own period before, of those who can be compared.
    share_improved: float | None


class SchoolWeek(TypedDict):
    monday: str
    pupils: int
    possible_minutes: float | None
    absent_minutes: float | None
    rate: float | None
    # False: the school has not delivered the whole week yet, or the week still runs.
    is_complete: bool


class TierFigures(TypedDict):
    """``expected``: lowest and highest usual share in percent (MTSS, indicative; see aanwezig.pictures)."""

    tier: int
    pupils: int
    share: float | None
    expected: tuple[int, int]
    is_above: bool


class GridCell(TypedDict):
    """Absence on a weekday in a lesson hour; ``lesson`` None: noted for a part of the day or in minutes.

    ``share``: registrations as part of the lessons that the pupils enrolled had there by the timetable (None without a
    lesson hour). ``stands_out``: more lessons missed than an even spread over the timetable gives (``expected``), unlikely
    by chance after correction; days missed whole are left out of that test.
    """

    weekday: int
    lesson: str | None
    registrations: int
    pupils: int
    absent_minutes: float
    share: float | None
    expected: float | None
    stands_out: bool


class ReasonFigures(TypedDict):
    reason: str
    minutes: float
    # Of all absent minutes.
    share: float


class Alert(TypedDict):
    """A group alert: more than a share of a class, level or school passes a criterion."""

    ref: str
    group: str
    # group (class), level, school
    group_kind: str
    criterion: str
    pupils: int
    group_size: int
    text: Texts


class Transitions(TypedDict):
    """Who came and who left during the school year (not at its begin), and how many of those in now stand out."""

    came: int
    left: int
    # Pupils with an open `transition` signal.
    signals: int


class SchoolFigures(TypedDict):
    """``SchoolPicture.figures``: everything of the page *School* for one school year."""

    school_year: str
    # The figures are about these days.
    first_day: str
    last_day: str
    freshness: Freshness
    school: UnitFigures
    weeks: list[SchoolWeek]
    goal: float
    # Tier 3, 2, 1 of the pupils enrolled on the day; empty when nothing is known.
    tiers: list[TierFigures]
    tiers_text: Texts
    classes: list[UnitFigures]
    levels: list[UnitFigures]
    grid: list[GridCell]
    grid_text: Texts
    reasons: list[ReasonFigures]
    by_mark: dict[str, float]
    transitions: Transitions
    alerts: list[Alert]
    # How many pupils there are open questions about, and integrity faults.
    open_questions: int
    faults: int
