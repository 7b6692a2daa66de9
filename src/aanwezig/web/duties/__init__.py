"""Duties to notify: prepared, recorded as sent, followed, withdrawn; letters about them (rules.md §2).

Nothing is sent to DUO from here: a person does that, and records it here.
"""
