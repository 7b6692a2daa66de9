"""The rows of each export, asked of the same queries as the pages, and only of persons whom the actor may export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.values import AanwezigError, BilingualText, SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require, today, visible_pupils
from aanwezig.web.audit.forms import LogForm
from aanwezig.web.audit.queries import LogFilter, log_line, log_rows
from aanwezig.web.definitions.queries import rule_title
from aanwezig.web.design.templatetags.design import band_word
from aanwezig.web.duties import queries as duty_queries
from aanwezig.web.duties.models import Status
from aanwezig.web.duties.templatetags.duties import reason_word
from aanwezig.web.exports.domain import Cell, percent
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Person, Pupil
from aanwezig.web.organisations.forms import PeopleFilter
from aanwezig.web.organisations.queries import people, person_line
from aanwezig.web.search.forms import filters_of, form_of, refs_of
from aanwezig.web.search.queries import Where, lines_of, listed, where_for
from aanwezig.web.signals.queries.follow_up import overview

Parameters = dict[str, Any]
# More lines of the log than a spreadsheet is good for.
MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Rows:
    """What goes into the file. ``pupils``: whose data it holds; ``about``: what was asked, in words."""

    rows: tuple[tuple[Cell, ...], ...]
    pupils: tuple[str, ...] = ()
    about: tuple[tuple[str, str], ...] = ()


def _school(actor: Actor, asked: QueryDict) -> Where:
    where = where_for(actor, asked.get("school", ""))
    if where is None or where.school is None:
        raise Http404
    return where


def _where(actor: Actor, parameters: Mapping[str, Any]) -> Where:
    """The school of kept parameters, when it is still one of the actor's."""
    where = where_for(actor, str(parameters.get("school", "")))
    if where is None or where.school is None:
        raise _gone()
    return where


def _gone() -> AanwezigError:
    return AanwezigError(
        "WEB-811",
        BilingualText(
            "Dit is er niet meer, of je mag het niet meer.", "This is gone, or you may not any more."
        ),
        BilingualText("Maak een nieuwe export.", "Make a new export."),
    )


def _this_year() -> str:
    return str(SchoolYear.of(today()))


def _persons(pupils: Sequence[str]) -> dict[str, Person]:
    return {one.pk: one for one in Person.objects.filter(pk__in=pupils)}


def _number(persons: Mapping[str, Person], pupil: str) -> tuple[str, str]:
    person = persons.get(pupil)
    return (person.number, person.full_name) if person else ("", "")


# The list of pupils


def clean_pupils(actor: Actor, asked: QueryDict) -> Parameters:
    where = where_for(actor, asked.get("school", ""))
    if where is None:
        raise Http404
    if where.must_choose:
        # Ticked pupils say themselves where they are.
        if not asked.getlist("pupil"):
            raise Http404
        where = Where(None)
    return {
        "school": where.school.ref if where.school else "",
        "query": filters_of(asked.urlencode(), actor, where).as_query(),
    }


def pupils(actor: Actor, parameters: Mapping[str, Any]) -> Rows:
    require(actor, "export.pupils")
    where = _where(actor, parameters) if parameters.get("school") else Where(None)
    query = str(parameters.get("query", ""))
    filters = filters_of(query, actor, where)
    found = listed(actor, where, filters, "export.pupils")
    lines = lines_of(actor, found, where=where)
    rows = tuple(
        (
            line.number,
            line.first_name,
            line.prefix,
            line.last_name,
            line.group,
            line.level,
            line.school,
            percent(line.rate),
            band_word(line.band),
            line.provisional if line.rate is not None else None,
            line.tier.tier,
            line.tier.is_set if line.tier.tier is not None else None,
            "; ".join(line.signals),
            line.is_enrolled,
        )
        for line in lines
    )
    about = (
        (_("Population"), where.school.name if where.school else _("the pupils whom you chose")),
        (
            _("Period of the attendance"),
            _("school year %(year)s, all reasons of absence counted") % {"year": _this_year()},
        ),
        (_("Filters"), form_of(query, actor, where).in_words() or _("none")),
    )
    return Rows(rows, tuple(line.pupil_id for line in lines), about)


# Duties and notifications


def clean_duties(actor: Actor, asked: QueryDict) -> Parameters:
    status = asked.get("status", "")
    return {"status": status if status in (*Status.values, "all", "past") else ""}


def duties(actor: Actor, parameters: Mapping[str, Any]) -> Rows:
    require(actor, "export.duties")
    status = str(parameters.get("status", ""))
    schools = sorted(actor.working_at.schools) if actor.working_at else []
    mine = visible_pupils(actor, "export.duties")
    is_notification = status in (*Status.values, "all")
    rows: list[tuple[Cell, ...]] = []
    if is_notification:
        notes = list(
            duty_queries.notifications(actor, schools, None if status == "all" else status).filter(
                pupil__in=mine
            )
        )
        ids = [one.pupil_id for one in notes]
        persons = _persons(ids)
        rows.extend(
            (
                *_number(persons, one.pupil_id),
                "",
                str(one.get_category_display()),
                one.first_day,
                one.last_day,
                None,
                None,
                str(one.get_status_display()),
                one.sent_on,
                one.number,
            )
            for one in notes
        )
    else:
        found = duty_queries.open_duties(actor, schools, past=status == "past").filter(pupil__in=mine)
        lines = duty_queries.duty_lines(found.select_related("pupil__person"))
        ids = [str(line.finding.pupil_id) for line in lines]
        persons = _persons(ids)
        rows.extend(
            (
                *_number(persons, str(line.finding.pupil_id)),
                line.group,
                rule_title(line.finding.rule),
                line.finding.first_day,
                line.finding.last_day,
                line.due,
                line.finding.obligation == "must",
                str(line.notification.get_status_display()) if line.notification else _("to do"),
                line.notification.sent_on if line.notification else None,
                line.notification.number if line.notification else "",
            )
            for line in lines
        )
    label = dict(Status.choices).get(status) or {"past": _("last school year"), "all": _("all")}.get(status)
    about = (
        (_("Population"), actor.working_at.name if actor.working_at else ""),
        (_("Which ones"), str(label or _("to do"))),
    )
    return Rows(tuple(rows), tuple(dict.fromkeys(ids)), about)


# Signals


def clean_signals(actor: Actor, asked: QueryDict) -> Parameters:
    where = _school(actor, asked)
    assert where.school is not None
    return {
        "school": where.school.ref,
        "group": asked.get("group", "").replace("\x00", "")[:200],
        "rule": asked.get("rule", "")[:60],
    }


def signals(actor: Actor, parameters: Mapping[str, Any]) -> Rows:
    require(actor, "export.pupils")
    where = _where(actor, parameters)
    assert where.school is not None
    seen = overview(actor, where.code)
    group, rule = parameters.get("group", ""), parameters.get("rule", "")
    open_ones = [
        seen.by_ref[signal.ref]
        for line in seen.lines
        for signal in line.signals
        if (not group or seen.by_ref[signal.ref].group == group)
        and (not rule or seen.by_ref[signal.ref].rule == rule)
    ]
    mine = set(
        visible_pupils(actor, "export.pupils")
        .filter(pk__in={one.pupil for one in open_ones})
        .values_list("pk", flat=True)
    )
    kept = [one for one in open_ones if one.pupil in mine]
    ids = [str(one.pupil) for one in kept]
    persons = _persons(ids)
    rows = tuple(
        (
            *_number(persons, str(one.pupil)),
            one.group,
            one.reason.title,
            one.reason.fact,
            one.first_day,
            one.last_day,
            timezone.localtime(one.found_at).date(),
        )
        for one in kept
    )
    about = (
        (_("Population"), where.school.name),
        (_("Which ones"), _("signals that hold and that nobody followed up yet")),
        (
            _("Filters"),
            " · ".join(part for part in (str(group), rule_title(str(rule)) if rule else "") if part)
            or _("none"),
        ),
    )
    return Rows(rows, tuple(dict.fromkeys(ids)), about)


# The registrations of one pupil


def clean_registrations(actor: Actor, asked: QueryDict) -> Parameters:
    pupil = visible_pupils(actor, "export.pupils").filter(ref__in=refs_of(asked.getlist("pupil")[:1])).first()
    if pupil is None:
        raise Http404
    try:
        year = str(SchoolYear.parse(asked.get("year") or _this_year()))
    except (ValueError, AanwezigError):
        raise Http404 from None
    return {"pupil": pupil.ref, "year": year}


def registrations(actor: Actor, parameters: Mapping[str, Any]) -> Rows:
    pupil = Pupil.objects.filter(ref=parameters.get("pupil", "")).select_related("person").first()
    if pupil is None:
        raise _gone()
    require(actor, "export.pupils", pupil)
    year = SchoolYear.parse(str(parameters["year"]))
    found: QuerySet[Any] = current("absences").filter(pupil=pupil, date__gte=year.first, date__lte=year.last)
    parts = {"day": _("whole day"), "morning": _("morning"), "afternoon": _("afternoon")}
    answers = {"yes": _("yes"), "no": _("no")}
    rows = tuple(
        (
            one.school.organisation.name,
            one.date,
            one.lesson or "",
            parts.get(one.part or "", ""),
            one.minutes,
            one.start_time or "",
            str(reason_word(one.reason)),
            answers.get(one.authorised or "", _("not known")),
            one.subject or "",
            timezone.localtime(one.recorded_at) if one.recorded_at else None,
        )
        for one in found.select_related("school__organisation").order_by("date", "lesson", "start_time", "pk")
    )
    person = getattr(pupil, "person", None)
    about = (
        (_("Pupil"), f"{person.full_name} ({person.number})" if person else ""),
        (_("Period"), _("school year %(year)s") % {"year": year}),
        (_("Which ones"), _("registrations as they hold now, of every school that delivered them")),
    )
    return Rows(rows, (pupil.pk,), about)


# Administration


def clean_users(actor: Actor, asked: QueryDict) -> Parameters:
    form = PeopleFilter(asked)
    form.is_valid()
    data = form.cleaned_data
    return {"q": data.get("q", ""), "role": data.get("role", ""), "ended": bool(data.get("ended"))}


def users(actor: Actor, parameters: Mapping[str, Any]) -> Rows:
    require(actor, "export.administration")
    found = people(
        actor,
        str(parameters.get("q", "")),
        "",
        str(parameters.get("role", "")),
        bool(parameters.get("ended")),
    )
    rows: list[tuple[Cell, ...]] = []
    for user in found:
        one = person_line(user)
        head = (
            one.name,
            one.email,
            one.is_active,
            one.has_second_factor,
            timezone.localtime(one.last_login).date() if one.last_login else None,
        )
        rows.extend(
            (*head, line.role, line.organisation, ", ".join(line.groups), line.first_day, line.last_day)
            for line in one.roles
            if line.holds or parameters.get("ended")
        )
    about = ((_("Population"), _("people with a role at the organisations that you administer")),)
    return Rows(tuple(rows), (), about)


def clean_log(actor: Actor, asked: QueryDict) -> Parameters:
    require(actor, "admin.audit")
    wanted = LogForm(asked, actor=actor).asked()
    return {
        "kind": wanted.kind,
        "user_ref": wanted.user_ref,
        "organisation_ref": wanted.organisation_ref,
        "action": wanted.action,
        "first_day": wanted.first_day.isoformat() if wanted.first_day else "",
        "last_day": wanted.last_day.isoformat() if wanted.last_day else "",
    }


def log(actor: Actor, parameters: Mapping[str, Any]) -> Rows:
    require(actor, "export.administration")
    first, last = _day(parameters.get("first_day")), _day(parameters.get("last_day"))
    asked = LogFilter(
        str(parameters.get("kind") or "change"),
        str(parameters.get("user_ref", "")),
        str(parameters.get("organisation_ref", "")),
        str(parameters.get("action", "")),
        first,
        last,
    )
    found = log_rows(actor, asked)
    if found[MOST_LINES : MOST_LINES + 1].exists():
        raise AanwezigError(
            "WEB-812",
            BilingualText(
                f"Het logboek heeft voor deze keuze meer dan {MOST_LINES} regels.",
                f"For this choice the log has more than {MOST_LINES} lines.",
            ),
            BilingualText("Kies een kortere periode.", "Choose a shorter period."),
        )
    rows = tuple(
        (
            timezone.localtime(line.at),
            line.name,
            line.role,
            line.organisation,
            line.what,
            line.way,
            line.pupil_ref,
            line.details,
            line.in_emergency,
        )
        for line in map(log_line, found.iterator(chunk_size=2000))
    )
    about = (
        (_("Population"), _("the organisations whose log you look into")),
        (_("Period"), f"{first or '…'} – {last or '…'}"),
    )
    return Rows(rows, (), about)


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
