"""Permission table of trials: which role may read or change which field."""

from common.permissions import UserRole, global_roles, parse_permission_table
from trials.models import Trial

TRIAL = parse_permission_table(  # public, partner | site, trial coordinator | manager, inspector, administrator
    "A trial",
    """
    r r r w r r w | The protocol, its lists and the overall status | *
    r r r r r r r | Registry metadata of the record | version_on has_results removed_countries
    r r r r r r r | MeSH terms of conditions (derived by the registry) | condition_mesh condition_ancestors
    r r r r r r r | MeSH terms of interventions (derived by the registry) | intervention_mesh intervention_ancestors
    - - r w r r w | Whether it is published | is_public
    - - - w r r w | Registry conflicts | registry_conflicts
    - - - w r r w | Data check findings, and flags raised by managers | findings flags
    - - - w - - w | Public reports about the whole trial | public_reports
    - - - r r r r | Audit trail: who changed what, when and why | history
    """,
    note="The public and partners read a trial once it is published. Managers and administrators add trials.",
)


def roles_over_trial(user, trial: Trial) -> frozenset[UserRole]:
    """The user's roles on this trial. One query for coordinators, none for others."""
    roles = global_roles(user)
    active_kinds = getattr(user, "kinds_in_force", ())
    if UserRole.TRIAL_COORDINATOR in active_kinds and Trial.objects.assigned_to(user).filter(pk=trial.pk).exists():
        return roles | {UserRole.TRIAL_COORDINATOR}
    if (
        UserRole.SITE_COORDINATOR in active_kinds
        and Trial.objects.assigned_to(user, include_sites=True).filter(pk=trial.pk).exists()
    ):
        return roles | {UserRole.SITE_COORDINATOR}
    return roles
