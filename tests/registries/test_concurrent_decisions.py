"""Two users resolve the same conflict at the same time."""

import threading

import pytest
from django.db import connection

from registries.choices import Decision
from registries.conflicts.services import ResolutionResult, load_open_conflicts, resolve_conflicts
from registries.models import Conflict
from sites.models import StatusEvent
from tests.factories import a_user
from tests.registries.conflict_fixtures import make_site_conflicts

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_concurrent_resolutions_one_is_saved_and_the_other_user_is_informed():
    (question,) = load_open_conflicts(make_site_conflicts())
    users = [a_user(f"decider-{number}", is_superuser=True) for number in range(4)]
    barrier, outcomes = threading.Barrier(len(users)), []

    def act(user, decision: Decision) -> None:
        try:
            barrier.wait(timeout=30)
            outcomes.append(resolve_conflicts(user, {question.conflict.pk: question.state_digest}, decision))
        finally:
            connection.close()

    decisions = [Decision.THEIRS, Decision.OURS] * 2
    threads = [threading.Thread(target=act, args=pair) for pair in zip(users, decisions, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(map(_outcome_counts, outcomes)) == ["before", "before", "before", "decided"]
    conflict = Conflict.objects.get()
    completed = StatusEvent.objects.filter(status="COMPLETED").count()
    assert completed == (1 if conflict.decision == Decision.THEIRS else 0)


def _outcome_counts(outcome: ResolutionResult) -> str:
    return "decided" if outcome.decided else "before" if outcome.already_decided else "changed"
