"""What the simulated year takes for granted. All days."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The delays are lognormal: half answer within the median, nine in ten within 3.6 times that.

    Nobody enters a change of their own accord and everybody acts only on what the mail names: each published change is
    the reminders' doing. So the results are what reminders alone reach.
    """

    sites: int = 500
    days: int = 365
    sites_a_trial: int = 10
    sites_a_coordinator: int = 5
    trials_a_coordinator: int = 5
    never_answer: float = 0.20
    """The share of site coordinators, and of trials' coordinators, who never do."""
    answer_median: float = 2.0
    escalation_median: float = 4.0
    """Until a trial's coordinator has called a site whose own coordinator did not answer."""
    spread: float = 1.0
    """Sigma of the logarithm."""
    status_lasts: float = 240.0
    """Mean of how long a status truly lasts."""


#: Jones et al., BMJ Open 2017: the median delay of recruitment status changes in a registry.
LITERATURE_DAYS = 141
