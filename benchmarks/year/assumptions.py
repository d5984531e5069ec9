"""Assumptions of the simulated year. All durations in days."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Delays are lognormal: half of the answers within the median, nine in ten within 3.6 times the median.

    Nobody enters a change without a reminder, and only sites named in the mail are updated: the results show the effect
    of reminders alone.
    """

    sites: int = 500
    days: int = 365
    sites_a_trial: int = 10
    sites_a_coordinator: int = 5
    trials_a_coordinator: int = 5
    never_answer: float = 0.20
    """The share of site coordinators, and of trial coordinators, who never answer."""
    answer_median: float = 2.0
    escalation_median: float = 4.0
    """Until a trial coordinator has called a site whose own coordinator did not answer."""
    spread: float = 1.0
    """Sigma of the logarithm."""
    status_lasts: float = 240.0
    """Mean duration of an actual status."""


#: Jones et al., BMJ Open 2017: the median delay of recruitment status changes in a registry.
LITERATURE_DAYS = 141
