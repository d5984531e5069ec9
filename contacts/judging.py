"""What a trial's contacts have to say about its overall status."""

from datetime import date

from django.db.models import Exists, OuterRef

from contacts.codes import RoleKind
from contacts.models import Role
from contacts.rules import TRIAL_CONTACT_RULES, Reach
from trials.judging import judges
from trials.models import Trial
from trials.rule import Rule, broken


@judges
def judge_by_contacts(trial: Trial, on: date) -> list[Rule]:
    """Two queries."""
    return broken(TRIAL_CONTACT_RULES, reach_of(trial, on=on), on=on)


def reach_of(trial: Trial, *, on: date) -> Reach:
    """Whom one can call about the trial on a day."""
    central = Role.objects.held_on(on).filter(trial=trial, kind=RoleKind.CENTRAL_CONTACT).count()
    at_site = Role.objects.held_on(on).filter(trial_site=OuterRef("pk"), kind=RoleKind.SITE_CONTACT)
    sites = trial.trial_sites.order_by().annotate(has_contact=Exists(at_site)).values_list("status", "has_contact")
    return Reach(trial.overall_status, central, list(sites))
