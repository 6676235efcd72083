"""Corrections: proposed, approved, applied, undone."""
