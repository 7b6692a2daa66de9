"""Imports in the browser: upload, map, check, keep, undo (docs/specification/register.md §3, §4)."""
