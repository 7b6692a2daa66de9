"""What the pictures say: one YAML file per subject, Dutch and English side by side."""

from aanwezig.pictures.texts.loader import Texts, read_texts

__all__ = ["Texts", "read_texts"]
