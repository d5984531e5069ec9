"""What a user may decide about sites.

A trial's inner rooms (enrollment, activation): who may come in, and which of its sites they find there.

The matrix of sites and facilities.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404

from common.permissions import Role, global_roles, parse_permission_table
from sites.models import Facility, TrialSite
from sites.status_transitions import Authority
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


def may_edit_targets(authority: Authority) -> bool:
    """Whether somebody may set a site's enrollment target and internal note: they are the trial's."""
    return authority >= Authority.TRIAL_COORDINATOR


#: Not a column: setting the status to TERMINATED or WITHDRAWN.
EARLY_END = "early_end"

SITE = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A site",
    """
    r r w w r r w | Recruitment status, since when, last confirmed | status status_since status_as_of last_confirmed_on
    r r p w r r w | Status withdrawn or terminated | early_end
    - - w w r r w | Status history and confirmations, by whom and why | status_events confirmations
    r r r w r r w | Which trial and facility | trial facility duplicate_index
    r r r r r r r | Its place in the registry's record | listing printed_overrides position
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
FACILITY = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
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
    roles = global_roles(user)
    held = getattr(user, "kinds_in_force", ())
    if Role.TRIAL_COORDINATOR in held and Trial.objects.assigned_to(user).filter(pk=site.trial_id).exists():
        return roles | {Role.TRIAL_COORDINATOR}
    if Role.SITE_COORDINATOR in held and TrialSite.objects.assigned_to(user).filter(pk=site.pk).exists():
        return roles | {Role.SITE_COORDINATOR}
    return roles


def roles_over_facility(user, facility: Facility) -> frozenset[Role]:
    """What somebody is over this facility: by the sites there."""
    roles = global_roles(user)
    held = getattr(user, "kinds_in_force", ())
    if Role.TRIAL_COORDINATOR in held and Facility.objects.editable_by(user).filter(pk=facility.pk).exists():
        return roles | {Role.TRIAL_COORDINATOR}
    if Role.SITE_COORDINATOR in held and TrialSite.objects.assigned_to(user).filter(facility=facility).exists():
        return roles | {Role.SITE_COORDINATOR}
    return roles


SITES_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class TrialSection:
    """A trial, the sites whose numbers the user may read, and whether the user decides for the whole trial."""

    trial: Trial
    sites: QuerySet[TrialSite]
    editable: QuerySet[TrialSite]
    may_edit_trial: bool

    def site(self, pk: int) -> TrialSite:
        """One of the sites; Http404 for any other."""
        found = self.sites.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


def get_trial_section(user, key: str) -> TrialSection:
    """Http404 where the user may read the numbers of no site: like a trial that does not exist."""
    trial = Trial.objects.visible_to(user).with_key(key)
    if trial is None:
        raise Http404
    of_trial = TrialSite.objects.filter(trial=trial).select_related("facility")
    sites, decides = of_trial.showing_counts_to(user), Trial.objects.editable_by(user).filter(pk=trial.pk).exists()
    if not decides and not sites.exists():
        raise Http404
    return TrialSection(trial, sites, of_trial.editable_by(user), decides)


def order_by_name(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    return sites.order_by(Lower("facility__name"), "facility__city", "duplicate_index", "pk")
