"""The definitions of what ``aanwezig measure`` gives: texts from which documentation and pages are made."""

from __future__ import annotations

from aanwezig.measures.definition import REGISTER_5, Measure
from aanwezig.measures.kinds import ABSENCE_REASONS
from aanwezig.values import BilingualText as T
from aanwezig.values import Source

NJI = Source("NJi 2020", "docs/specification/register.md §5")
VAN_BINSBERGEN = Source("Van Binsbergen e.a. 2025", "docs/specification/register.md §5")

ENROLLED = T(
    "Alle leerlingen die in de periode zijn ingeschreven.", "All pupils who are enrolled in the period."
)
WITH_TIME = T(
    "Leerlingen voor wie in de periode les mogelijk was.",
    "Pupils for whom lessons were possible in the period.",
)
PERIOD = T(
    "Schooljaar, maand of week, tot en met de peildatum, en nooit verder dan de dag tot waar de school gegevens leverde.",
    "School year, month or week, up to the reference date, and never past the day up to which the school delivered.",
)

POSSIBLE = Measure(
    "possible_minutes",
    T("Mogelijke lestijd", "Possible time"),
    T(
        "De minuten waarop een leerling les kon hebben: het rooster op schooldagen, zolang de leerling is ingeschreven, zonder de tijd waarvoor een vrijstelling geldt.",
        "The minutes in which a pupil could have lessons: the timetable on school days while enrolled, without exempt time.",
    ),
    T(
        "Minuten volgens het rooster, zonder vrijgestelde tijd.",
        "Minutes by the timetable, without exempt time.",
    ),
    T("Geen: dit is een aantal minuten.", "None: this is a number of minutes."),
    ENROLLED,
    PERIOD,
    REGISTER_5,
    "minutes",
    ("possible_minutes", "assumed_timetable"),
)
ABSENT = Measure(
    "absent_minutes",
    T("Verzuimde tijd", "Absent time"),
    T(
        "De minuten die een leerling miste, om welke reden dan ook. Ziek en geoorloofd tellen mee: elke gemiste minuut is gemist onderwijs. Wie elders les heeft of is vrijgesteld, mist niets.",
        "The minutes a pupil missed, for whatever reason. Sickness and authorised absence count: every missed minute is missed education. Who has lessons elsewhere or is exempt misses nothing.",
    ),
    T(
        "Gemiste minuten, per dag nooit meer dan er mogelijk waren. Bij een aangenomen rooster telt wat de school registreerde.",
        "Minutes missed, per day never more than were possible. With an assumed timetable what the school registered counts.",
    ),
    T("Geen: dit is een aantal minuten.", "None: this is a number of minutes."),
    ENROLLED,
    PERIOD,
    REGISTER_5,
    "minutes",
    ("absent_minutes",),
)
RATE = Measure(
    "attendance_rate",
    T("Aanwezigheid", "Attendance rate"),
    T(
        "Het deel van de mogelijke lestijd dat een leerling er was. Leeg als er niets mogelijk was of als de school niets leverde: dat is iets anders dan nul.",
        "The part of possible time that a pupil was there. Empty when nothing was possible or the school delivered nothing: that is not the same as zero.",
    ),
    T("Mogelijke tijd min verzuimde tijd.", "Possible time less absent time."),
    T("Mogelijke tijd.", "Possible time."),
    WITH_TIME,
    PERIOD,
    REGISTER_5,
    "share",
    ("attendance_rate",),
)
BANDS = Measure(
    "band",
    T("Band van verzuim", "Absence band"),
    T(
        "Goed is hoogstens 5 % verzuim, risico meer dan 5 en minder dan 10 %, chronisch vanaf 10 %, ernstig vanaf 20 %. Voorlopig zolang er minder dan 10 % van de schooldagen van het jaar voorbij is of de leerling minder dan 10 mogelijke dagen had.",
        "Good is at most 5 % absent, at risk more than 5 and less than 10 %, chronic from 10 %, severe from 20 %. Provisional while less than 10 % of the school days of the year have passed or the pupil has had fewer than 10 possible days.",
    ),
    T("Verzuimde tijd.", "Absent time."),
    T(
        "Mogelijke tijd; vergeleken in hele getallen, niet afgerond.",
        "Possible time; compared in whole numbers, not rounded.",
    ),
    WITH_TIME,
    PERIOD,
    VAN_BINSBERGEN,
    "band",
    ("band", "provisional"),
)
SHARES = Measure(
    "shares",
    T("Deel van de leerlingen per band", "Share of pupils per band"),
    T(
        "Welk deel van de leerlingen goed, met risico, chronisch of ernstig verzuimt.",
        "Which share of the pupils is good, at risk, chronic or severe.",
    ),
    T("Leerlingen in de band.", "Pupils in the band."),
    T("Leerlingen van wie de band bekend is.", "Pupils whose band is known."),
    WITH_TIME,
    PERIOD,
    VAN_BINSBERGEN,
    "share",
    ("share_good", "share_at_risk", "share_chronic", "share_severe"),
)
IMPROVED = Measure(
    "share_improved",
    T("Deel van de leerlingen dat vooruitging", "Share of pupils improved"),
    T(
        "Welk deel van de leerlingen vaker aanwezig was dan in de periode ervoor: het vorige schooljaar tot dezelfde dag, de vorige maand of de vorige week. Elke leerling wordt met zichzelf vergeleken, hoe klein het verschil ook is.",
        "Which share of the pupils was present more than in the period before: the previous school year up to the same day, the previous month or week. Each pupil is compared with itself, however small the difference.",
    ),
    T("Leerlingen met een hogere aanwezigheid dan ervoor.", "Pupils with a higher rate than before."),
    T(
        "Leerlingen van wie de aanwezigheid in beide periodes bekend is.",
        "Pupils whose rate is known in both periods.",
    ),
    WITH_TIME,
    PERIOD,
    NJI,
    "share",
    ("share_improved",),
)
REASONS = Measure(
    "absent_by_reason",
    T("Verzuim per reden en kenmerk", "Absence by reason and mark"),
    T(
        "De verzuimde tijd verdeeld over de redenen, en over geoorloofd, ongeoorloofd en onbekend. Wordt een dag ingekort, dan elke reden naar verhouding.",
        "Absent time split by reason, and by authorised, unauthorised and unknown. When a day is cut, every reason in proportion.",
    ),
    T("Verzuimde minuten met die reden of dat kenmerk.", "Minutes absent for that reason or with that mark."),
    T("Geen: dit is een aantal minuten.", "None: this is a number of minutes."),
    ENROLLED,
    PERIOD,
    REGISTER_5,
    "minutes",
    tuple(f"absent_{part}" for part in (*ABSENCE_REASONS, "authorised", "unauthorised", "mark_unknown")),
)
LATENESS = Measure(
    "late_count",
    T("Keren te laat", "Times late"),
    T(
        "Hoe vaak een leerling te laat kwam. De minuten tellen mee als verzuim; zijn er geen minuten genoteerd, dan telt alleen de keer.",
        "How often a pupil was late. The minutes count as absence; where none were noted, only the time itself counts.",
    ),
    T("Registraties met de reden te laat.", "Registrations with the reason late."),
    T("Geen: dit is een aantal.", "None: this is a count."),
    ENROLLED,
    PERIOD,
    REGISTER_5,
    "count",
    ("late_count",),
)
AGREED = Measure(
    "attendance_rate_agreed",
    T("Aanwezigheid naast de afgesproken uren", "Attendance against the agreed hours"),
    T(
        "Voor leerlingen met een aangepast programma: de gevolgde tijd naast de afgesproken tijd. De gewone aanwezigheid blijft die van het volledige rooster, zodat een afspraak niemand aanwezig laat lijken.",
        "For pupils with a reduced programme: time attended against the time agreed. The ordinary rate stays that of the full timetable, so that an agreement makes nobody look present.",
    ),
    T("Mogelijke tijd min verzuimde tijd.", "Possible time less absent time."),
    T(
        "De afgesproken tijd: het deel van de lesweek dat is afgesproken.",
        "The time agreed: the part of the school week that was agreed.",
    ),
    WITH_TIME,
    PERIOD,
    REGISTER_5,
    "share",
    ("agreed_minutes", "attendance_rate_agreed"),
)

DEFINITIONS = (POSSIBLE, ABSENT, RATE, BANDS, SHARES, IMPROVED, REASONS, LATENESS, AGREED)
