"""Two judges, and a judge beside an editor, on connections of their own."""

import threading
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.utils import timezone

from history.authorship import authored
from sites.models import TrialSite
from tests.factories import a_contact, a_facility, a_site, a_trial
from trials.models import Trial
from work.findings import evaluate
from work.models import Finding, JudgeMark

pytestmark = pytest.mark.django_db(transaction=True)


def beside(*functions) -> None:
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


def judge_everything() -> None:
    list(evaluate.judge_all(on=timezone.localdate()))


@pytest.fixture
def broken():
    trial = a_trial(1, overall_status="SUSPENDED")
    for number in range(5):
        a_contact(site=a_site(trial, a_facility(number)), name="")
    return trial


def test_two_judges_at_once_find_everything_once(broken, monkeypatch):
    both, found_by = threading.Barrier(2, timeout=1), evaluate.broken_by

    def together(trials, *, on):
        """Both stand here at once, if nothing keeps them apart."""
        with suppress(threading.BrokenBarrierError):
            both.wait()
        return found_by(trials, on=on)

    monkeypatch.setattr(evaluate, "broken_by", together)
    beside(judge_everything, judge_everything)
    assert both.broken, "the second waited for the first"
    assert Finding.objects.open().count() == 6
    assert Finding.objects.count() == 6


def test_what_is_changed_while_it_is_judged_is_judged_again(broken, monkeypatch):
    found_by = evaluate.broken_by

    def overtaken(trials, *, on):
        found = list(found_by(trials, on=on))
        beside(lambda: mend(broken))
        return found

    monkeypatch.setattr(evaluate, "broken_by", overtaken)
    evaluate.catch_up(on=timezone.localdate())
    monkeypatch.undo()
    assert Finding.objects.open().filter(rule="why-stopped-is-said").exists()
    assert JudgeMark.objects.exists()
    evaluate.catch_up(on=timezone.localdate())
    assert not Finding.objects.open().filter(rule="why-stopped-is-said").exists()


def mend(trial: Trial) -> None:
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(why_stopped="No supply")


def test_a_judge_does_not_wait_for_whoever_holds_a_site(broken):
    with transaction.atomic():
        list(TrialSite.objects.select_for_update())
        beside(judge_everything)
        assert Finding.objects.count() == 6


def test_a_reader_does_not_wait_long_for_another_who_judges(broken, monkeypatch, caplog):
    monkeypatch.setattr(evaluate, "PATIENCE", "50ms")
    told = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [evaluate.JUDGING])
        beside(lambda: told.append(evaluate.catch_up(on=timezone.localdate())))
    assert told == [True]
    assert evaluate.catch_up(on=timezone.localdate()) is False
