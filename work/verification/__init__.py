"""Verifying a trial's record: the task, its form and its page."""
