"""Public contacts of a trial: primary and backup contact, expanded access, and trials without contacts."""

import pytest

from contacts.models import Role
from registries.ctgov.export import export_records
from tests.api.conftest import ask, key, partner  # noqa: F401 - fixtures
from tests.contacts.fixtures import a_coordinator, a_person, a_recruiting_site
from tests.factories import a_contact, a_facility, a_site, a_trial, make
from tests.pages.html_reader import text_of
from tests.registries.test_import import location, run_import, with_locations
from trials.models import Trial

pytestmark = pytest.mark.django_db

NO_CONTACT = "No contact is listed for this trial."


def page_of(client, trial) -> str:
    return text_of(client.get(trial.get_absolute_url()))


def published(ask, trial) -> dict:  # noqa: F811
    return ask(f"/api/v1/trials/{trial.key}/").json()


@pytest.mark.parametrize("status", ["RECRUITING", "NOT_YET_RECRUITING", "AVAILABLE"])
def test_a_trial_without_contacts_gives_advice(client, ask, status):  # noqa: F811
    trial = a_trial(1, overall_status=status, lead_sponsor="Example Trust")
    a_site(trial, status="")
    page = page_of(client, trial)
    assert f"{NO_CONTACT} Neither the trial nor its site lists a phone number or an e-mail address." in page
    assert "Ask your doctor to contact the sponsor, or one of the hospitals below. Sponsor: Example Trust." in page
    assert "Report the missing contact" in page
    assert published(ask, trial)["contact_publication"] == "NONE_NAMED"


def test_a_trial_with_contacts_gives_no_such_advice(client, ask):  # noqa: F811
    site = a_recruiting_site()
    a_contact(site=site)
    assert NO_CONTACT not in page_of(client, site.trial)
    assert published(ask, site.trial)["contact_publication"] == "PUBLISHED"


def test_an_investigator_without_contact_details_is_no_contact(client):
    site = a_recruiting_site()
    a_person("Ann Example", site, phone="", email="")
    assert NO_CONTACT in page_of(client, site.trial)


@pytest.mark.parametrize("status", ["COMPLETED", "ACTIVE_NOT_RECRUITING", "ENROLLING_BY_INVITATION", "SUSPENDED"])
def test_a_trial_that_cannot_be_joined_has_no_contacts_and_gives_partners_the_reason(client, ask, status):  # noqa: F811
    trial = a_trial(1, overall_status=status)
    a_contact(site=a_site(trial, status="RECRUITING"))
    assert NO_CONTACT not in page_of(client, trial)
    assert published(ask, trial)["contact_publication"] == "NOT_JOINABLE"


@pytest.mark.parametrize("site_status", ["", "AVAILABLE"])
def test_available_expanded_access_shows_contacts(client, ask, site_status):  # noqa: F811
    trial = a_trial(1, overall_status="AVAILABLE", study_type="EXPANDED_ACCESS")
    site = a_site(trial, status=site_status)
    a_person("Ann Example", site)
    make(Role, person=a_person("Bea Other"), kind="CENTRAL_CONTACT", role="CONTACT", trial=trial)
    page = page_of(client, trial)
    assert "Ann Example" in page
    assert "Bea Other" in page
    document = published(ask, trial)
    assert [one["name"] for one in document["central_contacts"]] == ["Bea Other"]
    assert [one["name"] for one in document["sites"][0]["contacts"]] == ["Ann Example"]


@pytest.mark.parametrize("status", ["NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING"])
def test_unavailable_expanded_access_shows_no_contacts(client, status):
    trial = a_trial(1, overall_status=status, study_type="EXPANDED_ACCESS")
    site = a_site(trial, status="AVAILABLE")
    a_person("Ann Example", site)
    page = page_of(client, trial)
    assert site.facility.name in page
    assert "Ann Example" not in page


CONTACTS = [
    {"name": "Zoe Zimmer", "role": "CONTACT", "phone": "+33 4 00 00 00 01"},
    {"name": "Ann Example", "role": "CONTACT", "phone": "+33 4 00 00 00 02"},
    {"name": "Bob Other", "role": "CONTACT", "phone": "+33 4 00 00 00 03"},
    {"name": "Ann Example, MD", "role": "PRINCIPAL_INVESTIGATOR"},
]


def test_primary_and_backup_contact_are_labelled_in_order(client, ask):  # noqa: F811
    record = with_locations(location("Hospital 1", status="RECRUITING", contacts=CONTACTS))
    record["protocolSection"]["contactsLocationsModule"]["centralContacts"] = CONTACTS[:2]
    run_import(record)
    trial = Trial.objects.get()
    page = page_of(client, trial)
    at_site = page[page.index("Hospital 1") :]
    for text in (page[: page.index("Hospital 1")], at_site):
        assert text.index("Zoe Zimmer Primary contact") < text.index("Ann Example")
    assert "Backup contact, Principal Investigator" in at_site
    assert "Bob Other Further contact" in at_site
    document = published(ask, trial)
    assert [one["rank"] for one in document["central_contacts"]] == ["PRIMARY", "BACKUP"]
    assert [one["rank"] for one in document["sites"][0]["contacts"]] == ["PRIMARY", "BACKUP", "FURTHER", ""]
    assert list(export_records(Trial.objects.all())) == [record]


def test_the_only_contact_is_neither_primary_nor_backup(client):
    run_import(with_locations(location("Hospital 1", status="RECRUITING", contacts=[CONTACTS[0], CONTACTS[3]])))
    page = page_of(client, Trial.objects.get())
    assert "Zoe Zimmer Contact" in page
    assert "Primary contact" not in page


@pytest.mark.parametrize(
    ("overall", "known", "site", "is_shown", "reason"),
    [
        ("RECRUITING", "", "RECRUITING", True, "Site status: Recruiting."),
        ("RECRUITING", "", "NOT_YET_RECRUITING", True, "Site status: Not yet recruiting."),
        ("NOT_YET_RECRUITING", "", "", True, "Trial status: Not yet recruiting."),
        ("AVAILABLE", "", "AVAILABLE", True, "Site status: Available."),
        ("AVAILABLE", "", "", True, "Trial status: Available."),
        ("UNKNOWN", "NOT_YET_RECRUITING", "", True, "Trial status: Unknown; last known status: Not yet recruiting."),
        ("RECRUITING", "", "COMPLETED", False, "Site status: Completed."),
        ("COMPLETED", "", "RECRUITING", False, "Trial status: Completed."),
        ("RECRUITING", "", "", False, "The site has no status."),
    ],
)
def test_the_page_gives_the_reason_why_a_contact_is_public(client, overall, known, site, is_shown, reason):
    trial = a_trial(1, overall_status=overall, last_known_status=known)
    place = a_site(trial, a_facility(1), status=site)
    person = a_person("Ann Example", place)
    client.force_login(a_coordinator(place))
    page = text_of(client.get(person.get_absolute_url()))
    assert reason in page
    assert ("Not shown" in page) is not is_shown
