"""Giving a trial a new site."""

from django.db import transaction
from django.db.models import Max

from common import dates
from history.authorship import authored
from sites.models import Facility, TrialSite
from sites.rules import NEW_SITE_RULES
from sites.subjects import NewSite
from trials.models import Trial
from trials.rule import demand


@transaction.atomic
def add_site(
    *, trial: Trial, facility: Facility, author: str, reason: str = "", takes_part_again: bool = False, **values
) -> TrialSite:
    """A new site without a status, last in the trial's list; `values` are other columns of TrialSite.

    `takes_part_again`: the facility stands in the trial already, and this is its next twin. ValidationError when the
    trial has ended, the facility is inactive, or it is there already and nobody said that it takes part again.
    """
    trial = Trial.objects.select_for_update().get(pk=trial.pk)
    site = new_site(trial=trial, facility=facility, takes_part_again=takes_part_again, **values)
    with authored(author, reason=reason):
        site.save()
    return site


def new_site(*, trial: Trial, facility: Facility, takes_part_again: bool = False, **values) -> TrialSite:
    """The site as `add_site` would save it, checked like there."""
    subject = NewSite(trial.overall_status, facility.is_active)
    demand(NEW_SITE_RULES, subject, on=dates.today())
    last = trial.trial_sites.aggregate(position=Max("position"))["position"]
    twins = trial.trial_sites.filter(facility=facility).aggregate(last=Max("twin"))["last"] or 0
    site = TrialSite(
        trial=trial,
        facility=facility,
        twin=twins + 1 if takes_part_again else 1,
        position=0 if last is None else last + 1,
        **values,
    )
    site.full_clean()
    return site
