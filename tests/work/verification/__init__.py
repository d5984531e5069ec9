"""Verifying a trial's record."""
