"""Forms that were sent when somebody had to sign in first: kept for an hour and shown again, filled in."""
