"""Pages with the figures of a school."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from aanwezig.values import SchoolYear
from aanwezig.web.access.decide import today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.schools import queries
from aanwezig.web.schools.choosing import choose_school, chosen_school


def _year(request: ActorRequest, years: list[str]) -> str:
    wanted = request.GET.get("year", "")
    now = str(SchoolYear.of(today()))
    if wanted and wanted not in years:
        raise Http404
    return wanted or (now if now in years or not years else years[0])


@page("school.view")
def school(request: ActorRequest) -> HttpResponseBase:
    """Attendance by week, bands, tiers, grid, classes, reasons of a school; compared with last year."""
    one = chosen_school(request, "school.view")
    if one is None:
        return choose_school(request, "school.view")
    years = queries.years_of(one)
    year = _year(request, years)
    found = queries.school_page(request.actor, one, year)
    return render(
        request,
        "schools/school.html",
        {"school": one, "page": found, "year": year, "years": years, "weekdays": queries.weekday_names()},
    )


@page("school.view")
def why(request: ActorRequest) -> HttpResponse:
    """Why our number differs: definition, population, dates, what was left out, the same by other definitions."""
    one = chosen_school(request, "school.view")
    if one is None:
        raise Http404
    year = _year(request, queries.years_of(one))
    found = queries.school_page(request.actor, one, year)
    names = {
        "ours": _("All reasons count, by minutes: our figure"),
        "unauthorised_only": _("Only unauthorised absence counts"),
        "without_sickness": _("Sickness does not count"),
        "without_lateness": _("Coming late does not count"),
        "mean_of_pupils": _("The mean of the pupils' own rates: each child counts the same"),
        "enrolled_now": _("Only pupils who are enrolled now"),
    }
    figures = [(names[one_.definition], one_) for one_ in queries.other_figures(request.actor, one, year)]
    return render(
        request, "schools/why.html", {"school": one, "page": found, "year": year, "others": figures}
    )
