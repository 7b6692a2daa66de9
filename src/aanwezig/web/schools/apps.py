from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "aanwezig.web.schools"
    label = "schools"
