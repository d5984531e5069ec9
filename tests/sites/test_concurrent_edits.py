"""A hundred concurrent editors of one site: no update is lost, and each is in the audit trail."""

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
STATUS_EDITS = {"by_service", "by_page", "by_bulk_status"}
NOTE_EDITS = {"by_admin", "by_bulk_note"}


@pytest.fixture
def site():
    """A site confirmed today, so that a confirmation of the same status creates no version."""
    run_import(concurrent_editors.record(concurrent_editors.PLACES - 2, "RECRUITING"))
    site = TrialSite.objects.get(facility__name=concurrent_editors.TARGET)
    a_confirmation(site, days_ago(0))
    site.refresh_from_db()
    return site


def make_users(site) -> list[int]:
    users = [a_user(f"worker-{number}") for number in range(concurrent_editors.PROCESSES * concurrent_editors.THREADS)]
    for user in users:
        assign(user, trial=site.trial)
    return [user.pk for user in users]


def test_a_hundred_editors_of_one_site_lose_nothing(site):
    first_event = StatusEvent.objects.get(trial_site=site)
    attempts = concurrent_editors.run_workers(site.pk, make_users(site))
    done = [one for one in attempts if one.answer == "done"]
    assert {one.answer for one in attempts} == {"done", "late"}
    assert len({one.edit for one in done}) == len({edit.__name__ for edit in concurrent_editors.EDITS_BY_WORKER})
    count = Counter(one.edit for one in done)
    now = TrialSite.objects.get(pk=site.pk)
    check_notes(now, done)
    check_counts(site, now, done, count, first_event)
    check_statuses(now)
    check_registry(site)


def check_notes(now: TrialSite, done) -> None:
    """Every saved note is there once, and no two edits began from one version."""
    assert Counter(now.internal_note.split()) == Counter(one.token for one in done if one.token)
    began = Counter(one.version for one in done if one.edit in STATUS_EDITS | NOTE_EDITS)
    assert not [version for version, times in began.items() if times > 1]


def check_counts(site, now, done, count, first_event) -> None:
    """Successful edits = versions = audit entries, each with its author."""
    imported = StatusEvent.objects.filter(trial_site=site, source=Source.REGISTRY).exclude(pk=first_event.pk).count()
    changed = sum(count[edit] for edit in STATUS_EDITS)
    entries = [entry for entry in trail_of(site) if entry.version > site.version]
    confirmations = first_confirmations(site)
    notes = sum(count[edit] for edit in NOTE_EDITS)
    expected = changed + notes + count["by_import"] + imported + len(confirmations)
    assert now.version - site.version == len(entries) == expected
    assert [entry.version for entry in entries] == list(range(site.version + 1, now.version + 1))
    authors = {(entry.pgh_context.actor, entry.pgh_context_id) for entry in entries}
    others = Counter(one.author for one in done if one.edit != "by_confirming")
    assert Counter(actor for actor, _ in authors) == others + Counter(
        entry.pgh_context.actor for entry in confirmations
    )
    assert Counter(entry.pgh_context.actor for entry in confirmations) <= Counter(
        one.author for one in done if one.edit == "by_confirming"
    )
    assert StatusEvent.objects.filter(trial_site=site, source=Source.PERSON).count() == changed
    assert Confirmation.objects.filter(trial_site=site).count() == 1 + changed + count["by_confirming"]


def first_confirmations(site) -> list:
    """The first confirmations after an imported status: only these create a version."""
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
    """The registry's status was imported only where no user had changed it since the previous record."""
    entries = trail_of(site)
    moved = [entry for before, entry in pairwise(entries) if before.position != entry.position]
    listed = [listing_in(version) for version in StudyVersion.objects.filter(trial=site.trial).order_by("number")]
    assert [entry.position for entry in moved] == [place for place, _ in listed[1:]]
    after = {entry.version - 1: entry for entry in entries}
    for entry, (_, base), (_, theirs) in zip(moved, listed, listed[1:], strict=False):
        following = after.get(entry.version)
        is_imported = following is not None and following.pgh_context_id == entry.pgh_context_id
        assert is_imported == (entry.status == base != theirs)
        assert not is_imported or following.status == theirs


def trail_of(site) -> list:
    """The audit entries of the site, oldest first."""
    entries = TrialSite.trail_model.objects.filter(pgh_obj_id=site.pk).order_by("pgh_id")
    return list(entries.select_related("pgh_context"))


def listing_in(version: StudyVersion) -> tuple[int, str]:
    """The site's position and status in a record."""
    listed = json.loads(version.received)["protocolSection"]["contactsLocationsModule"]["locations"]
    return next(
        (place, one["status"]) for place, one in enumerate(listed) if one["facility"] == concurrent_editors.TARGET
    )
