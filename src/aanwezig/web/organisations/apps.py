from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "aanwezig.web.organisations"
    label = "organisations"
