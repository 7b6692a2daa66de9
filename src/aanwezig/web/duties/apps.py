from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "aanwezig.web.duties"
    label = "duties"
