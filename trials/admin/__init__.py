"""Trials in the admin."""

from trials.admin.trial import TrialAdmin

__all__ = ["TrialAdmin"]
