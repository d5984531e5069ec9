"""The matrix of sites and facilities."""

from sites.models import Facility, TrialSite
from trials.access import Role, everywhere, read_rights
from trials.models import Trial

#: Not a column: setting the status to TERMINATED or WITHDRAWN.
EARLY_END = "early_end"

SITE = read_rights(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A site",
    """
    r r w w r r w | Recruitment status, since when, last confirmed | status status_since status_as_of last_confirmed_on
    r r p w r r w | Status withdrawn or terminated | early_end
    - - w w r r w | Status history and confirmations, by whom and why | status_events confirmations
    r r r w r r w | Which trial and facility | trial facility twin
    r r r r r r r | Its place in the registry's record | listing listed_as position
    r r w w r r w | Contacts | roles
    - - r w r r w | Activation stage and milestones, on their own page | stage milestones
    - - r w r r w | Enrollment target | enrollment_target
    - - w w r r w | Enrollment | enrollment_reports
    - - r w r r w | Locking a month of enrollment, for all sites | month_locks
    - - - w r r w | Internal note | internal_note
    - - p w r r w | Proposals about it: what, why, how it was decided | proposals
    - - w w r r w | Where the registry differs in its status and contacts | registry_conflicts
    - - w w r r w | What the rules find, and flags, which managers raise | findings flags
    - - w w - - w | What the public reports of it | public_reports
    - - - r r r r | Who is responsible for it: the coordinators | assignments
    - - - r r r r | When they were last reminded | reminders requested_reminders
    - - r r r r r | Its history: who changed what, when and why | history
    """,
    note="The public and partners read it once its trial is published. Trial coordinators and managers may have the "
    "coordinators of an overdue site reminded.",
)
FACILITY = read_rights(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A facility",
    """
    r r p w r r w | Name and place | name city state zip country latitude longitude
    r r p w r r w | Whether the name hides it, whether it is active | is_masked is_active identity
    - - - r r r r | Its history: who changed what, when and why | history
    """,
    note="The public and partners read it once a published trial has a site there. Who looks after a trial finds every "
    "facility, to give the trial its sites, and changes those where it has one.",
)


def roles_over_site(user, site: TrialSite) -> frozenset[Role]:
    """What somebody is over this site: at most two queries for coordinators, none for others."""
    roles = everywhere(user)
    held = getattr(user, "kinds_in_force", ())
    if Role.TRIAL_COORDINATOR in held and Trial.objects.assigned_to(user).filter(pk=site.trial_id).exists():
        return roles | {Role.TRIAL_COORDINATOR}
    if Role.SITE_COORDINATOR in held and TrialSite.objects.assigned_to(user).filter(pk=site.pk).exists():
        return roles | {Role.SITE_COORDINATOR}
    return roles


def roles_over_facility(user, facility: Facility) -> frozenset[Role]:
    """What somebody is over this facility: by the sites there."""
    roles = everywhere(user)
    held = getattr(user, "kinds_in_force", ())
    if Role.TRIAL_COORDINATOR in held and Facility.objects.editable_by(user).filter(pk=facility.pk).exists():
        return roles | {Role.TRIAL_COORDINATOR}
    if Role.SITE_COORDINATOR in held and TrialSite.objects.assigned_to(user).filter(facility=facility).exists():
        return roles | {Role.SITE_COORDINATOR}
    return roles
