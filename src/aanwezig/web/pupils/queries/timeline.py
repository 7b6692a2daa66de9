"""Facts and people's words together, latest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from aanwezig.values.forms import Forms
from aanwezig.web.pupils.queries.at_once import Row, a_day, day
from aanwezig.web.pupils.queries.beside import Beside
from aanwezig.web.pupils.queries.one_pupil import PupilSource
from aanwezig.web.pupils.queries.stands_out import StandsOut, language

# The kinds by which the timeline can be narrowed, in the order of the filter.
KINDS: dict[str, str | Promise] = {
    "words": gettext_lazy("notes and talks"),
    "contact": gettext_lazy("contact and return"),
    "signals": gettext_lazy("signals"),
    "duties": gettext_lazy("notifications and letters"),
    "school": gettext_lazy("school, leave, suspension"),
    "tier": gettext_lazy("tier and plan"),
    "documents": gettext_lazy("documents"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing on the timeline. ``chip``: its word; ``tone``: colour of the chip; ``more``: a second line.

    ``order``: which of one day stands above.
    """

    day: date
    kind: str
    chip: str
    text: str = ""
    more: str = ""
    by: str = ""
    tone: str = ""
    url: str = ""
    link: str = ""
    order: int = 0


def timeline(ref: str, source: PupilSource, beside: Beside, out: StandsOut) -> list[Event]:
    """Every event, latest first; what is agreed for a day still to come stands on that day."""
    found = [
        *_words(ref, beside),
        *_observations(source),
        *_school(source),
        *_tier(beside),
        *_papers(ref, beside),
        *_findings(out),
        *_notifications(source),
    ]
    return sorted(found, key=lambda event: (event.day, event.order, event.chip), reverse=True)


def narrowed(events: Iterable[Event], kinds: Iterable[str]) -> list[Event]:
    wanted = {kind for kind in kinds if kind in KINDS}
    return [event for event in events if not wanted or event.kind in wanted]


def _words(ref: str, beside: Beside) -> Iterator[Event]:
    for note in beside.notes:
        about = []
        if note.present:
            about.append(_("There: %(who)s.") % {"who": note.present})
        if note.agreed:
            about.append(_("Agreed: %(what)s") % {"what": note.agreed})
        if note.changed_at:
            about.append(
                _("Changed on %(day)s by %(who)s.")
                % {"day": _forms().day(note.changed_at.date(), year=False), "who": note.changed_by}
            )
        by = (
            note.by
            if not note.shared
            else _("%(who)s, %(organisation)s")
            % {
                "who": note.by,
                "organisation": note.organisation,
            }
        )
        yield Event(
            note.day,
            "words",
            capfirst(note.kind_text),
            note.text,
            "\n".join(about),
            by,
            "info",
            reverse("pupils:note", args=[ref, note.ref]),
            pgettext("link", "open"),
            order=9,
        )


def _observations(source: PupilSource) -> Iterator[Event]:
    words = {
        "contact": (_("Contact"), _("Contact was made.")),
        "return": (pgettext("to school", "Return"), _("Back at school.")),
        "distress": (_("Difficulty"), _("Serious difficulty attending, felt at home too.")),
        "tier3_case_opened": (_("Case"), _("A case in tier 3 was opened.")),
        "tier3_case_closed": (_("Case"), _("The case in tier 3 was closed.")),
    }
    for row in source.tables["observations"]:
        chip, text = words[row["kind"]]
        last = day(row["last_day"])
        if last:
            text = f"{text} {_until(last)}"
        kind = "tier" if row["kind"].startswith("tier3") else "contact"
        tone = "good" if row["kind"] == "return" else "warn" if row["kind"] == "distress" else ""
        yield Event(a_day(row["date"]), kind, chip, text, by=row["by"] or "", tone=tone, order=5)


def _school(source: PupilSource) -> Iterator[Event]:
    on = source.on
    for row in source.tables["enrolments"]:
        names = {"school": source.school_name(row["school_id"]), "group": row["group"] or ""}
        first, last = a_day(row["first_day"]), day(row["last_day"])
        if first <= on:
            text = (_("To %(school)s, class %(group)s.") if row["group"] else _("To %(school)s.")) % names
            yield Event(first, "school", _("Enrolled"), text)
        if last and last <= on:
            yield Event(
                last,
                "school",
                pgettext("enrolment", "Left"),
                _("Left %(school)s.") % names,
                row["end_reason"] or "",
            )
    for row in source.tables["exemptions"]:
        text = f"{_exemption(row['ground'])}. {_until_or_running(row)}"
        yield Event(a_day(row["first_day"]), "school", _("Exemption"), text, by=row["by"] or "", tone="info")
    for row in source.tables["leave"]:
        granted = {"yes": _("granted"), "no": _("refused"), "requested": _("asked for")}[row["granted"]]
        grounds = {
            "art11_e": _("religion"),
            "art11_f": _("holiday leave"),
            "art11_g": _("weighty circumstances"),
        }
        text = f"{grounds[row['ground']]}, {granted}. {_until_or_running(row)}"
        yield Event(a_day(row["first_day"]), "school", _("Leave"), capfirst(text), by=row["by"] or "")
    for row in source.tables["suspensions"]:
        kinds = {
            "suspension": _("Suspension"),
            "expulsion_intended": _("Intended expulsion"),
            "expulsion": _("Expulsion"),
        }
        told = day(row["inspectorate_told_on"])
        more = _("The Inspectorate was told on %(day)s.") % {"day": _forms().day(told)} if told else ""
        yield Event(
            a_day(row["first_day"]),
            "school",
            kinds[row["kind"]],
            _until_or_running(row),
            more,
            row["by"] or "",
            "bad",
        )
    for row in source.tables["reduced_programmes"]:
        minutes = row["minutes_per_week"]
        hours = _forms().number(minutes / 60, 1 if minutes % 60 else 0)
        text = _("%(hours)s hours a week agreed.") % {"hours": hours}
        agreed = row["agreed_by"]
        more = _("Agreed by: %(who)s.") % {"who": agreed} if agreed else _("Nobody is recorded as agreeing.")
        yield Event(
            a_day(row["first_day"]),
            "school",
            _("Reduced programme"),
            f"{text} {_until_or_running(row)}",
            more,
            row["by"] or "",
            "info" if agreed else "warn",
        )
    for row in source.tables["not_enrolled"]:
        yield Event(a_day(row["since"]), "school", _("Not enrolled"), _("Enrolled at no school."), tone="bad")
    for row in source.tables["participations"]:
        text = _("Takes part in an arrangement.") + " " + _until_or_running(row)
        yield Event(a_day(row["first_day"]), "school", _("Arrangement"), text, tone="info")


def _tier(beside: Beside) -> Iterator[Event]:
    for one in beside.tiers:
        review = _("Look back on %(day)s.") % {"day": _forms().day(one.review_on)}
        yield Event(
            one.at.date(),
            "tier",
            _("Tier %(tier)s set") % {"tier": one.tier},
            one.reason,
            review,
            one.by,
            f"tier-{one.tier}",
            order=7,
        )
    for plan in beside.plans:
        text = _("Led by %(who)s.") % {"who": plan.lead}
        if plan.place:
            text += " " + _("It lies at: %(place)s") % {"place": plan.place}
        yield Event(plan.first_day, "tier", _("Plan"), text, by=plan.by, tone="good", order=6)
        if plan.ended_on:
            yield Event(plan.ended_on, "tier", _("Plan ended"), by=plan.by, order=6)


def _papers(ref: str, beside: Beside) -> Iterator[Event]:
    for one in beside.documents:
        url = reverse("pupils:document", args=[ref, one.ref])
        yield Event(
            one.made_at.date(),
            "documents",
            _("Document"),
            one.title,
            by=one.by,
            url=url,
            link=pgettext("link", "download"),
        )
    for letter in beside.letters:
        yield Event(letter.made_at.date(), "duties", _("Letter"), letter.subject, by=letter.by)


def _findings(out: StandsOut) -> Iterator[Event]:
    for one in (*out.all_signals, *out.duties, *out.cleared):
        if one.kind == "duty":
            chip, tone, kind = _("Duty"), "bad", "duties"
        else:
            chip, tone, kind = _("Signal"), "warn", "signals"
        at = one.last_day or one.found_at.date()
        yield Event(at, kind, chip, one.title, tone=tone, order=1)
        if one.cleared_at:
            gone = _("“%(title)s” no longer holds: the facts changed.") % {"title": one.title}
            yield Event(
                one.cleared_at.date(), kind, pgettext("signal", "Cleared"), gone, tone="good", order=2
            )


def _notifications(source: PupilSource) -> Iterator[Event]:
    statuses = {
        "registered": _("registered"),
        "in_progress": _("in progress"),
        "closed": pgettext("notification", "closed"),
        "taken_note": _("taken note of"),
        "withdrawn": pgettext("notification", "withdrawn"),
    }
    categories = {
        "relative_16h": _("16 hours in four lesson weeks"),
        "long_relative": _("long relative absence"),
        "luxury": _("luxury absence"),
        "rmc_18plus": _("18 or older, four weeks"),
        "other": _("other absence"),
    }
    for row in source.tables["notifications"]:
        text = _("%(category)s, %(status)s.") % {
            "category": capfirst(categories[row["category"]]),
            "status": statuses[row["status"]],
        }
        yield Event(
            a_day(row["sent_on"]),
            "duties",
            _("Notification sent"),
            text,
            by=row["by"] or "",
            tone="info",
            order=4,
        )


def _exemption(ground: str) -> str:
    return {
        "art5_a": _("Exempt: not able to go to school (article 5 under a)"),
        "art5_b": _("Exempt: objections to the schools nearby (article 5 under b)"),
        "art5_c": _("Exempt: enrolled at a school abroad (article 5 under c)"),
        "art5a_travelling": _("Exempt: travelling family (article 5a)"),
        "art15": _("Exempt for another reason (article 15)"),
        "under6_5h": _("Younger than 6: at most 5 hours a week at home"),
        "under6_10h": _("Younger than 6: at most 10 hours a week at home"),
    }[ground]


def _until(last: date) -> str:
    return _("Until %(day)s.") % {"day": _forms().day(last)}


def _until_or_running(row: Row) -> str:
    first, last = a_day(row["first_day"]), day(row["last_day"])
    if last is None:
        return _("Still running.")
    if first == last:
        return _("One day.")
    return _until(last)


def _forms() -> Forms:
    return Forms(language())
