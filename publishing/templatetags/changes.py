"""Template tags: the last changes of a trial, and the changes of a period by trial, in sentences."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django import template

from publishing.changes.queries import ChangeFilter, changes, may_have_changes
from publishing.changes.sentences import ChangeLine, change_lines
from publishing.staleness import publish_pending
from trials.models import Trial

register = template.Library()
CHANGES_IN_A_MAIL = 200
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@register.simple_tag(takes_context=True)
def latest_changes(context, trial: Trial, limit: int = 5) -> list[ChangeLine]:
    """The last changes that the reader may see. Six queries at most, one for a trial without any."""
    if not may_have_changes(trial):
        return []
    user = getattr(context.get("request"), "user", None)
    return change_lines(changes(user, ChangeFilter(_ALWAYS, trial=trial))[:limit])


@dataclass(frozen=True, slots=True)
class PeriodChanges:
    """The newest `count` changes of a period as (trial, lines), oldest first within a trial."""

    trials: list[tuple[Trial, list[ChangeLine]]]
    count: int
    has_more: bool


@register.simple_tag
def changes_by_trial(user, since: datetime, until: datetime) -> PeriodChanges:
    """What the user may read of the changes recorded in a period, without its end."""
    publish_pending()
    lines = change_lines(changes(user, ChangeFilter(since, until=until))[: CHANGES_IN_A_MAIL + 1])
    newest, by_trial = lines[:CHANGES_IN_A_MAIL], {}
    for line in reversed(newest):
        by_trial.setdefault(line.trial.pk, []).append(line)
    trials = sorted(
        ((of_trial[0].trial, of_trial) for of_trial in by_trial.values()), key=lambda one: one[0].title.casefold()
    )
    return PeriodChanges(trials, len(newest), len(lines) > CHANGES_IN_A_MAIL)
