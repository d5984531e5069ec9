"""Control characters are rejected with a 400, and keys consist of ASCII digits."""

import pytest

from tests.factories import a_contact, a_facility, a_site, a_trial, a_user, assign
from trials.models import Trial

pytestmark = pytest.mark.django_db
AUTOCOMPLETE = "/admin/autocomplete/?app_label=accounts&model_name=assignment&field_name=trial&term="


@pytest.fixture
def admin_client_with_form(client):
    client.force_login(a_user("admin", is_superuser=True))
    return client


@pytest.mark.parametrize(
    "address",
    [
        AUTOCOMPLETE + "a%00b",
        "/admin/trials/trial/?q=a%00b",
        "/?words=a%00b",
        "/people/add/?trial=NCT00000001%0A",
        "/work/?trial=NCT00000001%0A",
        "/registry/?trial=NCT00000001%0A",
        "/work/bulk/sheet.csv?trial=NCT00000001%0A",
    ],
)
def test_control_characters_in_a_parameter_are_a_400(admin_client_with_form, address):
    a_site()
    assert admin_client_with_form.get(address).status_code == 400


@pytest.mark.parametrize("key", ["NCT00000001%0A", "NCT0000000%EF%BC%91", "trial-%EF%BC%91", "NCT00000001%00"])
@pytest.mark.parametrize("page", ["/trials/{}/", "/trials/{}/sites/", "/work/trials/{}/", "/trials/{}/enrollment/"])
def test_a_key_is_ascii_and_nothing_else(admin_client_with_form, key, page):
    a_trial()
    assert admin_client_with_form.get(page.format(key)).status_code in (400, 404)
    assert admin_client_with_form.get(page.format("NCT00000001")).status_code == 200


@pytest.mark.parametrize("key", ["nct00000001", "NCT 00000001", "NCT-00000001", "00000001"])
@pytest.mark.parametrize("page", ["/work/", "/people/add/", "/work/bulk/sheet.csv"])
def test_a_trial_in_a_parameter_is_spelt_in_any_way(client, key, page):
    user, site = a_user(), a_site(status="RECRUITING", since="2026-01-05")
    assign(user, trial=site.trial)
    client.force_login(user)
    answers = [client.get(page, {"trial": spelt}) for spelt in ("NCT00000001", key)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.content.count(b"Facility 1") for answer in answers}) == 1


@pytest.mark.parametrize("slug", ["lyon-%EF%BC%91", "lyon-{}%0A"])
def test_a_facility_url_accepts_ascii_digits_only(admin_client_with_form, slug):
    facility = a_site(facility=a_facility()).facility
    assert admin_client_with_form.get(f"/facilities/{slug.format(facility.pk)}/").status_code in (400, 404)


@pytest.mark.parametrize("number", ["²", "１", "1_0", "+1", " 1", "9" * 30])
def test_a_number_in_a_form_is_ascii_digits(admin_client_with_form, number):
    site = a_site(status="RECRUITING", since="2026-01-05")
    person = a_contact(site=site).person
    assert admin_client_with_form.post("/work/confirm/", {"site": number}).status_code == 400
    assert admin_client_with_form.get(f"/admin/contacts/person/add/?trial_site={number}").status_code == 200
    sent = {"version": number, "seen": "{}", "roles-TOTAL_FORMS": number, "roles-INITIAL_FORMS": number}
    assert admin_client_with_form.post(f"/admin/contacts/person/{person.pk}/change/", sent).status_code < 500
    assert (
        admin_client_with_form.post(f"/admin/sites/trialsite/{site.pk}/confirm/", {"version": number}).status_code < 500
    )


def test_a_nul_in_a_form_is_a_400(admin_client_with_form):
    assert admin_client_with_form.post("/admin/trials/trial/add/", {"brief_title": "a\x00b"}).status_code == 400
    assert not Trial.objects.exists()


def test_a_key_of_the_api_that_is_no_text_is_a_401(client):
    for key in ("\xff\xfe", "a\x00b", "é"):
        assert client.get("/api/v1/trials/", headers={"authorization": f"Bearer {key}"}).status_code == 401
