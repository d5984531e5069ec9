"""Flags: questions of managers to coordinators."""
