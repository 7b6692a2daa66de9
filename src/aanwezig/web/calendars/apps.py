from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "aanwezig.web.calendars"
    label = "calendars"
