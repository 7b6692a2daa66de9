"""Every code of what can go wrong while reading a register, with what it means and how to mend it.

REG-001 to REG-009, REG-036 and REG-037 stop the whole reading (``AanwezigError``); the others are of one row or
file and never stop the good rows (``Fault``). REG-100 to REG-199 are of the imports. The documentation's
page of codes is made from here. Texts never hold a cell or a pupil's number: logs and screens repeat them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from aanwezig.values import AanwezigError, BilingualText, Fault

T = BilingualText
# A cell in a fault is there to be recognised, not to be copied whole.
LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True)
class FaultCode:
    """A code with its title and its texts; ``{column}``, ``{allowed}`` and the like are filled when used."""

    code: str
    title: BilingualText
    what: BilingualText
    mend: BilingualText


_CODES = (
    FaultCode(
        "REG-001",
        T("Map niet gevonden", "Folder not found"),
        T("Deze map met registerbestanden bestaat niet.", "This register folder does not exist."),
        T(
            "Kijk of de naam klopt. Geef de map, niet een bestand daarin.",
            "Check the name. Give the folder, not a file in it.",
        ),
    ),
    FaultCode(
        "REG-002",
        T("Lege map", "Empty folder"),
        T(
            "In deze map staat geen enkele tabel van een register.",
            "This folder holds no table of a register.",
        ),
        T(
            "Zet er ten minste schools, pupils, enrolments en absences in, als .csv of .parquet.",
            "Put at least schools, pupils, enrolments and absences in it, as .csv or .parquet.",
        ),
    ),
    FaultCode(
        "REG-003",
        T("Verplichte tabel ontbreekt", "Required table missing"),
        T("Deze tabellen ontbreken: {tables}.", "These tables are missing: {tables}."),
        T(
            "Zet ze in de map als <tabel>.csv of <tabel>.parquet; een bestand met alleen de kopregel mag.{hint_nl}",
            "Put them in the folder as <table>.csv or <table>.parquet; a file with only its header will do.{hint_en}",
        ),
    ),
    FaultCode(
        "REG-004",
        T("Verplichte kolom ontbreekt", "Required column missing"),
        T("Deze kolommen ontbreken: {columns}.", "These columns are missing: {columns}."),
        T(
            "Voeg ze toe. In de kopregel staat nu: {found}.",
            "Add them. The header now reads: {found}.",
        ),
    ),
    FaultCode(
        "REG-005",
        T("Tabel is er twee keer", "Table delivered twice"),
        T("Deze tabel staat er meer dan één keer: {files}.", "This table is there more than once: {files}."),
        T("Laat er één staan en haal de andere weg.", "Keep one and remove the others."),
    ),
    FaultCode(
        "REG-006",
        T("Bestand niet te lezen", "File cannot be read"),
        T("Dit bestand is niet te lezen: {reason_nl}.", "This file cannot be read: {reason_en}."),
        T(
            "Maak het opnieuw, als CSV in UTF-8 of als Parquet.",
            "Make it again, as CSV in UTF-8 or as Parquet.",
        ),
    ),
    FaultCode(
        "REG-007",
        T("Kolom is er twee keer", "Column delivered twice"),
        T("Deze kolomnamen staan er twee keer: {columns}.", "These column names are there twice: {columns}."),
        T("Laat van elke kolom er één over.", "Keep one of each."),
    ),
    FaultCode(
        "REG-008",
        T("Geen kopregel", "No header line"),
        T("Het bestand is leeg: er staan geen kolomnamen in.", "The file is empty: it has no column names."),
        T(
            "Zet de kolomnamen op de eerste regel, ook als er geen rijen zijn.",
            "Put the column names on the first line, also when there are no rows.",
        ),
    ),
    FaultCode(
        "REG-009",
        T("Rekenmachine ontbreekt", "Engine missing"),
        T("{what_nl}", "{what_en}"),
        T("{mend_nl}", "{mend_en}"),
    ),
    FaultCode(
        "REG-010",
        T("Te veel of te weinig cellen", "Too many or too few cells"),
        T(
            "Deze rij heeft {count} cellen en de kopregel {expected}. De rij is niet gelezen.",
            "This row has {count} cells and the header {expected}. The row was not read.",
        ),
        T(
            "Zet een tekst met het scheidingsteken erin tussen aanhalingstekens, of vul de rij aan.",
            "Put a text that holds the separator between quotes, or complete the row.",
        ),
    ),
    FaultCode(
        "REG-011",
        T("Regel te lang", "Line too long"),
        T(
            "Deze regel is langer dan {limit} tekens en is niet gelezen.",
            "This line is longer than {limit} characters and was not read.",
        ),
        T(
            "Kijk of het bestand heel is en of elke rij op een eigen regel staat.",
            "Check that the file is whole and that each row has its own line.",
        ),
    ),
    FaultCode(
        "REG-012",
        T("Verplichte cel is leeg", "Required cell is empty"),
        T("'{column}' is leeg. De rij is niet gelezen.", "'{column}' is empty. The row was not read."),
        T("Vul '{column}' in en lever opnieuw aan.", "Fill '{column}' in and deliver again."),
    ),
    FaultCode(
        "REG-013",
        T("Geen datum", "Not a date"),
        T(
            "'{column}' is geen datum in de vorm jaar-maand-dag. De rij is niet gelezen.",
            "'{column}' is not a date written as year-month-day. The row was not read.",
        ),
        T("Schrijf de datum als 2025-09-08.", "Write the date as 2025-09-08."),
    ),
    FaultCode(
        "REG-014",
        T("Datum bestaat niet", "A date that does not exist"),
        T(
            "De datum in '{column}' bestaat niet en is niet overgenomen.",
            "The date in '{column}' does not exist and was not taken over.",
        ),
        T(
            "Verbeter de datum op school en lever opnieuw aan.",
            "Correct the date at school and deliver again.",
        ),
    ),
    FaultCode(
        "REG-015",
        T("Onmogelijke datum", "Impossible date"),
        T(
            "De datum in '{column}' ligt voor 1900 of na 2100 en is niet overgenomen.",
            "The date in '{column}' lies before 1900 or after 2100 and was not taken over.",
        ),
        T(
            "Verbeter het jaartal. Laat een einddatum leeg als het einde nog niet bekend is.",
            "Correct the year. Leave a last day empty while the end is not known.",
        ),
    ),
    FaultCode(
        "REG-016",
        T("Geen heel getal", "Not a whole number"),
        T(
            "'{column}' is geen heel getal. De rij is niet gelezen.",
            "'{column}' is not a whole number. The row was not read.",
        ),
        T("Schrijf alleen cijfers, zoals 90.", "Write digits only, such as 90."),
    ),
    FaultCode(
        "REG-017",
        T("Getal onder nul", "Number below zero"),
        T(
            "'{column}' is minder dan nul. De rij is niet gelezen.",
            "'{column}' is below zero. The row was not read.",
        ),
        T(
            "Verbeter het getal. Trek een rij in met 'superseded_at', niet met een getal onder nul.",
            "Correct the number. Withdraw a row by 'superseded_at', not by a negative number.",
        ),
    ),
    FaultCode(
        "REG-018",
        T("Getal buiten de grenzen", "Number out of bounds"),
        T(
            "'{column}' moet van {minimum} tot en met {maximum} zijn. De rij is niet gelezen.",
            "'{column}' must be from {minimum} up to {maximum}. The row was not read.",
        ),
        T("Verbeter het getal.", "Correct the number."),
    ),
    FaultCode(
        "REG-019",
        T("Onbekende code", "Unknown code"),
        T(
            "'{column}' heeft een code die het register niet kent. De rij is niet gelezen.",
            "'{column}' holds a code that the register does not know. The row was not read.",
        ),
        T(
            "Gebruik een van deze: {allowed}. Een export met eigen codes lees je in met 'aanwezig import'.",
            "Use one of these: {allowed}. An export with its own codes is read by 'aanwezig import'.",
        ),
    ),
    FaultCode(
        "REG-020",
        T("Begin na het einde", "Begin after the end"),
        T(
            "De eerste dag ligt na de laatste dag. De rij is niet gelezen.",
            "The first day lies after the last day. The row was not read.",
        ),
        T(
            "Wissel de datums om of verbeter ze op school, en lever opnieuw aan.",
            "Swap the dates or correct them at school, and deliver again.",
        ),
    ),
    FaultCode(
        "REG-021",
        T("Verzuim zonder duur", "Absence without a length"),
        T(
            "Deze rij zegt niet hoeveel er gemist is: geen minuten, lesuur of dagdeel. De rij is niet gelezen.",
            "This row does not say how much was missed: no minutes, lesson or part of the day. "
            "The row was not read.",
        ),
        T(
            "Vul 'minutes', 'lesson' of 'part' in. Alleen bij reden 'late' mag alles leeg zijn.",
            "Fill in 'minutes', 'lesson' or 'part'. Only with reason 'late' all may be empty.",
        ),
    ),
    FaultCode(
        "REG-022",
        T("Weekdag of datum", "Weekday or date"),
        T(
            "Een roosterrij heeft een weekdag of een datum: een van de twee, niet allebei. De rij is niet gelezen.",
            "A timetable row has a weekday or a date: one of the two, not both. The row was not read.",
        ),
        T("Vul er één in.", "Fill in one of them."),
    ),
    FaultCode(
        "REG-023",
        T("Geen ja of nee", "Not yes or no"),
        T(
            "'{column}' is geen ja of nee. De rij is niet gelezen.",
            "'{column}' is not yes or no. The row was not read.",
        ),
        T(
            "Schrijf true of false (ook: 1 of 0, ja of nee).",
            "Write true or false (also: 1 or 0, ja or nee).",
        ),
    ),
    FaultCode(
        "REG-024",
        T("Geen datum met tijd", "Not a date with a time"),
        T(
            "'{column}' is geen bestaande datum met tijd. De rij is niet gelezen.",
            "'{column}' is not an existing date with a time. The row was not read.",
        ),
        T("Schrijf die als 2025-09-08T08:30:00.", "Write it as 2025-09-08T08:30:00."),
    ),
    FaultCode(
        "REG-025",
        T("Geen tijd", "Not a time"),
        T(
            "'{column}' is geen tijd van de dag. De rij is niet gelezen.",
            "'{column}' is not a time of the day. The row was not read.",
        ),
        T("Schrijf de tijd als 08:30.", "Write the time as 08:30."),
    ),
    FaultCode(
        "REG-026",
        T("Geen getal", "Not a number"),
        T(
            "'{column}' is geen getal. De rij is niet gelezen.",
            "'{column}' is not a number. The row was not read.",
        ),
        T("Schrijf een getal, zoals 7.5.", "Write a number, such as 7.5."),
    ),
    FaultCode(
        "REG-027",
        T("Onbekende leerling", "Unknown pupil"),
        T(
            "De leerling van deze rij staat niet in 'pupils', of die rij is niet gelezen. Deze rij telt niet mee.",
            "The pupil of this row is not in 'pupils', or that row was not read. This row does not count.",
        ),
        T(
            "Voeg de leerling toe aan 'pupils' of verbeter het kenmerk.",
            "Add the pupil to 'pupils' or correct the id.",
        ),
    ),
    FaultCode(
        "REG-028",
        T("Onbekende school", "Unknown school"),
        T(
            "De school van deze rij staat niet in 'schools', of die rij is niet gelezen. Deze rij telt niet mee.",
            "The school of this row is not in 'schools', or that row was not read. This row does not count.",
        ),
        T(
            "Voeg de school toe aan 'schools' of verbeter het kenmerk (BRIN en vestiging, zoals 25PL00).",
            "Add the school to 'schools' or correct the id (BRIN and location, such as 25PL00).",
        ),
    ),
    FaultCode(
        "REG-029",
        T("Twee rijen met één kenmerk", "Two rows of one id"),
        T(
            "Er zijn twee rijen met dezelfde {key}. Deze rij telt niet mee; de laatst vastgelegde blijft staan.",
            "There are two rows with the same {key}. This row does not count; the one recorded last stands.",
        ),
        T(
            "Haal de dubbele rij weg, of geef de oude rij een 'superseded_at'.",
            "Remove the double row, or give the old row a 'superseded_at'.",
        ),
    ),
    FaultCode(
        "REG-030",
        T("Andere tekenset", "Other encoding"),
        T(
            "Deze regel is anders gecodeerd dan de rest van het bestand ({encoding}) en is niet gelezen.",
            "This line has another encoding than the rest of the file ({encoding}) and was not read.",
        ),
        T("Bewaar het hele bestand als UTF-8.", "Save the whole file as UTF-8."),
    ),
    FaultCode(
        "REG-031",
        T("Onleesbare tekens", "Unreadable characters"),
        T(
            "Deze regel bevat nultekens: het bestand is beschadigd of geen tekst. De regel is niet gelezen.",
            "This line holds NUL characters: the file is damaged or no text. The line was not read.",
        ),
        T("Maak het bestand opnieuw, als CSV in UTF-8.", "Make the file again, as CSV in UTF-8."),
    ),
    FaultCode(
        "REG-032",
        T("Aanhalingstekens kloppen niet", "Quotes do not match"),
        T(
            "Een aanhalingsteken in deze regel wordt niet goed gesloten. De regel is niet gelezen.",
            "A quote in this line is not closed properly. The line was not read.",
        ),
        T(
            "Sluit de tekst met een aanhalingsteken en schrijf een aanhalingsteken erin dubbel.",
            "Close the text with a quote and write a quote inside it twice.",
        ),
    ),
    FaultCode(
        "REG-033",
        T("Gebied zonder plaats", "Region without a place"),
        T(
            "Deze rij heeft geen postcode en geen gemeente. De rij is niet gelezen.",
            "This row has neither a postcode nor a municipality. The row was not read.",
        ),
        T("Vul een van de twee in.", "Fill in one of the two."),
    ),
    FaultCode(
        "REG-034",
        T("Nog meer dezelfde fouten", "More of the same faults"),
        T(
            "Nog {count} rijen hebben ook fout {other}; ze staan niet apart in deze lijst.",
            "Another {count} rows have fault {other} too; this list does not name each of them.",
        ),
        T("Herstel eerst de fouten die er wel staan.", "Mend the faults that are named first."),
    ),
    FaultCode(
        "REG-035",
        T("Geen duur", "Not a length of time"),
        T(
            "'{column}' is geen duur. De rij is niet gelezen.",
            "'{column}' is not a length of time. The row was not read.",
        ),
        T("Schrijf minuten als 90, 1:30 of 1u30m.", "Write minutes as 90, 1:30 or 1u30m."),
    ),
    FaultCode(
        "REG-036",
        T("Te weinig geheugen", "Not enough memory"),
        T("Het geheugen van deze computer is vol.", "The memory of this computer is full."),
        T(
            "Sluit andere programma's, kies een kleiner register, of gebruik een computer met meer geheugen.",
            "Close other programs, take a smaller register, or use a computer with more memory.",
        ),
    ),
    FaultCode(
        "REG-037",
        T("Bestand weg of schijf vol", "File gone or disk full"),
        T(
            "Tijdens het rekenen was een bestand niet te lezen of te schrijven.",
            "While computing, a file could not be read or written.",
        ),
        T(
            "Kijk of de bestanden van het register heel en op hun plaats zijn en of er ruimte op de schijf is.",
            "Check that the register's files are whole and in their place, and that the disk has room.",
        ),
    ),
)
FAULT_CODES: dict[str, FaultCode] = {entry.code: entry for entry in _CODES}


class FaultTexts:
    """The codes of one part of the project, and the faults and errors made of them."""

    def __init__(self, codes: Mapping[str, FaultCode]) -> None:
        self._codes = codes
        # The same few texts come back for every row of a file.
        self._texts = lru_cache(maxsize=4096)(self._filled)

    def _filled(self, code: str, fill: tuple[tuple[str, object], ...]) -> tuple[BilingualText, BilingualText]:
        entry = self._codes[code]
        values = dict(fill)
        return entry.what.format(**values), entry.mend.format(**values)

    def make_fault(
        self,
        code: str,
        table: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        pupil_id: str | None = None,
        /,
        **fill: object,
    ) -> Fault:
        """A fault of one row; ``fill`` gives the texts' placeholders, ``column`` fills its own."""
        if value is not None and len(value) > LONGEST_VALUE:
            value = value[:LONGEST_VALUE] + "…"
        if column is not None:
            fill.setdefault("column", column)
        what, mend = self._texts(code, tuple(sorted(fill.items())))
        return Fault(code, table, row, column, value, pupil_id, what, mend)

    def make_error(self, code: str, where: str | None = None, **fill: object) -> AanwezigError:
        """An error that stops the reading or import; ``where`` names the folder or file."""
        what, mend = self._texts(code, tuple(sorted(fill.items())))
        return AanwezigError(code, what, mend, where)


_READING = FaultTexts(FAULT_CODES)
make_fault = _READING.make_fault
make_error = _READING.make_error
