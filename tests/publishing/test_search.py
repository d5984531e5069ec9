"""Queries of the search page."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from history.authorship import authored
from publishing.models import TrialDocument, TrialRow
from publishing.search.filters import TrialFilterSet
from publishing.search.results import search
from publishing.staleness import publish_pending
from sites.filters import FacilityFilterSet, SiteFilterSet
from sites.models import Facility, TrialSite
from tests.factories import a_confirmation, a_facility, a_site, a_trial, a_user, assign, grant, make
from trials.models import Collaborator, Intervention, SecondaryId, Trial

pytestmark = pytest.mark.django_db


def search_keys(query: str, **options) -> list[str]:
    results = search(QueryDict(query), **options)
    assert results.filterset.errors == {}
    return [row.trial.key for row in results.rows]


@pytest.fixture
def asthma():
    """A trial that every question below finds."""
    trial = a_trial(
        1,
        org_study_id="AST-77/b",
        acronym="BREATHE",
        conditions=["Severe asthma"],
        keywords=["wheezing"],
        lead_sponsor="Institut Pasteur",
        lead_sponsor_class="INDUSTRY",
        study_type="INTERVENTIONAL",
        phases=["PHASE2", "PHASE3"],
        overall_status="RECRUITING",
        sex="ALL",
        minimum_age="18 Years",
        maximum_age="65 Years",
        healthy_volunteers=False,
        has_results=True,
        brief_summary="Mice were not harmed.",
        eligibility_criteria="Inclusion: smokers",
        nct_id_aliases=["NCT00000009"],
        last_update_posted_on="2026-02",
    )
    make(SecondaryId, trial=trial, value="2020-001234-56")
    make(Intervention, trial=trial, name="Albuterol", other_names=["Ventolin"])
    make(Collaborator, trial=trial, name="Karolinska")
    a_site(trial, a_facility(1, name="Hôpital Cochin", city="Málaga", country="Spain"), status="COMPLETED")
    a_site(trial, a_facility(2, city="Lyon", country="France"), status="RECRUITING")
    return trial


@pytest.fixture
def other():
    """A trial that no question below finds."""
    trial = a_trial(2, brief_title="Migraine", overall_status="COMPLETED", sex="MALE", minimum_age="70 Years")
    a_site(trial, a_facility(3, name="Clinic", city="Rome", country="Italy"), status="RECRUITING")
    return trial


@pytest.mark.parametrize(
    "query",
    [
        "words=asthma", "words=BREATHE", "words=wheezing", "words=Albuterol", "words=ventolin", "words=pasteur",
        "words=karolinska", "words=cochin", "words=hopital", "words=Malaga", "words=M%C3%A1laga", "words=smokers",
        "words=mice+harmed", "words=%22severe+asthma%22", "words=asthma+-migraine", "words=rainbow+or+asthma",
        "words=NCT00000001", "words=nct00000001", "words=NCT0000000&condition=asthma", "words=AST-77", "words=ast-77/b",
        "words=NCT00000009", "words=2020-001234", "nct_id=NCT00000001", "nct_id=nct00000009", "nct_id=AST-77/b",
        "status=RECRUITING", "status=RECRUITING&status=SUSPENDED", "phase=PHASE3", "study_type=INTERVENTIONAL",
        "country=Spain", "country=france", "recruiting_in=France", "condition=asthma", "condition=sev+asth",
        "intervention=albu", "sponsor=pasteur", "sponsor=karolinska", "sponsor_class=INDUSTRY", "sex=FEMALE", "sex=ALL",
        "age=18", "age=65", "age=40.5", "healthy_volunteers=false&has_results=true", "updated_since=2026",
        "updated_since=2026-02", "changed_since=2020-01-01T00:00Z&words=asthma", "words=asthma&order=rank",
    ],
)  # fmt: skip
def test_a_query_matches_only_its_trial(asthma, other, query):
    assert search_keys(query) == [asthma.key]


@pytest.mark.parametrize(
    "query",
    [
        "words=asthma+migraine", "words=%22asthma+severe%22", "words=the", "words=-asthma+-migraine", "words=T00000001",
        "recruiting_in=Spain", "condition=%21%21", "condition=migraine", "age=66&sex=FEMALE",
        "age=17", "phase=PHASE1", "updated_since=2026-03", "changed_since=2099-01-01T00:00Z", "nct_id=NCT0000000",
    ],
)  # fmt: skip
def test_a_query_without_matches(asthma, other, query):
    assert search_keys(query) == []


def test_recruiting_in_matches_a_recruiting_site_in_the_country(asthma, other):
    """Law 12: its Spanish site is closed, and another country's site recruits."""
    assert search_keys("country=Spain&recruiting_in=France") == [asthma.key]
    assert search_keys("recruiting_in=Spain") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("contry=France", "contry"), ("status=OPEN", "status"), ("age=old", "age"), ("age=-1", "age"),
        ("updated_since=yesterday", "updated_since"), ("order=best", "order"), ("cursor=x", "cursor"),
        ("words=a&words=b", "words"), ("country=%00", "country"), ("words=%00", "words"), ("age=nan", "age"),
        ("changed_since=2026-13-01", "changed_since"), ("recruiting_in=Atlantis", "recruiting_in"),
        ("country=France&country=Atlantis", "country"),
    ],
)  # fmt: skip
def test_invalid_parameters_are_reported(query, name):
    results = search(QueryDict(query))
    assert list(results.filterset.errors) == [name]
    assert results.rows == []


def test_blank_fields_of_a_form_are_ignored(asthma):
    assert search_keys("words=&status=&phase=&country=&age=+&cursor=&order=") == [asthma.key]


def test_a_result_shows_its_sites_without_another_query(asthma, django_assert_max_num_queries):
    a_confirmation(asthma.trial_sites.first(), "2026-02-03")
    publish_pending()
    with django_assert_max_num_queries(4):  # one of them for synonyms
        (row,) = search(QueryDict("words=asthma")).rows
        assert (row.sites_total, row.sites_recruiting) == (2, 1)
        assert (row.status, row.trial.title, row.trial.lead_sponsor) == ("RECRUITING", "Trial 1", "Institut Pasteur")


@pytest.mark.parametrize("count", [3, 40])
def test_a_search_takes_four_queries_for_any_number_of_results(count, django_assert_max_num_queries):
    for number in range(count):
        a_trial(number)
    publish_pending()
    with django_assert_max_num_queries(4):
        assert len(search(QueryDict("words=trial"), page_size=100).rows) == count


def make_trials(count: int) -> None:
    shared = {"last_update_posted_on": "2026-01-01", "conditions": ["Common"]}
    with authored("test"):
        Trial.objects.bulk_create(Trial(nct_id=f"NCT{number:08}", **shared) for number in range(count))
    while publish_pending(500):
        pass


@pytest.mark.parametrize("order", ["newest", "rank", "recruiting"])
def test_pages_give_each_result_once(order):
    make_trials(45)
    a_trial(99, brief_title="Common common", last_update_posted_on="2025")
    keys, cursor = [], ""
    while True:
        results = search(QueryDict(f"words=common&order={order}&cursor={cursor}"))
        keys += [row.trial.key for row in results.rows]
        cursor = results.next_cursor
        if not cursor:
            break
    assert len(keys) == len(set(keys)) == 46
    assert results.count == 46
    assert keys.index("NCT00000099") == (45 if order == "newest" else 0)


def test_a_cursor_is_valid_with_additional_blank_fields():
    for number in range(3):
        a_trial(number, brief_title="Common words")
    cursor = search(QueryDict("words=common"), page_size=2).next_cursor
    assert len(search_keys(f"words=common&status=&country=+&cursor={cursor}")) == 1


def test_above_a_thousand_the_count_is_capped():
    make_trials(1_030)
    results = search(QueryDict("words=common&order=newest"))
    assert (results.count_text, results.is_capped) == ("1,000+", True)
    second = search(QueryDict(f"words=common&order=newest&cursor={results.next_cursor}"))
    assert [row.trial.key for row in second.rows] == [f"NCT{number:08}" for number in range(1009, 989, -1)]
    assert search(QueryDict("words=common&order=rank")).count_text == "1,000+"
    assert search(QueryDict("nct_id=NCT00000003")).count_text == "1"


@pytest.mark.parametrize(
    "kind", ["nobody", "site coordinator", "trial coordinator", "stranger", "manager", "inspector"]
)
def test_rows_and_documents_are_visible_like_their_trial(kind):
    hidden, hidden_with_site = a_trial(1, is_public=False), a_trial(2, is_public=False)
    a_trial(3)
    site = a_site(hidden_with_site)
    user = AnonymousUser() if kind == "nobody" else a_user()
    if kind in ("manager", "inspector"):
        grant(user, kind.upper())
    if kind == "site coordinator":
        assign(user, site=site)
    if kind == "trial coordinator":
        assign(user, trial=hidden)
    publish_pending()
    visible = set(Trial.objects.visible_to(user).values_list("pk", flat=True))
    assert hidden.pk in visible or kind not in ("trial coordinator", "manager", "inspector")
    assert hidden_with_site.pk in visible or kind not in ("site coordinator", "manager", "inspector")
    assert set(TrialRow.objects.visible_to(user).values_list("pk", flat=True)) == visible
    assert set(TrialDocument.objects.visible_to(user).values_list("pk", flat=True)) == visible
    assert {row.pk for row in search(QueryDict(""), user=user).rows} == visible


def test_changed_since_includes_trials_with_a_changed_site(asthma, other):
    publish_pending()
    TrialDocument.objects.update(changed_at=timezone.now() - timedelta(days=2))
    with authored("test"):
        Facility.objects.filter(country="Italy").update(name="Renamed")
    publish_pending()
    changed_at = (timezone.now() - timedelta(days=1)).isoformat().replace("+", "%2B")
    assert search_keys(f"changed_since={changed_at}") == [other.key]


class NoWordsBreakSearch(TestCase):
    @given(st.text(max_size=60), st.text(max_size=40))
    def test_any_search_words_are_accepted(self, words, condition):
        query = QueryDict(mutable=True)
        query["words"], query["condition"] = words, condition
        search(query)
        a_search = QueryDict(mutable=True)
        a_search["nct_id"] = words
        search(a_search)


class NoTextBreaksPublishing(TestCase):
    @given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=300))
    def test_any_text_of_a_record_is_published(self, text):
        a_trial(
            brief_title=text, conditions=[text], org_study_id=text, brief_summary=text * 400, lead_sponsor=text * 30
        )
        assert publish_pending() is False
        assert TrialRow.objects.count() == 1


def test_a_very_long_text_is_published():
    words = " ".join(f"wört{number}字" for number in range(300_000))
    a_trial(brief_title=words, brief_summary=words, eligibility_criteria=words, conditions=[words], keywords=[words])
    assert publish_pending() is False
    assert TrialRow.objects.count() == 1


def filter_queries(filterset, model, query: str) -> set[int]:
    filters = filterset(QueryDict(query), model.objects.all(), user=AnonymousUser())
    assert filters.errors == {}
    return set(filters.qs.values_list("pk", flat=True))


def test_each_filter_of_sites(asthma, other):
    spanish, french = asthma.trial_sites.order_by("pk")
    (italian,) = other.trial_sites.all()
    a_confirmation(french, "2026-02-03")
    answers = {
        f"trial={asthma.key}": {spanish.pk, french.pk},
        f"facility={italian.facility.slug}": {italian.pk},
        "status=RECRUITING": {french.pk},
        "status=RECRUITING&country=France": {french.pk},
        "status=NOT_PUBLISHED": {italian.pk},  # of a trial that is closed
        "country=Spain": {spanish.pk},
        "city=Rome": {italian.pk},
        "city=roma": {italian.pk},
        "city=malaga": {spanish.pk},
        "confirmed_since=2026-02-03": {french.pk},
        "confirmed_since=2026-02-04": set(),
        "is_listed=true": set(),
        "is_listed=false": {spanish.pk, french.pk, italian.pk},
    }
    assert {query: filter_queries(SiteFilterSet, TrialSite, query) for query in answers} == answers


def test_each_filter_of_facilities(asthma, other):
    facilities = {facility.country: facility.pk for facility in Facility.objects.all()}
    answers = {
        "name=cochin": {facilities["Spain"]},
        "name=(": set(),
        "country=France": {facilities["France"]},
        "city=Rome": {facilities["Italy"]},
        "name=Hopital+COCHIN": {facilities["Spain"]},
        "state=Lazio": set(),
        "site_status=COMPLETED": {facilities["Spain"]},
    }
    assert {query: filter_queries(FacilityFilterSet, Facility, query) for query in answers} == answers


#: Every column of what can be filtered: the filters that ask for it, or why none does.
FILTERED = {
    Trial: {
        "nct_id": ["nct_id", "words"], "nct_id_aliases": ["nct_id"], "org_study_id": ["nct_id", "words"],
        "brief_title": ["words"], "official_title": ["words"], "acronym": ["words"], "overall_status": ["status"],
        "verified_on": ["status"], "completion_on": ["status"], "last_update_posted_on": ["updated_since"],
        "lead_sponsor": ["sponsor"], "lead_sponsor_class": ["sponsor_class"], "brief_summary": ["words"],
        "conditions": ["condition"], "keywords": ["words"], "condition_mesh": ["words"], "intervention_mesh": ["words"],
        "study_type": ["study_type"], "phases": ["phase"], "eligibility_criteria": ["words"], "sex": ["sex"],
        "minimum_age": ["age"], "maximum_age": ["age"], "healthy_volunteers": ["healthy_volunteers"],
        "has_results": ["has_results"],
    },
    TrialSite: {
        "id": ["its address"], "trial": ["trial"], "facility": ["facility"], "listing": ["is_listed"],
        "status": ["status"], "last_confirmed_on": ["confirmed_since"],
    },
    Facility: {
        "id": ["its address"], "name": ["name"], "city": ["city"], "state": ["state"], "country": ["country"],
    },
}  # fmt: skip
READ_ONLY = "published; no filter by this column is needed"
INTERNAL = "not public, so no filter may reveal it"
NOT_FILTERED = {
    TrialSite: {
        "status_since": READ_ONLY, "status_as_of": READ_ONLY, "duplicate_index": INTERNAL, "position": INTERNAL,
        "printed_overrides": INTERNAL, "stage": INTERNAL, "enrollment_target": INTERNAL, "internal_note": INTERNAL,
        "version": INTERNAL,
    },
    Facility: {
        "zip": READ_ONLY, "latitude": READ_ONLY, "longitude": READ_ONLY, "is_masked": INTERNAL, "is_active": INTERNAL,
        "ror_id": READ_ONLY, "merged_into": INTERNAL,
        "identity": INTERNAL, "version": INTERNAL,
    },
}  # fmt: skip
DETAILS_OF_TRIAL = "id version is_public org_study_id_type org_study_id_link organization organization_class \
last_known_status delayed_posting why_stopped has_expanded_access expanded_access_nct_id expanded_access_status \
start_on \
start_type primary_completion_on primary_completion_type completion_type first_submitted_on first_submitted_qc_on \
first_posted_on first_posted_type results_waived results_first_submitted_on results_first_submitted_qc_on \
results_first_posted_on results_first_posted_type disposition_first_submitted_on disposition_first_submitted_qc_on \
disposition_first_posted_on disposition_first_posted_type last_update_submitted_on last_update_posted_type \
responsible_party_type responsible_party_name responsible_party_title responsible_party_affiliation \
responsible_party_old_name_title responsible_party_old_organization has_dmc is_fda_regulated_drug \
is_fda_regulated_device is_unapproved_device is_ppsd is_us_export fdaaa801_violation detailed_description \
expanded_access_record_count expanded_access_individual expanded_access_intermediate expanded_access_treatment \
is_patient_registry target_duration allocation intervention_model intervention_model_description primary_purpose \
observational_model time_perspective masking masking_description who_masked biospecimen_retention \
biospecimen_description enrollment_count enrollment_type is_gender_based gender_description age_groups \
study_population sampling_method ipd_sharing ipd_description ipd_info_types ipd_time_frame ipd_access_criteria ipd_url \
version_on removed_countries condition_ancestors intervention_ancestors"
NOT_FILTERED[Trial] = dict.fromkeys(DETAILS_OF_TRIAL.split(), READ_ONLY)
FILTER_SETS = {Trial: TrialFilterSet, TrialSite: SiteFilterSet, Facility: FacilityFilterSet}


@pytest.mark.parametrize("model", FILTER_SETS)
def test_every_column_has_a_filter_or_a_reason(model):
    columns = {column.name for column in model._meta.concrete_fields}
    assert columns == {*FILTERED[model], *NOT_FILTERED[model]}
    named = {name for names in FILTERED[model].values() for name in names} - {"its address"}
    assert named <= FILTER_SETS[model].base_filters.keys()
