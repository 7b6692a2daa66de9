from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "aanwezig.web.worklist"
    label = "worklist"
