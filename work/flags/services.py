"""Adding and closing flags, and their tasks on My work."""

from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common import dates
from history.authorship import actor_names, authored
from sites.models import TrialSite
from trials.models import Trial
from work.assignments import TRIAL_LIST_FIELDS, assigned_sites, assigned_trials
from work.models import Flag
from work.my_work.items import ItemType, WorkItem


@transaction.atomic
def raise_flag(*, trial: Trial, site: TrialSite | None = None, text: str, author: str) -> Flag:
    """Add a flag. ValidationError if the site belongs to another trial."""
    if site and site.trial_id != trial.pk:
        raise ValidationError("This site belongs to another trial.", code="site-of-another-trial")
    with authored(author, reason=text):
        return Flag.objects.create(trial=trial, trial_site=site, text=text, raised_by=author)


@transaction.atomic
def close_flag(flag: Flag, *, author: str, answer: str = "") -> Flag:
    """Close a flag with an answer, or without one by its author. ValidationError if it is already closed."""
    current = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if current.closed_at:
        raise ValidationError("This flag is already closed.", code="flag-closed-once")
    if not answer and current.raised_by != author:
        raise ValidationError("Enter an answer.", code="flag-needs-an-answer")
    with authored(author, reason=answer or "Withdrawn"):
        current.answer, current.closed_by, current.closed_at = answer, author, timezone.now()
        current.save(update_fields=["answer", "closed_by", "closed_at"])
    return current


def flag_items(user, *, today: date) -> Iterator[WorkItem]:
    """Open flags of the user's trials and sites as tasks; at most four queries."""
    at_trials = Q(trial_site=None, trial__in=assigned_trials(user).values("pk"))
    at_sites = Q(trial_site__in=assigned_sites(user).order_by().values("pk"))
    flags = list(Flag.objects.open().filter(at_trials | at_sites))
    if not flags:
        return
    names = actor_names([flag.raised_by for flag in flags])
    trials = Trial.objects.only(*TRIAL_LIST_FIELDS).in_bulk([flag.trial_id for flag in flags])
    sites = assigned_sites(user).in_bulk([flag.trial_site_id for flag in flags if flag.trial_site_id])
    for flag in flags:
        author_text = f"Flagged by {names[flag.raised_by]} on {dates.local_date(flag.raised_at):%-d %B %Y}."
        site = sites.get(flag.trial_site_id)
        url = flag.get_absolute_url()
        yield WorkItem(
            ItemType.REPORT, trials[flag.trial_id], flag.text, author_text, site=site, url=url, action_label="Answer"
        )
