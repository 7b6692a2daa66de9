"""What makes a register: importing files, simulating; passed on from their own packages."""

from __future__ import annotations

from aanwezig.register import import_files
from aanwezig.simulate import simulate as simulate_register

__all__ = ["import_files", "simulate_register"]
