"""When a signal counts as followed up, what is folded, why it went; plain values, no Django.

Source: docs/specification/product.md, 'Signals that help instead of nag'; rules.md §5, last line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

# Criteria of which a child's own line may be folded under the alert of its class or year (own choice). A heavier
# criterion always keeps its own line: a child must not disappear because the class does badly too.
FOLDABLE = ("at_risk", "lateness", "transition")
FOLDING_GROUPS = ("group", "level")
# The bands of one rate: who leaves one by going to another was not cleared.
BANDS = ("at_risk", "chronic", "severe")

ReviewState = Literal["seen", "explained", "muted"]
State = Literal["open", "word", "seen", "explained", "muted", "cleared"]
Cause = Literal["later_reason", "row_gone", "other_band", "other_facts"]


@dataclass(frozen=True, slots=True)
class Key:
    """What names a signal for as long as it lasts: it may grow and be computed again without losing its review.

    ``name``: made of pupil, rule, first day and pattern (``results.identity``).
    """

    school: str
    pupil: str
    rule: str
    name: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A stored signal of a pupil. ``reached_on``: the day that brought it over the threshold, where the rule says so."""

    ref: str
    key: Key
    last_day: date | None
    found_on: date
    reached_on: date | None = None
    cleared_on: date | None = None

    @property
    def since(self) -> date:
        """From this day on, something that a person did counts as following up.

        Data often come days after the event: who talked with the child in between has followed up. So it is the
        earlier of the day it was found here and the day it was reached (else its last day).
        """
        day = self.reached_on or self.last_day
        return self.found_on if day is None else min(self.found_on, day)


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided about one signal; ``until``: of a muted one, the day it comes back."""

    state: ReviewState
    at: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """Something a person wrote, said or did about a pupil: a note, talk, letter, notification, case.

    ``day``: when it happened; ``written_on``: when it was recorded. ``kind`` as in ``words.KINDS``.
    """

    pupil: str
    day: date
    written_on: date
    kind: str
    by: int | None = None

    @property
    def latest(self) -> date:
        return max(self.day, self.written_on)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How a signal stands. ``on``: when that came about; for a muted one ``until``.

    ``is_due``: open again because the day has come until which it was muted.
    """

    state: State
    on: date | None = None
    until: date | None = None
    is_due: bool = False

    @property
    def is_open(self) -> bool:
        return self.state == "open"


def follow_up(signal: Signal, reviews: Sequence[Review], words: Iterable[Word], today: date) -> FollowUp:
    """How a signal stands today.

    The last review decides. Without one any word about the pupil since the signal counts. A muted signal comes
    back on its day, unless somebody wrote or talked on or after that day.
    """
    if signal.cleared_on is not None:
        return FollowUp("cleared", signal.cleared_on)
    last = max(reviews, key=lambda review: review.at, default=None)
    since, is_due = signal.since, False
    if last is not None:
        if last.state != "muted":
            return FollowUp(last.state, last.at.date())
        if last.until is None or today < last.until:
            return FollowUp("muted", last.at.date(), last.until)
        since, is_due = last.until, True
    said = [word.latest for word in words if word.latest >= since]
    if said:
        return FollowUp("word", min(said))
    return FollowUp("open", is_due=is_due)


@dataclass(frozen=True, slots=True)
class GroupAlert:
    """More than a share of a class, year or school passes a criterion; ``members`` are pupil ids."""

    ref: str
    group_kind: str
    criterion: str
    members: frozenset[str]


def folded(signals: Iterable[Signal], alerts: Collection[GroupAlert]) -> dict[str, list[str]]:
    """Per alert (ref) the pupils whose line is folded under it: all their open signals are of its criterion.

    Only mild criteria, and only under the alert of a class or year (``FOLDABLE``, ``FOLDING_GROUPS``).
    """
    of_pupil: dict[str, set[str]] = {}
    for signal in signals:
        of_pupil.setdefault(signal.key.pupil, set()).add(signal.key.rule)
    # The class before the year: a pupil is folded once.
    mild = sorted(
        (one for one in alerts if one.group_kind in FOLDING_GROUPS and one.criterion in FOLDABLE),
        key=lambda one: (FOLDING_GROUPS.index(one.group_kind), one.ref),
    )
    found: dict[str, list[str]] = {}
    for pupil, rules in of_pupil.items():
        if not rules.issubset(FOLDABLE):
            continue
        own = [alert for alert in mild if pupil in alert.members]
        if rules <= {alert.criterion for alert in own}:
            first = next(alert for alert in own if alert.criterion in rules)
            found.setdefault(first.ref, []).append(pupil)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A pupil in the list, with all open signals; never a score."""

    pupil: str
    signals: tuple[Signal, ...]
    is_due: bool
    is_new: bool

    @property
    def found_on(self) -> date:
        return max(signal.found_on for signal in self.signals)

    @property
    def last_day(self) -> date:
        return max((signal.last_day or signal.found_on) for signal in self.signals)


def lines(
    signals: Iterable[tuple[Signal, FollowUp]], new_since: datetime | None, found_at: dict[str, datetime]
) -> list[Line]:
    """One line per pupil with what is open: first what was to come back, then the newest.

    The order says what is due and new, nothing of how bad it is (docs/decisions/0007-no-risk-score.md).
    """
    of_pupil: dict[str, list[tuple[Signal, FollowUp]]] = {}
    for signal, state in signals:
        if state.is_open:
            of_pupil.setdefault(signal.key.pupil, []).append((signal, state))
    made = [
        Line(
            pupil,
            tuple(
                signal
                for signal, _ in sorted(
                    own, key=lambda one: (one[0].last_day or one[0].found_on, one[0].key.rule), reverse=True
                )
            ),
            any(state.is_due for _, state in own),
            new_since is not None and any(found_at[signal.ref] > new_since for signal, _ in own),
        )
        for pupil, own in of_pupil.items()
    ]
    made.sort(key=lambda line: line.pupil)
    made.sort(key=lambda line: (line.is_due, line.is_new, line.found_on, line.last_day), reverse=True)
    return made


@dataclass(frozen=True, slots=True)
class RowVersion:
    """A version of an absence that a signal rested on; ``recorded_at`` None: from before anything was recorded."""

    name: str
    reason: str
    authorised: str | None
    recorded_at: datetime | None
    superseded_at: datetime | None


def why_cleared(
    rule: str, found_at: datetime, versions: Iterable[RowVersion], open_rules: Collection[str] = ()
) -> Cause:
    """Why a signal went: an excuse that came later, a row that was taken back, another band, or other facts.

    ``versions``: all versions of the rows it rested on; ``open_rules``: what is open for the pupil now.
    """
    by_name: dict[str, list[RowVersion]] = {}
    for version in versions:
        by_name.setdefault(version.name, []).append(version)
    is_gone = False
    for own in by_name.values():
        then = [
            one
            for one in own
            if (one.recorded_at is None or one.recorded_at <= found_at)
            and (one.superseded_at is None or one.superseded_at > found_at)
        ]
        now = [one for one in own if one.superseded_at is None]
        if then and not now:
            is_gone = True
        elif any((new.reason, new.authorised) != (old.reason, old.authorised) for old in then for new in now):
            return "later_reason"
    if is_gone:
        return "row_gone"
    if rule in BANDS and any(other in BANDS and other != rule for other in open_rules):
        return "other_band"
    return "other_facts"
