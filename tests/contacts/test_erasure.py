"""Erasing a person: no table, page, export or later import identifies them; the history stays replayable."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from contacts.erasure.service import erase_person, may_erase
from contacts.erasure.suppression_list import load_suppression_list
from contacts.models import PERSONAL_FIELDS, Erasure, Person, Role
from contacts.services import edit_person, merge_people
from history import authored
from publishing.models import TrialDocument
from registries.ctgov.export import export_records
from registries.models import Conflict, ImportRun, QuarantinedRecord, StudyVersion
from registries.services import preview_upload
from tests.api.conftest import ask, key, partner  # noqa: F401 - fixtures
from tests.factories import a_contact, a_site, a_trial, a_user, assign
from tests.pages.html_reader import queries_of, text_of
from tests.registries.test_history_replay import IMPORTED, present, replayed_rows
from tests.registries.test_import import counts, location, run_import, with_locations
from trials.models import Trial

pytestmark = pytest.mark.django_db

CANARY = "Zanzibara"
NAME = f"{CANARY} Quill"
EMAIL = f"{CANARY.lower()}@example.org"
WHY = "They asked for it by letter."
OTHER = {"name": "Bob Example", "role": "CONTACT", "phone": "+33 4 00 00 00 02"}


def entry(**more) -> dict:
    return {"name": NAME, "role": "CONTACT", "phone": "+33 4 99 88 77 66", "email": EMAIL} | more


def a_record(*contacts: dict, **more) -> dict:
    """A record with the person as contact of two sites and of the trial, as official and as point of contact."""
    named = contacts or (entry(), OTHER)
    record = with_locations(
        location("Hospital 1", status="RECRUITING", contacts=[*named]),
        location("Hospital 2", status="RECRUITING", contacts=[entry(phoneExt="12"), OTHER | {"name": "Cid Example"}]),
    )
    module = record["protocolSection"]["contactsLocationsModule"]
    module["centralContacts"] = [entry(), OTHER]
    module["overallOfficials"] = [{"name": f"{NAME}, MD", "affiliation": "Hospital 1", "role": "STUDY_CHAIR"}]
    record["resultsSection"] = {"moreInfoModule": {"pointOfContact": {"title": NAME, "email": EMAIL}}}
    return record | more


def without_canary(record: dict) -> dict:
    """The record as it is exported after the erasure."""
    record = json.loads(json.dumps(record))
    module = record["protocolSection"]["contactsLocationsModule"]
    for holder, name in [(module, "centralContacts"), *((one, "contacts") for one in module["locations"])]:
        holder[name] = [one for one in holder[name] if CANARY not in one["name"]]
    del module["overallOfficials"]
    del record["resultsSection"]["moreInfoModule"]["pointOfContact"]
    return record


def columns_with_canary(canary: str = CANARY) -> list[str]:
    """Every column of every table whose text contains the canary, whatever its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name IN "
            "(SELECT tablename FROM pg_tables WHERE schemaname = 'public')"
        )
        columns = cursor.fetchall()
        names = []
        for table, column, kind in columns:
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {text} ILIKE %s', [f"%{canary}%"])
            names += [f"{table}.{column}"] * bool(cursor.fetchone()[0])
    return names


@pytest.fixture
def imported():
    """An imported person, edited by hand, in conflict with the registry, and merged with a duplicate."""
    run_import(a_record())
    person = Person.objects.filter(name=NAME, phone_ext="").get()
    edit_person(person, mobile="+33 6 99 99 99 99", notes=f"{CANARY} works on Mondays", author="user:1")
    person.refresh_from_db()
    double = a_contact(site=a_site(Trial.objects.get()), name=f"{CANARY} Q.").person
    merge_people(
        person, double, values={"name": f"Dr {NAME}"}, versions={person.pk: person.version, double.pk: double.version},
        author="user:1",
    )  # fmt: skip
    run_import(a_record(entry(phone="+33 4 11 11 11 11"), OTHER))
    assert Conflict.objects.exists()
    person.refresh_from_db()
    return person


def erase(person):
    return erase_person(person, reason=WHY, author="user:1")


def test_no_column_of_the_database_identifies_the_erased_person(imported, client):
    with authored("user:1"):
        broken = json.dumps(a_record()).encode()[:-200]
        run = ImportRun.objects.create(author="user:1", source="test", state="DONE")
        QuarantinedRecord.objects.create(run=run, place="line 1", reason="broken", received=broken)
    preview_upload(content=json.dumps(a_record(entry(phone="1234567"))).encode(), name="a.json", author="user:1")
    client.get("/trials/NCT90000001/")
    client.get("/")
    assert {"contacts_person.name", "contacts_person_values.name", "registries_studyversion.received",
            "publishing_trialdocument.document", "registries_conflict.ours", "registries_importrun.report",
            "registries_importrun.upload", "registries_quarantinedrecord.received",
            "contacts_merge.values_chosen"} <= set(columns_with_canary())  # fmt: skip
    erase(imported)
    assert columns_with_canary() == []


def test_no_page_search_api_or_export_shows_the_erased_person(imported, client, ask):  # noqa: F811
    assert "Quill" in str(ask("/api/v1/trials/NCT90000001/").json())
    erase(imported)
    assert "Quill" not in str(ask("/api/v1/trials/NCT90000001/").json())
    for address in ("/trials/NCT90000001/", "/trials/NCT90000001/sites/", f"/?words={CANARY}"):
        assert "Quill" not in client.get(address).content.decode()
    assert CANARY not in TrialDocument.objects.get().document
    assert CANARY not in str(list(export_records(Trial.objects.all())))


def test_the_rest_of_the_record_is_exported_unchanged():
    run_import(a_record())
    erase(Person.objects.filter(name=NAME).first())
    assert list(export_records(Trial.objects.all())) == [without_canary(a_record())]


def test_importing_the_same_record_again_changes_nothing(imported):
    erase(imported)
    latest = a_record(entry(phone="+33 4 11 11 11 11"), OTHER)
    assert counts(run_import(latest)) == (0, 0, 1, 0)
    spelt = dict(reversed(latest.items()))
    assert counts(run_import(spelt)) == (0, 0, 1, 0)
    assert columns_with_canary() == []


def test_a_changed_record_does_not_import_the_erased_person():
    run_import(a_record())
    erase(Person.objects.filter(name=NAME).first())
    changed = a_record(entry(phone="+33 4 00 11 22 33"), OTHER | {"phone": "+33 4 00 00 00 03"})
    assert counts(run_import(changed)) == (0, 1, 0, 0)
    assert columns_with_canary() == []
    assert not Conflict.objects.exists()
    assert Person.objects.filter(phone="+33 4 00 00 00 03").exists()
    assert list(export_records(Trial.objects.all())) == [without_canary(changed)]


def test_the_record_of_another_trial_does_not_import_the_erased_person():
    run_import(a_record())
    erase(Person.objects.filter(name=NAME).first())
    other = with_locations(location("Hospital 9", contacts=[entry(name=f"Dr. {CANARY} M. Quill")]), number=90_000_002)
    assert counts(run_import(other)) == (1, 0, 0, 0)
    assert columns_with_canary() == []


def test_another_person_of_the_same_name_is_imported():
    run_import(a_record())
    erase(Person.objects.filter(name=NAME).first())
    namesake = {"name": NAME, "role": "CONTACT", "phone": "+81 3 0000 0000"}
    run_import(with_locations(location("Hospital 9", city="Kobe", contacts=[namesake]), number=90_000_002))
    assert Person.objects.present().get(name=NAME).phone == "+81 3 0000 0000"


def test_an_erased_job_title_does_not_suppress_another_phone():
    job_title = {"name": "Study Coordinator", "role": "CONTACT", "phone": "+33 4 12 34 56 78"}
    run_import(with_locations(location("Hospital 1", contacts=[job_title])))
    erase(Person.objects.get())
    later = job_title | {"phone": "+33 4 87 65 43 21"}
    run_import(with_locations(location("Hospital 1", contacts=[later])))
    assert Person.objects.present().get().phone == later["phone"]


def test_the_roles_of_an_erased_person_remain(imported):
    roles = set(imported.roles.values_list("pk", flat=True))
    erase(imported)
    imported.refresh_from_db()
    assert set(imported.roles.values_list("pk", flat=True)) == roles
    assert imported.title == "Erased person"
    assert {getattr(imported, name) for name in PERSONAL_FIELDS} == {""}
    assert all(role.ends_before is not None for role in Role.objects.filter(person=imported))


def test_history_and_redacted_records_still_rebuild_every_table(imported):
    erase(imported)
    assert StudyVersion.objects.filter(id_allocation__isnull=False, received__contains="[erased ").exists()
    for model in IMPORTED:
        assert replayed_rows(model) == present(model), model.__name__


def test_loading_an_empty_suppression_list_takes_one_query(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert load_suppression_list() is None


@pytest.mark.parametrize("reason", ["", "  ", f"{CANARY} left.", f"Wrote from {EMAIL}."])
def test_a_blank_reason_or_one_with_the_name_is_refused(reason):
    person = a_contact(site=a_site(), name=NAME).person
    edit_person(person, email=EMAIL, author="user:1")
    with pytest.raises(ValidationError):
        erase_person(person, reason=reason, author="user:1")


def test_erasing_needs_all_trials_of_the_person_in_scope():
    site = a_site()
    person = a_contact(site=site).person
    of_site, of_trial = a_user("one"), a_user("two")
    assign(of_site, site=site)
    assign(of_trial, trial=site.trial)
    assert not may_erase(of_site, person)
    assert may_erase(of_trial, person)
    assert may_erase(a_user("three", is_superuser=True), person)
    with authored("test"):
        Role.objects.create(person=person, kind="CENTRAL_CONTACT", trial=a_trial(2))
    assert not may_erase(of_trial, person)


def test_an_erasure_needs_a_confirmation_and_happens_once(client):
    site = a_site()
    user = a_user("lead", is_staff=False)
    assign(user, trial=site.trial)
    client.force_login(user)
    person = a_contact(site=site, name=NAME).person
    address = f"/people/{person.pk}/erase/"
    for typed, reason in (("", WHY), ("yes", WHY), ("erase", ""), ("erase", f"{CANARY} asked.")):
        assert client.post(address, {"typed": typed, "reason": reason}).status_code == 200
    assert Person.objects.present().filter(pk=person.pk).exists()
    for _ in range(2):
        page = client.post(address, {"typed": "Erase", "reason": WHY}, follow=True)
        assert page.redirect_chain == [(person.get_absolute_url(), 302)]
    assert "Erased person" in text_of(page)
    assert "The roles are kept without the name" in text_of(page)
    assert Erasure.objects.get().reason == WHY
    assert "No contacts yet" in text_of(client.get("/people/"))


def test_a_site_coordinator_cannot_erase(client):
    site = a_site()
    user = a_user("own", is_staff=False)
    assign(user, site=site)
    client.force_login(user)
    person = a_contact(site=site).person
    assert "Erase" not in text_of(client.get(person.get_absolute_url()))
    assert client.get(f"/people/{person.pk}/erase/").status_code == 404
    assert client.post(f"/people/{person.pk}/erase/", {"typed": "erase", "reason": WHY}).status_code == 404
    assert Person.objects.get().erased_at is None


def test_a_certain_duplicate_is_erased_as_well(client):
    site = a_site()
    person, double = (a_contact(site=site, name=name).person for name in (NAME, f"Dr. {NAME}, MD"))
    erase(person)
    double.refresh_from_db()
    assert double.erased_at
    assert columns_with_canary() == []


def test_the_query_count_of_the_erase_page_does_not_grow_with_contacts(client):
    site = a_site()
    client.force_login(a_user("admin", is_superuser=True))
    address = f"/people/{a_contact(site=site, name=NAME).person_id}/erase/"
    a_contact(site=site, name="Person")
    few = queries_of(client, address)
    for number in range(12):
        a_contact(site=site, name=f"Person {number}")
    assert queries_of(client, address) == few
