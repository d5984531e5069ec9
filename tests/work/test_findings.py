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
    """The rules that are open once what changed has been judged."""
    evaluate_pending_batch(on=on or timezone.localdate())
    return sorted(Finding.objects.open().values_list("rule", flat=True))


@pytest.fixture
def suspended():
    return a_trial(1, overall_status="SUSPENDED", why_stopped="")


def test_a_finding_says_what_about_whom_since_when_and_by_when(suspended):
    assert evaluated_rules() == [WHY_STOPPED_RULE]
    finding, today = Finding.objects.get(), timezone.localdate()
    assert (finding.trial, finding.level, finding.since) == (suspended, "ERROR", today)
    assert finding.due_on == today + timedelta(days=30)
    assert finding.text == "Enter why the trial stopped."


def test_it_closes_itself_when_mended_and_what_breaks_again_is_a_new_one(suspended):
    evaluated_rules()
    change(Trial.objects, why_stopped="No supply")
    assert evaluated_rules() == []
    change(Trial.objects, why_stopped="")
    assert evaluated_rules() == [WHY_STOPPED_RULE]
    first, second = Finding.objects.order_by("pk")
    assert first.closed_at
    assert second.closed_at is None


def test_while_it_stays_broken_it_keeps_its_day(suspended):
    today = timezone.localdate()
    evaluated_rules()
    change(Trial.objects, brief_title="Another title")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert evaluated_rules() == [WHY_STOPPED_RULE]
    finding = Finding.objects.get()
    assert (finding.since, finding.due_on) == (today, today + timedelta(days=30))


def test_what_asks_or_tells_has_no_day():
    a_contact(trial=a_trial(1), role="PRINCIPAL_INVESTIGATOR")
    assert evaluated_rules() == ["investigator-is-not-called"]
    assert Finding.objects.get().due_on is None


def test_what_the_sites_demand_is_due_from_their_change_and_later_changes_do_not_move_it():
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
def test_whatever_a_rule_looks_at_marks_its_trial(which):
    site = a_site(status="RECRUITING", since="2026-01-01")
    a_contact(site=site)
    PendingEvaluation.objects.all().delete()
    CHANGES[which]()
    assert make_pending_trial() == {site.trial_id}


def test_what_no_rule_looks_at_marks_nothing():
    site = a_site(status="RECRUITING", since="2026-01-01")
    a_contact(site=site)
    PendingEvaluation.objects.all().delete()
    change(TrialSite.objects, internal_note="A note", enrollment_target=4)
    change(Person.objects, notes="A note", last_verified_on="2026-01-01")
    change(Facility.objects, zip="69000")
    assert make_pending_trial() == set()


def evaluate_all_at_night(*options) -> str:
    said = StringIO()
    call_command("judge", *options, stdout=said)
    return said.getvalue().strip()


def test_the_night_finds_what_only_the_days_have_changed():
    soon = timezone.localdate() + timedelta(days=3)
    a_trial(1, overall_status="RECRUITING", completion_on=soon.isoformat(), completion_type="ESTIMATED")
    assert "past-completion-is-actual" not in evaluated_rules()
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        assert "past-completion-is-actual" not in evaluated_rules(), "nothing changed, so nothing is judged in passing"
        assert evaluate_all_at_night("--all") == "trials=1 opened=1 closed=0"
        assert evaluate_all_at_night("--all") == "trials=1 opened=0 closed=0"
    assert "past-completion-is-actual" in evaluated_rules()


def test_without_all_the_night_judges_what_changed(suspended):
    assert evaluate_all_at_night() == "trials=1 opened=1 closed=0"
    assert evaluate_all_at_night() == "trials=0 opened=0 closed=0"


def test_a_reader_judges_a_part_and_says_that_more_waits(suspended):
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


def test_a_rule_that_left_the_rulebook_is_closed_by_the_night(suspended):
    evaluated_rules()
    Finding.objects.update(rule="a-rule-of-old")
    evaluate_all_at_night("--all")
    assert evaluated_rules() == [WHY_STOPPED_RULE]


@pytest.mark.parametrize("number", [3, 30])
def test_a_judgement_takes_the_same_queries_however_many_sites(number, django_assert_num_queries):
    trial = a_trial(1, overall_status="RECRUITING")
    for place in range(number):
        a_contact(site=a_site(trial, a_facility(place)), name="")
    with django_assert_num_queries(13):
        evaluate_pending_batch(on=timezone.localdate())
    assert Finding.objects.filter(rule="contact-has-a-name-or-title").count() == number
