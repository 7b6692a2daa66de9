"""What can go wrong in an import, REG-100 to REG-199, in the shape of ``engines.fault_codes``.

REG-100 to REG-119 stop the import (``AanwezigError``, or an import that is not kept); REG-120 and up are of
one row and never stop the good ones. Codes below REG-100 are those of reading a register: the same mistake
has the same code.
"""

from __future__ import annotations

from aanwezig.engines.fault_codes import FAULT_CODES as READING_CODES
from aanwezig.engines.fault_codes import FaultCode, FaultTexts
from aanwezig.values import BilingualText

T = BilingualText

_CODES = (
    FaultCode(
        "REG-100",
        T("Bestand niet gevonden", "File not found"),
        T("Dit bestand is er niet.", "This file does not exist."),
        T("Kijk of de naam en de map kloppen.", "Check the name and the folder."),
    ),
    FaultCode(
        "REG-101",
        T("Andere vorm", "Another format"),
        T(
            "Dit bestand is geen {expected_nl}{reason_nl}.",
            "This file is no {expected_en}{reason_en}.",
        ),
        T(
            "Maak de export opnieuw, of kies een ander profiel.",
            "Make the export again, or choose another profile.",
        ),
    ),
    FaultCode(
        "REG-102",
        T("Verwijzingen in XML", "References in XML"),
        T(
            "Dit XML-bestand heeft een DTD of entiteiten. Die worden om veiligheid geweigerd.",
            "This XML file has a DTD or entities. For safety these are refused.",
        ),
        T("Maak de export opnieuw zonder DTD.", "Make the export again without a DTD."),
    ),
    FaultCode(
        "REG-103",
        T("Onveilig archief", "Unsafe archive"),
        T("Dit archief wordt niet uitgepakt: {reason_nl}.", "This archive is not unpacked: {reason_en}."),
        T("Maak de export opnieuw.", "Make the export again."),
    ),
    FaultCode(
        "REG-104",
        T("Te groot of te diep", "Too large or too deep"),
        T(
            "Een onderdeel van dit bestand is te groot of te diep genest om te lezen.",
            "A part of this file is too large or nested too deeply to be read.",
        ),
        T(
            "Kijk of dit de juiste export is en of hij heel is.",
            "Check that this is the right export and that it is whole.",
        ),
    ),
    FaultCode(
        "REG-105",
        T("Onbekend profiel", "Unknown profile"),
        T("Dit profiel is er niet.", "There is no such profile."),
        T("Kies een van deze: {known}.", "Choose one of these: {known}."),
    ),
    FaultCode(
        "REG-106",
        T("Indeling klopt niet", "Map not valid"),
        T("De indeling (--map) klopt niet: {reason_nl}.", "The map (--map) is not valid: {reason_en}."),
        T("Verbeter de indeling en lees opnieuw in.", "Correct the map and import again."),
    ),
    FaultCode(
        "REG-107",
        T("Kolom uit de indeling ontbreekt", "Column of the map is missing"),
        T(
            "Deze kolommen uit de indeling staan niet in het bestand: {columns}.",
            "These columns of the map are not in the file: {columns}.",
        ),
        T(
            "Verbeter de namen in [columns]. De kopregel is: {found}.",
            "Correct the names in [columns]. The header is: {found}.",
        ),
    ),
    FaultCode(
        "REG-108",
        T("Verplichte kolom niet gevonden", "Required column not found"),
        T(
            "In dit bestand is geen kolom voor {columns_nl}.",
            "This file has no column for {columns_en}.",
        ),
        T(
            "Zet in [columns] van een indeling (--map) welke kolom dat is{header_nl}. De kopregel is: {found}.",
            "Say in [columns] of a map (--map) which column it is{header_en}. The header is: {found}.",
        ),
    ),
    FaultCode(
        "REG-109",
        T("Burgerservicenummer", "National number"),
        T(
            "De kolom voor de leerling is het burgerservicenummer of onderwijsnummer. Dat komt niet in het register.",
            "The column for the pupil is the national number. That never goes into the register.",
        ),
        T(
            "Kies voor 'pupil_id' het eigen nummer van de school (leerlingnummer of stamnummer).",
            "For 'pupil_id' choose the school's own number of the pupil.",
        ),
    ),
    FaultCode(
        "REG-110",
        T("Onbekende redencodes", "Unknown reason codes"),
        T(
            "Deze redencodes zijn niet bekend: {codes_nl}. Er is niets bewaard.",
            "These reason codes are not known: {codes_en}. Nothing was kept.",
        ),
        T(
            "Zet in [reasons] van een indeling (--map) wat elke code betekent. Er wordt niets geraden.",
            "Say in [reasons] of a map (--map) what each code means. Nothing is guessed.",
        ),
    ),
    FaultCode(
        "REG-111",
        T("Bevestiging nodig", "Confirmation needed"),
        T(
            "Er zouden {vanished} rijen verdwijnen en {changed} veranderen, van {base}: meer dan 10 procent. "
            "Er is niets bewaard.",
            "{vanished} rows would vanish and {changed} would change, of {base}: more than 10 percent. "
            "Nothing was kept.",
        ),
        T(
            "Kijk of dit de juiste export is. Klopt het, lees dan opnieuw in met --yes.",
            "Check that this is the right export. If so, import again with --yes.",
        ),
    ),
    FaultCode(
        "REG-112",
        T("Er loopt al een import", "Another import is running"),
        T("Er wordt al een bestand in deze map ingelezen.", "Another import into this folder is running."),
        T("Wacht tot die klaar is en probeer het opnieuw.", "Wait until it is done and try again."),
    ),
    FaultCode(
        "REG-113",
        T("Onbekende levering", "Unknown batch"),
        T("Deze levering staat niet in batches.jsonl.", "This batch is not in batches.jsonl."),
        T(
            "Neem een kenmerk uit die lijst. Bekend zijn: {known}.",
            "Take an id from that list. Known are: {known}.",
        ),
    ),
    FaultCode(
        "REG-114",
        T("Levering kan niet terug", "Batch cannot be undone"),
        T(
            "Deze levering kan niet worden teruggedraaid: {reason_nl}.",
            "This batch cannot be undone: {reason_en}.",
        ),
        T("{mend_nl}", "{mend_en}"),
    ),
    FaultCode(
        "REG-115",
        T("Geweigerde rijen met --strict", "Refused rows with --strict"),
        T(
            "{count} rijen zijn geweigerd. Door --strict is er niets bewaard.",
            "{count} rows were refused. Because of --strict nothing was kept.",
        ),
        T("Herstel de rijen uit het foutenverslag.", "Mend the rows of the fault report."),
    ),
    FaultCode(
        "REG-116",
        T("Map voor het register", "Register folder"),
        T("In deze map kan niet worden geschreven.", "This folder cannot be written to."),
        T("Kies een andere map of vraag om toegang.", "Choose another folder or ask for access."),
    ),
    FaultCode(
        "REG-117",
        T("Bestand twee keer gegeven", "File given twice"),
        T("Ditzelfde bestand is twee keer opgegeven.", "This same file is given twice."),
        T("Geef elk bestand één keer.", "Give each file once."),
    ),
    FaultCode(
        "REG-118",
        T("School onbekend in deze map", "School not in this folder"),
        T(
            "School {school} staat niet in 'schools' van deze map.",
            "School {school} is not in 'schools' of this folder.",
        ),
        T(
            "Kijk of --school klopt (BRIN en vestiging, zoals 25PL00), of voeg de school toe.",
            "Check --school (BRIN and location, such as 25PL00), or add the school.",
        ),
    ),
    FaultCode(
        "REG-120",
        T("Geen datum", "Not a date"),
        T(
            "'{column}' is geen datum. De rij is niet ingelezen.",
            "'{column}' is not a date. The row was not imported.",
        ),
        T(
            "Schrijf de datum als 2025-09-08 of 08-09-2025, of zet 'date_order' in [options].",
            "Write the date as 2025-09-08 or 08-09-2025, or put 'date_order' in [options].",
        ),
    ),
    FaultCode(
        "REG-121",
        T("Buiten de levering", "Outside the delivery"),
        T(
            "De datum ligt buiten de periode van deze levering ({first} tot en met {last}). De rij is niet ingelezen.",
            "The date lies outside the period of this delivery ({first} up to {last}). The row was not imported.",
        ),
        T(
            "Verbeter 'from' en 'to' in [options], of maak de export opnieuw.",
            "Correct 'from' and 'to' in [options], or make the export again.",
        ),
    ),
    FaultCode(
        "REG-122",
        T("Periode te lang", "Period too long"),
        T(
            "Deze periode is langer dan een jaar. De rij is niet ingelezen.",
            "This period is longer than a year. The row was not imported.",
        ),
        T("Verbeter de begin- of einddatum op school.", "Correct the first or last day at school."),
    ),
    FaultCode(
        "REG-123",
        T("Geen schooldag in de periode", "No school day in the period"),
        T(
            "In deze periode ligt geen schooldag. De rij is niet ingelezen.",
            "This period holds no school day. The row was not imported.",
        ),
        T(
            "Verbeter de datums, of zet in 'closures' welke dagen open zijn.",
            "Correct the dates, or say in 'closures' which days are open.",
        ),
    ),
    FaultCode(
        "REG-124",
        T("Lesuren kloppen niet", "Lesson hours not valid"),
        T(
            "'{column}' is geen lesuur of rij van lesuren. De rij is niet ingelezen.",
            "'{column}' is not a lesson hour or range of lesson hours. The row was not imported.",
        ),
        T("Schrijf lesuren als 3, of van 3 tot en met 5.", "Write lesson hours as 3, or from 3 up to 5."),
    ),
    FaultCode(
        "REG-125",
        T("Onbekend dagdeel", "Unknown part of the day"),
        T(
            "'{column}' is geen dagdeel. De rij is niet ingelezen.",
            "'{column}' is no part of the day. The row was not imported.",
        ),
        T("Gebruik dag, ochtend of middag.", "Use day, morning or afternoon."),
    ),
    FaultCode(
        "REG-126",
        T("Onbekend: geoorloofd", "Unknown: authorised"),
        T(
            "'{column}' zegt niet of het verzuim geoorloofd is. De rij is niet ingelezen.",
            "'{column}' does not say whether the absence is authorised. The row was not imported.",
        ),
        T(
            "Zet in [authorised] van een indeling wat dit woord betekent: yes, no of leeg.",
            "Say in [authorised] of a map what this word means: yes, no or empty.",
        ),
    ),
    FaultCode(
        "REG-127",
        T("Einde voor het begin", "End before the beginning"),
        T(
            "De eindtijd ligt niet na de begintijd. De rij is niet ingelezen.",
            "The end lies not after the beginning. The row was not imported.",
        ),
        T("Verbeter de tijden op school.", "Correct the times at school."),
    ),
    FaultCode(
        "REG-128",
        T("Deel van een dag zonder dagduur", "Part of a day without its length"),
        T(
            "'{column}' is een deel van een dag, maar hoe lang de dag duurt is niet bekend. De rij is niet ingelezen.",
            "'{column}' is a share of a day, but the length of the day is not known. The row was not imported.",
        ),
        T("Zet 'day_minutes' in [options], zoals 330.", "Put 'day_minutes' in [options], such as 330."),
    ),
    FaultCode(
        "REG-129",
        T("Minuten over meer dagen", "Minutes over several days"),
        T(
            "Deze rij geeft minuten voor meer dan één dag. De rij is niet ingelezen.",
            "This row gives minutes for more than one day. The row was not imported.",
        ),
        T(
            "Zet 'minutes_are' in [options]: 'per_day', of 'ignored' als het hele dagen zijn.",
            "Put 'minutes_are' in [options]: 'per_day', or 'ignored' when these are whole days.",
        ),
    ),
    FaultCode(
        "REG-130",
        T("Kenmerk van een andere school", "Id of another school"),
        T(
            "Dit kenmerk is al van een registratie van een andere school. De rij is niet ingelezen.",
            "This id already belongs to a registration of another school. The row was not imported.",
        ),
        T(
            "Geef registraties van verschillende scholen verschillende kenmerken.",
            "Give registrations of different schools different ids.",
        ),
    ),
    FaultCode(
        "REG-131",
        T("Tekst te lang", "Text too long"),
        T(
            "'{column}' is te lang voor een kenmerk. De rij is niet ingelezen.",
            "'{column}' is too long for an id. The row was not imported.",
        ),
        T(
            "Kijk of in [columns] de juiste kolom staat: vrije tekst komt niet in het register.",
            "Check that [columns] names the right column: free text never goes into the register.",
        ),
    ),
    FaultCode(
        "REG-132",
        T("Geen reden", "No reason"),
        T("De reden is leeg. De rij is niet ingelezen.", "The reason is empty. The row was not imported."),
        T(
            'Vul de reden in op school, of zet in [reasons]: "" = "unknown".',
            'Fill in the reason at school, or put in [reasons]: "" = "unknown".',
        ),
    ),
    FaultCode(
        "REG-133",
        T("Geen eerste dag van inschrijving", "No first day of enrolment"),
        T(
            "Van deze leerling is niet bekend wanneer de inschrijving begon. Die is niet ingelezen.",
            "It is not known when this pupil's enrolment began. It was not imported.",
        ),
        T("Vul de instroomdatum in op school.", "Fill in the first day at school."),
    ),
    FaultCode(
        "REG-134",
        T("Leerling zonder kenmerk", "Pupil without an id"),
        T(
            "Deze leerling heeft geen kenmerk en is niet ingelezen.",
            "This pupil has no id and was not imported.",
        ),
        T("Vul het leerlingnummer in op school.", "Fill in the pupil's number at school."),
    ),
    FaultCode(
        "REG-135",
        T("Aanwezig en afwezig tegelijk", "Present and absent at once"),
        T(
            "Voor dit moment is de leerling ook als aanwezig genoteerd. Het verzuim is wel ingelezen.",
            "The pupil is marked as present at this moment too. The absence was imported.",
        ),
        T("Kijk op school welke van de twee klopt.", "Find out at school which of the two is right."),
    ),
    FaultCode(
        "REG-136",
        T("Rij uit het oude bestand", "Row of the earlier file"),
        T(
            "Deze rij uit het bestand dat er al was, is niet te lezen en komt niet mee in de nieuwe tabel.",
            "This row of the file that was already there cannot be read and does not come into the new table.",
        ),
        T(
            "Het oude bestand blijft bewaard in .batches. Verbeter de rij en lees haar opnieuw in.",
            "The earlier file is kept in .batches. Correct the row and import it again.",
        ),
    ),
    FaultCode(
        "REG-137",
        T("Sector ontbreekt", "Sector missing"),
        T(
            "De export zegt niet tot welke sector de school hoort: 'schools' is niet gemaakt.",
            "The export does not say to which sector the school belongs: 'schools' was not made.",
        ),
        T(
            'Zet in [options]: sector = "po" (of sbo, so, vo, pro, vso, mbo).',
            'Put in [options]: sector = "po" (or sbo, so, vo, pro, vso, mbo).',
        ),
    ),
    FaultCode(
        "REG-138",
        T("Langer dan een dag", "Longer than a day"),
        T(
            "'{column}' is langer dan een dag. De rij is niet ingelezen.",
            "'{column}' is longer than a day. The row was not imported.",
        ),
        T(
            "Lever één rij per dag of les; een totaal over een periode past hier niet.",
            "Deliver one row a day or lesson; a total over a period does not fit here.",
        ),
    ),
)
FAULT_CODES: dict[str, FaultCode] = {entry.code: entry for entry in _CODES}


# Codes of reading a register are taken too.
_IMPORTING = FaultTexts({**READING_CODES, **FAULT_CODES})
make_fault = _IMPORTING.make_fault
make_error = _IMPORTING.make_error
