"""What the command line and the report say: one YAML file per subject, Dutch and English side by side."""

from aanwezig.cli.texts.loader import Texts, all_texts

__all__ = ["Texts", "all_texts"]
