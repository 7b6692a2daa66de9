"""Aanwezig."""
