"""Texts that mention a person: listed before the erasure, redacted with it, and listed when they remain."""

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import JSONField, TextField

from contacts.erasure.free_text.fields import registered_free_text
from contacts.models import Person, Role
from contacts.services import edit_person
from history import authored
from sites.models import EnrollmentReport, StatusEvent, TrialSite
from tests.contacts.fixtures import a_person, a_recruiting_site
from tests.contacts.free_text_fixtures import (
    EMAIL,
    MENTION_TEXT,
    NAME,
    PHONE,
    a_named_person,
    write_mentions_everywhere,
)
from tests.contacts.test_erasure import WHY, columns_with_canary
from tests.factories import a_facility, a_site, a_trial, a_user, assign, make
from tests.history.rebuild import rebuild
from tests.pages.html_reader import queries_of, rows_of, text_of
from tests.registries.test_history_replay import present
from trials.models import ArmGroup, Trial
from work.models import Flag

pytestmark = pytest.mark.django_db

#: Columns of text that are not searched, and why.
NOT_SEARCHED = {
    "contacts.person.": "emptied by the erasure; values of other contacts are not free text",
    "contacts.merge.": "numbers",
    "contacts.replacement.": "numbers",
    "accounts.user.password": "a digest",
    "sites.facility.": "an address",
    "sites.possibleduplicate.reasons": "texts of the program",
    "sites.trialsite.printed_overrides": "the registry's values of a place",
    "trials.reference.retractions": "numbers",
    "trials.trial.": "headings of a thesaurus",
    "registries.importrun.report": "contacts are removed by the eraser; the rest is registry data",
    "registries.studyversion.": "contacts are removed by the eraser; the rest is registry data",
    "registries.conflict.": "contacts are removed by the eraser; the rest is registry data",
    "registries.syncrun.": "numbers",
    "registries.quarantinedrecord.losses": "paths in a record",
    "work.storedhealth.points": "numbers",
    "publishing.": "derived from the other tables",
    "accounts.formdraft.": "a path; the content is encrypted and kept for one hour",
}


@pytest.fixture
def site():
    return a_recruiting_site()


@pytest.fixture
def admin_user(client):
    user = a_user("admin", is_superuser=True)
    client.force_login(user)
    return user


def erase_page(client, person) -> str:
    return text_of(client.get(f"/people/{person.pk}/erase/"))


def erase(client, person, **more):
    data = {"typed": "erase", "reason": WHY} | more
    return client.post(f"/people/{person.pk}/erase/", data, follow=True)


def mention_rows(answer) -> list[str]:
    """The rows of the erase page below those of the contacts."""
    return rows_of(answer)[2:]


def note(site, text: str) -> None:
    with authored("user:1"):
        TrialSite.objects.filter(pk=site.pk).update(internal_note=text)


def test_after_redaction_no_table_identifies_the_person(site, admin_user, client):
    person = a_named_person(site)
    write_mentions_everywhere(site)
    covered = {
        f"{one.model._meta.db_table}.{name}"
        for one in registered_free_text()
        for name in one.fields
        if one.is_redactable
    }
    assert covered <= {*columns_with_canary(), "contacts_merge.values_chosen"}
    erase(client, person, redact_texts="on")
    assert columns_with_canary() == []
    assert columns_with_canary("88 77 66") == []


def test_after_redaction_the_history_still_rebuilds_every_table(site, admin_user, client):
    person = a_named_person(site)
    write_mentions_everywhere(site)
    erase(client, person, redact_texts="on")
    site.refresh_from_db()
    assert site.internal_note == "Ask [erased]\n([erased], [erased])"
    for one in registered_free_text():
        if hasattr(one.model, "trail_model"):
            assert rebuild(one.model) == present(one.model), one.model.__name__


def test_append_only_reasons_stay_append_only_after_redaction(site, admin_user, client):
    person = a_named_person(site)
    write_mentions_everywhere(site)
    erase(client, person, redact_texts="on")
    for rows in (StatusEvent.objects, EnrollmentReport.objects):
        with authored("user:1"), pytest.raises(DatabaseError, match=r"Cannot update|locked"), transaction.atomic():
            rows.filter(reason__contains="[erased]").update(reason="Another")


def test_without_the_option_nothing_is_redacted(site, admin_user, client):
    person = a_named_person(site)
    note(site, MENTION_TEXT)
    page = erase(client, person)
    site.refresh_from_db()
    assert site.internal_note == MENTION_TEXT
    assert "Some texts still mention this person" in text_of(page)


def test_the_page_lists_each_text_with_its_location_and_a_marked_excerpt(site, admin_user, client):
    person = a_named_person(site)
    note(site, f"{'word ' * 50}Ask {NAME.upper()}, not Zanzibara Quillson.{' word' * 50}")
    answer = client.get(f"/people/{person.pk}/erase/")
    row = next(row for row in rows_of(answer) if "Internal note" in row)
    assert row.startswith("Hospital 1 in NCT00000001 Internal note …")
    assert len(row) < 400
    assert f"<mark>{NAME.upper()}</mark>, not Zanzibara Quillson" in answer.content.decode()
    assert f"/admin/sites/trialsite/{site.pk}/change/" in answer.content.decode()
    assert f"Searched for: {NAME} · {PHONE} · {EMAIL}" in text_of(answer)


def test_a_former_version_of_a_note_is_listed_and_redacted(site, admin_user, client):
    person = a_named_person(site)
    note(site, MENTION_TEXT)
    note(site, "Nothing any more")
    assert "Internal note, former version" in erase_page(client, person)
    erase(client, person, redact_texts="on")
    assert columns_with_canary() == []
    assert not site.trail.filter(internal_note__contains=NAME.upper()).exists()


def test_of_public_texts_only_the_history_is_redacted(site, admin_user, client):
    person = a_named_person(site)
    with authored("user:1"):
        Trial.objects.update(brief_summary=f"Before: {NAME}.", keywords=[NAME])
        Trial.objects.update(brief_summary=f"Ask {NAME}.", keywords=[])
    make(ArmGroup, trial=site.trial, label="Arm A", description=f"As {NAME} does it")
    note(site, MENTION_TEXT)
    page = erase_page(client, person)
    assert "Brief summary" in page
    assert "Arm group" in page
    page = erase(client, person, redact_texts="on")
    assert Trial.objects.get().brief_summary == f"Ask {NAME}."
    assert "Internal note" not in text_of(page)
    assert [row for row in rows_of(page) if "Brief summary" in row and "Edit by hand" in row]


def test_the_history_of_a_text_edited_before_the_erasure_is_redacted(site, admin_user, client):
    person = a_named_person(site)
    with authored("user:1"):
        Trial.objects.update(brief_summary=f"Ask {NAME}.", keywords=["Asthma", NAME])
        Trial.objects.update(brief_summary="Ask us.", keywords=["Asthma"])
    note(site, MENTION_TEXT)
    erase(client, person, redact_texts="on")
    assert columns_with_canary() == []
    assert site.trial.trail.filter(keywords=["Asthma", "[erased]"]).exists()
    assert rebuild(Trial) == present(Trial)


def test_remaining_mentions_are_listed_for_the_user_who_erased_without_personal_values(site, admin_user, client):
    person = a_named_person(site)
    note(site, MENTION_TEXT)
    with authored("user:1"):
        Trial.objects.update(brief_summary=f"Ask {NAME}.")
    page = erase(client, person)
    assert "Texts that still mention this person" in text_of(page)
    assert [row for row in rows_of(page) if "Internal note" in row and "Open text" in row]
    assert "quill" not in str(dict(client.session.items())).casefold()
    with authored("user:1"):
        Trial.objects.update(brief_summary="")
    note(site, "")
    client.logout()
    client.force_login(admin_user)
    assert "Texts that still mention this person" not in text_of(client.get(person.get_absolute_url()))


def test_mentions_after_the_fiftieth_are_redacted(site, admin_user, client):
    person = a_named_person(site)
    for _ in range(50):
        make(ArmGroup, trial=site.trial, label=NAME)
    note(site, MENTION_TEXT)
    erase(client, person, redact_texts="on")
    assert not TrialSite.objects.filter(internal_note=MENTION_TEXT).exists()


def test_fifty_mentions_are_listed_and_the_others_counted(admin_user, client):
    trial = a_trial(1)
    sites = [a_site(trial, a_facility(number), position=number) for number in range(53)]
    person = a_named_person(sites[0])
    with authored("user:1"):
        TrialSite.objects.update(internal_note=MENTION_TEXT)
    answer = client.get(f"/people/{person.pk}/erase/")
    assert len(mention_rows(answer)) == 50
    assert "And 3 more." in text_of(answer)
    assert "And 3 more." in text_of(erase(client, person))


def test_the_query_count_does_not_grow_with_texts(admin_user, client):
    trial = a_trial(1)
    sites = [a_site(trial, a_facility(number), position=number) for number in range(20)]
    person = a_named_person(sites[0])
    counts = []
    for batch in (sites[:2], sites[2:]):
        for site in batch:
            make(Flag, trial=trial, trial_site=site, text=MENTION_TEXT, raised_by="user:1")
            note(site, MENTION_TEXT)
        note(batch[0], "")
        counts.append(queries_of(client, f"/people/{person.pk}/erase/"))
    assert counts[0] == counts[1]


def test_a_phone_that_others_share_is_not_searched(site, admin_user, client):
    person = a_named_person(site)
    a_person("Bob Example", site, phone="+33-499887766")
    note(site, f"Call {PHONE}")
    page = erase_page(client, person)
    assert f"Searched for: {NAME} · {EMAIL}. " in page
    erase(client, person, redact_texts="on")
    site.refresh_from_db()
    assert site.internal_note == f"Call {PHONE}"


def test_with_another_contact_of_the_same_name_the_option_is_off(site, admin_user, client):
    person = a_named_person(site)
    note(site, MENTION_TEXT)
    assert "checked" in client.get(f"/people/{person.pk}/erase/").content.decode()
    a_person(f"{NAME} Jr", a_recruiting_site(a_trial(2), 2))
    answer = client.get(f"/people/{person.pk}/erase/")
    assert "Another contact has the same name" in text_of(answer)
    assert "checked" not in answer.content.decode()


def test_a_coordinator_reads_texts_in_scope_and_cannot_redact(site, client):
    lead = a_user("lead", is_staff=False)
    assign(lead, trial=site.trial)
    client.force_login(lead)
    person, elsewhere = a_named_person(site), a_recruiting_site(a_trial(2), 2)
    note(site, MENTION_TEXT)
    write_mentions_everywhere(elsewhere)
    page = erase_page(client, person)
    assert "Internal note" in page
    assert "NCT00000002" not in page
    assert "Only an administrator who erases the person can redact" in page
    assert "Also redact" not in page
    assert "Reason in the audit trail" not in page
    erase(client, person, redact_texts="on")
    site.refresh_from_db()
    assert (Person.objects.get(pk=person.pk).erased_at is not None, site.internal_note) == (True, MENTION_TEXT)


def test_a_former_name_is_searched_too(site, admin_user, client):
    person = a_named_person(site)
    edit_person(person, name="Zanzibara Married", author="user:1")
    note(site, f"Ask {NAME}.")
    assert "Internal note" in erase_page(client, person)


def test_a_job_title_is_not_searched(site, admin_user, client):
    person = a_person("Study Coordinator", site, email="", phone="")
    assert "No texts were searched" in erase_page(client, person)
    assert "redact" not in erase_page(client, person).lower()


def test_a_page_without_mentions_says_so(site, admin_user, client):
    assert "No text mentions this person" in erase_page(client, a_named_person(site, notes=MENTION_TEXT))


def test_a_text_at_the_limit_of_its_column_is_redacted(site, admin_user, client):
    person = a_named_person(site, name="Ann Li", email="", phone="")
    long = ("Ann Li, " * 63)[:500]
    flag = make(Flag, trial=site.trial, text=long, raised_by="user:1")
    with authored("user:1"):
        Flag.objects.update(text="Ann Li", answer="")
    make(Flag, trial=site.trial, text=long, raised_by="user:1")
    erase(client, person, redact_texts="on")
    assert not Flag.objects.filter(text__contains="Ann Li").exists()
    assert not flag.trail.filter(text__contains="Ann Li").exists()


def test_every_text_column_is_searched_or_has_a_reason():
    known = {(one.model._meta.label_lower, name) for one in registered_free_text() for name in one.fields}
    columns = {(model._meta.label_lower, name) for model in our_models() for name in text_columns(model)}
    missing = {f"{label}.{name}" for label, name in columns - known}
    assert {one for one in missing if not any(one.startswith(reason) for reason in NOT_SEARCHED)} == set()


def our_models():
    labels = ("history", "trials", "sites", "contacts", "accounts", "work", "registries", "publishing")
    models = (model for label in labels for model in apps.get_app_config(label).get_models())
    return [model for model in models if not hasattr(model, "pgh_tracked_model") and not model._meta.proxy]


def text_columns(model):
    """The columns of free text: no codes, dates or author keys."""
    for field in model._meta.local_fields:
        base = getattr(field, "base_field", field)
        if not base.choices and (isinstance(base, (TextField, JSONField)) or (base.max_length or 0) >= 100):
            yield field.name


def test_records_are_searched_only_in_trials_of_the_person(site, admin_user, client):
    person = a_named_person(site)
    former_trial = a_trial(2, brief_summary=f"Former: {MENTION_TEXT}")
    make(Role, person=person, kind="CENTRAL_CONTACT", trial=former_trial, ends_before="2020-01-01")
    other_trial = a_trial(3, brief_summary=f"Other: {MENTION_TEXT}")
    a_trial(4, brief_summary=f"Still: {MENTION_TEXT}")
    with authored("user:1"):
        Trial.objects.filter(pk__in=[former_trial.pk, other_trial.pk]).update(brief_summary="Nobody")
    (row,) = mention_rows(client.get(f"/people/{person.pk}/erase/"))
    assert row.startswith("NCT00000002")
    assert "former version" in row
    erase(client, person, redact_texts="on")
    former = Trial.trail_model.objects.filter(brief_summary__contains=NAME.upper())
    unredacted = {row.pgh_obj_id for row in former}
    assert other_trial.pk in unredacted
    assert former_trial.pk not in unredacted
