"""Related trials: what they have in common, their order, and who sees them."""

import re

import pytest

from history.authorship import authored
from publishing.related_graph import NODES
from publishing.related_trials import SHOWN, find_related_trials
from publishing.staleness import publish_pending
from tests.factories import a_contact, a_facility, a_manager, a_site, a_trial, make
from tests.pages.html_reader import queries_of, text_of
from trials.models import Intervention, Trial

pytestmark = pytest.mark.django_db
TODAY = "2026-11-30"


def related_to(trial: Trial, user=None) -> dict[str, dict[str, tuple[str, ...]]]:
    """{key of a related trial: {label: names}}, in order."""
    publish_pending()
    found = find_related_trials(trial, user, today=TODAY)
    return {one.row.trial.key: {reason.label: reason.names for reason in one.reasons} for one in found}


def key(number: int) -> str:
    return f"NCT{number:08}"


def test_each_reason_is_named():
    trial = a_trial(1, conditions=["Breast Cancer"], lead_sponsor="Example Trust")
    make(Intervention, trial=trial, name="Velutinib", type="DRUG")
    hospital = a_facility(1)
    a_site(trial, hospital)
    ann = a_contact(trial=trial, kind="OFFICIAL", name="Ann Example").person
    a_trial(2, conditions=["BREAST  cancer"])
    make(Intervention, trial=a_trial(3), name="velutinib", type="DRUG")
    a_site(a_trial(4), hospital)
    with authored("test"):
        a_trial(5).roles.create(person=ann, kind="OFFICIAL")
    a_trial(6, lead_sponsor="Example trust")
    a_trial(7, conditions=["Asthma"], lead_sponsor="Another")
    assert related_to(trial) == {
        key(2): {"Same condition": ("Breast Cancer",)},
        key(3): {"Same intervention": ("Velutinib",)},
        key(4): {"Same site": ("Hospital 1",)},
        key(5): {"Investigator of the same name": ("Ann Example",)},
        key(6): {"Same sponsor": ("Example Trust",)},
    }


def test_a_shared_word_is_no_reason():
    trial = a_trial(1, conditions=["Cancer"], lead_sponsor="Example University")
    a_trial(2, conditions=["Breast Cancer"], lead_sponsor="University Hospital of Example")
    assert related_to(trial) == {}


@pytest.mark.parametrize("name", ["Placebo", "Matching placebo tablets", "Standard of care"])
def test_the_treatment_of_a_control_group_is_no_reason(name):
    trial, other = a_trial(1), a_trial(2)
    for one in (trial, other):
        make(Intervention, trial=one, name=name, type="DRUG")
    assert related_to(trial) == {}
    for one in (trial, other):
        make(Intervention, trial=one, name="Velutinib", type="DRUG")
    assert related_to(trial) == {other.key: {"Same intervention": ("Velutinib",)}}


def test_a_term_of_the_registry_counts_as_a_name():
    trial = a_trial(1, conditions=["Breast tumour"], condition_mesh=[{"id": "D001943", "term": "Breast Neoplasms"}])
    a_trial(2, conditions=["Breast Neoplasms"])
    assert related_to(trial) == {key(2): {"Same condition": ("Breast Neoplasms",)}}


def test_most_kinds_of_reasons_come_first_and_then_those_that_recruit():
    trial = a_trial(1, conditions=["Asthma"], lead_sponsor="Example Trust")
    a_trial(2, conditions=["Asthma"], overall_status="RECRUITING")
    a_trial(3, conditions=["Asthma"], lead_sponsor="Example Trust", overall_status="COMPLETED")
    a_trial(4, conditions=["Asthma"], overall_status="COMPLETED")
    assert list(related_to(trial)) == [key(3), key(2), key(4)]


def test_a_masked_name_is_no_shared_site():
    trial = a_trial(1)
    a_site(trial, a_facility(1, name="Research Site", is_masked=True))
    a_site(a_trial(2), a_facility(2, name="Research Site", is_masked=True))
    assert related_to(trial) == {}


def test_a_former_official_is_no_reason():
    trial = a_trial(1)
    role = a_contact(trial=trial, kind="OFFICIAL", name="Ann Example")
    with authored("test"):
        a_trial(2).roles.create(person=role.person, kind="OFFICIAL", ends_before="2026-01-01")
    assert related_to(trial) == {}


def test_only_visible_trials_are_listed(client):
    trial = a_trial(1, conditions=["Asthma"])
    hospital = a_facility(1)
    a_site(trial, hospital)
    a_site(a_trial(2, brief_title="A secret trial", conditions=["Asthma"], is_public=False), hospital)
    assert related_to(trial) == {}
    assert list(related_to(trial, a_manager())) == [key(2)]
    page = client.get(f"/trials/{trial.key}/related/")
    assert "No related trials" in text_of(page)
    assert "secret" not in page.content.decode()


def test_the_page_links_the_trials_and_says_why(client):
    trial = a_trial(1, conditions=["Asthma"])
    hospital = a_facility(1, name="Hospital of Bath")
    a_site(trial, hospital)
    a_site(a_trial(2, conditions=["Asthma"]), hospital)
    text = text_of(client.get(f"/trials/{trial.key}/related/"))
    assert "Trial 2" in text
    assert "Same condition: Asthma" in text
    assert "Same site: Hospital of Bath" in text
    assert "/related/" in client.get(trial.get_absolute_url()).content.decode()


def test_another_spelling_redirects_and_an_unknown_parameter_is_refused(client):
    a_trial(1)
    assert client.get("/trials/nct00000001/related/")["Location"] == "/trials/NCT00000001/related/"
    assert client.get("/trials/NCT00000001/related/?page=2").status_code == 400
    assert client.get("/trials/NCT00000009/related/").status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_number_of_trials(client):
    trial, hospital = a_trial(1, conditions=["Asthma"]), a_facility(1)
    a_site(trial, hospital)
    counts = []
    for first, last in ((2, 4), (4, 4 + SHOWN)):
        for number in range(first, last):
            a_site(a_trial(number, conditions=["Asthma"]), hospital)
        publish_pending()
        counts.append(queries_of(client, f"/trials/{trial.key}/related/"))
    assert counts[0] == counts[1]


def test_a_large_hospital_gives_its_newest_trials(monkeypatch):
    monkeypatch.setattr("publishing.related_trials.CANDIDATES", 2)
    trial, hospital = a_trial(1), a_facility(1)
    a_site(trial, hospital)
    for number in (2, 3, 4):
        a_site(a_trial(number), hospital)
    assert list(related_to(trial)) == [key(4), key(3)]


def test_the_graph_links_to_the_first_trials_of_the_list_with_their_reasons(client):
    trial = a_trial(1, conditions=["Asthma"], lead_sponsor="Example Trust", acronym="ROOT")
    a_trial(2, conditions=["Asthma"], lead_sponsor="Example Trust", acronym="<b>")
    for number in range(3, 12):
        a_trial(number, conditions=["Asthma"], lead_sponsor=f"Sponsor {number}")
    publish_pending()
    html = client.get(f"/trials/{trial.key}/related/").content.decode()
    graph, listed = html[html.index('<svg viewBox="0 0 300') : html.index('class="hits"')], html.partition('"hits"')[2]
    links = re.findall(r'<a href="([^"]+)"', graph)
    assert len(links) == NODES
    assert links == re.findall(r'<h2><a href="([^"]+)"', listed)[:NODES]
    assert "Condition, sponsor" in graph
    assert "&lt;b&gt;" in graph
    assert "ROOT" in graph
    assert re.findall(r'x2="44" y2="\d+" stroke-width="(\d+)"', graph) == ["3", *["2"] * (NODES - 1)]


def test_a_trial_without_related_ones_has_no_graph(client):
    assert "related-graph" not in client.get(f"/trials/{a_trial(1).key}/related/").content.decode()
