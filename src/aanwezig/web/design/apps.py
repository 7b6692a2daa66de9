from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "aanwezig.web.design"
    label = "design"
