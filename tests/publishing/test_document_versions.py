"""Versions of public documents: what is kept when a document is replaced, and what an erasure removes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.erasure.service import erase_person
from history.authorship import authored
from publishing.models import DocumentVersion, TrialDocument
from publishing.past_versions.versions import version_at
from publishing.rebuild import publish
from publishing.staleness import publish_pending
from tests.factories import a_contact, a_facility, a_site, a_trial, an_event
from trials.models import Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial():
    return a_trial(1, overall_status="RECRUITING", enrollment_count=100)


def change(trial: Trial, **values) -> None:
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(**values)
    publish_pending()


def test_a_first_publication_and_an_unchanged_one_keep_no_version(trial):
    publish_pending()
    publish([trial.pk])
    assert not DocumentVersion.objects.exists()


def test_a_replaced_document_is_kept_with_its_time_and_its_changes(trial):
    publish_pending()
    before = TrialDocument.objects.get()
    change(trial, overall_status="SUSPENDED", enrollment_count=80)
    after, version = TrialDocument.objects.get(), DocumentVersion.objects.get()
    assert (version.document, version.digest, version.is_public) == (before.document, before.digest, True)
    assert (version.published_at, version.replaced_at) == (before.changed_at, after.changed_at)
    assert version.changes == {"overall_status": ["RECRUITING", "SUSPENDED"], "enrollment_count": [100, 80]}


def test_changed_contacts_are_named_as_a_change(trial):
    site = a_site(trial, a_facility(1), status="RECRUITING", since="2026-01")
    publish_pending()
    a_contact(site=site)
    publish_pending()
    assert DocumentVersion.objects.get().changes == {"contacts": True}


def test_the_version_of_a_moment(trial):
    publish_pending()
    first = TrialDocument.objects.get().changed_at
    change(trial, brief_title="Second title")
    second = TrialDocument.objects.get().changed_at
    assert version_at(trial.pk, first) is None
    assert version_at(trial.pk, second).document["brief_title"] == "Trial 1"
    now = version_at(trial.pk, timezone.now() + timedelta(seconds=1))
    assert (now.document["brief_title"], now.replaced_at) == ("Second title", None)


def test_a_withdrawn_trial_was_public_before(trial):
    publish_pending()
    change(trial, is_public=False)
    assert DocumentVersion.objects.get().is_public
    assert not version_at(trial.pk, timezone.now() + timedelta(seconds=1)).is_public


def test_the_versions_of_a_deleted_trial_are_deleted(trial):
    publish_pending()
    change(trial, brief_title="Second title")
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).delete()
    publish([trial.pk])
    assert not DocumentVersion.objects.exists()


def test_erasure_reaches_every_version(trial):
    site = a_site(trial, a_facility(1), status="RECRUITING", since="2026-01")
    erased = a_contact(site=site, name="Marguerite Vasseur").person
    other = a_contact(site=site, name="Otto Brandner")
    with authored("test"):
        type(other.person).objects.filter(pk=other.person_id).update(phone="+49 30 111", email="otto@example.org")
        Trial.objects.filter(pk=trial.pk).update(brief_summary="Ask Marguerite Vasseur.")
    publish_pending()
    an_event(site, "SUSPENDED", "2026-02")
    publish_pending()
    erase_person(erased, reason="Request of the person", author="test")
    publish_pending()
    texts = "".join(DocumentVersion.objects.values_list("document", flat=True))
    assert DocumentVersion.objects.count() >= 1
    assert "Vasseur" not in texts
    assert erased.email not in texts
    assert "Otto Brandner" in texts
    assert "otto@example.org" in texts
    assert "[erased]" in texts


def test_versions_are_kept_in_one_statement_for_many_trials():
    trials = [a_trial(number) for number in range(1, 6)]
    publish_pending()
    with authored("test"):
        Trial.objects.update(brief_title="Another title")
    publish_pending()
    assert DocumentVersion.objects.count() == len(trials)
