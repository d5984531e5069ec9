"""Facets of a search: each count is the number of results that the page gives with that option."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from publishing.models import TrialRow
from publishing.search import facets
from publishing.search.facets import COLUMNS, count_facets
from publishing.search.filters import TrialFilterSet
from publishing.search.results import search
from publishing.staleness import publish_pending
from tests.factories import a_trial, a_user, grant

pytestmark = pytest.mark.django_db

QUERIES = [
    "", "words=asthma", "status=RECRUITING", "phase=PHASE2&phase=PHASE3&status=COMPLETED", "study_type=OBSERVATIONAL",
    "words=asthma&sponsor_class=INDUSTRY&status=RECRUITING&status=UNKNOWN", "age=30", "words=nowhere",
]  # fmt: skip


@pytest.fixture
def trials():
    """Twelve trials of several statuses, phases, types and sponsors; one may not be seen, one became UNKNOWN."""
    statuses = ["RECRUITING", "COMPLETED", "RECRUITING", "WITHDRAWN"]
    phases = [["PHASE2"], ["PHASE2", "PHASE3"], ["NA"], []]
    for number in range(1, 13):
        a_trial(
            number,
            brief_title="Asthma" if number % 3 else "Migraine",
            overall_status=statuses[number % 4],
            phases=phases[number % 4 if number < 9 else 1],
            study_type="OBSERVATIONAL" if number % 5 == 0 else "INTERVENTIONAL",
            lead_sponsor_class="INDUSTRY" if number % 2 else "OTHER",
            is_public=number != 7,
            minimum_age="40 Years" if number == 4 else "",
        )
    a_trial(20, overall_status="RECRUITING", verified_on="2019-01", completion_on="2020-01")
    publish_pending()


def facets_of(query: str, user) -> dict[str, dict[str, int]]:
    filterset = TrialFilterSet(QueryDict(query), TrialRow.objects.visible_to(user))
    assert filterset.is_valid()
    return count_facets(filterset)


def counts_by_search(query: str, name: str, user) -> dict[str, int]:
    """Results of the search with each option of a filter alone."""
    data = QueryDict(query, mutable=True)
    counts = {}
    for value, _ in TrialFilterSet.field_of(name).choices:
        data.setlist(name, [value])
        counts[value] = search(data, user=user, page_size=100).count
    return {value: count for value, count in counts.items() if count}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("role", ["", "MANAGER"])
def test_each_count_is_the_number_of_results_with_that_option(trials, query, role):
    user = a_user() if role else AnonymousUser()
    if role:
        grant(user, role)
    counts = facets_of(query, user)
    for name in COLUMNS:
        assert counts[name] == counts_by_search(query, name, user), name


def test_a_trial_that_may_not_be_seen_is_not_counted(trials):
    manager = a_user()
    grant(manager, "MANAGER")
    for_all = facets_of("", AnonymousUser())["sponsor_class"]["INDUSTRY"]
    assert facets_of("", manager)["sponsor_class"]["INDUSTRY"] == for_all + 1


@pytest.mark.parametrize("count", [3, 40])
@pytest.mark.parametrize(("query", "queries"), [("", 1), ("phase=PHASE1", 2)])
def test_counting_takes_the_same_queries_for_any_number_of_trials(count, query, queries, django_assert_num_queries):
    for number in range(count):
        a_trial(number, overall_status="RECRUITING", phases=["PHASE1"])
    publish_pending()
    with django_assert_num_queries(queries):
        assert facets_of(query, AnonymousUser())["phase"] == {"PHASE1": count}


@pytest.mark.parametrize(
    ("most", "counted"), [(2, set()), (3, {"status", "phase", "sponsor_class"}), (4, set(COLUMNS))]
)
def test_a_filter_is_not_counted_where_too_many_trials_match_the_others(monkeypatch, most, counted):
    """Four trials match without the study type, three with it."""
    monkeypatch.setattr(facets, "MOST_COUNTED", most)
    for number in range(4):
        a_trial(number, study_type="OBSERVATIONAL" if number else "INTERVENTIONAL")
    publish_pending()
    assert set(facets_of("study_type=OBSERVATIONAL", AnonymousUser())) == counted


@pytest.mark.parametrize("is_part", [False, True])
def test_the_page_shows_the_count_beside_each_option(trials, client, is_part):
    headers = {"HX-Request": "true"} if is_part else {}
    response = client.get("/?" + urlencode({"words": "asthma"}), headers=headers)
    page = response.content.decode()
    expected = counts_by_search("words=asthma", "phase", AnonymousUser())
    assert expected["PHASE2"] > 1
    swap = ' hx-swap-oob="true"' if is_part else ""
    for value, _ in TrialFilterSet.field_of("phase").choices:
        assert f'<span class="soft" id="count-phase-{value}"{swap}>({expected.get(value, 0)})</span>' in page
