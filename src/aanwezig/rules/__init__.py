"""Duties, criteria and faults: pure functions from typed facts to findings (domain/rules.md)."""
