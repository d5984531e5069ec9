"""Tracking parameters are removed by a redirect; other unknown parameters are rejected."""

import pytest

from tests.factories import a_facility, a_site, a_trial

pytestmark = pytest.mark.django_db

TRACKING = (
    "utm_source=a",
    "utm_anything=",
    "UTM_Medium=b",
    "fbclid=c",
    "gclid=d",
    "mc_cid=e",
    "mc_eid=f",
    "_hsenc=g",
    "_hsmi=h",
)


@pytest.fixture
def pages() -> list[str]:
    """The public pages of a trial with a site."""
    site = a_site(a_trial(overall_status="RECRUITING"), a_facility(), status="RECRUITING")
    key = site.trial.key
    return [
        *(
            "/",
            f"/trials/{key}/",
            f"/trials/{key}/report/",
            f"/trials/{key}/registry/",
            site.facility.get_absolute_url(),
        ),
        *("/about/statuses/", "/accounts/login/", "/api/docs/"),
    ]


@pytest.mark.parametrize("parameter", TRACKING)
@pytest.mark.parametrize("method", ["get", "head"])
def test_tracking_parameters_redirect_to_the_plain_url_on_every_public_page(client, pages, method, parameter):
    for page in pages:
        answer = getattr(client, method)(f"{page}?{parameter}")
        assert (answer.status_code, answer["Location"]) == (302, page)


def test_all_tracking_parameters_are_removed_and_the_others_unchanged(client):
    answer = client.get(
        "/?words=a%20b&utm_source=x&status=RECRUITING&status=COMPLETED&gclid=y&country=C%C3%B4te+d%27Ivoire"
    )
    assert answer["Location"] == "/?words=a%20b&status=RECRUITING&status=COMPLETED&country=C%C3%B4te+d%27Ivoire"
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    "query", ["utm%5Fsource=x", "%75tm_source=x", "&utm_source=x&", "fbclid", "utm_source=x&utm_source=y"]
)
def test_other_spellings_of_tracking_parameters_are_removed(client, query):
    assert client.get(f"/?{query}")["Location"] == "/"


@pytest.mark.parametrize(
    "query", ["utm=x", "utmsource=x", "fbclid2=x", "xgclid=x", "mc=x", "hsenc=x", "source=x", "contry=France"]
)
def test_any_other_unknown_parameter_is_still_refused(client, query):
    assert client.get(f"/?{query}").status_code == 400


def test_a_post_is_not_redirected(client, pages):
    assert client.post("/accounts/login/?utm_source=x", {"login": "a", "password": "b"}).status_code == 200
    assert client.post("/?utm_source=x").status_code == 405


def test_the_api_names_tracking_parameters_as_unknown(client, db):
    assert client.get("/api/v1/trials/?utm_source=x").status_code == 401
    assert client.get("/api/v1/schema/?utm_source=x").status_code == 200


def test_redirects_stay_on_this_host(client):
    answer = client.get("/", PATH_INFO="//example.org/", QUERY_STRING="utm_source=x")
    assert answer["Location"] == "/%2Fexample.org/"
