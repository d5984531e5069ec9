"""What a user may decide about sites."""

from collections.abc import Iterable

from sites.models import TrialSite
from sites.transitions import Authority
from trials.models import Trial


def authority_over(user, site: TrialSite) -> Authority | None:
    """The most that the user's assignments and role give; None where the site is not theirs to edit."""
    return authorities_over(user, [site]).get(site.pk)


def authorities_over(user, sites: Iterable[TrialSite]) -> dict[int, Authority]:
    """The same of many sites, by their ids; those that are not the user's to edit are left out. Three queries."""
    trial_of = {site.pk: site.trial_id for site in sites}
    mine = set(TrialSite.objects.editable_by(user).filter(pk__in=trial_of).values_list("pk", flat=True))
    if not mine or user.is_manager:
        return dict.fromkeys(mine, Authority.MANAGER)
    trials = Trial.objects.assigned_to(user).filter(pk__in={trial_of[pk] for pk in mine})
    led = set(trials.values_list("pk", flat=True))
    return {pk: Authority.TRIAL_COORDINATOR if trial_of[pk] in led else Authority.SITE_COORDINATOR for pk in mine}


def may_plan(authority: Authority) -> bool:
    """Whether somebody may set a site's enrollment target and internal note: they are the trial's."""
    return authority >= Authority.TRIAL_COORDINATOR
