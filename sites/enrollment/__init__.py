"""Enrollment of a trial by site and month: pages, form, pasted tables and CSV."""
