from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "aanwezig.web.exports"
    label = "exports"

    def ready(self) -> None:
        from django.utils.translation import gettext_noop

        from aanwezig.web.audit.words import name_actions, name_pages

        # Listens for the upkeep of the worker.
        from aanwezig.web.exports import jobs  # noqa: F401

        name_pages(
            {
                "export.pupils": gettext_noop("export: list of pupils"),
                "export.duties": gettext_noop("export: list of notifications"),
                "export.signals": gettext_noop("export: signals not yet followed up"),
                "export.registrations": gettext_noop("export: registrations of a pupil"),
            }
        )
        name_actions(
            {
                "export.ask": gettext_noop("asked for an export"),
                "export.made": gettext_noop("made an export"),
                "export.taken": gettext_noop("took an export along"),
                "export.delete": gettext_noop("deleted an export"),
            }
        )
