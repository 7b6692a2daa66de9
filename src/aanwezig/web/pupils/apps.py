from django.apps import AppConfig


class PupilsConfig(AppConfig):
    name = "aanwezig.web.pupils"
    label = "pupils"
