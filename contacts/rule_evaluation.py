"""Checks of trials against the rules of public contacts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Count, Exists, OuterRef

from common.rule_types import Rule, violations
from contacts.choices import RoleKind
from contacts.models import Role
from contacts.rules import TRIAL_CONTACT_RULES, TrialContactsInput
from sites.models import TrialSite
from trials.models import Trial
from trials.rule_evaluation import register_related_check


@register_related_check
def check_contacts(trials: Sequence[Trial], on: date) -> dict[int, list[Rule]]:
    """The violated rules by trial id. Two queries."""
    inputs = contact_inputs(trials, on=on)
    return {trial.pk: violations(TRIAL_CONTACT_RULES, trial_contacts, on=on) for trial, trial_contacts in inputs}


def contact_inputs(trials: Sequence[Trial], *, on: date) -> Iterator[tuple[Trial, TrialContactsInput]]:
    """Each trial with its contacts in force on a day."""
    ids = [trial.pk for trial in trials]
    central = Role.objects.active_on(on).filter(trial__in=ids, kind=RoleKind.CENTRAL_CONTACT).order_by()
    contacts = dict(central.values_list("trial_id").annotate(Count("pk")))
    at_site = Role.objects.active_on(on).filter(trial_site=OuterRef("pk"), kind=RoleKind.SITE_CONTACT)
    rows = TrialSite.objects.filter(trial__in=ids).order_by().annotate(has_contact=Exists(at_site))
    sites = defaultdict(list)
    for trial_id, *site in rows.values_list("trial_id", "status", "has_contact"):
        sites[trial_id].append(tuple(site))
    for trial in trials:
        yield trial, TrialContactsInput(trial.overall_status, contacts.get(trial.pk, 0), sites[trial.pk])
