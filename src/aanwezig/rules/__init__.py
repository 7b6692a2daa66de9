"""Duties, criteria and faults: pure functions from typed facts to findings (docs/specification/rules.md)."""
