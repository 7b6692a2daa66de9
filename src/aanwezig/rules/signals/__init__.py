"""Signals: criteria from the literature and of our own that ask a person to look (docs/specification/rules.md §3, §4, §5).

A signal is no duty and no blame; it says why it is raised and what it is not.
"""

from collections.abc import Callable, Mapping

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.finding import Judgement
from aanwezig.rules.leave_and_exemption import LEAVE_SIGNALS
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.signals.absolute import absolute
from aanwezig.rules.signals.change import change
from aanwezig.rules.signals.contact import no_contact
from aanwezig.rules.signals.grades import grades_falling
from aanwezig.rules.signals.informal_exclusion import informal_exclusion
from aanwezig.rules.signals.kearney import kearney_10, kearney_25, kearney_distress
from aanwezig.rules.signals.lateness import lateness
from aanwezig.rules.signals.pattern import pattern
from aanwezig.rules.signals.relapse import relapse
from aanwezig.rules.signals.sickness import mazl_4th, mazl_7th, mazl_po
from aanwezig.rules.signals.transition import transition
from aanwezig.rules.signals.waiting import stay_at_home_waiting
from aanwezig.rules.signals.year_bands import at_risk, chronic, severe
from aanwezig.rules.suspensions import suspension_repeated

SIGNALS: Mapping[str, Callable[[Attendance, Provisions], Judgement]] = {
    "kearney_25": kearney_25,
    "kearney_10": kearney_10,
    "kearney_distress": kearney_distress,
    "at_risk": at_risk,
    "chronic": chronic,
    "severe": severe,
    "mazl_4th": mazl_4th,
    "mazl_7th": mazl_7th,
    "mazl_po": mazl_po,
    "pattern": pattern,
    "change": change,
    "lateness": lateness,
    "transition": transition,
    "relapse": relapse,
    "absolute": absolute,
    "stay_at_home_waiting": stay_at_home_waiting,
    "informal_exclusion": informal_exclusion,
    "no_contact": no_contact,
    "grades_falling": grades_falling,
    "suspension_repeated": suspension_repeated,
    **LEAVE_SIGNALS,
}
