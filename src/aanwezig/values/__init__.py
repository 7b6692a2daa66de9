"""Small frozen values that know nothing of the rest: periods, school years, texts, sources, outcomes.

Standard library only.
"""

from aanwezig.values.dated import Dated, NotInForce
from aanwezig.values.errors import AanwezigError, Fault
from aanwezig.values.outcome import CannotTell, Outcome
from aanwezig.values.period import Period, SchoolYear, monday_of
from aanwezig.values.share import Share
from aanwezig.values.sources import LawRef, Source
from aanwezig.values.text import BilingualText

__all__ = [
    "AanwezigError",
    "BilingualText",
    "CannotTell",
    "Dated",
    "Fault",
    "LawRef",
    "NotInForce",
    "Outcome",
    "Period",
    "SchoolYear",
    "Share",
    "Source",
    "monday_of",
]
