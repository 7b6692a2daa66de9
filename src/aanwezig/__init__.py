"""Aanwezig: from a school's absence registration to who needs attention, why, and what must be reported by when.

``import aanwezig as aw`` and then ``aw.open_register(...)``. What is offered here is loaded when it is first
used, so that the command line's help does not wait for an engine. It is `simulate_register` and not
`simulate`, because the package of that name would hide a function once it is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aanwezig.library import (
        AanwezigError,
        Check,
        Measures,
        Register,
        import_files,
        open_register,
        simulate_register,
    )

__all__ = [
    "AanwezigError",
    "Check",
    "Measures",
    "Register",
    "import_files",
    "open_register",
    "simulate_register",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from aanwezig import library

        return getattr(library, name)
    raise AttributeError(f"module 'aanwezig' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
