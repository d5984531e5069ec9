"""A hundred people and processes edit one site at once: no update is lost, and everything is told."""

import json
from collections import Counter
from itertools import pairwise

import pytest

from registries.models import StudyVersion
from sites.choices import Source
from sites.models import Confirmation, StatusEvent, TrialSite
from tests.factories import a_confirmation, a_user, assign
from tests.registries.test_import import run_import
from tests.sites import concurrent_editors
from tests.work.my_work_fixtures import days_ago

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CHANGING_STATUS = {"by_service", "by_page", "by_bulk_status"}
NOTING = {"by_admin", "by_bulk_note"}


@pytest.fixture
def site():
    """Confirmed today, so that a confirmation of the same status raises no version of its own."""
    run_import(concurrent_editors.record(concurrent_editors.PLACES - 2, "RECRUITING"))
    site = TrialSite.objects.get(facility__name=concurrent_editors.TARGET)
    a_confirmation(site, days_ago(0))
    site.refresh_from_db()
    return site


def a_hundred(site) -> list[int]:
    users = [a_user(f"worker-{number}") for number in range(concurrent_editors.PROCESSES * concurrent_editors.THREADS)]
    for user in users:
        assign(user, trial=site.trial)
    return [user.pk for user in users]


def test_a_hundred_editors_of_one_site_lose_nothing(site):
    first_event = StatusEvent.objects.get(trial_site=site)
    tries = concurrent_editors.run_workers(site.pk, a_hundred(site))
    done = [one for one in tries if one.answer == "done"]
    assert {one.answer for one in tries} == {"done", "late"}
    assert len({one.way for one in done}) == len({way.__name__ for way in concurrent_editors.EDITS_BY_WORKER})
    count = Counter(one.way for one in done)
    now = TrialSite.objects.get(pk=site.pk)
    check_notes(now, done)
    check_counts(site, now, done, count, first_event)
    check_statuses(now)
    check_registry(site)


def check_notes(now: TrialSite, done) -> None:
    """Every note that was saved is there, once, and nobody began from what somebody else had changed."""
    assert Counter(now.internal_note.split()) == Counter(one.token for one in done if one.token)
    began = Counter(one.version for one in done if one.way in CHANGING_STATUS | NOTING)
    assert not [version for version, times in began.items() if times > 1]


def check_counts(site, now, done, count, first_event) -> None:
    """Successes = versions = audit entries, each signed by who succeeded."""
    taken = StatusEvent.objects.filter(trial_site=site, source=Source.REGISTRY).exclude(pk=first_event.pk).count()
    said = sum(count[way] for way in CHANGING_STATUS)
    entries = [entry for entry in trail_of(site) if entry.version > site.version]
    anew = confirmed_anew(site)
    raised = said + sum(count[way] for way in NOTING) + count["by_import"] + taken + len(anew)
    assert now.version - site.version == len(entries) == raised
    assert [entry.version for entry in entries] == list(range(site.version + 1, now.version + 1))
    acts = {(entry.pgh_context.actor, entry.pgh_context_id) for entry in entries}
    others = Counter(one.who for one in done if one.way != "by_confirming")
    assert Counter(actor for actor, _ in acts) == others + Counter(entry.pgh_context.actor for entry in anew)
    assert Counter(entry.pgh_context.actor for entry in anew) <= Counter(
        one.who for one in done if one.way == "by_confirming"
    )
    assert StatusEvent.objects.filter(trial_site=site, source=Source.PERSON).count() == said
    assert Confirmation.objects.filter(trial_site=site).count() == 1 + said + count["by_confirming"]


def confirmed_anew(site) -> list:
    """The first confirmations after the registry's status came in: only these raise a version of their own."""
    return [
        after
        for before, after in pairwise(entry for entry in trail_of(site) if entry.version >= site.version)
        if before.last_confirmed_on is None and after.last_confirmed_on and before.status == after.status
    ]


def check_statuses(now: TrialSite) -> None:
    """One current status: that of the last event; each change began from the one before it."""
    events = list(StatusEvent.objects.filter(trial_site=now, corrected_by__isnull=True).order_by("as_of", "id"))
    last = events[-1]
    assert (now.status, now.status_since, now.status_as_of) == (last.status, last.effective_on, last.as_of)
    assert all(before.status != after.status for before, after in pairwise(events))


def check_registry(site) -> None:
    """The registry's status came in wherever nobody had said otherwise since the record before, and only there."""
    entries = trail_of(site)
    moved = [entry for before, entry in pairwise(entries) if before.position != entry.position]
    printed = [printed_in(version) for version in StudyVersion.objects.filter(trial=site.trial).order_by("number")]
    assert [entry.position for entry in moved] == [place for place, _ in printed[1:]]
    after = {entry.version - 1: entry for entry in entries}
    for entry, (_, base), (_, theirs) in zip(moved, printed, printed[1:], strict=False):
        following = after.get(entry.version)
        is_taken = following is not None and following.pgh_context_id == entry.pgh_context_id
        assert is_taken == (entry.status == base != theirs)
        assert not is_taken or following.status == theirs


def trail_of(site) -> list:
    """What the audit kept of the site, oldest first."""
    kept = TrialSite.trail_model.objects.filter(pgh_obj_id=site.pk).order_by("pgh_id")
    return list(kept.select_related("pgh_context"))


def printed_in(version: StudyVersion) -> tuple[int, str]:
    """The site's place and status in a record."""
    listed = json.loads(version.received)["protocolSection"]["contactsLocationsModule"]["locations"]
    return next(
        (place, one["status"]) for place, one in enumerate(listed) if one["facility"] == concurrent_editors.TARGET
    )
