"""What must or may be told to the DUO absence register: one module per category (docs/specification/rules.md §2)."""

from aanwezig.rules.duties.doubtful_sickness import doubtful_sickness
from aanwezig.rules.duties.long_relative import long_relative
from aanwezig.rules.duties.luxury import luxury
from aanwezig.rules.duties.relative_16h import relative_16h
from aanwezig.rules.duties.rmc_18plus import rmc_18plus

DUTIES = {
    "relative_16h": relative_16h,
    "long_relative": long_relative,
    "luxury": luxury,
    "rmc_18plus": rmc_18plus,
    "doubtful_sickness": doubtful_sickness,
}

__all__ = ["DUTIES", "doubtful_sickness", "long_relative", "luxury", "relative_16h", "rmc_18plus"]
