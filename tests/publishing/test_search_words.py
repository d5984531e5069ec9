"""Spellings of search words: each finds the same trial."""

import pytest
from django.http import QueryDict

from publishing.search.results import search
from tests.factories import a_facility, a_site, a_trial, make
from trials.models import Intervention, Trial

pytestmark = pytest.mark.django_db


def search_keys(words: str, **parameters) -> list[str]:
    query = QueryDict(mutable=True)
    query.update({"words": words} | parameters if words else parameters)
    results = search(query)
    assert results.filterset.errors == {}
    return sorted(row.trial.key for row in results.rows)


SPELLINGS = {
    "Olaparib in breast/ovarian cancer": ["ovarian", "breast", "breast/ovarian", "breast ovarian cancer"],
    "Anxiety/Depression in children": ["depression", "anxiety", "Depression/Anxiety"],
    "Vaccine against COVID-19": ["covid-19", "covid 19", "covid19", "COVID–19", '"covid-19"', '"against covid 19"'],
    "Combined PD-1/PD-L1 blockade": ["PD-1", "PD 1", "PD1", "PD-L1", "PDL1", "PD L1", "blockade"],
    "CD20/CD3 bispecific in HR+/HER2- disease": ["CD3", "CD20", "CD 3", "CD3/CD20", "HER2", "HR+", "HER2-", "her-2"],
    "Anti-CD19 CAR-T cells": ["anticd19", "anti CD19", "CAR T", "cart cells", "CART", "car-t"],
    "Interleukin-6 and SARS-CoV-2": ["interleukin 6", "Interleukin-6", "SARS CoV 2", "SARS-CoV2", "sarscov2", "cov-2"],
    "IL6 blockade with a nonsmall dose": ["IL-6", "il 6", "IL6", "non-small", "non small"],
    "Non-small-cell lung cancer": [
        "non-small-cell lung cancer", "non small cell lung cancer", "nonsmall cell lung cancer", "non-small cell",
        "Non–Small‐Cell", '"non small-cell lung"', "nonsmallcell",
    ],
    "Melanoma with p.V600E": ["V600E", "p.V600E", "p V600E"],
    "10 mg/kg of 5-FU": ["mg/kg", "mg", "kg", "5-FU", "5 FU", "5FU", "mg kg"],
    "Asthma.COPD overlap, e.g.in adults": ["copd", "asthma", "asthma COPD"],
    "TNF-α and IFNγ": ["TNF-alpha", "TNF-α", "tnf alpha", "TNFα", "tnfalpha", "IFN-gamma", "ifnγ", "IFN γ"],
    "Long-term β2-agonists": ["beta-2 agonists", "beta2", "β2", "longterm", "long term"],
    "Crohn's disease": ["crohn", "Crohn’s", "crohns", "crohn's disease", "Crohnʼs"],
    "Keytruda™ in Phase I/II": ["keytruda", "Keytruda®", "phase II"],
    "O’Neil and O'Brien questionnaires": ["O'Neil", "O’Neil", "oneil", "O Neil", "O`Brien"],
    "Study in Łódź, København and Großhansdorf": ["Lodz", "København", "kobenhavn", "Grosshansdorf", "ŁÓDŹ"],
    "Ｆｕｌｌ－ｗｉｄｔｈ Diyarbakır, Þórshöfn": ["full width", "Diyarbakir", "thorshofn"],
}  # fmt: skip


@pytest.mark.parametrize(("title", "spellings"), SPELLINGS.items(), ids=str)
def test_each_spelling_of_a_word_matches_its_trial(title, spellings):
    trial = a_trial(1, brief_title=title)
    a_trial(2, brief_title="Sleep")
    missed = [spelling for spelling in spellings if search_keys(spelling) != [trial.key]]
    assert missed == []


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Phase I/II", "phase III"), ("COVID-19", "covid-18"), ("PD-L1", "PD-1"), ("1.5 mg", "15"),
        ("Cell, small", '"small cell"'), ("lung cancer", "lung -cancer"), ("Non-smokers", "-non-smokers trial"),
    ],
)  # fmt: skip
def test_joined_forms_match_no_other_trial(title, words):
    a_trial(1, brief_title=title)
    assert search_keys(words) == []


@pytest.mark.parametrize("parameter", ["condition", "intervention", "sponsor"])
@pytest.mark.parametrize("typed", ["IL 6", "IL-6", "il6", "interl 6", "łodz/IL", "Lodz"])
def test_single_field_filters_accept_the_same_spellings(parameter, typed):
    text = "IL-6/Interleukin-6 at Łódź"
    trial = a_trial(1, **{"conditions": [text]} if parameter == "condition" else {"lead_sponsor": text})
    make(Intervention, trial=trial, name=text)
    a_trial(2, conditions=["Sleep"], lead_sponsor="Sleep")
    assert search_keys("", **{parameter: typed}) == [trial.key]


@pytest.fixture
def numbered() -> Trial:
    a_trial(90000102)
    return a_trial(90000101, nct_id_aliases=["NCT90000199"])


NUMBERS = [
    "NCT90000101", "nct90000101", "NCT 90000101", "NCT-90000101", "90000101", "ＮＣＴ９００００１０１",
    "９００００１０１", "NCT‐90000101", " nct: 90000101 ", "nct 9000 0101", "NCT 90000199",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_in_any_spelling_redirects_to_its_trial(client, numbered, number):
    response = client.get("/", {"words": number})
    assert (response.status_code, response.headers.get("Location")) == (302, "/trials/NCT90000101/")
    assert search_keys(number) == search_keys("", nct_id=number) == [numbered.key]


def test_a_prefix_of_a_number_matches_in_any_spelling(numbered):
    assert search_keys("nct 9000010") == search_keys("NCT-9000010") == ["NCT90000101", "NCT90000102"]


def test_a_number_and_words_can_be_combined():
    trial = a_trial(90000101, brief_title="Asthma")
    assert search_keys("asthma NCT 90000101") == search_keys("NCT90000101 asthma") == [trial.key]


@pytest.mark.parametrize("town", ["Łódź", "Lodz", "lodz", "L’Aquila", "L'Aquila", "Saint Étienne", "saint-etienne"])
def test_cities_match_without_accents(town):
    trial = a_trial(1)
    for number, city in enumerate(["Łódź", "L'Aquila", "Saint-Étienne"]):
        a_site(trial, a_facility(number, city=city))
    a_site(a_trial(2), a_facility(9, city="Rome"))
    assert search_keys(town) == [trial.key]
