"""Facilities in the admin: required name and country."""

import pytest
from django.db import IntegrityError, transaction

from sites.models import Facility
from tests.factories import a_facility, a_site, a_user, assign
from tests.form_filling import form_of

pytestmark = pytest.mark.django_db
ADD = "/admin/sites/facility/add/"


@pytest.fixture
def admin_client_with_form(client):
    client.force_login(a_user("admin", is_superuser=True))
    return client


@pytest.mark.parametrize("typed", [{}, {"name": " ", "country": "\n"}, {"name": "\u200b", "country": "\u2060"}])
def test_an_empty_form_adds_no_facility(admin_client_with_form, typed):
    page = admin_client_with_form.post(ADD, typed)
    assert page.status_code == 200
    assert {"name", "country"} <= page.context["adminform"].form.errors.keys()
    assert not Facility.objects.exists()


def test_a_masked_facility_needs_no_name_but_a_country(admin_client_with_form):
    page = admin_client_with_form.post(ADD, {"is_masked": "on"})
    assert list(page.context["adminform"].form.errors) == ["country"]


def test_an_imported_facility_without_a_country_can_be_edited(admin_client_with_form):
    facility = a_facility(name="Hospital", country="")
    page = f"/admin/sites/facility/{facility.pk}/change/"
    assert (
        admin_client_with_form.post(
            page, form_of(admin_client_with_form.get(page), "facility_form", city="Nice")
        ).status_code
        == 302
    )


def test_a_country_cannot_be_cleared(admin_client_with_form):
    facility = a_facility(name="Hospital", country="France")
    page = f"/admin/sites/facility/{facility.pk}/change/"
    answer = admin_client_with_form.post(page, form_of(admin_client_with_form.get(page), "facility_form", country=""))
    assert list(answer.context["adminform"].form.errors) == ["country"]


def test_trial_coordinators_add_facilities_and_site_coordinators_do_not(client):
    site = a_site()
    for user, status in ((assign(a_user("site"), site=site).user, 403), (assign(a_user(), trial=site.trial).user, 200)):
        client.force_login(user)
        assert client.get(ADD).status_code == status


@pytest.mark.parametrize("name", ["", " \n", "\u200b", "\u2060\ufeff \u00ad"])
def test_the_database_refuses_a_facility_without_a_name(name):
    with pytest.raises(IntegrityError, match="facility_has_a_name"), transaction.atomic():
        a_facility(name=name)
    a_facility(name=name, is_masked=True)


def test_city_postal_code_and_country_are_single_lines(admin_client_with_form):
    a_facility(country="Chile")
    page = admin_client_with_form.get(ADD).content.decode()
    for name in ("city", "state", "zip", "country"):
        assert f'<input type="text" name="{name}"' in page
    assert '<option value="Chile">' in page


@pytest.mark.parametrize(
    ("typed", "stored"), [("Deutschland", "Germany"), ("turkey", "Turkey (Türkiye)"), ("España", "Spain")]
)
def test_an_entered_country_is_saved_by_its_current_name(admin_client_with_form, typed, stored):
    assert (
        admin_client_with_form.post(
            ADD, form_of(admin_client_with_form.get(ADD), "facility_form", name="Clinic", country=typed)
        ).status_code
        == 302
    )
    assert Facility.objects.get().country == stored


def test_an_unknown_country_is_refused_with_the_nearest_name(admin_client_with_form):
    page = admin_client_with_form.post(
        ADD, form_of(admin_client_with_form.get(ADD), "facility_form", name="Clinic", country="Germny")
    )
    assert page.context["adminform"].form.errors["country"] == ["Unknown country. Do you mean “Germany”?"]
    assert not Facility.objects.exists()


def test_an_imported_country_stays_unchanged(admin_client_with_form):
    facility = a_facility(name="Hospital", country="Atlantis")
    page = f"/admin/sites/facility/{facility.pk}/change/"
    assert (
        admin_client_with_form.post(
            page, form_of(admin_client_with_form.get(page), "facility_form", city="Nice")
        ).status_code
        == 302
    )
    facility.refresh_from_db()
    assert (facility.city, facility.country) == ("Nice", "Atlantis")
