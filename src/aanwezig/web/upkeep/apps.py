from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "aanwezig.web.upkeep"
    label = "upkeep"
