"""Authentication of the API, and that it is read only."""

from datetime import timedelta

import pytest
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from history.authorship import authored
from tests.factories import a_partner, a_site, a_trial, a_user

ADDRESSES = [
    "/api/v1/trials/",
    "/api/v1/trials/NCT00000001/",
    "/api/v1/sites/",
    "/api/v1/sites/1/",
    "/api/v1/facilities/",
    "/api/v1/facilities/hospital-1/",
    "/api/v1/nowhere/",
    "/api/v1/",
]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_key_nothing_is_returned(client, address):
    answer = client.get(address)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize("key", ["wrong", "ÿþ", "a" * 5000, ""])
def test_a_wrong_key_is_no_key(client, key):
    assert client.get("/api/v1/trials/", headers={"authorization": f"Bearer {key}"}).status_code == 401


def test_an_expired_key_is_no_key(ask):
    with authored("test"):
        AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert ask("/api/v1/trials/").status_code == 401


def test_the_key_of_an_inactive_partner_is_no_key(ask, partner):
    with authored("test"):
        type(partner).objects.update(is_active=False)
    assert ask("/api/v1/trials/").status_code == 401


def test_the_key_of_an_inactive_user_is_no_key(ask, partner):
    with authored("test"):
        type(partner.user).objects.update(is_active=False)
    assert ask("/api/v1/trials/").status_code == 401


def test_a_key_of_a_user_who_is_no_partner_is_no_key(client, db):
    user = a_user("editor", is_superuser=True)
    with authored("test"):
        key = AuthToken.objects.create(user)[1]
    assert client.get("/api/v1/trials/", headers={"authorization": f"Bearer {key}"}).status_code == 401


@pytest.mark.parametrize("address", ADDRESSES[:6])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, key, address, method):
    answer = getattr(client, method)(address, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 405
    assert list(answer.json()) == ["detail"]


def test_what_is_not_public_looks_like_what_does_not_exist(ask):
    trial = a_trial(is_public=False)
    site = a_site(trial, status="RECRUITING")
    hidden = [f"/api/v1/trials/{trial.key}/", f"/api/v1/sites/{site.pk}/", f"/api/v1/facilities/{site.facility.slug}/"]
    missing = ["/api/v1/trials/NCT99999999/", "/api/v1/sites/0/", "/api/v1/facilities/nowhere-0/"]
    for address, other in zip(hidden, missing, strict=True):
        assert ask(address).status_code == 404
        assert ask(address).content == ask(other).content
    for address in ("/api/v1/trials/", "/api/v1/sites/", "/api/v1/facilities/"):
        assert ask(address).json() == {"next": None, "results": []}


def test_a_filter_on_facilities_does_not_reveal_hidden_sites(ask):
    site = a_site(status="RECRUITING")
    a_site(a_trial(2, is_public=False), site.facility, status="SUSPENDED")
    assert len(ask("/api/v1/facilities/", {"site_status": "RECRUITING"}).json()["results"]) == 1
    assert ask("/api/v1/facilities/", {"site_status": "SUSPENDED"}).json()["results"] == []


def test_a_facility_counts_only_the_sites_that_a_partner_may_see(ask):
    site = a_site(status="RECRUITING")
    a_site(a_trial(2, is_public=False), site.facility, status="RECRUITING")
    facility_result = ask(f"/api/v1/facilities/{site.facility.slug}/").json()
    assert (facility_result["sites_total"], facility_result["sites_recruiting"]) == (1, 1)


@pytest.mark.parametrize("is_active", [True, False])
def test_a_view_that_names_no_authentication_takes_keys_of_active_partners_only(is_active):
    partner = a_partner()
    with authored("test"):
        key = AuthToken.objects.create(partner.user)[1]
        type(partner).objects.update(is_active=is_active)

    class Bare(APIView):
        def get(self, request):
            return Response()

    answer = Bare.as_view()(APIRequestFactory().get("/", headers={"authorization": f"Bearer {key}"}))
    assert answer.status_code == (200 if is_active else 401)
