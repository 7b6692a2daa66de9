"""What names a finding, so that it stays the same row while it grows, is cleared and comes back."""

from __future__ import annotations

import hashlib
import marshal
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from aanwezig.rules.finding import Finding


def with_keys(findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """Each finding with its key, unique within a school and school year.

    Rule, pupil or group, school and first day name it; of findings that share these (two marks on one day) the order
    tells them apart, which is that of ``check``.
    """
    often: Counter[str] = Counter()
    for finding in findings:
        details = finding.details
        # What tells findings of one rule and day apart: the criterion of a group's alert, the pattern.
        part = [
            str(details.get(name) or "") for name in ("group_kind", "group", "criterion", "pattern", "value")
        ]
        named = [finding.rule, finding.pupil_id or "", finding.school_id or "", *part]
        # An alert about a group is one as long as it lasts, whoever of its pupils began it.
        if finding.pupil_id is not None and finding.first_day is not None:
            named.append(finding.first_day.isoformat())
        plain = "\0".join(named)
        often[plain] += 1
        yield hashlib.sha256(f"{plain}\0{often[plain]}".encode()).hexdigest(), finding


def digest_of(value: Any) -> str:
    """A short fingerprint of a JSON value, to see whether it changed.

    Of its bytes in Python's own plain form (without references), which is made much faster than JSON; another
    version of Python may make other bytes, and then rows are written once more.
    """
    return hashlib.md5(marshal.dumps(value, 2), usedforsecurity=False).hexdigest()
