"""The register contract: one class per table (docs/specification/register.md §2).

The same tables whether they come from a folder of files, a database or a cluster's catalogue. The data
dictionary of the documentation is made from these classes.
"""

from __future__ import annotations

from aanwezig.tables.column import Column, Kind, Table
from aanwezig.values import BilingualText as T

REASONS = (
    "sick",
    "medical",
    "leave",
    "religion",
    "truant",
    "late",
    "sent_out",
    "sent_home",
    "suspended",
    "luxury",
    "elsewhere",
    "exempt",
    "unknown",
)
EXEMPTION_GROUNDS = (
    "art5_a",
    "art5_b",
    "art5_c",
    "art5a_travelling",
    "art15",
    "under6_5h",
    "under6_10h",
)
NOTIFICATION_CATEGORIES = ("relative_16h", "long_relative", "luxury", "rmc_18plus", "other")

ID, TEXT, CODE, CODES = Kind.ID, Kind.TEXT, Kind.CODE, Kind.CODES
DATE, INTEGER, BOOLEAN, TIME = Kind.DATE, Kind.INTEGER, Kind.BOOLEAN, Kind.TIME

PUPIL = Column("pupil_id", ID, T("De leerling", "The pupil"))
SCHOOL = Column("school_id", ID, T("BRIN en vestiging, zoals 25PL00", "BRIN and location, such as 25PL00"))
FIRST = Column("first_day", DATE, T("Eerste dag, telt mee", "First day, included"))
LAST = Column("last_day", DATE, T("Laatste dag, telt mee", "Last day, included"))
LAST_OPEN = Column(
    "last_day",
    DATE,
    T("Laatste dag, telt mee; leeg: loopt nog", "Last day, included; empty: still running"),
    optional=True,
)
PARTNERSHIP = Column(
    "partnership", ID, T("Samenwerkingsverband (swv-code)", "Partnership (its code)"), optional=True
)


class Schools(Table):
    name = "schools"
    meaning = T("Scholen, per vestiging", "Schools, one row a location")
    key = ("school_id",)
    optional = False
    known_from = None
    columns = (
        SCHOOL,
        Column("name", TEXT, T("Naam", "Name")),
        Column(
            "sector",
            CODE,
            T("Onderwijssector", "Sector of education"),
            values=("po", "sbo", "so", "vo", "pro", "vso", "mbo"),
        ),
        Column(
            "municipality",
            ID,
            T("Gemeente waar de school staat (CBS-code)", "Municipality of the school (CBS code)"),
            optional=True,
        ),
        PARTNERSHIP,
        Column(
            "holiday_region",
            CODE,
            T("Vakantieregio", "Holiday region"),
            optional=True,
            values=("noord", "midden", "zuid"),
        ),
        Column(
            "lesson_minutes",
            INTEGER,
            T("Duur van een les", "Length of a lesson"),
            optional=True,
            unit="minutes",
            minimum=1,
            maximum=600,
        ),
    )


class Closures(Table):
    name = "closures"
    meaning = T(
        "Eigen kalender van de school; gaat voor de regiovakanties",
        "The school's own calendar; it overrides the region's holidays",
    )
    key = ("school_id", "first_day", "last_day", "kind")
    known_from = None
    columns = (
        SCHOOL,
        FIRST,
        LAST,
        Column(
            "kind",
            CODE,
            T(
                "Soort; 'open' maakt van een vakantiedag een schooldag",
                "Kind; 'open' makes a holiday a school day",
            ),
            values=("holiday", "public_holiday", "study_day", "open"),
        ),
    )


class Timetable(Table):
    name = "timetable"
    meaning = T(
        "Lestijd per weekdag of datum; ontbreekt die, dan een aanname per sector",
        "Lesson time per weekday or date; where missing, assumed by sector",
    )
    key = ("school_id", "group", "weekday", "date")
    known_from = None
    columns = (
        SCHOOL,
        Column("group", ID, T("Groep of klas; leeg: alle", "Group or class; empty: all"), optional=True),
        Column(
            "weekday",
            INTEGER,
            T("Weekdag, 1 maandag tot 7 zondag", "Weekday, 1 Monday to 7 Sunday"),
            optional=True,
            minimum=1,
            maximum=7,
        ),
        Column(
            "date", DATE, T("Datum, in plaats van een weekdag", "Date, instead of a weekday"), optional=True
        ),
        Column("minutes", INTEGER, T("Lestijd", "Lesson time"), unit="minutes", minimum=0, maximum=1440),
        Column("lessons", INTEGER, T("Aantal lessen", "Number of lessons"), optional=True, unit="lessons"),
    )


class Pupils(Table):
    name = "pupils"
    meaning = T("Leerlingen", "Pupils")
    key = ("pupil_id",)
    optional = False
    known_from = None
    columns = (
        PUPIL,
        Column("birth_date", DATE, T("Geboortedatum", "Date of birth"), nullable=True),
        Column("sex", TEXT, T("Geslacht", "Sex"), optional=True),
        Column(
            "municipality",
            ID,
            T("Gemeente waar de leerling woont (CBS-code)", "Municipality where the pupil lives (CBS code)"),
            optional=True,
        ),
        Column(
            "start_qualification_on",
            DATE,
            T(
                "Dag van de startkwalificatie; leeg: geen",
                "Day of the start qualification; empty: none",
            ),
            optional=True,
        ),
        Column(
            "qualification_exempt",
            BOOLEAN,
            T(
                "Niet kwalificatieplichtig (praktijkonderwijs, vso arbeid of dagbesteding)",
                "Not under the qualification duty (practical education, vso work or day care)",
            ),
            optional=True,
        ),
        Column(
            "school_years_completed",
            INTEGER,
            T("Voltooide volledige schooljaren", "Full school years completed"),
            optional=True,
            unit="school years",
            maximum=30,
        ),
    )


class Enrolments(Table):
    name = "enrolments"
    meaning = T("Inschrijvingen", "Enrolments")
    key = ("pupil_id", "school_id", "first_day")
    optional = False
    columns = (
        PUPIL,
        SCHOOL,
        FIRST,
        LAST_OPEN,
        Column("group", ID, T("Groep of klas", "Group or class"), optional=True),
        Column("level", ID, T("Leerjaar of niveau", "Year or level"), optional=True),
        Column("end_reason", TEXT, T("Reden van uitschrijving", "Reason of leaving"), optional=True),
    )


class Absences(Table):
    name = "absences"
    meaning = T(
        "Verzuim: één rij per les, dagdeel of aantal minuten",
        "Absence: one row a lesson, part of day or minutes",
    )
    key = ("absence_id",)
    optional = False
    known_from = "date"
    columns = (
        PUPIL,
        SCHOOL,
        Column("date", DATE, T("De dag", "The day")),
        Column(
            "minutes",
            INTEGER,
            T("Gemiste minuten", "Minutes missed"),
            optional=True,
            unit="minutes",
            minimum=0,
            maximum=1440,
        ),
        Column("lesson", ID, T("Lesuur", "Lesson hour"), optional=True),
        Column(
            "part",
            CODE,
            T("Dagdeel", "Part of the day"),
            optional=True,
            values=("day", "morning", "afternoon"),
        ),
        Column("start_time", TIME, T("Begintijd", "Time it began"), optional=True),
        Column("reason", CODE, T("Reden", "Reason"), values=REASONS),
        Column(
            "authorised",
            CODE,
            T("Geoorloofd; leeg: onbekend", "Authorised; empty: unknown"),
            optional=True,
            values=("yes", "no"),
        ),
        Column("subject", ID, T("Vak", "Subject"), optional=True),
        Column("absence_id", ID, T("Kenmerk van de registratie", "Id of the registration"), optional=True),
    )


class Exemptions(Table):
    name = "exemptions"
    meaning = T("Vrijstellingen van de leerplicht", "Exemptions from compulsory education")
    key = ("pupil_id", "ground", "first_day")
    columns = (
        PUPIL,
        Column("ground", CODE, T("Grond", "Ground"), values=EXEMPTION_GROUNDS),
        FIRST,
        LAST_OPEN,
        Column("decided_on", DATE, T("Dag van het besluit", "Day of the decision"), optional=True),
    )


class Leave(Table):
    name = "leave"
    meaning = T("Verlof", "Leave")
    key = ("pupil_id", "school_id", "first_day", "ground")
    columns = (
        PUPIL,
        SCHOOL,
        FIRST,
        LAST,
        Column(
            "ground",
            CODE,
            T(
                "Grond: e godsdienst, f vakantie, g gewichtige omstandigheden",
                "Ground: e religion, f holiday, g weighty circumstances",
            ),
            values=("art11_e", "art11_f", "art11_g"),
        ),
        Column("granted", CODE, T("Verleend", "Granted"), values=("yes", "no", "requested")),
        Column(
            "decided_by",
            CODE,
            T("Wie besliste: schoolhoofd of leerplichtambtenaar", "Who decided: head or attendance officer"),
            optional=True,
            values=("head", "attendance_officer"),
        ),
    )


class Suspensions(Table):
    name = "suspensions"
    meaning = T("Schorsingen en verwijderingen", "Suspensions and expulsions")
    key = ("pupil_id", "school_id", "first_day", "kind")
    columns = (
        PUPIL,
        SCHOOL,
        FIRST,
        LAST,
        Column("kind", CODE, T("Soort", "Kind"), values=("suspension", "expulsion_intended", "expulsion")),
        Column(
            "reason_given",
            CODE,
            T("Reden schriftelijk meegedeeld", "Reason given in writing"),
            optional=True,
            values=("yes", "no"),
        ),
        Column(
            "inspectorate_told_on",
            DATE,
            T(
                "Dag waarop de Inspectie het hoorde; leeg: nog niet",
                "Day the Inspectorate was told; empty: not yet",
            ),
            optional=True,
        ),
    )


class Notifications(Table):
    name = "notifications"
    meaning = T("Meldingen die echt gedaan zijn", "Notifications that were really made")
    key = ("pupil_id", "school_id", "category", "first_day", "sent_on")
    known_from = "sent_on"
    columns = (
        PUPIL,
        SCHOOL,
        Column("category", CODE, T("Categorie", "Category"), values=NOTIFICATION_CATEGORIES),
        FIRST,
        LAST_OPEN,
        Column("sent_on", DATE, T("Dag van verzending", "Day it was sent")),
        Column(
            "status",
            CODE,
            T("Status", "Status"),
            values=("registered", "in_progress", "closed", "taken_note", "withdrawn"),
        ),
    )


class Deliveries(Table):
    name = "deliveries"
    meaning = T("Tot en met welke dag het verzuim compleet is", "Up to which day absence is complete")
    key = ("school_id", "last_day")
    known_from = None
    columns = (SCHOOL, Column("last_day", DATE, T("Compleet tot en met", "Complete up to and with")))


class ReducedProgrammes(Table):
    name = "reduced_programmes"
    meaning = T("Afgesproken minder onderwijstijd", "Reduced programmes agreed")
    key = ("pupil_id", "school_id", "first_day")
    columns = (
        PUPIL,
        SCHOOL,
        FIRST,
        LAST_OPEN,
        Column(
            "minutes_per_week",
            INTEGER,
            T("Afgesproken lestijd per week", "Agreed lesson time a week"),
            unit="minutes",
            maximum=10080,
        ),
        Column(
            "ground",
            CODE,
            T("Grond", "Ground"),
            values=("return_plan", "medical", "variawet", "experiment", "other"),
        ),
        Column(
            "agreed_by",
            TEXT,
            T("Wie ermee instemden; leeg: niemand vastgelegd", "Who agreed; empty: nobody recorded"),
            optional=True,
        ),
    )


class NotEnrolled(Table):
    name = "not_enrolled"
    meaning = T("Jeugdigen zonder inschrijving", "Young people who are enrolled nowhere")
    key = ("pupil_id", "since")
    known_from = "since"
    columns = (
        PUPIL,
        Column("since", DATE, T("Sinds", "Since")),
        Column(
            "reason",
            CODE,
            T("Waarom", "Why"),
            values=(
                "newcomer",
                "never_enrolled",
                "expelled",
                "exemption_ended",
                "care_instead",
                "residential_care",
                "waiting",
                "moved",
                "administrative",
                "unknown",
            ),
        ),
        Column("last_contact_on", DATE, T("Laatste contact", "Last contact"), optional=True),
    )


class Applications(Table):
    name = "applications"
    meaning = T("Aanmeldingen bij scholen", "Applications to schools")
    # A new state is a new row: the history of an application stays.
    key = ("pupil_id", "school_id", "applied_on", "state_since")
    known_from = "state_since"
    columns = (
        PUPIL,
        SCHOOL,
        Column("applied_on", DATE, T("Aangemeld op", "Applied on")),
        Column(
            "state",
            CODE,
            T("Stand", "State"),
            values=("advised_away", "refused_full", "waiting", "refused", "offered", "enrolled", "withdrawn"),
        ),
        Column("state_since", DATE, T("Stand sinds", "State since")),
        Column("reason", TEXT, T("Reden", "Reason"), optional=True),
    )


class Admissibility(Table):
    name = "admissibility"
    meaning = T("Toelaatbaarheidsverklaringen", "Statements of admissibility")
    key = ("pupil_id", "partnership", "kind", "first_day")
    columns = (
        PUPIL,
        Column("partnership", ID, T("Samenwerkingsverband (swv-code)", "Partnership (its code)")),
        Column("kind", CODE, T("Voor", "For"), values=("so", "sbo", "vso", "arrangement")),
        FIRST,
        LAST_OPEN,
    )


class Regions(Table):
    name = "regions"
    meaning = T(
        "Welk samenwerkingsverband bij een woonplaats hoort",
        "Which partnership belongs to where a pupil lives",
    )
    key = ("postcode4", "municipality", "sector_group", "first_day")
    known_from = None
    columns = (
        Column(
            "postcode4", ID, T("Vier cijfers van de postcode", "Four digits of the postcode"), optional=True
        ),
        Column("municipality", ID, T("Gemeente (CBS-code)", "Municipality (CBS code)"), optional=True),
        Column("sector_group", CODE, T("Sectorgroep", "Sector group"), values=("po", "vo")),
        Column("partnership", ID, T("Samenwerkingsverband (swv-code)", "Partnership (its code)")),
        Column("first_day", DATE, T("Geldt vanaf", "Holds from"), optional=True),
        LAST_OPEN,
    )


class Background(Table):
    name = "background"
    meaning = T("Achtergrond, alleen voor onderzoek", "Background, only for studies")
    key = ("pupil_id",)
    known_from = None
    columns = (
        PUPIL,
        Column("household", ID, T("Huishouden", "Household"), optional=True),
        Column("ses", ID, T("Sociaaleconomische groep", "Socio-economic group"), optional=True),
        Column("origin", ID, T("Herkomstgroep", "Group of origin"), optional=True),
        Column("language_home", ID, T("Thuistaal", "Language at home"), optional=True),
        Column("care_in_family", ID, T("Zorg in het gezin", "Care in the family"), optional=True),
    )


class Results(Table):
    name = "results"
    meaning = T("Leerresultaten", "Learning results")
    key = ()
    known_from = "date"
    columns = (
        PUPIL,
        Column("date", DATE, T("De dag", "The day")),
        Column("subject", ID, T("Vak", "Subject"), optional=True),
        Column("value", Kind.NUMBER, T("Cijfer of score", "Mark or score"), optional=True),
    )


class Incidents(Table):
    name = "incidents"
    meaning = T("Incidenten", "Incidents")
    key = ()
    known_from = "date"
    columns = (PUPIL, Column("date", DATE, T("De dag", "The day")), Column("kind", ID, T("Soort", "Kind")))


class Care(Table):
    name = "care"
    meaning = T("Zorg en jeugdhulp", "Care and youth help")
    key = ("pupil_id", "first_day", "kind")
    columns = (
        PUPIL,
        FIRST,
        LAST_OPEN,
        Column(
            "kind",
            CODE,
            T("Soort", "Kind"),
            values=("youth_help", "mental_health", "disability", "residential", "medication", "other"),
        ),
        Column(
            "legal_ground",
            CODE,
            T("Wet", "Legal ground"),
            optional=True,
            values=("jeugdwet", "wlz", "zvw", "wmo", "wfz"),
        ),
        Column("intensity", TEXT, T("Intensiteit", "Intensity"), optional=True),
    )


class Arrangements(Table):
    name = "arrangements"
    meaning = T("Onderwijszorgarrangementen", "Education-care arrangements")
    key = ("arrangement_id",)
    columns = (
        Column("arrangement_id", ID, T("Het arrangement", "The arrangement")),
        Column("initiative_id", ID, T("Het initiatief", "The initiative")),
        Column("name", TEXT, T("Naam", "Name")),
        FIRST,
        LAST_OPEN,
        Column("partnership", ID, T("Samenwerkingsverband (swv-code)", "Partnership (its code)")),
        Column("municipality", ID, T("Gemeente (CBS-code)", "Municipality (CBS code)")),
        Column("applicant", TEXT, T("Aanvrager", "Applicant")),
        Column("experiment", BOOLEAN, T("Valt onder het experiment", "Part of the experiment")),
        Column("target_group", TEXT, T("Doelgroep", "Target group"), optional=True),
        Column("tier", INTEGER, T("Laag", "Tier"), optional=True, minimum=1, maximum=3),
        Column("places", INTEGER, T("Plaatsen", "Places"), optional=True),
        Column(
            "deviations",
            CODES,
            T("Afwijkruimte", "Deviations"),
            nullable=True,
            values=("time", "content", "location", "funding"),
        ),
    )


class Participations(Table):
    name = "participations"
    meaning = T("Deelname aan arrangementen", "Participation in arrangements")
    key = ("pupil_id", "arrangement_id", "first_day")
    columns = (
        PUPIL,
        Column("arrangement_id", ID, T("Het arrangement", "The arrangement")),
        FIRST,
        LAST_OPEN,
        Column(
            "status_before",
            CODE,
            T("Situatie ervoor", "Situation before"),
            values=("absent", "not_enrolled", "exempt", "at_risk"),
        ),
        Column("needs", TEXT, T("Ondersteuningsbehoeften", "Support needs"), nullable=True),
        Column(
            "hours_planned", Kind.NUMBER, T("Geplande uren per week", "Hours planned a week"), optional=True
        ),
        Column(
            "hours_followed", Kind.NUMBER, T("Gevolgde uren per week", "Hours followed a week"), optional=True
        ),
        Column(
            "lead",
            CODE,
            T("Wat voorop staat", "What leads"),
            optional=True,
            values=("education_first", "care_first"),
        ),
        Column("end_reason", TEXT, T("Reden van vertrek", "Reason of leaving"), optional=True),
        Column("end_to", TEXT, T("Waarheen", "Where to"), optional=True),
    )


class Observations(Table):
    """Ours, beside the contract of register.md: what a person recorded and no registration system holds."""

    name = "observations"
    meaning = T(
        "Wat een mens vastlegde: contact, terugkeer, ernstige moeite met naar school gaan, casus in laag 3",
        "What a person recorded: contact, return, serious difficulty attending, a case in tier 3",
    )
    key = ()
    known_from = "date"
    columns = (
        PUPIL,
        Column("date", DATE, T("De dag", "The day")),
        Column(
            "kind",
            CODE,
            T("Soort", "Kind"),
            values=("contact", "return", "distress", "tier3_case_opened", "tier3_case_closed"),
        ),
        Column(
            "last_day", DATE, T("Laatste dag (bij 'distress')", "Last day (of 'distress')"), optional=True
        ),
    )


class TestWeeks(Table):
    """Ours: needed to see whether absence comes after tests (register.md §5, patterns)."""

    name = "test_weeks"
    meaning = T("Toetsweken", "Test weeks")
    key = ("school_id", "first_day")
    known_from = None
    columns = (
        SCHOOL,
        FIRST,
        LAST,
        Column("group", ID, T("Groep of klas; leeg: alle", "Group or class; empty: all"), optional=True),
    )


TABLES: dict[str, type[Table]] = {
    table.name: table
    for table in (
        Schools,
        Closures,
        Timetable,
        Pupils,
        Enrolments,
        Absences,
        Exemptions,
        Leave,
        Suspensions,
        Notifications,
        Deliveries,
        ReducedProgrammes,
        NotEnrolled,
        Applications,
        Admissibility,
        Regions,
        Background,
        Results,
        Incidents,
        Care,
        Arrangements,
        Participations,
        Observations,
        TestWeeks,
    )
}
REQUIRED_TABLES = tuple(table.name for table in TABLES.values() if not table.optional)
