from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "aanwezig.web.results"
    label = "results"
