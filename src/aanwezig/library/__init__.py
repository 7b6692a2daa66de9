"""The Python interface: what ``import aanwezig as aw`` offers (docs/specification/interfaces.md, Python).

Also what the command line calls, so that both give the same answers.
"""

from aanwezig.library.answers import Check, Measures
from aanwezig.library.counting import Count
from aanwezig.library.register import Register, open_register

__all__ = ["Check", "Count", "Measures", "Register", "open_register"]
