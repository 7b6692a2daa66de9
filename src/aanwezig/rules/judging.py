"""What every rule needs to speak: the versions of its text that hold, and a finding with its sentence.

A rule takes a threshold from the version in force on the day that is judged. Days before the first version
are not judged: no text, no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from aanwezig.rules.finding import Finding, Obligation, Quantity, Unit
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.wording import period_text
from aanwezig.values import BilingualText


def in_force(
    provisions: Provisions, rule: str, first: date, last: date
) -> Iterator[tuple[RuleVersion, date, date]]:
    """The versions of a rule that hold somewhere from ``first`` to ``last``, each with the days it holds there."""
    for begun, ended, version in provisions.versions(rule):
        start, end = max(begun, first), min(ended, last)
        if start <= end:
            yield version, start, end


def version_on(provisions: Provisions, rule: str, day: date) -> RuleVersion | None:
    """The version in force on a day; None where no text holds, so that nothing can be judged."""
    for begun, ended, version in provisions.versions(rule):
        if begun <= day <= ended:
            return version
    return None


def percent(part: Quantity, whole: Quantity) -> Fraction:
    """An exact share in percent."""
    return Fraction(part) * 100 / Fraction(whole)


def percent_text(share: Fraction) -> BilingualText:
    """A percentage for reading, cut and not rounded: 24.96 must not read as 25, nor 5.04 as 5."""
    tenths = share.numerator * 10 // share.denominator
    text = f"{tenths / 10:.1f}"
    if tenths % 10 == 0:
        is_whole = tenths * share.denominator == share.numerator * 10
        text = str(tenths // 10) if is_whole else f"{floor(share * 100) / 100:.2f}"
    return BilingualText(f"{text.replace('.', ',')} procent", f"{text} percent")


def make_finding(
    rule: RuleVersion,
    pupil_id: str | None,
    school_id: str | None,
    first: date,
    last: date,
    *,
    quantity: Quantity | None = None,
    threshold: Quantity | None = None,
    unit: Unit | None = None,
    facts: tuple[str, ...] = (),
    sentence: str = "finding",
    words: Mapping[str, object] | None = None,
    obligation: Obligation | None = None,
    due: date | None = None,
    met: bool | None = None,
    details: Mapping[str, Any] | None = None,
) -> Finding:
    """A finding with its sentence, and after it what the rule is *not* where the provision says so.

    ``words`` fill the sentence; ``period`` is filled with the first and last day when not given. A reading
    that somebody chose is named in ``details``.
    """
    filled = {"period": period_text(first, last), **(words or {})}
    said = rule.explain(sentence, **filled)
    is_not = rule.data.is_not
    if is_not is not None:
        said = BilingualText(f"{said.nl} {is_not.nl}", f"{said.en} {is_not.en}")
    more = dict(details or {})
    if rule.chosen:
        more["readings"] = dict(sorted(rule.chosen.items()))
    kind = rule.data.kind
    if kind not in ("duty", "signal", "fault"):
        raise ValueError(f"{rule.id} is a {kind}: it makes no findings")
    return Finding(
        rule=rule.id,
        version=rule.version,
        kind=kind,
        pupil_id=pupil_id,
        school_id=school_id,
        first_day=first,
        last_day=last,
        quantity=quantity,
        threshold=threshold,
        unit=unit,
        explanation=said,
        facts=facts,
        obligation=obligation,
        due=due,
        met=met,
        details=more,
    )
