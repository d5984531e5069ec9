"""Public pages in English and in Simplified Chinese: the same content, and nothing of the interface left in English."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing.models import TrialDocument
from publishing.staleness import publish_pending
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial
from tests.languages.page_text import english_texts, read_page

pytestmark = pytest.mark.django_db
PREFIX = "/zh-hans"
PAGES = [
    "/", "/?words=trial", "/?words=nothing", "/?phase=PHASE3&condition=zz", "/?near=Lyon, France&within=100",
    "/?near=Nowhereville", "/trials/NCT00000001/", "/trials/NCT00000001/sites/", "/trials/NCT00000001/contacts/",
    "/trials/NCT00000001/weeks/", "/trials/NCT00000001/related/", "/trials/NCT00000001/report/",
    "/trials/NCT00000001/reported/",
    "/trials/NCT00000001/differences/", "/trials/NCT00000001/?as_of=2026-02-01", "/statistics/", "/about/statuses/",
    "/changes/", "/countries/france/", "FACILITY",
]  # fmt: skip
ENGLISH_ONLY = ("/accounts/", "/api/", "/changes.csv", "/trials/NCT00000001/history/")
#: Names of the records, and texts that a reader typed.
NAMES = ("Trial 1", "Hospital 1", "Lyon", "France", "Anna Berger", "trial", "nothing", "zz", "Nowhereville")


@pytest.fixture
def facility():
    trial = a_trial(1, overall_status="RECRUITING", phases=["PHASE2"], minimum_age="18 Years", sex="ALL")
    site = a_site(trial, a_facility(1), status="RECRUITING", since="2026-01-05")
    a_contact(site=site, name="Anna Berger")
    a_confirmation(site, timezone.localdate() - timedelta(days=3))
    publish_pending()
    return site.facility


def path_of(page: str, facility) -> str:
    return page.replace("FACILITY", facility.get_absolute_url())


@pytest.mark.parametrize("page", PAGES)
def test_the_chinese_page_has_no_english_but_the_record(client, facility, page):
    html = client.get(PREFIX + path_of(page, facility)).content.decode()
    assert read_page(html).html_lang == "zh-Hans"
    for name in NAMES:
        html = html.replace(name, "")
    assert list(english_texts(html)) == []


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_chinese_page_stay_in_chinese(client, facility, page):
    links = read_page(client.get(PREFIX + path_of(page, facility)).content.decode()).links
    local = [link for link in links if link.startswith("/") and not link.startswith(ENGLISH_ONLY)]
    assert local
    assert all(link.startswith(f"{PREFIX}/") for link in local)


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_need_the_same_queries_and_links_lead_to_the_other(client, facility, page):
    path = path_of(page, facility)
    counts, htmls = [], []
    for address in (path, PREFIX + path):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(address)
        assert response.status_code == 200
        counts.append(len(queries))
        htmls.append(response.content.decode())
    assert counts[0] == counts[1]
    assert read_page(htmls[0]).html_lang == "en"
    assert all(html.count('rel="alternate" hreflang="') == 2 for html in htmls)


def test_dates_numbers_and_labels_are_chinese(client, facility):
    html = client.get(f"{PREFIX}/trials/NCT00000001/").content.decode()
    for text in ("招募中", "II 期", "2026年1月5日", "研究中心于3 天前确认", "18 岁及以上"):
        assert text in html


def test_an_invalid_parameter_is_explained_in_chinese(client, facility):
    response = client.get(f"{PREFIX}/?bogus=1")
    assert response.status_code == 400
    assert "不是已知参数" in response.content.decode()


def test_a_missing_page_below_the_prefix_is_chinese_and_pages_of_coordinators_are_not_there(client):
    for path in ("/nowhere/", "/work/", "/admin/", "/api/v1/trials/"):
        response = client.get(PREFIX + path)
        assert response.status_code == 404
        assert "未找到页面" in response.content.decode()


def test_a_badge_is_in_the_language_of_its_address(client, facility):
    assert "Recruiting" in client.get("/badges/trials/NCT00000001.svg").content.decode()
    assert "招募中" in client.get(f"{PREFIX}/badges/trials/NCT00000001.svg").content.decode()


def test_a_document_that_a_chinese_reader_has_rebuilt_is_that_of_an_english_one(client, facility):
    before = TrialDocument.objects.get().document
    a_site(facility.trial_sites.get().trial, a_facility(2), status="RECRUITING")
    client.get(f"{PREFIX}/")
    after = TrialDocument.objects.get().document
    assert before != after
    assert after.isascii()


@pytest.mark.parametrize(
    ("path", "headers", "location"),
    [
        ("/", {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "/zh-hans/"),
        ("/", {"Accept-Language": "fr,zh-CN;q=0.5"}, "/zh-hans/"),
        ("/", {"Accept-Language": "en,zh-CN;q=0.5"}, None),
        ("/", {"Accept-Language": "zh-CN", "Referer": "http://testserver/zh-hans/"}, None),
        ("/?words=trial", {"Accept-Language": "zh-CN"}, None),
        ("/statistics/", {"Accept-Language": "zh-CN"}, None),
    ],
)
def test_only_a_first_visit_to_the_search_page_follows_the_browser(client, path, headers, location):
    response = client.get(path, headers=headers)
    assert response.headers.get("Location") == location
    if location:
        assert "no-store" in response.headers["Cache-Control"]
    assert ("Accept-Language" in response.headers.get("Vary", "")) == (path.split("?")[0] == "/")
