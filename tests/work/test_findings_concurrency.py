"""Two judges, and a judge beside an editor, on connections of their own."""

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
    """Each in a thread with its own connection, to the end."""

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


def test_two_judges_at_once_find_everything_once(trial_with_violation, monkeypatch):
    both, found_by = threading.Barrier(2, timeout=1), evaluate.find_violations

    def together(trials, *, on):
        """Both stand here at once, if nothing keeps them apart."""
        with suppress(threading.BrokenBarrierError):
            both.wait()
        return found_by(trials, on=on)

    monkeypatch.setattr(evaluate, "find_violations", together)
    run_in_threads(evaluate_everything, evaluate_everything)
    assert both.broken, "the second waited for the first"
    assert Finding.objects.open().count() == 6
    assert Finding.objects.count() == 6


def test_what_is_changed_while_it_is_judged_is_judged_again(trial_with_violation, monkeypatch):
    found_by = evaluate.find_violations

    def overtaken(trials, *, on):
        found = list(found_by(trials, on=on))
        run_in_threads(lambda: fix_trial(trial_with_violation))
        return found

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


def test_a_judge_does_not_wait_for_whoever_holds_a_site(trial_with_violation):
    with transaction.atomic():
        list(TrialSite.objects.select_for_update())
        run_in_threads(evaluate_everything)
        assert Finding.objects.count() == 6


def test_a_reader_does_not_wait_long_for_another_who_judges(trial_with_violation, monkeypatch, caplog):
    monkeypatch.setattr(evaluate, "LOCK_TIMEOUT", "50ms")
    told = []
    with transaction.atomic():
        lock_transaction(LockKey.EVALUATION)
        run_in_threads(lambda: told.append(evaluate.evaluate_pending_batch(on=timezone.localdate())))
    assert told == [True]
    assert evaluate.evaluate_pending_batch(on=timezone.localdate()) is False
