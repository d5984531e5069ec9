"""Changing a site's status."""
