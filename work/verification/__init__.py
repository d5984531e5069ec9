"""Verification of a trial's record."""
