"""When a signal counts as followed up: a table of examples (docs/specification/product.md, Signals that help)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from aanwezig.web.signals.domain import (
    FollowUp,
    GroupAlert,
    Key,
    Review,
    RowVersion,
    Signal,
    Word,
    folded,
    follow_up,
    lines,
    why_cleared,
)

ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 3, 20)


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def at(number: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, number, hour, tzinfo=ZONE)


SIGNAL_LAST, SIGNAL_FOUND = day(9), day(11)
# The fourth sick report was on 9 March; the data came on 11 March.
SIGNAL = Signal("s1", Key("25PL00", "p1", "mazl_4th", "a"), last_day=SIGNAL_LAST, found_on=SIGNAL_FOUND)


def word(on: date, written: date | None = None, kind: str = "note") -> Word:
    return Word("p1", on, written or on, kind)


@pytest.mark.parametrize(
    ("what", "reviews", "words", "expected"),
    [
        ("nobody did anything", [], [], FollowUp("open")),
        ("a note from before the signal", [], [word(day(6))], FollowUp("open")),
        ("a note on the day it was reached", [], [word(day(9))], FollowUp("word", day(9))),
        ("a talk between the event and the import", [], [word(day(10), kind="talk")], FollowUp("word", day(10))),
        ("a note after it was found", [], [word(day(16))], FollowUp("word", day(16))),
        ("a talk of before, written down after", [], [word(day(3), day(12))], FollowUp("word", day(12))),
        ("seen", [Review("seen", at(12))], [], FollowUp("seen", day(12))),
        ("explained", [Review("explained", at(13))], [], FollowUp("explained", day(13))),
        ("seen, then explained: the last holds", [Review("seen", at(12)), Review("explained", at(13))], [], FollowUp("explained", day(13))),
        ("muted until tomorrow", [Review("muted", at(12), day(21))], [], FollowUp("muted", day(12), day(21))),
        ("muted until today: it comes back", [Review("muted", at(12), day(20))], [], FollowUp("open", is_due=True)),
        ("muted until yesterday: it came back", [Review("muted", at(12), day(19))], [], FollowUp("open", is_due=True)),
        ("muted; a note from before it came back does not count", [Review("muted", at(12), day(19))], [word(day(13))], FollowUp("open", is_due=True)),
        ("muted; a note since it came back", [Review("muted", at(12), day(19))], [word(day(19))], FollowUp("word", day(19))),
        ("muted, then seen", [Review("muted", at(12), day(19)), Review("seen", at(19))], [], FollowUp("seen", day(19))),
    ],
)  # fmt: skip
def test_a_signal_is_followed_up_by_any_word_or_review_since(
    what: str, reviews: list[Review], words: list[Word], expected: FollowUp
) -> None:
    assert follow_up(SIGNAL, reviews, words, TODAY) == expected, what


def test_a_cleared_signal_asks_for_nothing_whatever_was_done() -> None:
    gone = replace(SIGNAL, cleared_on=day(18))
    assert follow_up(gone, [], [], TODAY) == FollowUp("cleared", day(18))
    assert not follow_up(gone, [Review("muted", at(12), day(19))], [], TODAY).is_open


def test_a_signal_that_grows_stays_followed_up() -> None:
    """Its last day moves on; the day on which it was reached does not."""
    reached = replace(SIGNAL, reached_on=day(9))
    said = [word(day(10))]
    assert follow_up(reached, [], said, TODAY).state == "word"
    assert follow_up(replace(reached, last_day=day(19)), [], said, TODAY).state == "word"


def test_a_signal_found_before_its_last_day_counts_from_when_it_was_found() -> None:
    growing = replace(SIGNAL, last_day=day(19), found_on=day(11))
    assert growing.since == day(11)
    assert replace(growing, last_day=None).since == day(11)


# Lines


def signal(
    ref: str, pupil: str, rule: str = "chronic", last: date = SIGNAL_LAST, found: date = SIGNAL_FOUND
) -> Signal:
    return Signal(ref, Key("25PL00", pupil, rule, ref), last, found)


def test_a_pupil_has_one_line_with_all_its_signals() -> None:
    own = [signal("a", "p1"), signal("b", "p1", "mazl_4th", last=day(10)), signal("c", "p2")]
    found = lines([(one, FollowUp("open")) for one in own], None, {})
    assert [(line.pupil, [one.ref for one in line.signals]) for line in found] == [
        ("p1", ["b", "a"]),
        ("p2", ["c"]),
    ]


def test_what_was_to_come_back_stands_first_then_the_newest_never_the_heaviest() -> None:
    own = [
        (signal("old and severe", "p1", "severe", found=day(2)), FollowUp("open")),
        (signal("new and mild", "p2", "at_risk", found=day(19)), FollowUp("open")),
        (signal("came back", "p3", "at_risk", found=day(1)), FollowUp("open", is_due=True)),
        (signal("done", "p4"), FollowUp("seen")),
    ]
    moments = {one.ref: datetime.combine(one.found_on, datetime.min.time(), ZONE) for one, _ in own}
    found = lines(own, at(16), moments)
    assert [line.pupil for line in found] == ["p3", "p2", "p1"]
    assert [line.is_new for line in found] == [False, True, False]


def test_the_order_does_not_depend_on_the_order_of_the_rows() -> None:
    own = [(signal(str(n), f"p{n}"), FollowUp("open")) for n in range(5)]
    assert lines(own, None, {}) == lines(own[::-1], None, {})


# Group alerts


def alert(ref: str, criterion: str, members: set[str], kind: str = "group") -> GroupAlert:
    return GroupAlert(ref, kind, criterion, frozenset(members))


def test_a_mild_signal_is_folded_under_the_alert_of_the_class() -> None:
    own = [signal("a", "p1", "at_risk"), signal("b", "p2", "at_risk")]
    assert folded(own, [alert("x", "at_risk", {"p1"})]) == {"x": ["p1"]}


@pytest.mark.parametrize(
    ("what", "own", "alerts"),
    [
        ("a heavier band keeps its line", [signal("a", "p1", "severe")], [alert("x", "at_risk", {"p1"})]),
        ("a heavy criterion is never folded", [signal("a", "p1", "kearney_25")], [alert("x", "kearney_25", {"p1"})]),
        ("another signal beside it keeps the line", [signal("a", "p1", "at_risk"), signal("b", "p1", "mazl_4th")], [alert("x", "at_risk", {"p1"})]),
        ("the whole school is too wide", [signal("a", "p1", "at_risk")], [alert("x", "at_risk", {"p1"}, "school")]),
        ("not a member", [signal("a", "p1", "at_risk")], [alert("x", "at_risk", {"p2"})]),
    ],
)  # fmt: skip
def test_no_child_disappears_because_the_class_does_badly_too(
    what: str, own: list[Signal], alerts: list[GroupAlert]
) -> None:
    assert folded(own, alerts) == {}, what


def test_a_pupil_is_folded_once_under_the_class_before_the_year() -> None:
    own = [signal("a", "p1", "at_risk")]
    alerts = [alert("year", "at_risk", {"p1"}, "level"), alert("class", "at_risk", {"p1"})]
    assert folded(own, alerts) == {"class": ["p1"]}


# Why a signal went


def row(
    name: str, reason: str, mark: str | None, began: datetime | None, ended: datetime | None
) -> RowVersion:
    return RowVersion(name, reason, mark, began, ended)


FOUND = at(11)


@pytest.mark.parametrize(
    ("expected", "versions"),
    [
        ("later_reason", [row("a", "unknown", "no", at(9), at(18)), row("a", "medical", "yes", at(18), None)]),
        ("later_reason", [row("a", "truant", None, None, at(18)), row("a", "truant", "yes", at(18), None)]),
        ("row_gone", [row("a", "truant", "no", at(9), at(18))]),
        # Only the minutes were corrected.
        ("other_facts", [row("a", "sick", "yes", at(9), at(18)), row("a", "sick", "yes", at(18), None)]),
        # Corrected before the signal was found: that is not what cleared it.
        ("other_facts", [row("a", "truant", "no", at(8), at(9)), row("a", "sick", "yes", at(9), None)]),
        ("other_facts", []),
    ],
)  # fmt: skip
def test_why_a_signal_went(expected: str, versions: list[RowVersion]) -> None:
    assert why_cleared("mazl_4th", FOUND, versions) == expected


def test_a_band_that_became_another_band_was_not_excused() -> None:
    assert why_cleared("at_risk", FOUND, [], {"chronic"}) == "other_band"
    assert why_cleared("at_risk", FOUND, [], {"mazl_4th"}) == "other_facts"
    assert why_cleared("mazl_4th", FOUND, [], {"chronic"}) == "other_facts"
