"""Addresses of the log, of who can see a child, and of breaking the glass."""

from django.urls import URLPattern, path

from aanwezig.web.audit import views

urlpatterns: list[URLPattern] = [
    path("pupils/<str:ref>/who/", views.who, name="pupil_who"),
    path("pupils/<str:ref>/emergency/", views.emergency, name="pupil_emergency"),
    path("administration/log/", views.log, name="log"),
    path("administration/emergencies/", views.emergencies, name="emergencies"),
    path("administration/emergencies/<str:ref>/seen/", views.seen, name="emergency_seen"),
]
