"""Rules applied to a register at scale: the plain function per pupil is the norm (docs/decisions/0003)."""

from aanwezig.findings.check import CheckResult, RuleInfo, check, known_rules
from aanwezig.findings.pupils import pupils_of, setting_of
from aanwezig.findings.remembered import Remembered
from aanwezig.findings.tiers import tiers

__all__ = [
    "CheckResult",
    "Remembered",
    "RuleInfo",
    "check",
    "known_rules",
    "pupils_of",
    "setting_of",
    "tiers",
]
