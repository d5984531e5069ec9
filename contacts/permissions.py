"""Permission table of contacts and their roles."""

from common.permissions import UserRole, global_roles, parse_permission_table
from contacts.models import Person, Role
from sites.models import TrialSite
from trials.models import Trial

PERSON = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A contact",
    """
    r r w w r r w | Name, phone, e-mail | name phone phone_ext email
    r r w w r r w | Roles and their places | roles kind role trial trial_site affiliation position
    r r w w r r w | First day, end date | starts_on ends_before
    - - w w - - w | Private mobile, private e-mail, notes | mobile private_email notes
    - - w w r r w | Last verified | last_verified_on
    - - r r r r r | Erased, or merged into another contact | erased_at merged_into
    - - r r r r r | Its history: who changed what, when and why | history
    """,
    note="The public and partners read a contact while participants can join; the rules of contacts define when. A "
    "coordinator has this role for contacts at their own sites or trials, and reads only their roles there.",
)


def roles_over_person(user, person: Person) -> frozenset[UserRole]:
    """The user's permission roles for a contact, by the trials and sites of the contact's roles."""
    roles = global_roles(user)
    kinds = getattr(user, "kinds_in_force", ())
    contact_roles = Role.objects.filter(person=person)
    if UserRole.TRIAL_COORDINATOR in kinds and contact_roles.of_trials(Trial.objects.assigned_to(user)).exists():
        return roles | {UserRole.TRIAL_COORDINATOR}
    own_sites = TrialSite.objects.assigned_to(user)
    if UserRole.SITE_COORDINATOR in kinds and contact_roles.filter(trial_site__in=own_sites).exists():
        return roles | {UserRole.SITE_COORDINATOR}
    return roles
