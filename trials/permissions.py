"""The matrix of trials: who may do what with a trial's fields."""

from common.permissions import Role, global_roles, parse_permission_table
from trials.models import Trial

TRIAL = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A trial",
    """
    r r r w r r w | The protocol, its lists and the overall status | *
    r r r r r r r | What the registry says of its record | version_on has_results removed_countries
    r r r r r r r | MeSH terms of conditions, which the registry derives | condition_mesh condition_ancestors
    r r r r r r r | MeSH terms of interventions, which the registry derives | intervention_mesh intervention_ancestors
    - - r w r r w | Whether it is published | is_public
    - - - w r r w | Conflicts with the registry | registry_conflicts
    - - - w r r w | What the rules find, and flags, which managers raise | findings flags
    - - - w - - w | What the public reports of the whole trial | public_reports
    - - - r r r r | Its history: who changed what, when and why | history
    """,
    note="The public and partners read it once it is published. Managers and administrators add trials.",
)


def roles_over_trial(user, trial: Trial) -> frozenset[Role]:
    """What somebody is over this trial: one query for coordinators, none for others."""
    roles = global_roles(user)
    held = getattr(user, "kinds_in_force", ())
    if Role.TRIAL_COORDINATOR in held and Trial.objects.assigned_to(user).filter(pk=trial.pk).exists():
        return roles | {Role.TRIAL_COORDINATOR}
    if Role.SITE_COORDINATOR in held and Trial.objects.coordinated_by(user).filter(pk=trial.pk).exists():
        return roles | {Role.SITE_COORDINATOR}
    return roles
