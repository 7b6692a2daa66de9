"""The language of the page, the accessibility statement, and the page with every component."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from aanwezig.web.access.views import open_page
from aanwezig.web.design.style_page import sample


@open_page
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie, and with the account of who is signed in; then back to the page."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=31_536_000,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
        if request.user.is_authenticated and request.user.language != chosen:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


@open_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the application is, and what to do when something cannot be used."""
    return render(request, "design/accessibility.html")


@open_page
def style_page(request: HttpRequest) -> HttpResponse:
    """Every component and picture with made-up values; not there in production."""
    return render(request, "design/style_page.html", sample())
