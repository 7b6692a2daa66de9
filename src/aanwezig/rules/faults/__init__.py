"""Faults: contradictions between facts that were each accepted (docs/specification/interfaces.md, kind ``fault``).

They are the worklist of who keeps the register (docs/specification/product.md, Figures people can trust): each says what
contradicts what, and how to mend it.
"""

from collections.abc import Callable, Mapping

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.faults.enrolments import enrolled_at_two_schools, overlapping_enrolments
from aanwezig.rules.faults.marks import present_and_absent, reason_contradicts_mark, stale_repeat, two_marks
from aanwezig.rules.faults.rows import (
    absence_on_closed_day,
    absence_outside_enrolment,
    absence_while_exempt,
    more_than_possible,
)
from aanwezig.rules.finding import Judgement
from aanwezig.rules.provisions import Provisions

FAULT_RULES: Mapping[str, Callable[[Attendance, Provisions], Judgement]] = {
    "absence_on_closed_day": absence_on_closed_day,
    "absence_outside_enrolment": absence_outside_enrolment,
    "absence_while_exempt": absence_while_exempt,
    "more_than_possible": more_than_possible,
    "two_marks": two_marks,
    "present_and_absent": present_and_absent,
    "reason_contradicts_mark": reason_contradicts_mark,
    "overlapping_enrolments": overlapping_enrolments,
    "enrolled_at_two_schools": enrolled_at_two_schools,
    "stale_repeat": stale_repeat,
}
