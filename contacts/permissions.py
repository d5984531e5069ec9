"""The matrix of people and the roles they hold."""

from common.permissions import Role, global_roles, parse_permission_table
from contacts.models import Person
from contacts.models import Role as HeldRole
from sites.models import TrialSite
from trials.models import Trial

PERSON = parse_permission_table(  # public, partner | the site's, the trial's | manager, inspector, administrator
    "A contact",
    """
    r r w w r r w | Name, phone, e-mail | name phone phone_ext email
    r r w w r r w | What they are for, and where | roles kind role trial trial_site affiliation position
    r r w w r r w | From when to when | starts_on ends_on
    - - w w - - w | Private mobile, private e-mail, notes | mobile private_email notes
    - - w w r r w | Last verified | last_verified_on
    - - r r r r r | Erased, or merged into another entry | erased_at merged_into
    - - r r r r r | Its history: who changed what, when and why | history
    """,
    note="The public and partners read a contact while somebody can join; the rules of contacts say when. A "
    "coordinator is one over the people with a role at their sites or trials, and reads of their roles those there.",
)


def roles_over_person(user, person: Person) -> frozenset[Role]:
    """What somebody is over this person: by the places at which the person holds a role."""
    roles = global_roles(user)
    held = getattr(user, "kinds_in_force", ())
    here = HeldRole.objects.filter(person=person)
    if Role.TRIAL_COORDINATOR in held and here.of_trials(Trial.objects.assigned_to(user)).exists():
        return roles | {Role.TRIAL_COORDINATOR}
    if Role.SITE_COORDINATOR in held and here.filter(trial_site__in=TrialSite.objects.assigned_to(user)).exists():
        return roles | {Role.SITE_COORDINATOR}
    return roles
