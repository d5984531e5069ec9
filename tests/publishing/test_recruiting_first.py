"""The order of a search with words, and match reasons."""

import pytest
from django.http import QueryDict

from history.authorship import authored
from publishing.search import sql
from publishing.search.results import search
from publishing.staleness import publish_pending
from sites.models import Facility, TrialSite
from tests.factories import a_facility, a_site, a_trial, make
from tests.pages.html_reader import queries_of, read, text_of
from trials.models import Collaborator, Intervention, Trial

pytestmark = pytest.mark.django_db

STATUSES = ["WITHDRAWN", "SUSPENDED", "NOT_YET_RECRUITING", "RECRUITING", "COMPLETED", "AVAILABLE"]


def order_of(query: str) -> list[str]:
    return [row.trial.key for row in search(QueryDict(query), page_size=100).rows]


def keys(*numbers: int) -> list[str]:
    return [f"NCT{number:08}" for number in numbers]


@pytest.fixture
def of_each_status():
    """The newest is withdrawn, and so on; the last has the word more often."""
    for number, status in enumerate(STATUSES, start=1):
        a_trial(
            number, brief_title="Asthma" if number < 6 else "Asthma, asthma, asthma", overall_status=status,
            last_update_posted_on=f"2026-10-{30 - number}",
        )  # fmt: skip


def test_recruiting_trials_come_before_withdrawn_ones(of_each_status):
    assert order_of("words=asthma")[:3] == keys(6, 4, 3)
    assert order_of("words=asthma&order=recruiting") == order_of("words=asthma")
    assert order_of("words=asthma&order=newest") == keys(1, 2, 3, 4, 5, 6)
    assert order_of("words=asthma&order=rank")[0] == keys(6)[0]
    assert order_of("") == order_of("order=recruiting") == keys(1, 2, 3, 4, 5, 6)


def test_the_page_lists_the_orders(of_each_status, client):
    response = client.get("/", {"words": "asthma"})
    page = text_of(response)
    assert "Recruiting first, then best match Best match Recently updated" in page
    for order, address in (("rank", "/?words=asthma&order=rank"), ("newest", "/?words=asthma&order=newest")):
        assert address in read(response).links
        assert client.get(address).context["results"].order == order
    assert "Recruiting first" not in text_of(client.get("/"))


@pytest.mark.parametrize("counted", [1_000, 4])
def test_pages_of_recruiting_trials_have_each_trial_once_and_a_previous_page(client, monkeypatch, counted):
    for module in ("publishing.search.results", "publishing.search.sql"):
        monkeypatch.setattr(f"{module}.COUNT_CAP", counted)
    with authored("test"):
        Trial.objects.bulk_create(
            Trial(
                nct_id=f"NCT{number:08}", brief_title="Asthma " * (number % 4 + 1),
                overall_status=STATUSES[number % len(STATUSES)], last_update_posted_on=f"2026-01-{number % 28 + 1:02}",
            )
            for number in range(50)
        )  # fmt: skip
    publish_pending()
    rows, address, pages = [], "/?words=asthma", []
    while address:
        response = client.get(address)
        pages.append((address, [row.trial.key for row in response.context["results"].rows]))
        rows += response.context["results"].rows
        address = response.context.get("next_url")
    ids = [row.pk for row in rows]
    assert len(ids) == len(set(ids)) == (50 if counted == 1_000 else len(ids))
    places = [next((at for at, of in enumerate(sql.GROUPS, 1) if row.status in of), 0) for row in rows]
    assert places == sorted(places, reverse=True)
    if len(pages) > 1:
        back = client.get(pages[1][0]).context["previous_url"]
        assert [row.trial.key for row in client.get(back).context["results"].rows] == pages[0][1]


def test_recruiting_trials_are_included_among_many_matches(monkeypatch):
    for module in ("publishing.search.results", "publishing.search.sql"):
        monkeypatch.setattr(f"{module}.COUNT_CAP", 5)
    a_trial(1, brief_title="Asthma", overall_status="RECRUITING", last_update_posted_on="2020-01-01")
    for number in range(2, 12):
        a_trial(number, brief_title="Asthma", overall_status="COMPLETED", last_update_posted_on="2026-01-01")
    assert order_of("words=asthma")[0] == "NCT00000001"


@pytest.fixture
def trials_matching_everywhere():
    trial = a_trial(
        1, brief_title="Velutinib study", conditions=["Colorectal Neoplasms"], keywords=["quality of life"],
        condition_mesh=[{"term": "Adenoma"}], lead_sponsor="Northgate Unit", eligibility_criteria="No smokers",
    )  # fmt: skip
    make(Intervention, trial=trial, name="Zolutinib", other_names=["Brandex"])
    make(Collaborator, trial=trial, name="Eastgate Institute")
    a_site(trial, a_facility(1, name="Harbour Clinic", city="Munich", state="Bavaria", country="Germany"))
    return trial


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("velutinib", "“velutinib” in title"),
        ("colorectal", "“colorectal” in condition"),
        ("bowel cancer", "“bowel cancer” as “colorectal neoplasms” in condition"),
        ("adenomas", "“adenomas” in MeSH term"),
        ("quality", "“quality” in keyword"),
        ("northgate", "“northgate” in sponsor"),
        ("eastgate", "“eastgate” in collaborator"),
        ("zolutinib", "“zolutinib” in intervention"),
        ("brandex", "“brandex” in other name"),
        ("harbour", "“harbour” in hospital"),
        ("München", "“München” as “munich” in site city"),
        ("bavaria", "“bavaria” in site region"),
        ("germany", "“germany” in site country"),
        ("smoker", "“smoker” in description or eligibility criteria"),
        ("velutinib munich smokers", "“velutinib” in title “munich” in site city “smokers” in description"),
        ('"quality of life"', "“quality of life” in keyword"),
        ("velutinib or asthma", "“velutinib” in title"),
    ],
)
def test_a_result_names_the_field_that_matches(trials_matching_everywhere, client, words, expected):
    assert expected in text_of(client.get("/", {"words": words}))


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        ({"brief_title": "Lung function"}, "“lung” in title “cancer” in hospital"),
        ({"brief_summary": "A lung is scanned"}, "“lung” in description or eligibility criteria “cancer” in hospital"),
        ({"eligibility_criteria": "No lung cancer"}, "“lung cancer” in description or eligibility criteria"),
        (
            {"brief_summary": "Bronchial neoplasms are rare"},
            "“lung cancer” as “bronchial neoplasms” in description or eligibility criteria",
        ),
        ({"conditions": ["Lung Neoplasms"]}, "“lung cancer” as “lung neoplasms” in condition"),
        (
            {"condition_ancestors": [{"id": "D1", "term": "Lung Neoplasms"}]},
            "“lung cancer” as “lung neoplasms” in broader MeSH term",
        ),
        ({"brief_title": "Cancer that spreads to a lung"}, "“lung” in title “cancer” in title"),
    ],
)
def test_a_phrase_is_quoted_only_where_it_occurs(client, trial, expected):
    a_site(a_trial(1, **{"brief_title": "Velutinib"} | trial), a_facility(1, name="Harbour Cancer Clinic"))
    page = text_of(client.get("/", {"words": "lung cancer"}))
    assert expected in page
    assert ("“lung cancer”" in page) == ("“lung cancer”" in expected)


def test_separate_words_are_listed_with_a_city(client):
    trial = a_trial(1, brief_title="Colon surgery", eligibility_criteria="No breast-feeding")
    a_site(trial, a_facility(1, name="Harbour Cancer Clinic", city="Lyon"))
    page = text_of(client.get("/", {"words": "breast cancer Lyon"}))
    assert "“Lyon” in site city “breast” in description or eligibility criteria “cancer” in hospital" in page


def test_without_words_there_are_no_match_reasons(trials_matching_everywhere, client):
    assert "“velutinib” in title" in text_of(client.get("/", {"words": "velutinib"}))
    assert "in title" not in text_of(client.get("/"))
    assert "asthma” in" not in text_of(client.get("/", {"words": "velutinib or asthma"}))


def test_match_reasons_take_the_same_number_of_queries_for_one_result_and_twenty(client):
    def add(number: int) -> None:
        trial = a_trial(number, brief_title="Velutinib")
        for place in range(3):
            a_site(trial, a_facility(number * 10 + place, city="Munich"))

    add(1)
    few = queries_of(client, "/?words=velutinib+munich")
    for number in range(2, 21):
        add(number)
    assert queries_of(client, "/?words=velutinib+munich") == few <= 7
    assert (TrialSite.objects.count(), Facility.objects.count()) == (60, 60)
