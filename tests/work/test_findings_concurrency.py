"""Concurrent evaluations, and an evaluation beside an edit, on separate connections."""

import threading
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common.advisory_locks import LockKey, lock_transaction
from history.authorship import authored
from sites.models import TrialSite
from tests.factories import a_contact, a_facility, a_site, a_trial
from trials.models import Trial
from work.findings import evaluate
from work.models import Finding, PendingEvaluation

pytestmark = pytest.mark.django_db(transaction=True)


def run_in_threads(*functions) -> None:
    """Run each function in a thread with its own connection."""

    def run(function):
        try:
            function()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)


def evaluate_everything() -> None:
    list(evaluate.evaluate_all(on=timezone.localdate()))


@pytest.fixture
def trial_with_violation():
    trial = a_trial(1, overall_status="SUSPENDED")
    for number in range(5):
        a_contact(site=a_site(trial, a_facility(number)), name="")
    return trial


def test_two_concurrent_evaluations_store_each_finding_once(trial_with_violation, monkeypatch):
    both, find_violations = threading.Barrier(2, timeout=1), evaluate.find_violations

    def together(trials, *, on):
        """Both stand here at once, if nothing keeps them apart."""
        with suppress(threading.BrokenBarrierError):
            both.wait()
        return find_violations(trials, on=on)

    monkeypatch.setattr(evaluate, "find_violations", together)
    run_in_threads(evaluate_everything, evaluate_everything)
    assert both.broken, "the second waited for the first"
    assert Finding.objects.open().count() == 6
    assert Finding.objects.count() == 6


def test_a_change_during_an_evaluation_is_evaluated_again(trial_with_violation, monkeypatch):
    find_violations = evaluate.find_violations

    def overtaken(trials, *, on):
        violations = list(find_violations(trials, on=on))
        run_in_threads(lambda: fix_trial(trial_with_violation))
        return violations

    monkeypatch.setattr(evaluate, "find_violations", overtaken)
    evaluate.evaluate_pending_batch(on=timezone.localdate())
    monkeypatch.undo()
    assert Finding.objects.open().filter(rule="why-stopped-is-said").exists()
    assert PendingEvaluation.objects.exists()
    evaluate.evaluate_pending_batch(on=timezone.localdate())
    assert not Finding.objects.open().filter(rule="why-stopped-is-said").exists()


def fix_trial(trial: Trial) -> None:
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(why_stopped="No supply")


def test_an_evaluation_does_not_wait_for_a_site_lock(trial_with_violation):
    with transaction.atomic():
        list(TrialSite.objects.select_for_update())
        run_in_threads(evaluate_everything)
        assert Finding.objects.count() == 6


def test_a_reader_waits_only_briefly_for_another_evaluation(trial_with_violation, monkeypatch, caplog):
    monkeypatch.setattr(evaluate, "LOCK_TIMEOUT", "50ms")
    results = []
    with transaction.atomic():
        lock_transaction(LockKey.EVALUATION)
        run_in_threads(lambda: results.append(evaluate.evaluate_pending_batch(on=timezone.localdate())))
    assert results == [True]
    assert evaluate.evaluate_pending_batch(on=timezone.localdate()) is False
