from django.apps import AppConfig


class PupilsConfig(AppConfig):
    name = "aanwezig.web.pupils"
    label = "pupils"

    def ready(self) -> None:
        from django.db.models.signals import post_delete

        from aanwezig.web.pupils.actions.documents import forget_file
        from aanwezig.web.pupils.models import Document
        from aanwezig.web.pupils.queries.following import notes_as_words
        from aanwezig.web.signals.words import register_words

        register_words("notes", notes_as_words)
        # Retention deletes pupils; their files go with the rows.
        post_delete.connect(forget_file, sender=Document, dispatch_uid="pupils.forget_file")
