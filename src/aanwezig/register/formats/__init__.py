"""Readers of what schools' systems deliver: each gives rows of text under a header, a batch at a time.

A reader knows how a file is written and nothing of what it means: that is the profile's part.
"""

from aanwezig.register.formats.raw import RawFile, RosterRow
from aanwezig.register.formats.registry import open_absences, read_roster

__all__ = ["RawFile", "RosterRow", "open_absences", "read_roster"]
