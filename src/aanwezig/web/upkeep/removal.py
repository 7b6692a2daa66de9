"""Which tables hold which kind of data, for removing what is past its period."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aanwezig.web.facts.models import FACTS, Contact, Person

_ABSENCE = (
    "absences",
    "enrolments",
    "leave",
    "suspensions",
    "notifications",
    "exemptions",
    "reduced_programmes",
    "not_enrolled",
    "applications",
    "observations",
    "results",
    "incidents",
    "care",
    "background",
    "participations",
    "pupils",
)


def _absence() -> list[Any]:
    from aanwezig.web.duties.models import Notification
    from aanwezig.web.results.models import OpenQuestion, PupilWeek, PupilYear, StoredFinding

    # The name and the pupil's own row go with the last of the facts.
    return [
        StoredFinding,
        OpenQuestion,
        PupilWeek,
        PupilYear,
        Notification,
        *(FACTS[name] for name in _ABSENCE),
        Person,
    ]


def _file() -> list[Any]:
    from aanwezig.web.duties.models import Letter
    from aanwezig.web.pupils.models import Document, Note, PlanMark, TierSetting
    from aanwezig.web.signals.models import Review, StepOutcome

    return [Note, Document, TierSetting, PlanMark, Letter, Review, StepOutcome, Contact]


def _referral() -> list[Any]:
    return [FACTS["admissibility"]]


TABLES_OF: dict[str, Callable[[], list[Any]]] = {"absence": _absence, "file": _file, "referral": _referral}
