"""Inviting people, and accepting an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from aanwezig.web.access.decide import require
from aanwezig.web.access.views import ActorRequest, open_page, page
from aanwezig.web.organisations import invitations, queries
from aanwezig.web.organisations.actions import NotPossible
from aanwezig.web.organisations.forms import AcceptForm, InvitationForm
from aanwezig.web.organisations.models import Invitation
from aanwezig.web.organisations.views import A_PAGE, places


@page("admin.users")
def invitation_list(request: ActorRequest) -> HttpResponse:
    shown = Paginator(queries.invitations(request.actor), A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, queries.is_expired(one)) for one in shown]
    return render(request, "organisations/invitations.html", {"page_obj": shown, "rows": rows})


@page("admin.users")
def invite(request: ActorRequest) -> HttpResponse:
    initial = {"organisation": request.actor.working_at.id if request.actor.working_at else None}
    form = InvitationForm(request.POST or None, places=places(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = invitations.invite(request.actor, form.values())
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            return _show_link(request, made)
    return render(request, "organisations/invite.html", {"form": form}, status=422 if form.errors else 200)


@page("admin.users")
@require_POST
def change_invitation(request: ActorRequest, ref: str) -> HttpResponse:
    """Send again or withdraw."""
    found = get_object_or_404(Invitation.objects.select_related("organisation", "invited_by"), ref=ref)
    require(request.actor, "admin.users", found.organisation)
    try:
        if "again" in request.POST:
            return _show_link(request, invitations.send_again(request.actor, found))
        invitations.withdraw(request.actor, found)
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The invitation was withdrawn; its link no longer works."))
    return redirect("invitations")


def _show_link(request: ActorRequest, made: invitations.Invited) -> HttpResponse:
    """Mail the link. Without mail it is shown this once, to copy: only its hash is kept."""
    url = request.build_absolute_uri(reverse("accept_invitation", args=(made.token,)))
    if invitations.mail_invitation(made, url, get_language() or "nl"):
        messages.success(
            request, _("The invitation was sent to %(email)s.") % {"email": made.invitation.email}
        )
        return redirect("invitations")
    response = render(
        request, "organisations/invitation_link.html", {"invitation": made.invitation, "url": url}
    )
    response["Cache-Control"] = "no-store"
    return response


@open_page
@never_cache
@sensitive_post_parameters("password1", "password2")
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link. Every link that does not work gets the same answer."""
    invitation = invitations.open_invitation(token)
    if invitation is None:
        return render(request, "organisations/invitation_gone.html", status=410)
    existing = invitations.account_of(invitation)
    user = request.user if request.user.is_authenticated else None
    context = {"invitation": invitation, "token": token}
    if user is not None and user != existing:
        return render(request, "organisations/invitation_other.html", context, status=409)
    if existing is not None:
        if request.method == "POST" and user is not None:
            return _accepted(request, token, user_signed_in=True)
        return render(
            request, "organisations/invitation_existing.html", context | {"user_is_here": user is not None}
        )
    start = {"name": invitation.name, "language": get_language() or "nl"}
    form = AcceptForm(request.POST or None, email=invitation.email, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = invitations.accept(
            token, None, name=data["name"], language=data["language"], password=data["password1"]
        )
        if person is None:
            return render(request, "organisations/invitation_gone.html", status=410)
        record_authentication(request, person, "password", email=person.email)
        answer: HttpResponse = perform_login(request, Login(user=person, email=person.email))
        return answer
    return render(
        request,
        "organisations/invitation_new.html",
        context | {"form": form},
        status=422 if form.errors else 200,
    )


def _accepted(request: HttpRequest, token: str, user_signed_in: bool) -> HttpResponse:
    person = invitations.accept(token, request.user if user_signed_in else None)  # type: ignore[arg-type]
    if person is None:
        return render(request, "organisations/invitation_gone.html", status=410)
    messages.success(request, _("You have the role from now on."))
    return redirect("/")
