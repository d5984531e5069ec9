"""Many sites changed at once: a table comes in by one of three doors, is tried, applied, and can be undone."""
