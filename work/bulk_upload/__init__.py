"""Bulk update of sites: a table or selection is checked in a dry run, applied once, and can be undone."""
