"""Addresses: one line per app. Each view says its right (``access.views.page``)."""

from django.urls import URLPattern, URLResolver, include, path

from aanwezig.web.pupils.views.overview import family

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("aanwezig.web.design.urls")),
    path("", include("aanwezig.web.accounts.urls")),
    path("", include("aanwezig.web.organisations.urls")),
    path("", include("aanwezig.web.audit.urls")),
    path("definitions/", include("aanwezig.web.definitions.urls")),
    path("duties/", include("aanwezig.web.duties.urls")),
    path("family/", family, name="family"),
    path("", include("aanwezig.web.search.urls")),
    path("exports/", include("aanwezig.web.exports.urls")),
    path("pupils/", include("aanwezig.web.pupils.urls")),
    path("administration/", include("aanwezig.web.upkeep.urls")),
    path("calendar/", include("aanwezig.web.calendars.urls")),
    path("school/", include("aanwezig.web.schools.urls")),
    path("import/", include("aanwezig.web.imports.urls")),
    path("worklist/", include("aanwezig.web.worklist.urls")),
    path("signals/", include("aanwezig.web.signals.urls")),
    path("", include("aanwezig.web.today.urls")),
]
handler403 = "aanwezig.web.design.errors.forbidden"
handler404 = "aanwezig.web.design.errors.not_found"
handler500 = "aanwezig.web.design.errors.broken"
