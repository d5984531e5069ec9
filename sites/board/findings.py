"""How much the rules found at a trial and its sites, for a board: through the reverse relation `findings`."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count

from trials.models import Trial
from trials.rule import Level, levels_in_words

COUNTED = (Level.ERROR, Level.WARNING)


@dataclass(frozen=True, slots=True)
class Found:
    """Open findings by level, and by site those that somebody should look at."""

    by_level: Counter[str] = field(default_factory=Counter)
    by_site: Counter[int] = field(default_factory=Counter)

    @property
    def words(self) -> str:
        return levels_in_words(self.by_level) or "nothing to mend"


def found_at(trial: Trial, user) -> Found:
    """As far as the user may know it; one query."""
    found, findings = Found(), trial.findings.visible_to(user).open().order_by()
    for site_id, level, number in findings.values_list("trial_site", "level").annotate(Count("pk")):
        found.by_level[level] += number
        if level in COUNTED and site_id:
            found.by_site[site_id] += number
    return found
