from django.apps import AppConfig


class TodayConfig(AppConfig):
    name = "aanwezig.web.today"
    label = "today"

    def ready(self) -> None:
        # Listens for the upkeep of the worker.
        from aanwezig.web.today import tasks  # noqa: F401
