"""Choosing the language, the accessibility statement, and the page with every component (not in production)."""

from django.conf import settings
from django.urls import URLPattern, path

from aanwezig.web.design import views

urlpatterns: list[URLPattern] = [
    path("language/", views.choose_language, name="language"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
if settings.DEBUG or getattr(settings, "DEMO", False) or getattr(settings, "SHOW_DESIGN", False):
    urlpatterns.append(path("design/", views.style_page, name="design"))
