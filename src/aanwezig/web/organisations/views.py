"""The administration pages about organisations and people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.web.access.decide import NotAllowed, organisations_with, require, today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.accounts.models import User
from aanwezig.web.organisations import actions, queries
from aanwezig.web.organisations.access_words import roles_in_words
from aanwezig.web.organisations.administration import entries_for
from aanwezig.web.organisations.forms import (
    CloseForm,
    KindForm,
    MembershipForm,
    OrganisationFilter,
    OrganisationForm,
    PeopleFilter,
)
from aanwezig.web.organisations.models import Kind, Membership, Organisation

A_PAGE = 50


def _status(form: Any) -> int:
    return 422 if form.errors else 200


@page("admin.view")
def administration(request: ActorRequest) -> HttpResponse:
    """What can be arranged, by rights."""
    groups = entries_for(request.actor)
    return render(request, "organisations/administration.html", {"groups": groups})


@page("admin.organisations")
def organisations(request: ActorRequest) -> HttpResponse:
    form = OrganisationFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = queries.organisations(
        request.actor, asked.get("kind", ""), asked.get("q", ""), asked.get("closed", False)
    )
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "organisations/organisations.html",
        {"form": form, "page_obj": shown, "is_filtered": any(asked.values())},
    )


@page("admin.organisations")
def add_organisation(request: ActorRequest) -> HttpResponse:
    """First the kind, then what that kind needs."""
    kind = request.GET.get("kind", "")
    if kind not in Kind.values:
        chosen = KindForm(request.GET or None)
        return render(request, "organisations/choose_kind.html", {"form": chosen})
    form = OrganisationForm(request.POST or None, kind=kind, ties=queries.ties_for(request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_organisation(request.actor, form.values())
        except actions.NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": made.name})
            return redirect("organisation", made.ref)
    context = {"form": form, "kind": Kind(kind).label, "organisation": None}
    return render(request, "organisations/organisation_form.html", context, status=_status(form))


def _organisation(request: ActorRequest, ref: str) -> Organisation:
    found = get_object_or_404(Organisation.objects.select_related("register"), ref=ref)
    require(request.actor, "admin.organisations", found)
    return found


@page("admin.organisations")
def organisation(request: ActorRequest, ref: str) -> HttpResponse:
    """One organisation: change it, close it."""
    found = _organisation(request, ref)
    initial = {
        "name": found.name,
        "code": found.code,
        "board": found.board_id,
        "partnership": found.partnership_id,
        "municipality": found.municipality_id,
        "serves": list(found.serves.values_list("pk", flat=True)),
    }
    form = OrganisationForm(
        request.POST or None,
        kind=found.kind,
        ties=queries.ties_for(request.actor),
        organisation=found,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(request.actor, found, form.values())
        except actions.NotPossible as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, _("Kept."))
            return redirect("organisation", found.ref)
    context = {
        "form": form,
        "kind": found.get_kind_display(),
        "organisation": found,
        "close_form": CloseForm(),
        "is_closed": found.closed_on is not None and found.closed_on <= today(),
    }
    return render(request, "organisations/organisation_form.html", context, status=_status(form))


@page("admin.organisations")
@require_POST
def close_organisation(request: ActorRequest, ref: str) -> HttpResponse:
    found = _organisation(request, ref)
    if request.POST.get("reopen"):
        actions.reopen_organisation(request.actor, found)
        messages.success(request, _("%(name)s is open again.") % {"name": found.name})
        return redirect("organisation", ref)
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the day from which it is closed."))
        return redirect("organisation", ref)
    try:
        actions.close_organisation(request.actor, found, form.cleaned_data["on"])
    except actions.NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s is closed from that day on.") % {"name": found.name})
    return redirect("organisation", ref)


@page("admin.users")
def people(request: ActorRequest) -> HttpResponse:
    form = PeopleFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    organisation_ref = request.GET.get("organisation", "")
    found = queries.people(
        request.actor,
        asked.get("q", ""),
        organisation_ref,
        asked.get("role", ""),
        asked.get("ended", False),
    )
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": shown,
        "rows": [queries.person_line(user) for user in shown],
        "is_filtered": any(asked.values()) or bool(organisation_ref),
    }
    return render(request, "organisations/people.html", context)


def _person(request: ActorRequest, ref: str) -> User:
    """The person, when some role of theirs, now or earlier, is at an organisation in reach."""
    found = queries.people(request.actor, ended=True).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


@page("admin.users")
def person(request: ActorRequest, ref: str) -> HttpResponse:
    """One person: roles, second factor, last sign-in, and what an administrator can do."""
    line = queries.person_line(_person(request, ref))
    return render(
        request, "organisations/person.html", {"person": line, "is_self": line.ref == request.actor.ref}
    )


def _membership(request: ActorRequest, ref: str) -> Membership:
    found = get_object_or_404(Membership.objects.select_related("organisation", "user"), ref=ref)
    require(request.actor, "admin.users", found.organisation)
    return found


@page("admin.users")
def role(request: ActorRequest, ref: str) -> HttpResponse:
    """Change groups, pupils or the last day of a role, or end it now."""
    found = _membership(request, ref)
    form = MembershipForm(request.POST or None, membership=found)
    if request.method == "POST" and "end" in request.POST:
        try:
            actions.end_role(request.actor, found, today() - timedelta(days=1))
        except actions.NotPossible as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The role ended."))
        return redirect("person", found.user.ref)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.change_role(
                request.actor,
                found,
                groups=data.get("groups") or (),
                pupils=form.found,
                last_day=data["last_day"],
            )
        except actions.NotPossible as refused:
            form.add_error("last_day", str(refused))
        else:
            messages.success(request, _("Kept."))
            return redirect("person", found.user.ref)
    context = {"form": form, "membership": found}
    return render(request, "organisations/role.html", context, status=_status(form))


@page("admin.users")
@require_POST
def switch_off(request: ActorRequest, ref: str) -> HttpResponse:
    found = _person(request, ref)
    try:
        actions.switch_off_account(request.actor, found)
    except actions.NotPossible as refused:
        messages.error(request, str(refused))
    except NotAllowed:
        messages.error(
            request, _("This person also has a role elsewhere. End the roles at your organisations.")
        )
    else:
        messages.success(
            request, _("%(name)s can no longer sign in, and is signed out everywhere.") % {"name": found}
        )
    return redirect("person", ref)


@page("admin.users")
@require_POST
def reset_second_factor(request: ActorRequest, ref: str) -> HttpResponse:
    found = _person(request, ref)
    try:
        actions.reset_second_factor(request.actor, found)
    except NotAllowed:
        messages.error(
            request, _("This person also has a role elsewhere. Ask the administrator of that organisation.")
        )
    else:
        messages.success(
            request, _("%(name)s sets up a new second factor when signing in.") % {"name": found}
        )
    return redirect("person", ref)


@page("account.own")
def roles(request: ActorRequest) -> HttpResponse:
    """The access table in words, for everybody: no secret, and it answers 'why can I not see this'."""
    return render(request, "organisations/roles.html", {"roles": roles_in_words()})


def places(request: ActorRequest) -> Any:
    """The open organisations for which the actor may invite."""
    found = organisations_with(request.actor, "admin.users")
    return found.filter(closed_on__isnull=True).order_by("kind", "name")
