"""Milestones of sites, from selection to close-out: pages and form."""
