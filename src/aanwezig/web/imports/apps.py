from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "aanwezig.web.imports"
    label = "imports"

    def ready(self) -> None:
        # Listens for the upkeep of the worker.
        from aanwezig.web.imports import jobs  # noqa: F401
