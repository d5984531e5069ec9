"""Synonyms of interventions, conditions and cities find the same trials."""

import pytest
from django.http import QueryDict

from history.authorship import authored
from publishing.models import OtherName
from publishing.search.results import search
from publishing.staleness import publish_pending
from tests.factories import a_trial, make
from tests.publishing.test_search_words import search_keys
from trials.models import Intervention

pytestmark = pytest.mark.django_db


def treated(number: int, name: str, *others: str, mesh: str = "", **values):
    mesh_terms = [{"id": "D1", "term": mesh}] if mesh else []
    trial = a_trial(number, brief_title=f"Study {number}", intervention_mesh=mesh_terms, **values)
    make(Intervention, trial=trial, name=name, other_names=list(others))
    return trial


def keys(*numbers: int) -> list[str]:
    return [f"NCT{number:08}" for number in numbers]


@pytest.mark.parametrize("typed", ["velutinib", "Brandex", "BRANDEX®", "AB-1234", "ab 1234", "AB1234"])
def test_each_name_of_a_drug_matches_the_same_trials(typed):
    treated(1, "Velutinib", "Brandex®", "AB-1234")
    treated(2, "velutinib")
    a_trial(3, brief_title="Brandex in asthma")
    a_trial(4, brief_title="AB1234 for children")
    treated(5, "Placebo", "Saline")
    assert search_keys(typed) == keys(1, 2, 3, 4)
    assert search_keys("", intervention=typed) == keys(1, 2)


def test_the_mesh_term_is_the_main_name_in_either_direction():
    treated(1, "Brandex", "Velutinib", mesh="Velutinib")
    treated(2, "Velutinib 200 mg IV", "Brandex, AB-1234", mesh="Velutinib")
    a_trial(3, brief_title="AB1234")
    assert search_keys("brandex") == search_keys("velutinib") == search_keys("ab-1234") == keys(1, 2, 3)


def test_generic_names_are_no_synonyms():
    treated(1, "Placebo", "Saline")
    treated(2, "Velutinib", "Chemotherapy", "drug", "NA", "12")
    treated(3, "Saline")
    assert not OtherName.objects.exists()
    assert search_keys("placebo") == keys(1)
    assert search_keys("chemotherapy") == keys(2)


def test_an_ambiguous_name_is_no_synonym():
    for number, drug in enumerate(["velutinib", "zolutinib", "xerutinib"], start=1):
        treated(number, drug, "kinase blocker")
    a_trial(4, brief_title="velutinib")
    assert search_keys("kinase blocker") == keys(1, 2, 3)


def test_a_combination_gives_its_components_no_synonyms():
    trial = treated(1, "Velutinib + Zolutinib", "Brandex")
    trial.intervention_mesh = [{"term": "Velutinib"}, {"term": "Zolutinib"}]
    with authored("test"):
        trial.save()
    publish_pending()
    assert not OtherName.objects.exists()


def test_a_hidden_trial_gives_no_synonyms():
    hidden = treated(1, "Velutinib", "Brandex", is_public=False)
    treated(2, "Velutinib")
    assert search_keys("brandex") == []
    with authored("test"):
        hidden.is_public = True
        hidden.save()
    assert search_keys("brandex") == keys(1, 2)
    with authored("test"):
        hidden.delete()
    assert search_keys("brandex") == []
    assert not OtherName.objects.exists()


def test_a_name_removed_from_a_record_is_no_synonym():
    trial = treated(1, "Velutinib", "Brandex")
    treated(2, "Velutinib")
    assert search_keys("brandex") == keys(1, 2)
    with authored("test"):
        trial.interventions.update(other_names=[])
    assert search_keys("brandex") == []


LAY_WORDS = {
    "bowel cancer": "Colorectal Neoplasms", "crc": "Colorectal cancer", "heart attack": "Myocardial infarction",
    "stroke": "Cerebrovascular Accident", "high blood pressure": "Hypertension",
    "kidney failure": "Renal Insufficiency",
    "kidney": "Renal transplant", "flu": "Influenza", "NSCLC": "Carcinoma, Non-Small-Cell Lung",
    "brain tumour": "Brain Neoplasms", "COPD": "Chronic obstructive pulmonary disease", "leukaemia": "Leukemia",
    "covid": "SARS-CoV-2", "lou gehrig's disease": "Amyotrophic Lateral Sclerosis",
    "als": "Amyotrophic Lateral Sclerosis", "breast cancer": "Breast Neoplasms",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "condition"), LAY_WORDS.items())
def test_lay_terms_match_medical_terms(typed, condition):
    trial = a_trial(1, brief_title="Study", conditions=[condition])
    a_trial(2, brief_title="Sleep")
    assert search_keys(typed) == search_keys("", condition=typed) == [trial.key]


def test_a_country_matches_its_other_names_but_not_abbreviations():
    a_trial(1, brief_title="Sleep in the Netherlands")
    a_trial(2, brief_title="Sleep in Holland")
    a_trial(3, brief_title="Sleep in the United Arab Emirates")
    a_trial(4, brief_title="UAE, embolization of the uterine artery")
    assert search_keys("Holland") == search_keys("netherlands") == keys(1, 2)
    assert search_keys("UAE") == keys(3, 4)
    assert search_keys("United Arab Emirates") == keys(3)


def test_mesh_terms_ancestors_and_keywords_are_indexed():
    a_trial(
        1, condition_mesh=[{"term": "Glioma"}], condition_ancestors=[{"term": "Nervous System Diseases"}],
        intervention_mesh=[{"term": "Temozolomide"}], intervention_ancestors=[{"term": "Alkylating Agents"}],
        keywords=["astrocytoma"],
    )  # fmt: skip
    a_trial(2)
    for typed in ("glioma", "nervous system", "temozolomide", "alkylating", "astrocytoma"):
        assert search_keys(typed) == keys(1)
    assert search_keys("", condition="glioma") == search_keys("", intervention="temozolomide") == keys(1)


def test_a_quoted_phrase_is_matched_literally():
    a_trial(1, conditions=["Colorectal cancer"])
    a_trial(2, conditions=["Bowel cancer"])
    assert search_keys('"bowel cancer"') == keys(2)


def test_the_number_of_other_names_is_limited():
    names = [f"drug{number}x" for number in range(500)]
    treated(1, "Velutinib", *names, "y" * 10_000)
    assert publish_pending() is False
    assert OtherName.objects.count() == 60


def test_looking_up_synonyms_takes_one_query(django_assert_max_num_queries):
    for number in range(5):
        treated(number, "Velutinib", "Brandex", f"AB-{number}")
    publish_pending()
    for typed in ("brandex", "brandex heart attack munich flu covid 19 crc velutinib " * 5):
        with django_assert_max_num_queries(4):
            search(QueryDict(f"words={typed[:500]}"))
