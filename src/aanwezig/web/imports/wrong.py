"""What can be wrong with an import in the application, each with how to mend it (as AanwezigError; no child in it)."""

from __future__ import annotations

from aanwezig.values import AanwezigError, BilingualText

# code: what nl, what en, mend nl, mend en
_CODES = {
    "WEB-701": (
        "De gegevens van deze school zijn ondertussen veranderd, misschien door een andere import. Er is niets bewaard.",
        "The data of this school changed meanwhile, perhaps by another import. Nothing was kept.",
        "Wacht tot de andere import klaar is en controleer deze opnieuw.",
        "Wait until the other import is done and check this one again.",
    ),
    "WEB-702": (
        "Deze import wordt al ergens anders bewaard.",
        "This import is being kept elsewhere already.",
        "Kijk over een minuut op de pagina van de import.",
        "Look at the page of the import in a minute.",
    ),
    "WEB-703": (
        "Leerlingen staan in dit bestand onder een nummer waaronder de school nu een ander nummer kent. Om geen kind dubbel "
        "te maken is er niets bewaard.",
        "Pupils stand in this file under a number for which the school now knows another one. So that no child is made "
        "twice, nothing was kept.",
        "Gebruik de leerlingnummers die op de pagina's van de leerlingen staan.",
        "Use the numbers that stand on the pages of the pupils.",
    ),
    "WEB-704": (
        "Deze school is er niet.",
        "There is no such school.",
        "Maak de school aan bij Beheer, of noem in [options] van een indeling de sector.",
        "Add the school under Administration, or name its sector in [options] of a map.",
    ),
    "WEB-705": (
        "Een leerlingnummer in dit bestand is te lang.",
        "A pupil's number in this file is too long.",
        "Kijk of de goede kolom als leerlingnummer gekozen is.",
        "Check that the right column was chosen for the pupil's number.",
    ),
    "WEB-706": (
        "Een latere import bouwt voort op deze import.",
        "A later import builds on this import.",
        "Maak eerst de latere import ongedaan.",
        "Undo the later import first.",
    ),
    "WEB-707": (
        "Deze import kan niet ongedaan gemaakt worden.",
        "This import cannot be undone.",
        "Alleen een import die bewaard is en nog niet ongedaan is gemaakt, kan terug.",
        "Only an import that was kept and not yet undone can be taken back.",
    ),
    "WEB-708": (
        "Regels die deze import verving, zijn daarna met de hand opnieuw vastgelegd.",
        "Rows that this import replaced were recorded by hand since then.",
        "Verbeter de regels bij de school en importeer opnieuw.",
        "Correct the records at school and import again.",
    ),
    "WEB-709": (
        "Dit kan nu niet: de import is al een stap verder.",
        "This is not possible now: the import is a step further already.",
        "Bekijk hieronder hoe het ervoor staat.",
        "See below where it stands.",
    ),
    "WEB-710": (
        "Er verandert of verdwijnt meer dan 10 procent.",
        "More than 10 percent changes or vanishes.",
        "Kijk of dit de juiste levering is en zet dan het vinkje.",
        "Check that this is the right delivery and then tick the box.",
    ),
    "WEB-711": (
        "De bestanden van deze import zijn opgeruimd.",
        "The files of this import were removed.",
        "Begin een nieuwe import met dezelfde bestanden.",
        "Begin a new import with the same files.",
    ),
    "WEB-712": (
        "Er ging iets mis in de toepassing. Er is niets bewaard.",
        "Something went wrong in the application. Nothing was kept.",
        "Probeer het nog eens. Blijft het misgaan, geef dan het nummer van de import aan je beheerder.",
        "Try again. If it keeps going wrong, give the number of the import to your administrator.",
    ),
    "WEB-713": (
        "Er is geen import met dit nummer.",
        "There is no import with this number.",
        "Kijk het nummer na op de pagina Importeren.",
        "Check the number on the page Import.",
    ),
}


class Wrong(AanwezigError):
    """One of the above."""


class ChangedMeanwhile(Wrong):
    """What the import was laid over is no longer what stands: reading again may help."""


def wrong(code: str) -> Wrong:
    """The error of that code."""
    nl, en, mend_nl, mend_en = _CODES[code]
    kind = ChangedMeanwhile if code == "WEB-701" else Wrong
    return kind(code, BilingualText(nl, en), BilingualText(mend_nl, mend_en))
