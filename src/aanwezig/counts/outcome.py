"""Whether one person counts by one definition on one day, and why: yes, no, or cannot tell and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from aanwezig.counts.profiles import CategoryData, Duration, ProfileData, all_profiles, read_yaml
from aanwezig.counts.situation import Run, Situation, Span
from aanwezig.rules.judging import percent_text
from aanwezig.rules.wording import day_text, days_text, joined
from aanwezig.values import BilingualText, CannotTell, Outcome

# What no table says, so that a person cannot be placed: a column or table of the register.
BIRTH_DATE, AUTHORISED, DELIVERIES, OFFERS = "birth_date", "authorised", "deliveries", "participations"
# So long after the last delivered day somebody who was at school then may have become a home-sitter.
DAYS_NEEDED = {"from_day_1": 28, "more_than_4_weeks": 28, "more_than_3_months": 89, "at_least_3_months": 88}
# Reasons that absence which is not known cannot change.
FINAL = frozenset({"status", "exempt", "ground", "certificate", "has_offer", "without_education"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a definition says of a person.

    ``day``: the day it was judged. ``first``, ``days``: since when, in calendar days. ``reason``: the id of why (or
    why not) in ``data/reasons.yaml``, ``words`` fill its sentence. ``left_out``: would count, but not being enrolled is
    a fault of administration. ``apart``: kept beside the total.
    """

    profile: str
    pupil_id: str
    day: date
    answer: Outcome
    reason: str
    category: str | None = None
    apart: bool = False
    left_out: bool = False
    first: date | None = None
    days: int | None = None
    missing: str | None = None
    ground: str | None = None
    why_not_enrolled: str | None = None
    facts: tuple[str, ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether the person is in the total."""
        return self.answer is Outcome.YES and not self.apart and not self.left_out

    @property
    def because(self) -> BilingualText:
        """The sentence that says why, in both languages."""
        return sentence(self.reason, self.words)


@cache
def reasons() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Every reason with its title and sentence."""
    found: dict[str, Mapping[str, Mapping[str, str]]] = read_yaml("reasons.yaml")
    return found


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: dict[str, Mapping[str, Mapping[str, str]]] = read_yaml("words.yaml")
    return found


def word(kind: str, name: str) -> BilingualText:
    """The word for a name; the name itself where there is none."""
    found = _words()[kind].get(name)
    return BilingualText(found["nl"], found["en"]) if found else BilingualText(name, name)


def title_of(reason: str) -> BilingualText:
    """What a group of persons with this reason is called."""
    title = reasons()[reason]["title"]
    return BilingualText(title["nl"], title["en"])


def sentence(reason: str, words: Mapping[str, Any]) -> BilingualText:
    text = reasons()[reason]["text"]
    nl = {key: value.nl if isinstance(value, BilingualText) else value for key, value in words.items()}
    en = {key: value.en if isinstance(value, BilingualText) else value for key, value in words.items()}
    return BilingualText(text["nl"].format(**nl), text["en"].format(**en))


def judge(profile: ProfileData, now: Situation, perhaps: Situation | None = None) -> Answer:
    """What a profile says of a situation.

    ``perhaps``: the situation if what is not known were so; where it would count and ``now`` does not, nobody can
    tell.
    """
    certain = _judge(profile, now)
    if certain.answer is not Outcome.NO:
        return certain
    if now.never_known and now.ground is None and profile.takes_not_enrolled:
        return _open(profile, now, BIRTH_DATE)
    if perhaps is not None:
        other = _judge(profile, perhaps)
        if other.answer is not Outcome.NO and not other.left_out:
            return _open(profile, now, DELIVERIES if now.undelivered_days else AUTHORISED)
    if now.enrolled and now.ground is None and profile.takes_enrolled and certain.reason not in FINAL:
        soonest = min(DAYS_NEEDED[c.duration] for c in profile.categories)
        if now.undelivered_days >= soonest:
            return _open(profile, now, DELIVERIES)
    return certain


def _judge(profile: ProfileData, now: Situation) -> Answer:
    if isinstance(now.status, CannotTell):
        # Whoever would count whatever the status, or by none, needs no date of birth.
        category = next((c for c in profile.categories if _holds(c, now)), None)
        if category is None:
            return why_not(profile, now)
        lacking = _lacking(profile, now)
        if lacking not in (None, OFFERS):
            return _no(profile, now, str(lacking))
        return _open(profile, now, now.status.missing)
    if now.status not in profile.who:
        return why_not(profile, now)
    category = next((c for c in profile.categories if _holds(c, now)), None)
    if category is None:
        return why_not(profile, now)
    lacking = _lacking(profile, now)
    if lacking == OFFERS:
        return _open(profile, now, OFFERS)
    if lacking is not None:
        return _no(profile, now, lacking)
    run, reason, words = _rests_on(category, now)
    first = run.first if isinstance(run, Run) else run.since if run is not None else None
    left_out = now.administrative and now.ground is None
    return Answer(
        profile=profile.id,
        pupil_id=now.pupil_id,
        day=now.on,
        answer=Outcome.YES,
        reason="administrative" if left_out else reason,
        category=category.id,
        apart=category.apart,
        left_out=left_out,
        first=first,
        days=(now.on - first).days + 1 if first is not None else None,
        ground=now.ground,
        why_not_enrolled=now.why_not_enrolled if not now.enrolled else None,
        facts=run.facts if isinstance(run, Run) else (),
        words=words,
    )


def _holds(category: CategoryData, now: Situation) -> bool:
    """Whether what a category looks at holds, and for long enough."""
    kind = category.kind
    if kind == "relative_16h":
        return now.relative is not None
    if kind == "part_time":
        return now.part_time is not None
    if kind == "below_half":
        return now.enrolled and now.followed is not None and now.followed * 2 < 1
    if kind == "exemption" and category.grounds is not None and now.ground not in category.grounds:
        return False
    if kind == "no_education" and category.state != now.state:
        return False
    run = _run(category, now)
    return run is not None and run.lasted(category.duration, now.on)


def _run(category: CategoryData, now: Situation) -> Run | None:
    if category.kind == "exemption":
        return now.exemption
    if category.kind == "not_enrolled":
        return now.not_enrolled
    if category.kind == "unauthorised":
        return now.unauthorised
    if category.kind == "any_absence":
        return now.absence
    return now.no_education if category.kind == "no_education" else None


def _lacking(profile: ProfileData, now: Situation) -> str | None:
    """The reason for which a person who has lasted long enough is out all the same; None when there is none."""
    for need in profile.needs:
        if need == "no_certificate" and now.certificate:
            return "certificate"
        if need == "not_without_education":
            other = all_profiles()["without_education"]
            if any(_holds(category, now) for category in other.categories):
                return "without_education"
        if need == "no_offer":
            if not now.offers_known:
                return OFFERS
            if now.offers & {"arrangement", "care", *profile.place_states}:
                return "has_offer"
    return None


def _rests_on(category: CategoryData, now: Situation) -> tuple[Run | Span | None, str, dict[str, Any]]:
    if category.kind == "below_half":
        return None, "below_half", {"share": share_text(now.followed)}
    run: Run | Span | None = _run(category, now)
    if category.kind == "relative_16h":
        run = now.relative
    elif category.kind == "part_time":
        run = now.part_time
    words = {} if run is None else _since(run, now.on)
    if category.kind == "exemption":
        words["ground"] = word("ground", now.ground or "")
    return run, category.kind, words


def _since(run: Run | Span, day: date) -> dict[str, Any]:
    first = run.first if isinstance(run, Run) else run.since
    return {"first": day_text(first), "days": days_text((day - first).days + 1)}


def share_text(share: Fraction | None) -> BilingualText:
    return percent_text((share or Fraction(0)) * 100)


def _no(profile: ProfileData, now: Situation, reason: str, **words: Any) -> Answer:
    return Answer(profile.id, now.pupil_id, now.on, Outcome.NO, reason, words=words)


def _open(profile: ProfileData, now: Situation, missing: str) -> Answer:
    words = {"missing": word("missing", missing)}
    return Answer(
        profile.id, now.pupil_id, now.on, Outcome.CANNOT_TELL, "cannot_tell", missing=missing, words=words
    )


def why_not(profile: ProfileData, now: Situation) -> Answer:
    """Why no category of a profile holds: the first thing that would have to be otherwise."""
    kinds = {category.kind for category in profile.categories}
    status = now.status
    if isinstance(status, str) and status not in profile.who:
        if now.ground is not None:
            return _no(profile, now, "exempt", ground=word("ground", now.ground))
        who = joined([word("status", one) for one in profile.who])
        return _no(profile, now, "status", status=word("status", status), who=who)
    if now.ground is not None:
        own = [c for c in profile.categories if c.kind == "exemption" or c.state == "exempt"]
        if not own:
            return _no(profile, now, "exempt", ground=word("ground", now.ground))
        if all(c.grounds is not None and now.ground not in c.grounds for c in own):
            return _no(profile, now, "ground", ground=word("ground", now.ground))
        return _too_short(profile, now, own)
    if not now.enrolled:
        if now.not_enrolled is None and now.no_education is None:
            return _no(profile, now, "nothing")
        own = [c for c in profile.categories if c.kind == "not_enrolled" or c.state == "not_enrolled"]
        return _too_short(profile, now, own) if own else _no(profile, now, "only_enrolled")
    if not profile.takes_enrolled:
        return _no(profile, now, "only_not_enrolled")
    if kinds == {"below_half"}:
        if now.followed is None:
            return _no(profile, now, "too_few_weeks")
        return _no(profile, now, "followed_enough", share=share_text(now.followed))
    if now.absence is None:
        return _no(profile, now, "not_whole")
    if kinds & {"any_absence", "no_education"}:
        own = [c for c in profile.categories if c.kind == "any_absence" or c.state == "enrolled"]
        return _too_short(profile, now, own)
    if now.unauthorised is None:
        reasons = joined([word("reason", reason) for reason in now.absence.reasons])
        return _no(profile, now, "valid_reason", reasons=reasons)
    return _too_short(profile, now, [c for c in profile.categories if c.kind == "unauthorised"])


def _too_short(profile: ProfileData, now: Situation, categories: list[CategoryData]) -> Answer:
    """The category that needs least of what the person has, with since when it has lasted."""
    # Begun since the last school day: no time without education yet, but so much is known.
    begun = now.exemption or now.not_enrolled or now.absence
    own = [(c, run) for c in categories if (run := _run(c, now) or begun) is not None]
    if not own:
        return _no(profile, now, "nothing")
    order: tuple[Duration, ...] = (
        "from_day_1",
        "more_than_4_weeks",
        "at_least_3_months",
        "more_than_3_months",
    )
    category, run = min(own, key=lambda one: order.index(one[0].duration))
    return _no(profile, now, "too_short", **_since(run, now.on), duration=word("duration", category.duration))
