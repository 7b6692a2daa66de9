from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "aanwezig.web.duties"
    label = "duties"

    def ready(self) -> None:
        from aanwezig.web.duties.queries import letters_as_words
        from aanwezig.web.signals.words import register_words

        register_words("letters", letters_as_words)
