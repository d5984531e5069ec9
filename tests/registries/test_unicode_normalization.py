"""Names of facilities and people are equal in composed (NFC) and decomposed (NFD) form."""

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


def test_composed_and_decomposed_names_are_one_facility():
    for record in SPELLINGS:
        run_import(record)
    assert Facility.objects.get().name == NAME
    assert list(export_records(Trial.objects.all())) == SPELLINGS
    assert [counts(run_import(record)) for record in SPELLINGS] == [(0, 0, 1, 0)] * 4


def test_a_site_composed_in_the_next_version_is_the_same_site():
    run_import(the_hospital(90_000_901, decomposed(NAME), decomposed(TOWN)))
    site = TrialSite.objects.get()
    run_import(later := the_hospital(90_000_901, NAME))
    assert TrialSite.objects.get() == site
    assert list(export_records(Trial.objects.all())) == [later]


def test_a_person_composed_in_the_next_version_is_the_same_person():
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
@pytest.mark.parametrize("saved", ["Zoë Müller", decomposed("Zoë Müller")])
def test_the_directory_search_ignores_unicode_normalization(client, typed, saved):
    site = a_recruiting_site(name=NAME)
    client.force_login(a_coordinator(site))
    a_person(saved, site)
    assert saved in client.get("/people/", {"words": typed}).content.decode()


@pytest.mark.parametrize("typed", ["O'Neil", "O’Neil", "o'NEIL"])
def test_the_directory_search_accepts_any_apostrophe(client, typed):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    a_person("Pat O’Neil", site)
    assert "Pat O’Neil" in text_of(client.get("/people/", {"words": typed}))


def test_form_input_is_saved_in_nfc(client):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    data = {"name": decomposed("Zoë Müller"), "phone": "+41 22 555 01 01", "place": site.pk, "role": "CONTACT"}
    client.post(f"/people/add/?trial={site.trial.nct_id}", data)
    assert Person.objects.get().name == "Zoë Müller"


def test_a_password_is_not_normalized(client):
    user = a_user("marie", is_staff=False)
    user.set_password(decomposed("clé-très-longue-2026"))
    with authored("test", reason="A new password"):
        user.save(update_fields=["password"])
    data = {"login": "marie", "password": decomposed("clé-très-longue-2026")}
    assert client.post("/accounts/login/", data).status_code == 302


def test_an_uploaded_row_in_nfd_matches_its_site(client):
    name = "Universitätsspital Zürich"
    site = a_site(a_trial(1), a_facility(1, name=name), status="RECRUITING")
    client.force_login(a_coordinator(site))
    page = upload_table(client, (site.trial.nct_id, decomposed(name), "yes"), columns=("Trial", "Facility", "Confirm"))
    assert [row.entry.site_id for row in page.context["rows"]] == [site.pk]


def test_the_api_filter_of_facilities_ignores_unicode_normalization(ask):  # noqa: F811
    a_site(a_trial(1), a_facility(1, name=NAME, city=TOWN))
    for typed in (NAME, decomposed(NAME), "hopital"):
        assert [one["name"] for one in ask("/api/v1/facilities/", {"name": typed}).json()["results"]] == [NAME]
