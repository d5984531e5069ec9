"""Permissions of sites and facilities: authority, permission tables, and access to the sites of a trial."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404

from common.permissions import UserRole, global_roles, parse_permission_table
from sites.models import Facility, TrialSite
from sites.status_transitions import Authority
from trials.models import Trial

#: A permission without a column: setting the status to TERMINATED or WITHDRAWN.
EARLY_END = "early_end"
SITE = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A site",
    """
    r r w w r r w | Recruitment status, since when, last confirmed | status status_since status_as_of last_confirmed_on
    r r p w r r w | Status withdrawn or terminated | early_end
    - - w w r r w | Status history and confirmations, with author and reason | status_events confirmations
    r r r w r r w | Which trial and facility | trial facility duplicate_index
    r r r r r r r | Its position in the registry's record | listing printed_overrides position
    r r w w r r w | Contacts | roles
    - - r w r r w | Activation stage and milestones, on a separate page | stage milestones
    - - r w r r w | Enrollment target | enrollment_target
    - - w w r r w | Enrollment | enrollment_reports
    - - r w r r w | Locking a month of enrollment, for all sites | month_locks
    - - - w r r w | Internal note | internal_note
    - - p w r r w | Change requests: values, reason, decision | proposals
    - - w w r r w | Registry differences in its status and contacts | registry_conflicts
    - - w w r r w | Issues found by the data checks, and flags raised by managers | findings flags
    - - w w - - w | Public reports about it | public_reports
    - - - r r r r | Responsible coordinators | assignments
    - - - r r r r | Reminders sent to them | reminders requested_reminders
    - - r r r r r | Audit trail: who changed what, when and why | history
    """,
    note="The public and partners read it once its trial is published. Trial coordinators and managers may have the "
    "coordinators of an overdue site reminded.",
)
FACILITY = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A facility",
    """
    r r p w r r w | Name and place | name city state zip country latitude longitude
    r r p w r r w | Whether the name is masked, whether it is active | is_masked is_active identity
    r r r w r r w | Other names, ROR identifier, the facility it is merged into | aliases ror_id merged_into
    - - - r r r r | Who merged it, marked it as different, when and why | merges merged_by
    - - - r r r r | Audit trail: who changed what, when and why | history
    """,
    note="The public and partners read it once a published trial has a site there. Trial coordinators find every "
    "facility, to add sites, and change those where their trial has a site; they merge two facilities that they may "
    "change.",
)
SITES_ON_A_PAGE = 50


def authority_over(user, site: TrialSite) -> Authority | None:
    """The user's highest authority over the site; None where the user may not edit it."""
    return authorities_over(user, [site]).get(site.pk)


def authorities_over(user, sites: Iterable[TrialSite]) -> dict[int, Authority]:
    """The authority by site id, without sites the user may not edit. Three queries."""
    trial_of = {site.pk: site.trial_id for site in sites}
    editable = set(TrialSite.objects.editable_by(user).filter(pk__in=trial_of).values_list("pk", flat=True))
    if not editable or user.is_manager:
        return dict.fromkeys(editable, Authority.MANAGER)
    trials = Trial.objects.assigned_to(user).filter(pk__in={trial_of[pk] for pk in editable})
    coordinated = set(trials.values_list("pk", flat=True))
    return {
        pk: Authority.TRIAL_COORDINATOR if trial_of[pk] in coordinated else Authority.SITE_COORDINATOR
        for pk in editable
    }


def may_edit_targets(authority: Authority) -> bool:
    """Whether the authority covers a site's enrollment target and internal note."""
    return authority >= Authority.TRIAL_COORDINATOR


def roles_over_site(user, site: TrialSite) -> frozenset[UserRole]:
    """The user's roles over this site; at most two queries for coordinators, none for others."""
    roles = global_roles(user)
    assigned_kinds = getattr(user, "kinds_in_force", ())
    if (
        UserRole.TRIAL_COORDINATOR in assigned_kinds
        and Trial.objects.assigned_to(user).filter(pk=site.trial_id).exists()
    ):
        return roles | {UserRole.TRIAL_COORDINATOR}
    if UserRole.SITE_COORDINATOR in assigned_kinds and TrialSite.objects.assigned_to(user).filter(pk=site.pk).exists():
        return roles | {UserRole.SITE_COORDINATOR}
    return roles


def roles_over_facility(user, facility: Facility) -> frozenset[UserRole]:
    """The user's roles over this facility, by its sites."""
    roles = global_roles(user)
    assigned_kinds = getattr(user, "kinds_in_force", ())
    if (
        UserRole.TRIAL_COORDINATOR in assigned_kinds
        and Facility.objects.editable_by(user).filter(pk=facility.pk).exists()
    ):
        return roles | {UserRole.TRIAL_COORDINATOR}
    if (
        UserRole.SITE_COORDINATOR in assigned_kinds
        and TrialSite.objects.assigned_to(user).filter(facility=facility).exists()
    ):
        return roles | {UserRole.SITE_COORDINATOR}
    return roles


@dataclass(frozen=True, slots=True)
class TrialAccess:
    """A trial with the sites whose counts the user may read and those the user may edit."""

    trial: Trial
    sites: QuerySet[TrialSite]
    editable: QuerySet[TrialSite]
    may_edit_trial: bool

    def site(self, pk: int) -> TrialSite:
        """One of the sites; Http404 for any other."""
        site = self.sites.filter(pk=pk).first()
        if site is None:
            raise Http404
        return site


def get_trial_access(user, key: str) -> TrialAccess:
    """The access of a user to the sites of a trial; Http404 where the user may read the counts of no site."""
    trial = Trial.objects.visible_to(user).first_by_key(key)
    if trial is None:
        raise Http404
    of_trial = TrialSite.objects.filter(trial=trial).select_related("facility")
    sites, may_edit = of_trial.showing_counts_to(user), Trial.objects.editable_by(user).filter(pk=trial.pk).exists()
    if not may_edit and not sites.exists():
        raise Http404
    return TrialAccess(trial, sites, of_trial.editable_by(user), may_edit)


def order_by_name(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    return sites.order_by(Lower("facility__name"), "facility__city", "duplicate_index", "pk")
