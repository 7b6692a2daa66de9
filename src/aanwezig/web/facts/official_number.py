"""The official number of a pupil (BSN or education number): only for a notification, encrypted, never in an address or log."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from aanwezig.web.facts.models import Person


def can_be_kept() -> bool:
    """Whether the installation has a field key; without one no official number is kept."""
    return bool(settings.FIELD_KEY)


def is_official_number(text: str) -> bool:
    """Nine digits that pass the eleven test (a BSN gives 0, an education number 5 as rest).

    >>> is_official_number("111222333"), is_official_number("111222334")
    (True, False)
    """
    if len(text) != 9 or not text.isdecimal() or text == "000000000":
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    rest = sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) % 11
    return rest in (0, 5)


def seal(number: str) -> bytes:
    """The number as it is stored."""
    return Fernet(settings.FIELD_KEY).encrypt(number.encode())


def official_number_of(person: Person) -> str:
    """The number; empty when none is held, or when the key is another one by now."""
    if not person.official_number or not can_be_kept():
        return ""
    try:
        return Fernet(settings.FIELD_KEY).decrypt(bytes(person.official_number)).decode()
    except InvalidToken:
        return ""
