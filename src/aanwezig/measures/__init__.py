"""Attendance measures as Ibis expressions that name no engine (domain/register.md §5)."""

from aanwezig.measures.parameters import MeasureParameters
from aanwezig.measures.rates import measure

__all__ = ["MeasureParameters", "measure"]
