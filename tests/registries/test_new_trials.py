"""Adding a trial: by NCT number from a fake registry, and by manual entry."""

import pytest

from accounts.models import AssignmentKind
from registries.models import ImportRun
from tests.contacts.fixtures import a_coordinator
from tests.factories import a_manager, a_site, a_trial, a_user, an_inspector, assign
from tests.pages.html_reader import text_of
from tests.registries.fake_registry import FakeRegistry
from tests.registries.partial_records import a_whole_record
from tests.registries.test_import import record, run_import
from trials.models import Trial

pytestmark = pytest.mark.django_db
PAGE = "/work/new-trial/"
NUMBER = "NCT90000301"


@pytest.fixture
def lead(client):
    """A coordinator of another trial."""
    user = a_coordinator(trial=a_trial(2), name="lead")
    client.force_login(user)
    return user


@pytest.fixture
def registry(settings):
    registry = FakeRegistry(a_whole_record(), record(90_000_302))
    settings.CTGOV_PAUSE_SECONDS = 0
    with registry.serving() as settings.CTGOV_API_URL:
        yield registry


def fetch(client, numbers: str = NUMBER):
    return client.post(PAGE, {"act": "fetch", "numbers": numbers}, follow=True)


def test_a_number_is_fetched_previewed_and_imported(client, lead, registry):
    page = fetch(client, "nct90000301, NCT 90000302")
    assert "2 to create" in text_of(page)
    assert "A made-up trial" in text_of(page)
    assert not Trial.objects.filter(nct_id=NUMBER).exists()
    done = client.post(page.redirect_chain[-1][0], {"why": "We run it"}, follow=True)
    assert "Imported: 2 created, 0 updated. NCT90000301 created, NCT90000302 created" in text_of(done)
    assert f'<a href="/trials/{NUMBER}/">{NUMBER}</a> created' in done.content.decode()
    trial = Trial.objects.get(nct_id=NUMBER)
    assert trial.assignments.get().user == lead
    assert ImportRun.objects.latest("pk").author == lead.actor


def test_a_single_imported_trial_redirects_to_its_sites(client, lead, registry):
    done = client.post(fetch(client).redirect_chain[-1][0], follow=True)
    assert done.redirect_chain[-1][0] == f"/trials/{NUMBER}/sites/"
    assert "Hospital 1" in text_of(done)


def test_a_preview_is_imported_once(client, lead, registry):
    address = fetch(client).redirect_chain[-1][0]
    client.post(address)
    assert "applied already" in text_of(client.post(address, follow=True))
    assert ImportRun.objects.filter(is_dry=False).count() == 1


def test_an_own_trial_is_updated(client, lead, registry):
    run_import(a_whole_record(descriptionModule={"briefSummary": "Before."}))
    assign(lead, trial=Trial.objects.get(nct_id=NUMBER))
    page = fetch(client)
    assert "1 to update" in text_of(page)
    client.post(page.redirect_chain[-1][0])
    assert Trial.objects.get(nct_id=NUMBER).brief_summary == "A summary."


def test_the_preview_has_labels_instead_of_ids(client, lead, registry):
    record = a_whole_record(descriptionModule={"briefSummary": "Before."})
    record["protocolSection"]["contactsLocationsModule"]["locations"][0]["status"] = "NOT_YET_RECRUITING"
    run_import(record)
    assign(lead, trial=Trial.objects.get(nct_id=NUMBER))
    page = text_of(fetch(client))
    assert "Before. A summary." in page
    assert "Site “Hospital 1”: status Not yet recruiting" in page
    assert " no. " not in page


def test_another_users_trial_is_not_updated(client, lead, registry):
    run_import(a_whole_record())
    assert "exists already. Only its coordinators can update it." in text_of(fetch(client))
    assert not registry.requests


def test_a_trial_created_meanwhile_is_not_updated(client, lead, registry):
    address = fetch(client).redirect_chain[-1][0]
    run_import(a_whole_record(descriptionModule={"briefSummary": "Theirs."}))
    assert "exists already" in text_of(client.post(address, follow=True))
    assert Trial.objects.get(nct_id=NUMBER).brief_summary == "Theirs."


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ("", "Enter an NCT number"),
        ("NCT9000030", "is not an NCT number"),
        ("NCT90000301 and more", "“and more” is not an NCT number"),
        (" ".join(f"NCT9000{number:04}" for number in range(11)), "Enter at most 10 at once"),
        ("NCT90000399", "NCT90000399: the registry has no study with this number. Check the number."),
    ],
)
def test_an_invalid_number_is_an_error_of_the_field(client, lead, registry, numbers, words):
    page = fetch(client, numbers)
    assert words in str(page.context["numbers"].errors)


def test_an_unknown_number_gives_a_message_without_a_status_code(client, lead, registry):
    text = text_of(fetch(client, "NCT90000399"))
    assert "NCT90000399" in text
    assert "404" not in text
    assert "Not Found" not in text


def test_an_unreachable_registry_gives_a_message(client, lead, settings):
    settings.CTGOV_API_URL = "http://127.0.0.1:9/api/v2"
    text = text_of(fetch(client))
    assert "the registry cannot be reached. Try again later, or enter the trial by hand." in text
    assert "Errno" not in text


def test_another_users_preview_gives_404(client, lead, registry):
    address = fetch(client).redirect_chain[-1][0]
    client.force_login(a_manager())
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def by_hand(client, **typed):
    values = {"org_study_id": "EXT-17", "brief_title": "A trial of sleep", "study_type": "INTERVENTIONAL"}
    sent = {"act": "by-hand", "overall_status": "NOT_YET_RECRUITING"} | values | typed
    return client.post(PAGE, sent, follow=True)


def test_a_trial_entered_by_hand_is_named_by_its_study_id_on_all_pages(client, lead):
    page = by_hand(client, start_on="Jan 2030")
    trial = Trial.objects.get(org_study_id="EXT-17")
    assert (trial.start_on, trial.start_type, trial.is_public) == ("2030-01", "ESTIMATED", False)
    assert page.redirect_chain[-1][0] == f"/work/trials/{trial.key}/new-site/"
    a_site(trial, status="NOT_YET_RECRUITING", since="2026-01-01")
    base = trial.get_absolute_url()
    for address in (
        base, f"{base}sites/", f"{base}enrollment/", f"{base}activation/", f"{base}registry/", "/work/", "/work/sites/",
        f"/work/trials/{trial.key}/", f"/work/trials/{trial.key}/overall/", f"/work/trials/{trial.key}/new-site/",
        f"/work/sites/{trial.trial_sites.get().pk}/change/", "/people/",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert trial.key not in text_of(answer), address
    assert "EXT-17" in text_of(client.get(f"{base}sites/"))


def test_a_manager_adds_a_trial_and_coordinates_it(client):
    manager = a_manager()
    client.force_login(manager)
    by_hand(client, is_public="on")
    trial = Trial.objects.get()
    assert trial.is_public
    assert trial.assignments.get().kind == AssignmentKind.TRIAL_COORDINATOR
    assert trial.assignments.get().user == manager


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"org_study_id": ""}, "org_study_id"), ({"brief_title": ""}, "brief_title"), ({"start_on": "soon"}, "start_on")],
)
def test_an_invalid_value_is_an_error_of_its_field(client, lead, typed, field):
    page = by_hand(client, **typed)
    assert page.context["by_hand"].errors[field]
    assert Trial.objects.count() == 1


@pytest.mark.parametrize("who", ["nurse", "reader", "inspector"])
def test_other_users_get_404(client, who):
    users = {
        "nurse": lambda: a_coordinator(a_site(), name=who),
        "reader": lambda: a_user(who, is_staff=False),
        "inspector": lambda: an_inspector(who),
    }
    client.force_login(users[who]())
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"act": "by-hand"}).status_code == 404
