"""Words of imports: what our columns, tables and reasons are called for who maps a file."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, TypeAlias, Union

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aanwezig.register import Persons, load_profile, profile_names
from aanwezig.register.meanings import NOT_ABSENCE, PRESENT
from aanwezig.tables import REASONS, TABLES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Word: TypeAlias = Union[str, "_StrPromise"]
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

# ours: what it is called, and what a person should know of it
COLUMNS: dict[str, tuple[Word, Word]] = {
    "pupil_id": (_("Pupil's number"), _("The school's own number; never the national number.")),
    "date": (_("Day"), _("Of a longer absence the first day.")),
    "reason": (_("Reason"), _("The code or word of the school; the next step says what each means.")),
    "last_date": (_("Last day"), _("Of an absence of several days.")),
    "lesson": (_("Lesson hour"), ""),
    "last_lesson": (_("Last lesson hour"), ""),
    "part": (_("Part of the day"), _("Day, morning or afternoon.")),
    "minutes": (_("Minutes"), _("Or hours or lessons: say so below.")),
    "day_share": (_("Share of a day"), ""),
    "start_time": (_("Begins at"), ""),
    "end_time": (_("Ends at"), ""),
    "authorised": (_("Authorised"), _("Whether the school approved of it.")),
    "reason_text": (_("Reason in words"), _("Used where the code is not known.")),
    "subject": (_("School subject"), ""),
    "absence_id": (_("Id of the record"), _("With it a later delivery corrects this one exactly.")),
    "recorded_at": (_("Recorded on"), ""),
    "superseded_at": (_("Withdrawn on"), ""),
    "school_id": (_("School"), _("Where one list holds several schools.")),
    "birth_date": (_("Date of birth"), _("What depends on age needs it.")),
    "sex": (_("Sex"), ""),
    "group": (_("Class"), ""),
    "level": (_("Year or level"), ""),
    "first_name": (_("First name"), ""),
    "prefix": (_("Prefix of the last name"), ""),
    "last_name": (_("Last name"), ""),
    "municipality": (_("Municipality (code)"), _("Where the pupil lives.")),
    "first_day": (_("Enrolled from"), ""),
    "last_day": (_("Enrolled until"), ""),
    "end_reason": (_("Why the enrolment ended"), ""),
    "school_years_completed": (_("School years completed"), ""),
    "start_qualification_on": (_("Start qualification on"), ""),
    "qualification_exempt": (_("Exempt from the duty to qualify"), ""),
}
TABLE_NAMES: dict[str, Word] = {
    "schools": _("School"),
    "pupils": _("Pupils"),
    Persons.name: _("Names"),
    "enrolments": _("Enrolments"),
    "absences": _("Absence"),
    "deliveries": _("Complete up to"),
}
REASON_WORDS: dict[str, Word] = {
    "sick": _("sick"),
    "medical": _("medical visit or therapy"),
    "leave": _("leave"),
    "religion": _("religious duty"),
    "truant": _("truant"),
    "late": _("late"),
    "sent_out": _("sent out of the lesson"),
    "sent_home": _("sent home without a written decision"),
    "suspended": _("suspended"),
    "luxury": _("holiday without leave"),
    "elsewhere": _("lessons elsewhere (counts as present)"),
    "exempt": _("exempt"),
    "unknown": _("reason unknown"),
    PRESENT: _("was present (is not taken over)"),
    NOT_ABSENCE: _("no absence, such as forgotten books (is not taken over)"),
}
MARKS: tuple[tuple[str, Word], ...] = (
    ("", _("follows the column, else unknown")),
    ("yes", _("authorised")),
    ("no", _("unauthorised")),
)

assert set(REASON_WORDS) == {*REASONS, PRESENT, NOT_ABSENCE}


def column_word(name: str) -> Word:
    """What a column of ours is called."""
    return COLUMNS[name][0] if name in COLUMNS else _contract_word(name)


def cell_word(column: str, text: str) -> Word:
    """A cell as a page shows it: our codes in words, days in the form of the language."""
    if column == "reason":
        return REASON_WORDS.get(text, text)
    if column == "authorised":
        return dict(MARKS).get(text, text) if text else text
    if column == "part":
        words: dict[str, Word] = {
            "day": _("the whole day"),
            "morning": _("the morning"),
            "afternoon": _("the afternoon"),
        }
        return words.get(text, text)
    if _DAY.fullmatch(text):
        return date_format(date.fromisoformat(text), "j F Y")
    return text


def _contract_word(name: str) -> str:
    for table in TABLES.values():
        for column in table.all_columns():
            if column.name == name:
                return column.meaning.in_language("en" if get_language() == "en" else "nl")
    return name


def reason_choices() -> list[tuple[str, Word]]:
    """Our reasons, to choose from."""
    return [("", _("choose …")), *REASON_WORDS.items()]


def profile_choices() -> list[tuple[Word, list[tuple[str, str]]]]:
    """The systems, by what they deliver."""
    groups: dict[str, list[tuple[str, str]]] = {"absences": [], "roster": []}
    for name in profile_names():
        profile = load_profile(name)
        groups[profile.kind].append((name, profile_title(name)))
    return [
        (_("Absence"), sorted(groups["absences"], key=_by_title)),
        (_("Pupils"), sorted(groups["roster"], key=_by_title)),
    ]


def _by_title(choice: tuple[str, str]) -> tuple[bool, str]:
    # The general list stands last: a system's own profile knows more.
    return choice[0] in ("generic", "roster"), choice[1]


def profile_title(name: str) -> str:
    """What a profile is called."""
    return load_profile(name).title.in_language("en" if get_language() == "en" else "nl")
