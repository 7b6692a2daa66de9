"""Rules of kind signal, by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.finding import Judgement
from aanwezig.rules.provisions import Provisions

SIGNALS: Mapping[str, Callable[[Attendance, Provisions], Judgement]] = {}
