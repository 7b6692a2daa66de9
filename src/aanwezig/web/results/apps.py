from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "aanwezig.web.results"
    label = "results"

    def ready(self) -> None:
        # Listens for facts that changed.
        from aanwezig.web.results import jobs  # noqa: F401
