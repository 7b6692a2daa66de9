"""Legal status of many pupils as day numbers: the plain function of ``rules.legal_status`` for the usual case.

Usual: a known birth date, no exemption, no completed school years. Everybody else goes to the plain form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NONE, COMPULSORY, QUALIFICATION, RMC = 0, 1, 2, 3
STATUS_NAMES = {COMPULSORY: "compulsory", QUALIFICATION: "qualification", RMC: "rmc"}
NEVER = np.int64(2**31)


@dataclass(frozen=True)
class LegalDays:
    """Per pupil the first day of each status; shapes (pupils,), days since 1970-01-01.

    ``compulsory_from`` is the first of the month after the month of the 5th birthday: the exact first day
    is that month's first school day, and rows of absence lie on school days only.
    """

    compulsory_from: NDArray[np.int64]
    qualification_from: NDArray[np.int64]
    eighteen: NDArray[np.int64]
    rmc_until: NDArray[np.int64]
    qualified_from: NDArray[np.int64]
    exempt_from_qualification: NDArray[np.bool_]

    def status(self, pupil: NDArray[np.int32], day: NDArray[np.int32]) -> NDArray[np.int8]:
        """The status of pupils on days, row by row."""
        found = np.zeros(len(day), np.int8)
        unqualified = day < self.qualified_from[pupil]
        young = day < self.eighteen[pupil]
        under_age = day < self.rmc_until[pupil]
        found[unqualified & ~young & under_age] = RMC
        found[unqualified & young & ~self.exempt_from_qualification[pupil]] = QUALIFICATION
        found[day < self.qualification_from[pupil]] = COMPULSORY
        found[day < self.compulsory_from[pupil]] = NONE
        return found


def legal_days(
    birth: NDArray[np.datetime64],
    qualified_on: NDArray[np.datetime64],
    exempt: NDArray[np.bool_],
    *,
    compulsory_age: int,
    qualification_age: int,
    adult_age: int,
    rmc_upper_age: int,
) -> LegalDays:
    """The days on which statuses begin; ages are the parameters of the provision ``legal_status``.

    ``birth`` and ``qualified_on`` are datetime64[D], NaT where unknown or none.
    """
    months = birth.astype("datetime64[M]")
    fifth = (months + 12 * compulsory_age + 1).astype("datetime64[D]")
    # Turning 16 in August-December falls in the school year that ends the next July.
    years = birth.astype("datetime64[Y]").astype(np.int64) + 1970 + qualification_age
    late = (months.astype(np.int64) % 12) >= 7
    first_of_august = (years + late - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 7
    return LegalDays(
        _number(fifth),
        _number(first_of_august.astype("datetime64[D]")),
        _number(_birthday(birth, adult_age)),
        _number(_birthday(birth, rmc_upper_age)),
        np.where(np.isnat(qualified_on), NEVER, qualified_on.astype("datetime64[D]").astype(np.int64)),
        exempt,
    )


def _number(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return days.astype("datetime64[D]").astype(np.int64)


def _birthday(birth: NDArray[np.datetime64], age: int) -> NDArray[np.datetime64]:
    """The day an age is reached; 29 February becomes 1 March in other years, as days of the month overflow."""
    months = birth.astype("datetime64[M]")
    day_of_month = (birth - months.astype("datetime64[D]")).astype(np.int64)
    reached: NDArray[np.datetime64] = (months + 12 * age).astype("datetime64[D]") + day_of_month
    return reached
