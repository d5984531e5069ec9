"""Findings are opened when a rule is violated and closed when it is resolved, also as days pass."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from contacts.models import Person, Role
from history.authorship import authored
from sites.models import Facility, TrialSite
from tests.factories import a_contact, a_facility, a_site, a_trial, an_event
from trials.models import Trial
from work.findings.evaluate import evaluate_pending_batch
from work.models import Finding, PendingEvaluation

pytestmark = pytest.mark.django_db
WHY_STOPPED_RULE = "why-stopped-is-said"


def change(rows, **values):
    with authored("test"):
        rows.update(**values)


def evaluated_rules(on=None) -> list[str]:
    """The rules of open findings after pending trials were evaluated."""
    evaluate_pending_batch(on=on or timezone.localdate())
    return sorted(Finding.objects.open().values_list("rule", flat=True))


@pytest.fixture
def suspended():
    return a_trial(1, overall_status="SUSPENDED", why_stopped="")


def test_a_finding_has_rule_subject_and_dates(suspended):
    assert evaluated_rules() == [WHY_STOPPED_RULE]
    finding, today = Finding.objects.get(), timezone.localdate()
    assert (finding.trial, finding.level, finding.since) == (suspended, "ERROR", today)
    assert finding.due_on == today + timedelta(days=30)
    assert finding.text == "Enter why the trial stopped."


def test_a_resolved_finding_is_closed_and_a_new_violation_is_another_finding(suspended):
    evaluated_rules()
    change(Trial.objects, why_stopped="No supply")
    assert evaluated_rules() == []
    change(Trial.objects, why_stopped="")
    assert evaluated_rules() == [WHY_STOPPED_RULE]
    first, second = Finding.objects.order_by("pk")
    assert first.closed_at
    assert second.closed_at is None


def test_a_continuing_violation_keeps_its_dates(suspended):
    today = timezone.localdate()
    evaluated_rules()
    change(Trial.objects, brief_title="Another title")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert evaluated_rules() == [WHY_STOPPED_RULE]
    finding = Finding.objects.get()
    assert (finding.since, finding.due_on) == (today, today + timedelta(days=30))


def test_warnings_and_notes_have_no_due_date():
    a_contact(trial=a_trial(1), role="PRINCIPAL_INVESTIGATOR")
    assert evaluated_rules() == ["investigator-is-not-called"]
    assert Finding.objects.get().due_on is None


def test_a_suggestion_is_due_from_the_first_change_of_a_site():
    trial = a_trial(1, overall_status="RECRUITING")
    a_contact(trial=trial)
    first = a_site(trial, a_facility(1, country="France"), status="COMPLETED", since="2026-03-01")
    evaluated_rules()
    an_event(a_site(trial, a_facility(2)), "TERMINATED", "2026-05-01")
    assert "recruiting-trial-has-a-recruiting-site" in evaluated_rules()
    finding = Finding.objects.get(rule="recruiting-trial-has-a-recruiting-site")
    assert finding.due_on.isoformat() == "2026-03-16"
    assert finding.trial_site is None, "it is the trial's, not the site's"
    assert first.findings.count() == 0


def test_a_contact_at_a_site_is_a_finding_of_the_role_and_the_site():
    site = a_site()
    role = a_contact(site=site)
    change(Person.objects, email="[email protected]")
    assert evaluated_rules() == ["email-is-an-address"]
    finding = Finding.objects.get()
    assert (finding.role, finding.trial_site, finding.trial_id) == (role, site, site.trial_id)
    change(Person.objects, name="", phone="", email="", erased_at=timezone.now())
    assert evaluated_rules() == []


def make_pending_trial() -> set[int]:
    return set(PendingEvaluation.objects.values_list("trial_id", flat=True))


CHANGES = {
    "a trial": lambda: change(Trial.objects, why_stopped="x"),
    "a site’s status": lambda: an_event(TrialSite.objects.get(), "SUSPENDED", "2026-02-01"),
    "a facility’s country": lambda: change(Facility.objects, country="Japan"),
    "a person": lambda: change(Person.objects, phone=""),
    "a role": lambda: change(Role.objects, role="PRINCIPAL_INVESTIGATOR"),
    "a new site": lambda: a_site(Trial.objects.get(), a_facility(2)),
    "a role that ends": lambda: delete(Role.objects.all()),
}


def delete(rows):
    with authored("test"):
        rows.delete()


@pytest.mark.parametrize("which", CHANGES)
def test_a_change_of_a_column_that_a_rule_reads_marks_the_trial(which):
    site = a_site(status="RECRUITING", since="2026-01-01")
    a_contact(site=site)
    PendingEvaluation.objects.all().delete()
    CHANGES[which]()
    assert make_pending_trial() == {site.trial_id}


def test_a_change_of_another_column_marks_nothing():
    site = a_site(status="RECRUITING", since="2026-01-01")
    a_contact(site=site)
    PendingEvaluation.objects.all().delete()
    change(TrialSite.objects, internal_note="A note", enrollment_target=4)
    change(Person.objects, notes="A note", last_verified_on="2026-01-01")
    change(Facility.objects, zip="69000")
    assert make_pending_trial() == set()


def evaluate_all_at_night(*options) -> str:
    output = StringIO()
    call_command("judge", *options, stdout=output)
    return output.getvalue().strip()


def test_the_nightly_run_finds_violations_by_date():
    soon = timezone.localdate() + timedelta(days=3)
    a_trial(1, overall_status="RECRUITING", completion_on=soon.isoformat(), completion_type="ESTIMATED")
    assert "past-completion-is-actual" not in evaluated_rules()
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        assert "past-completion-is-actual" not in evaluated_rules(), "nothing changed, so nothing is judged in passing"
        assert evaluate_all_at_night("--all") == "trials=1 opened=1 closed=0"
        assert evaluate_all_at_night("--all") == "trials=1 opened=0 closed=0"
    assert "past-completion-is-actual" in evaluated_rules()


def test_without_all_only_pending_trials_are_evaluated(suspended):
    assert evaluate_all_at_night() == "trials=1 opened=1 closed=0"
    assert evaluate_all_at_night() == "trials=0 opened=0 closed=0"


def test_a_reader_evaluates_one_batch_and_shows_that_more_are_pending(suspended):
    a_trial(2, overall_status="SUSPENDED")
    today = timezone.localdate()
    assert evaluate_pending_batch(on=today, limit=1) is True
    assert Finding.objects.count() == 1
    assert evaluate_pending_batch(on=today) is False
    assert Finding.objects.count() == 2


def test_the_database_refuses_the_same_open_finding_twice(suspended):
    evaluated_rules()
    finding = Finding.objects.get()
    finding.pk = None
    with pytest.raises(IntegrityError, match="finding_open_once"), transaction.atomic():
        finding.save()


def test_a_finding_of_a_removed_rule_is_closed_by_the_nightly_run(suspended):
    evaluated_rules()
    Finding.objects.update(rule="a-rule-of-old")
    evaluate_all_at_night("--all")
    assert evaluated_rules() == [WHY_STOPPED_RULE]


@pytest.mark.parametrize("number", [3, 30])
def test_the_number_of_queries_of_an_evaluation_does_not_grow_with_the_sites(number, django_assert_num_queries):
    trial = a_trial(1, overall_status="RECRUITING")
    for place in range(number):
        a_contact(site=a_site(trial, a_facility(place)), name="")
    with django_assert_num_queries(13):
        evaluate_pending_batch(on=timezone.localdate())
    assert Finding.objects.filter(rule="contact-has-a-name-or-title").count() == number
