from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "aanwezig.web.access"
    label = "access"
