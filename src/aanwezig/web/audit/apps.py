from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "aanwezig.web.audit"
    label = "audit"

    def ready(self) -> None:
        from aanwezig.web.audit.queries import menu_counts
        from aanwezig.web.design.menu import set_counts

        set_counts(menu_counts)
