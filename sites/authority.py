"""What a user may decide about a site."""

from sites.models import TrialSite
from sites.transitions import Authority
from trials.models import Trial


def authority_over(user, site: TrialSite) -> Authority | None:
    """The most that the user's assignments and role give; None where the site is not theirs to edit."""
    if not TrialSite.objects.editable_by(user).filter(pk=site.pk).exists():
        return None
    if user.is_manager:
        return Authority.MANAGER
    is_of_the_trial = Trial.objects.assigned_to(user).filter(pk=site.trial_id).exists()
    return Authority.TRIAL_COORDINATOR if is_of_the_trial else Authority.SITE_COORDINATOR
