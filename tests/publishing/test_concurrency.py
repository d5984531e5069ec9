"""Concurrent writers, rebuilds and imports."""

import threading
from contextlib import contextmanager

import orjson
import pytest
from django.db import connection, transaction

from common.advisory_locks import LockKey, lock_transaction
from contacts.choices import RoleKind
from contacts.models import Person, Role
from history.authorship import authored
from history.tracking import without_insert_events
from publishing import rebuild, staleness
from publishing.models import TrialDocument
from publishing.rebuild import publish_trial_data
from publishing.staleness import has_pending, publish_pending
from publishing.trial_data import load_trial_data
from sites.models import Facility, TrialSite
from tests.factories import a_facility, a_site, a_trial, make
from trials.models import Trial

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def in_other_thread():
    """Runs functions in another thread, with its own connection, one at a time and to their end."""

    def run(function, *args):
        results = []

        def work():
            try:
                results.append(function(*args))
            finally:
                connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=30)
        assert not thread.is_alive()
        return results[0]

    yield run


def retitle(title: str) -> None:
    with authored("test"):
        Trial.objects.update(brief_title=title)


def rename(name: str) -> None:
    with authored("test"):
        Facility.objects.update(name=name)


def titles() -> list[str]:
    return [orjson.loads(text)["brief_title"] for text in TrialDocument.objects.values_list("document", flat=True)]


def facility_names() -> list[str]:
    documents = map(orjson.loads, TrialDocument.objects.values_list("document", flat=True))
    return sorted(site["facility"]["name"] for document in documents for site in document["sites"])


def test_a_row_changed_again_while_it_is_rebuilt_is_rebuilt_again(monkeypatch):
    a_trial(brief_title="First")
    load = rebuild.load_trial_data
    with in_other_thread() as run:

        def load_then_be_overtaken(ids):
            trial_data_by_id = load(ids)
            run(retitle, "Second")
            return trial_data_by_id

        monkeypatch.setattr(rebuild, "load_trial_data", load_then_be_overtaken)
        assert publish_pending() is True
    assert titles() == ["First"]
    monkeypatch.undo()
    assert publish_pending() is False
    assert titles() == ["Second"]


def test_uncommitted_changes_are_published_after_their_commit():
    a_trial(brief_title="First")
    publish_pending()
    with in_other_thread() as run:
        with transaction.atomic():
            retitle("Second")
            assert run(publish_pending) is False
            assert run(titles) == ["First"]
        assert run(publish_pending) is False
        assert run(titles) == ["Second"]


def test_a_new_role_of_a_person_renamed_concurrently_has_the_new_name():
    """A site cannot join a facility that is being renamed in this way: there the database makes one wait."""
    person, trial = make(Person, name="Before"), a_trial()
    publish_pending()
    with in_other_thread() as run:
        with transaction.atomic():
            with authored("test"):
                Person.objects.update(name="After")
            run(give_role, person, trial)
            run(publish_pending)
            assert run(official_names) == ["Before"]
        assert run(publish_pending) is False
        assert run(official_names) == ["After"]


def give_role(person, trial) -> None:
    make(Role, person=person, trial=trial, kind=RoleKind.OFFICIAL)


def official_names() -> list[str]:
    documents = map(orjson.loads, TrialDocument.objects.values_list("document", flat=True))
    return [official["name"] for document in documents for official in document["officials"]]


def test_a_facility_renamed_while_an_importer_publishes_is_renamed_in_its_trials():
    facility = a_facility(name="Before")
    with in_other_thread() as run:
        with authored("import"), without_insert_events():
            trial = Trial.objects.create(nct_id="NCT00000007")
            TrialSite.objects.create(trial=trial, facility=facility)
            publish_trial_data(load_trial_data([trial.pk]).values())
            run(rename, "After")
            assert run(publish_pending) is True
        assert run(publish_pending) is False
        assert run(facility_names) == ["After"]


def test_an_import_with_a_cached_facility_publishes_its_current_name():
    site = a_site(facility=a_facility(name="Before"))
    trial_data_by_id = load_trial_data([site.trial_id])
    rename("After")
    publish_pending()
    publish_trial_data(trial_data_by_id.values())
    assert facility_names() == ["After"]


def test_a_reader_does_not_wait_long_for_another_rebuild(monkeypatch, caplog):
    monkeypatch.setattr(staleness, "LOCK_TIMEOUT", "50ms")
    a_trial()
    with in_other_thread() as run, transaction.atomic():
        lock_transaction(LockKey.REBUILD)
        assert run(publish_pending) is True
    assert has_pending()
    assert publish_pending() is False
