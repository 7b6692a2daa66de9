from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "aanwezig.web.facts"
    label = "facts"
