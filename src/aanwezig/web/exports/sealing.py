"""The password of an export between asking and making: sealed with a key that is not in the database."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from django.utils.crypto import salted_hmac


def _key() -> Fernet:
    digest = salted_hmac("aanwezig.exports.sealing", "password", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(text: str) -> str:
    return _key().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; ``cryptography.fernet.InvalidToken`` with another key."""
    return _key().decrypt(sealed.encode()).decode()
