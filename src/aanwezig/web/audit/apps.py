from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "aanwezig.web.audit"
    label = "audit"
