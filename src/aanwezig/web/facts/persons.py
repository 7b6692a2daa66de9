"""Who a pupil is: names as they are searched for, by letters and by sound."""

from __future__ import annotations

import re
import unicodedata

from aanwezig.web.facts.models import Person

# Letters that sound alike in Dutch names; longest first. Each sound becomes one sign.
SOUNDS = (
    ("sch", "s"), ("tsj", "c"), ("ch", "g"), ("ck", "k"), ("kh", "g"), ("gh", "g"), ("ph", "f"), ("th", "t"),
    ("sj", "s"), ("sh", "s"), ("dt", "t"), ("ks", "x"), ("kw", "q"), ("qu", "q"),
    ("ij", "i"), ("ei", "i"), ("ey", "i"), ("ai", "i"), ("au", "o"), ("ou", "o"), ("oe", "u"), ("eu", "u"),
    ("uu", "u"), ("ue", "u"), ("oo", "o"), ("aa", "a"), ("ee", "e"), ("ie", "i"), ("ea", "e"),
    ("c", "k"), ("q", "k"), ("z", "s"), ("v", "f"), ("w", "f"), ("y", "i"), ("d", "t"), ("b", "p"), ("j", "i"), ("h", ""),
)  # fmt: skip


def plain(text: str) -> str:
    """Lower case, without accents and signs: 'Zoë' as 'zoe', 'El Amrani' as 'el amrani'."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", kept).split())


def sound_of(word: str) -> str:
    """How a word sounds, roughly: two spellings of one name give the same text.

    >>> sound_of("Dijkstra") == sound_of("Dykstra")
    True
    >>> sound_of("Bakker") == sound_of("Bacher")
    False
    """
    rest, found = plain(word).replace(" ", ""), ""
    while rest:
        for letters, sign in SOUNDS:
            if rest.startswith(letters):
                found += sign
                rest = rest[len(letters) :]
                break
        else:
            found += rest[0]
            rest = rest[1:]
    return re.sub(r"(.)\1+", r"\1", found)


def search_words(person: Person) -> tuple[str, str]:
    """What is searched in, and the sounds of first and last name, each between spaces."""
    text = plain(f"{person.first_name} {person.prefix} {person.last_name} {person.number}")
    sounds = [sound_of(part) for part in plain(f"{person.first_name} {person.last_name}").split()]
    return f" {text}"[:400], f" {' '.join(sounds)} "[:200]
