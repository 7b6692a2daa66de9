from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "aanwezig.web.signals"
    label = "signals"

    def ready(self) -> None:
        from aanwezig.web.signals import tasks  # noqa: F401  (listens to changes of facts)
