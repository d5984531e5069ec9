"""Template tag: the last changes of a trial, in sentences."""

from datetime import UTC, datetime

from django import template

from publishing.changes.queries import ChangeFilter, changes, may_have_changes
from publishing.changes.sentences import ChangeLine, change_lines
from trials.models import Trial

register = template.Library()
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@register.simple_tag(takes_context=True)
def latest_changes(context, trial: Trial, limit: int = 5) -> list[ChangeLine]:
    """The last changes that the reader may see. Six queries at most, one for a trial without any."""
    if not may_have_changes(trial):
        return []
    user = getattr(context.get("request"), "user", None)
    return change_lines(changes(user, ChangeFilter(_ALWAYS, trial=trial))[:limit])
