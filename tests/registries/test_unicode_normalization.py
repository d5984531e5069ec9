"""One hospital, one person, whether their letters came composed (NFC) or decomposed (NFD)."""

import unicodedata

import pytest

from contacts.models import Person
from history import authored
from registries.ctgov.export import export_records
from sites.models import Facility, TrialSite
from tests.api.conftest import ask, key, partner  # noqa: F401 - fixtures
from tests.contacts.fixtures import a_coordinator, a_person, a_recruiting_site
from tests.factories import a_facility, a_site, a_trial, a_user
from tests.pages.html_reader import text_of
from tests.registries.test_import import counts, location, run_import, with_locations
from tests.work.bulk_upload.table_helpers import upload_table
from trials.models import Trial

pytestmark = pytest.mark.django_db

NAME, TOWN = "Hôpital Général", "Genève"


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def the_hospital(number: int, name: str, town: str = TOWN) -> dict:
    contacts = [{"name": decomposed("Zoë Müller"), "role": "CONTACT", "phone": "+41 22 555 01 01"}]
    return with_locations(location(name, town, status="RECRUITING", contacts=contacts), number=number)


SPELLINGS = [
    the_hospital(90_000_901, decomposed(NAME), decomposed(TOWN)),
    the_hospital(90_000_902, NAME),
    the_hospital(90_000_903, "Hôpital  Général", f"{TOWN} "),
    the_hospital(90_000_904, NAME.upper(), decomposed(TOWN)),
]


def test_one_hospital_is_one_facility_in_whichever_letters_it_comes():
    for record in SPELLINGS:
        run_import(record)
    assert Facility.objects.get().name == NAME
    assert list(export_records(Trial.objects.all())) == SPELLINGS
    assert [counts(run_import(record)) for record in SPELLINGS] == [(0, 0, 1, 0)] * 4


def test_a_site_whose_letters_are_composed_in_the_next_version_is_the_same_site():
    run_import(the_hospital(90_000_901, decomposed(NAME), decomposed(TOWN)))
    site = TrialSite.objects.get()
    run_import(later := the_hospital(90_000_901, NAME))
    assert TrialSite.objects.get() == site
    assert list(export_records(Trial.objects.all())) == [later]


def test_a_person_whose_letters_are_composed_in_the_next_version_is_the_same_person():
    run_import(the_hospital(90_000_901, NAME))
    person = Person.objects.get()
    later = the_hospital(90_000_901, NAME)
    later["protocolSection"]["contactsLocationsModule"]["locations"][0]["contacts"][0]["name"] = "Zoë Müller, MD"
    run_import(later)
    assert Person.objects.get() == person
    assert list(export_records(Trial.objects.all())) == [later]


@pytest.mark.parametrize(
    "typed", ["Zoë", decomposed("Zoë"), "zoe", "MULLER", decomposed("müller"), decomposed("Hôpital")]
)
@pytest.mark.parametrize("kept", ["Zoë Müller", decomposed("Zoë Müller")])
def test_the_directory_finds_people_in_whichever_letters(client, typed, kept):
    site = a_recruiting_site(name=NAME)
    client.force_login(a_coordinator(site))
    a_person(kept, site)
    assert kept in client.get("/people/", {"words": typed}).content.decode()


@pytest.mark.parametrize("typed", ["O'Neil", "O’Neil", "o'NEIL"])
def test_the_directory_finds_o_neil_with_any_apostrophe(client, typed):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    a_person("Pat O’Neil", site)
    assert "Pat O’Neil" in text_of(client.get("/people/", {"words": typed}))


def test_what_is_typed_into_a_form_is_kept_in_composed_letters(client):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    said = {"name": decomposed("Zoë Müller"), "phone": "+41 22 555 01 01", "place": site.pk, "role": "CONTACT"}
    client.post(f"/people/add/?trial={site.trial.nct_id}", said)
    assert Person.objects.get().name == "Zoë Müller"


def test_a_password_is_taken_as_it_is_typed(client):
    user = a_user("marie", is_staff=False)
    user.set_password(decomposed("clé-très-longue-2026"))
    with authored("test", reason="A new password"):
        user.save(update_fields=["password"])
    said = {"login": "marie", "password": decomposed("clé-très-longue-2026")}
    assert client.post("/accounts/login/", said).status_code == 302


def test_a_row_in_decomposed_letters_finds_its_site(client):
    name = "Universitätsspital Zürich"
    site = a_site(a_trial(1), a_facility(1, name=name), status="RECRUITING")
    client.force_login(a_coordinator(site))
    page = upload_table(client, (site.trial.nct_id, decomposed(name), "yes"), columns=("Trial", "Facility", "Confirm"))
    assert [row.entry.site_id for row in page.context["rows"]] == [site.pk]


def test_a_facility_is_found_by_the_api_in_whichever_letters(ask):  # noqa: F811
    a_site(a_trial(1), a_facility(1, name=NAME, city=TOWN))
    for typed in (NAME, decomposed(NAME), "hopital"):
        assert [one["name"] for one in ask("/api/v1/facilities/", {"name": typed}).json()["results"]] == [NAME]
