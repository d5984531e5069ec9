"""What feed readers and search engines get: the Atom feed of a search, the sitemap, robots.txt, linked data."""

import json
import re
from xml.etree import ElementTree

import pytest

from history.authorship import authored
from tests.factories import a_contact, a_facility, a_manager, a_site, a_trial
from tests.pages.html_reader import queries_of, read

pytestmark = pytest.mark.django_db
ATOM, SITEMAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def entries_of(client, query: str = "") -> list[str]:
    answer = client.get(f"/feed.atom{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return [entry.find(f"{ATOM}title").text for entry in ElementTree.fromstring(answer.content).iter(f"{ATOM}entry")]


def addresses_in(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [one.text for one in ElementTree.fromstring(answer.getvalue()).iter(f"{SITEMAP}loc")]


def test_the_feed_has_the_filters_of_the_search(client):
    a_trial(1, overall_status="RECRUITING", conditions=["Asthma"])
    a_trial(2, overall_status="COMPLETED", conditions=["Asthma"])
    assert sorted(entries_of(client, "?condition=asthma")) == ["NCT00000001: Trial 1", "NCT00000002: Trial 2"]
    assert entries_of(client, "?condition=asthma&status=RECRUITING") == ["NCT00000001: Trial 1"]
    assert entries_of(client, "?words=asthma&status=RECRUITING") == ["NCT00000001: Trial 1"]
    assert entries_of(client, "?words=zebra") == []


def test_the_trial_that_changed_last_comes_first(client):
    trials = [a_trial(number, overall_status="RECRUITING") for number in (1, 2)]
    entries_of(client)
    with authored("test"):
        trials[0].brief_title = "Renamed <b>"
        trials[0].save()
    assert entries_of(client)[0] == "NCT00000001: Renamed <b>"


@pytest.mark.parametrize("query", ["?colour=red", "?status=OPEN", "?cursor=x", "?order=rank"])
def test_parameters_that_are_no_filters_are_refused(client, query):
    assert client.get(f"/feed.atom{query}").status_code == 400


def test_nobody_gets_what_is_not_public(client):
    a_site(a_trial(1, is_public=False), a_facility(1))
    client.force_login(a_manager())
    assert entries_of(client) == []
    assert addresses_in(client, "/sitemaps/facilities-1.xml") == addresses_in(client, "/sitemaps/trials-1.xml") == []
    assert "ld+json" not in client.get("/trials/NCT00000001/").content.decode()


def test_an_unchanged_feed_is_not_sent_again(client):
    a_trial(1)
    etag = client.get("/feed.atom").headers["ETag"]
    assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 304


def test_the_search_page_links_the_feed_of_its_filters(client):
    a_trial(1, conditions=["Asthma"])
    assert "/feed.atom?condition=asthma" in read(client.get("/?condition=asthma")).links


def test_the_queries_of_the_feed_do_not_grow_with_the_trials(client):
    counts = []
    for numbers in (range(1, 3), range(3, 20)):
        for number in numbers:
            a_site(a_trial(number, overall_status="RECRUITING"), a_facility(number), status="RECRUITING")
        counts.append(queries_of(client, "/feed.atom"))
    assert counts[0] == counts[1]


def test_the_sitemap_lists_public_pages_that_exist(client):
    a_site(a_trial(1), a_facility(1, name="Hôpital & Co"))
    a_site(a_trial(2), a_facility(2, name="Site 12", is_masked=True))
    parts = addresses_in(client, "/sitemap.xml")
    assert len(parts) >= 3
    pages = [page for part in parts for page in addresses_in(client, part)]
    paths = {page.removeprefix("http://testserver") for page in pages}
    assert {"/trials/NCT00000001/", "/trials/NCT00000002/", "/countries/france/"} < paths
    assert len([path for path in paths if path.startswith("/facilities/")]) == 1
    assert {client.get(path).status_code for path in paths} == {200}


@pytest.mark.parametrize("path", ["people-1", "trials-0", "countries-2", "trials-999999999"])
def test_other_parts_are_a_404(client, path):
    assert client.get(f"/sitemaps/{path}.xml").status_code == 404


def test_robots_are_kept_from_private_pages_and_shown_the_sitemap(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /work/\n" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def linked_data(client) -> list[dict]:
    html = client.get("/trials/NCT00000001/").content.decode()
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)["@graph"]


def test_a_trial_page_has_linked_data_with_its_hospitals(client):
    trial = a_trial(1, overall_status="RECRUITING", conditions=["Asthma"], lead_sponsor="Institut Pasteur")
    hospital = a_facility(1, latitude=45.7, longitude=4.8)
    site = a_site(trial, hospital, status="RECRUITING")
    a_site(trial, hospital, status="RECRUITING", duplicate_index=2)
    a_site(trial, a_facility(2, name="", is_masked=True), status="RECRUITING")
    a_contact(site=site, name="Jane Doe")
    node, place = linked_data(client)
    assert (node["@type"], node["identifier"], node["status"]) == (
        "MedicalTrial", "NCT00000001", "https://schema.org/Recruiting",
    )  # fmt: skip
    assert node["healthCondition"] == [{"@type": "MedicalCondition", "name": "Asthma"}]
    assert node["studyLocation"] == [{"@id": place["@id"]}]
    assert (place["@type"], place["name"], place["geo"]["latitude"]) == ("Hospital", "Hospital 1", 45.7)
    assert place["@id"] == f"http://testserver{hospital.get_absolute_url()}"
    assert "Jane" not in json.dumps([node, place])


def test_linked_data_cannot_end_its_element(client):
    text = "</script><script>x</script> & \u2028"
    a_trial(1, brief_title=text, brief_summary=text)
    assert linked_data(client)[0]["name"] == text
