"""On whatever day it is loaded, the demo keeps the rules, but for the trial that shows what neglect looks like."""

from datetime import date
from itertools import pairwise

import pytest

from common.rule_types import Level, violations
from contacts.choices import RoleKind
from contacts.rules import CONTACT_RULES, TRIAL_CONTACT_RULES, ContactInput, TrialContactsInput
from sites.models import TrialSite
from sites.rules import ENROLLMENT_RULES, OVERALL_RULES, EnrollmentInput, TrialSitesInput
from sites.status_transitions import Authority, check_transition
from tests.demo_rows import put_demo
from trials.models import Trial
from trials.rules import TRIAL_RULES

pytestmark = pytest.mark.django_db
NEGLECTED = "STEPWELL"
PAST_AND_NOT_CONFIRMED = ["past-primary-completion-is-actual", "past-completion-is-actual"]


@pytest.fixture(params=["2026-11-21", "2027-01-01", "2028-02-29", "2027-03-31", "2026-12-15"])
def today(request) -> date:
    day = date.fromisoformat(request.param)
    put_demo(day)
    return day


def serious(rules, subject, on) -> list[str]:
    return [rule.id for rule in violations(rules, subject, on=on) if rule.level is not Level.NOTE]


def contacts_of(trial) -> list[ContactInput]:
    roles = [*trial.roles.select_related("person")]
    for site in trial.trial_sites.all():
        roles += site.roles.select_related("person")
    return [
        ContactInput(role.kind, role.role, role.person.name, role.person.phone, role.person.email) for role in roles
    ]


def test_the_demo_violates_no_rule(today):
    for trial in Trial.objects.prefetch_related("trial_sites"):
        assert serious(TRIAL_RULES, trial, today) == (PAST_AND_NOT_CONFIRMED if trial.acronym == NEGLECTED else [])
        statuses = [site.status for site in trial.trial_sites.all()]
        assert serious(OVERALL_RULES, TrialSitesInput(trial.overall_status, statuses), today) == []
        central = trial.roles.filter(kind=RoleKind.CENTRAL_CONTACT).count()
        assert serious(TRIAL_CONTACT_RULES, TrialContactsInput(trial.overall_status, central, ()), today) == []
        assert not any(serious(CONTACT_RULES, contact, today) for contact in contacts_of(trial))
    for site in TrialSite.objects.prefetch_related("status_events", "enrollment_reports"):
        assert unlawful_changes(site) == [], site
        assert unlawful_counts(site, today) == [], site


def unlawful_changes(site) -> list[tuple[str, str]]:
    events = [event for event in site.status_events.all() if not hasattr(event, "corrected_by")]
    path = ["", *(event.status for event in sorted(events, key=lambda event: (event.as_of, event.id)))]
    return [
        step
        for step in pairwise(path)
        if not (transition := _transition(*step)).is_allowed and not transition.is_no_change
    ]


def _transition(status: str, next_status: str):
    """A correction may repeat the status before the mistake: no change."""
    return check_transition(status, next_status, authority=Authority.TRIAL_COORDINATOR)


def unlawful_counts(site, today) -> list[str]:
    names = ("screened", "consented", "enrolled", "withdrawn", "completed")
    reports = sorted(site.enrollment_reports.all(), key=lambda report: report.month)
    counts = [{name: getattr(report, name) for name in names} for report in reports]
    errors = [rule for rule in ENROLLMENT_RULES if rule.level is Level.ERROR]
    steps = (EnrollmentInput(after, [before]) for before, after in pairwise(counts))
    return [rule.id for step in steps for rule in violations(errors, step, on=today)]
