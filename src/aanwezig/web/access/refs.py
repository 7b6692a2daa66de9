"""What stands in an address instead of a number or name: a short random text without meaning."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models

# Without letters and digits that look alike, because people read them aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 12


def new_ref() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


class RefField(models.CharField):  # type: ignore[type-arg]
    """The public name of a record in addresses; unique, never changed, tells nothing."""

    def __init__(self, **options: Any) -> None:
        defaults = {"max_length": LENGTH, "unique": True, "default": new_ref, "editable": False}
        super().__init__(**{**defaults, **options})
