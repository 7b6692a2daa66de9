from django.apps import AppConfig


class TodayConfig(AppConfig):
    name = "aanwezig.web.today"
    label = "today"
