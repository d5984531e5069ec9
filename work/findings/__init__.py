"""Findings: evaluation of the rules, storage, counts and pages."""
