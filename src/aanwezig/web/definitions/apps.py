from django.apps import AppConfig


class DefinitionsConfig(AppConfig):
    name = "aanwezig.web.definitions"
    label = "definitions"
