"""The Python interface: what ``import aanwezig as aw`` offers (domain/interfaces.md, Python).

Also what the command line calls, so that both give the same answers.
"""

from aanwezig.library.answers import Check, Measures
from aanwezig.library.makers import import_files, simulate_register
from aanwezig.library.register import Register, open_register
from aanwezig.values import AanwezigError

__all__ = [
    "AanwezigError",
    "Check",
    "Measures",
    "Register",
    "import_files",
    "open_register",
    "simulate_register",
]
