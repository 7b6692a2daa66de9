"""What the rules said of the pupils of a school the last time, kept by the process that recomputes.

An import of a day touches some pupils; the others need no new judgement on the same day. What is kept here is never
needed: a process that has just begun judges everybody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


@contextmanager
def remembered_of(facts: Facts, code: str, on: date, choices: Mapping[str, Any]) -> Iterator[Remembered]:
    """The judgements of a school; empty ones when the day, its calendar, its thresholds or the rules changed.

    Nobody else has them meanwhile: a second recompute of the school at the same time begins without. After an error
    they are forgotten.
    """
    setting = Facts({name: facts.tables[name] for name in OF_SCHOOL if name in facts.tables}, {}, 0)
    key = fingerprint(setting, on, sorted(choices.items()), rules_version())
    with _lock:
        before, remembered = _kept.pop(code, ("", Remembered()))
    if before != key:
        remembered = Remembered()
    yield remembered
    with _lock:
        _kept[code] = (key, remembered)
        while len(_kept) > MOST_SCHOOLS:
            _kept.popitem(last=False)


def forget() -> None:
    """As after a new start of the process."""
    with _lock:
        _kept.clear()
