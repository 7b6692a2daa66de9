from django.apps import AppConfig


class PupilsConfig(AppConfig):
    name = "aanwezig.web.pupils"
    label = "pupils"

    def ready(self) -> None:
        from aanwezig.web.pupils.queries.following import notes_as_words
        from aanwezig.web.signals.words import register_words

        register_words("notes", notes_as_words)
