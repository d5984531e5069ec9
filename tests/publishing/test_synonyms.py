"""Synonyms of interventions, conditions and cities find the same trials."""

import pytest
from django.http import QueryDict

from history.authorship import authored
from publishing.models import OtherName
from publishing.search.results import search
from publishing.staleness import publish_pending
from tests.factories import a_trial, make
from tests.publishing.test_search_words import found
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
def test_each_name_of_a_drug_finds_the_same_trials(typed):
    treated(1, "Velutinib", "Brandex®", "AB-1234")
    treated(2, "velutinib")
    a_trial(3, brief_title="Brandex in asthma")
    a_trial(4, brief_title="AB1234 for children")
    treated(5, "Placebo", "Saline")
    assert found(typed) == keys(1, 2, 3, 4)
    assert found("", intervention=typed) == keys(1, 2)


def test_the_mesh_term_is_the_name_whichever_way_round_a_record_says_it():
    treated(1, "Brandex", "Velutinib", mesh="Velutinib")
    treated(2, "Velutinib 200 mg IV", "Brandex, AB-1234", mesh="Velutinib")
    a_trial(3, brief_title="AB1234")
    assert found("brandex") == found("velutinib") == found("ab-1234") == keys(1, 2, 3)


def test_generic_names_are_no_synonyms():
    treated(1, "Placebo", "Saline")
    treated(2, "Velutinib", "Chemotherapy", "drug", "NA", "12")
    treated(3, "Saline")
    assert not OtherName.objects.exists()
    assert found("placebo") == keys(1)
    assert found("chemotherapy") == keys(2)


def test_a_name_that_means_several_things_means_none():
    for number, drug in enumerate(["velutinib", "zolutinib", "xerutinib"], start=1):
        treated(number, drug, "kinase blocker")
    a_trial(4, brief_title="velutinib")
    assert found("kinase blocker") == keys(1, 2, 3)


def test_a_combination_gives_its_parts_no_names():
    trial = treated(1, "Velutinib + Zolutinib", "Brandex")
    trial.intervention_mesh = [{"term": "Velutinib"}, {"term": "Zolutinib"}]
    with authored("test"):
        trial.save()
    publish_pending()
    assert not OtherName.objects.exists()


def test_a_hidden_trial_gives_no_synonyms():
    hidden = treated(1, "Velutinib", "Brandex", is_public=False)
    treated(2, "Velutinib")
    assert found("brandex") == []
    with authored("test"):
        hidden.is_public = True
        hidden.save()
    assert found("brandex") == keys(1, 2)
    with authored("test"):
        hidden.delete()
    assert found("brandex") == []
    assert not OtherName.objects.exists()


def test_a_name_removed_from_a_record_is_no_synonym():
    trial = treated(1, "Velutinib", "Brandex")
    treated(2, "Velutinib")
    assert found("brandex") == keys(1, 2)
    with authored("test"):
        trial.interventions.update(other_names=[])
    assert found("brandex") == []


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
def test_lay_words_find_what_records_call_otherwise(typed, condition):
    trial = a_trial(1, brief_title="Study", conditions=[condition])
    a_trial(2, brief_title="Sleep")
    assert found(typed) == found("", condition=typed) == [trial.key]


def test_a_country_is_found_by_its_other_names_and_finds_no_abbreviation():
    a_trial(1, brief_title="Sleep in the Netherlands")
    a_trial(2, brief_title="Sleep in Holland")
    a_trial(3, brief_title="Sleep in the United Arab Emirates")
    a_trial(4, brief_title="UAE, embolization of the uterine artery")
    assert found("Holland") == found("netherlands") == keys(1, 2)
    assert found("UAE") == keys(3, 4)
    assert found("United Arab Emirates") == keys(3)


def test_mesh_terms_their_ancestors_and_keywords_are_words_of_a_trial():
    a_trial(
        1, condition_mesh=[{"term": "Glioma"}], condition_ancestors=[{"term": "Nervous System Diseases"}],
        intervention_mesh=[{"term": "Temozolomide"}], intervention_ancestors=[{"term": "Alkylating Agents"}],
        keywords=["astrocytoma"],
    )  # fmt: skip
    a_trial(2)
    for typed in ("glioma", "nervous system", "temozolomide", "alkylating", "astrocytoma"):
        assert found(typed) == keys(1)
    assert found("", condition="glioma") == found("", intervention="temozolomide") == keys(1)


def test_a_quoted_phrase_is_matched_literally():
    a_trial(1, conditions=["Colorectal cancer"])
    a_trial(2, conditions=["Bowel cancer"])
    assert found('"bowel cancer"') == keys(2)


def test_endless_other_names_are_cut():
    names = [f"drug{number}x" for number in range(500)]
    treated(1, "Velutinib", *names, "y" * 10_000)
    assert publish_pending() is False
    assert OtherName.objects.count() == 60


def test_looking_names_up_is_one_query_whatever_is_typed(django_assert_max_num_queries):
    for number in range(5):
        treated(number, "Velutinib", "Brandex", f"AB-{number}")
    publish_pending()
    for typed in ("brandex", "brandex heart attack munich flu covid 19 crc velutinib " * 5):
        with django_assert_max_num_queries(4):
            search(QueryDict(f"words={typed[:500]}"))
