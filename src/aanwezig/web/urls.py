"""Addresses: one line per app. Each view says its right (``access.views.page``)."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
handler403 = "aanwezig.web.design.errors.forbidden"
handler404 = "aanwezig.web.design.errors.not_found"
handler500 = "aanwezig.web.design.errors.broken"
