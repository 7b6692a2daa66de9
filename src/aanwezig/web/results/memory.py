"""What the rules said of the pupils of a school the last time, kept by the process that recomputes.

An import of a day touches some pupils; the others need no new judgement on the same day. What is kept here is never
needed: a process that has just begun judges everybody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import Any

from aanwezig.findings import Remembered
from aanwezig.web.facts.reading import OF_SCHOOL, Facts
from aanwezig.web.results.past import fingerprint
from aanwezig.web.results.thresholds import rules_version

# Schools of which judgements are kept; about 40 MB for one of 1,500 pupils.
MOST_SCHOOLS = 8
_lock = Lock()
_kept: OrderedDict[str, tuple[str, Remembered]] = OrderedDict()


def remembered_of(facts: Facts, code: str, on: date, choices: Mapping[str, Any]) -> Remembered:
    """The judgements of a school; empty ones when the day, its calendar, its thresholds or the rules changed."""
    setting = Facts({name: facts.tables[name] for name in OF_SCHOOL if name in facts.tables}, {}, 0)
    key = fingerprint(setting, on, sorted(choices.items()), rules_version())
    with _lock:
        before, remembered = _kept.get(code, ("", Remembered()))
        if before != key:
            remembered = Remembered()
        _kept[code] = (key, remembered)
        _kept.move_to_end(code)
        while len(_kept) > MOST_SCHOOLS:
            _kept.popitem(last=False)
    return remembered


def forget() -> None:
    """As after a new start of the process."""
    with _lock:
        _kept.clear()
