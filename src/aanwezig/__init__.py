"""Aanwezig: from a school's absence registration to who needs attention, why, and what must be reported by when.

``import aanwezig as aw`` and then ``aw.open_register(...)``. What is offered here is loaded when it is first
used, so that the command line's help does not wait for an engine. It is ``simulate_register`` and not
``simulate``, because the package of that name would hide a function once it is imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aanwezig.library import Check, Count, Measures, Register, open_register
    from aanwezig.register import import_files
    from aanwezig.simulate import simulate as simulate_register
    from aanwezig.values import AanwezigError

__all__ = [
    "AanwezigError",
    "Check",
    "Count",
    "Measures",
    "Register",
    "import_files",
    "open_register",
    "simulate_register",
]

# Where each name lives; the name there when it is another one.
_PLACES = {
    "AanwezigError": ("aanwezig.values", "AanwezigError"),
    "Check": ("aanwezig.library", "Check"),
    "Count": ("aanwezig.library", "Count"),
    "Measures": ("aanwezig.library", "Measures"),
    "Register": ("aanwezig.library", "Register"),
    "import_files": ("aanwezig.register", "import_files"),
    "open_register": ("aanwezig.library", "open_register"),
    "simulate_register": ("aanwezig.simulate", "simulate"),
}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        module, own_name = _PLACES[name]
        return getattr(import_module(module), own_name)
    raise AttributeError(f"module 'aanwezig' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
