"""Falling marks: a risk element beside absence (NJi 2020 §4.1 and chapter 7); how it is measured is ours.

Per subject: the mean of the last results against the mean of those before them, within a school year. A fall is
taken in percent, so that it does not matter whether a school marks from 1 to 10 or to 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import Result
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import make_finding, percent, percent_text, version_on
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.wording import number_text
from aanwezig.values import BilingualText, SchoolYear


def grades_falling(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per subject and stretch of results in which the fall holds."""
    facts = attendance.facts
    if not facts.results:
        return Judgement()
    series: dict[tuple[str, int], list[Result]] = {}
    for result in facts.results:
        if result.value is not None and result.date <= attendance.setting.on:
            series.setdefault((result.subject or "", _year(result.date)), []).append(result)
    fewest = min(_needed(version) for _, _, version in provisions.versions("grades_falling"))
    findings: list[Finding] = []
    for (subject, _), own in sorted(series.items()):
        if len(own) < fewest:
            continue
        findings.extend(_of_subject(attendance, provisions, subject, sorted(own, key=lambda r: r.date)))
    return Judgement(tuple(findings))


def _year(day: date) -> int:
    """The year in which the school year of a day begins."""
    return SchoolYear.of(day).start_year


def _needed(rule: RuleVersion) -> int:
    """Fewer results than this cannot fall."""
    return int(rule["recent_results"]) + int(rule["results_before"])


def _mean(results: Sequence[Result]) -> Fraction:
    # By its decimal text: 6.5 is six and a half, not the float nearest to it.
    return sum((Fraction(str(result.value)) for result in results), Fraction(0)) / len(results)


def _of_subject(
    attendance: Attendance, provisions: Provisions, subject: str, results: Sequence[Result]
) -> list[Finding]:
    findings: list[Finding] = []
    run: list[tuple[int, Fraction]] = []
    rule: RuleVersion | None = None
    for index in range(len(results)):
        now = version_on(provisions, "grades_falling", results[index].date)
        fall = None if now is None else _fall(results[: index + 1], now)
        if fall is not None and now is not None and fall >= int(now["fall_percent"]):
            rule = now
            run.append((index, fall))
        elif run and rule is not None:
            findings.append(_finding(attendance, rule, subject, results, run))
            run = []
    if run and rule is not None:
        findings.append(_finding(attendance, rule, subject, results, run))
    return findings


def _fall(results: Sequence[Result], rule: RuleVersion) -> Fraction | None:
    recent, before = int(rule["recent_results"]), int(rule["results_before"])
    if len(results) < recent + before:
        return None
    earlier = _mean(results[:-recent])
    if earlier <= 0:
        return None
    return percent(earlier - _mean(results[-recent:]), earlier)


def _finding(
    attendance: Attendance,
    rule: RuleVersion,
    subject: str,
    results: Sequence[Result],
    run: Sequence[tuple[int, Fraction]],
) -> Finding:
    index, fall = max(run, key=lambda item: item[1])
    recent = int(rule["recent_results"])
    first: date = results[run[0][0] - recent + 1].date
    last: date = results[run[-1][0]].date
    enrolled = [e for e in attendance.facts.enrolments if last in e.period]
    school_id = max(enrolled, key=lambda e: e.period.first).school_id if enrolled else None
    named = BilingualText(f"bij {subject}", f"in {subject}") if subject else None
    return make_finding(
        rule,
        attendance.facts.pupil_id,
        school_id,
        first,
        last,
        quantity=fall,
        threshold=int(rule["fall_percent"]),
        unit="percent",
        facts=tuple(result.ref for result in results[: run[-1][0] + 1]),
        words={
            "subject": named or rule.explain("all_subjects"),
            "before": number_text(_mean(results[: index + 1 - recent])),
            "now": number_text(_mean(results[index + 1 - recent : index + 1])),
            "number": recent,
            "share": percent_text(fall),
        },
        details={"subject": subject or None},
    )
