"""Mistakes that an action refuses, each with what to do; the pages show them, and so does any other caller."""

from __future__ import annotations

from aanwezig.values import AanwezigError, BilingualText


class Conflict(Exception):
    """Somebody else changed the same thing meanwhile; ``now`` is what stands. Nothing was changed."""

    def __init__(self, now: object) -> None:
        super().__init__("changed meanwhile")
        self.now = now


_WRONG: dict[str, tuple[str, str, str, str, str]] = {
    "future": (
        "WEB-601",
        "Die dag moet nog komen.",
        "That day is still to come.",
        "Kies vandaag of een eerdere dag.",
        "Choose today or an earlier day.",
    ),
    "ends_before_begin": (
        "WEB-602",
        "De laatste dag ligt voor de eerste dag.",
        "The last day lies before the first day.",
        "Verander een van de twee dagen.",
        "Change one of the two days.",
    ),
    "before_birth": (
        "WEB-603",
        "Die dag ligt voor de geboorte van de leerling.",
        "That day lies before the pupil's birth.",
        "Kijk het jaar na.",
        "Check the year.",
    ),
    "review_before_begin": (
        "WEB-604",
        "De dag waarop jullie terugkijken ligt voor het begin.",
        "The day of review lies before the begin.",
        "Kies een latere dag om terug te kijken.",
        "Choose a later day of review.",
    ),
    "review_past": (
        "WEB-605",
        "De dag waarop jullie terugkijken is al geweest.",
        "The day of review has passed already.",
        "Kies vandaag of een latere dag.",
        "Choose today or a later day.",
    ),
    "review_too_far": (
        "WEB-606",
        "Die dag ligt meer dan een jaar verder.",
        "That day is more than a year away.",
        "Kijk binnen een jaar terug.",
        "Look back within a year.",
    ),
    "no_text": (
        "WEB-607",
        "Er staat nog niets.",
        "Nothing is written yet.",
        "Schrijf een paar woorden.",
        "Write a few words.",
    ),
    "no_school": (
        "WEB-608",
        "De leerling is niet ingeschreven op een school waarvoor je werkt.",
        "The pupil is not enrolled at a school that you work for.",
        "Laat de eigen school dit vastleggen.",
        "Let the pupil's own school record this.",
    ),
    "recorded_already": (
        "WEB-609",
        "Dit staat er al, met dezelfde eerste dag.",
        "This is there already, with the same first day.",
        "Verbeter wat er staat.",
        "Correct what is there.",
    ),
    "from_import": (
        "WEB-610",
        "Dit kwam met een import.",
        "This came with an import.",
        "Verbeter het in het systeem van de school en importeer opnieuw.",
        "Correct it in the school's own system and import again.",
    ),
    "gone": (
        "WEB-611",
        "Dit is intussen al verbeterd of ingetrokken.",
        "This was corrected or withdrawn meanwhile.",
        "Laad de pagina opnieuw en kijk wat er nu staat.",
        "Load the page again and see what is there now.",
    ),
    "too_large": (
        "WEB-612",
        "Het bestand is groter dan 10 MB.",
        "The file is larger than 10 MB.",
        "Maak het kleiner, of splits het.",
        "Make it smaller, or split it.",
    ),
    "unknown_format": (
        "WEB-613",
        "De inhoud van het bestand is geen pdf, jpg, png, docx of odt.",
        "The content of the file is no pdf, jpg, png, docx or odt.",
        "Bewaar het als pdf en kies dat bestand. Bestanden met macro's gaan niet mee.",
        "Save it as pdf and choose that file. Files with macros are refused.",
    ),
    "plan_exists": (
        "WEB-614",
        "Er staat al een plan dat loopt.",
        "There is a running plan already.",
        "Beëindig dat plan, of verander het.",
        "End that plan, or change it.",
    ),
}


def wrong(code: str) -> AanwezigError:
    number, nl, en, mend_nl, mend_en = _WRONG[code]
    return AanwezigError(number, BilingualText(nl, en), BilingualText(mend_nl, mend_en))
