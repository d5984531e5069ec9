"""Updates pending at the registry: as a list, as a number for each trial, and as JSON."""

import json

import pytest

from history import authored
from registries.ctgov.export import export_records
from registries.models import Conflict
from sites.choices import Listing
from sites.models import TrialSite
from tests.factories import a_contact, a_facility, a_manager, a_site, a_user, assign
from tests.pages.html_reader import queries_of, text_of
from tests.registries.conflict_fixtures import (
    a_record,
    change_status_by_hand,
    changed,
    make_all_conflicts,
    make_site_conflicts,
    protocol,
)
from tests.registries.test_import import run_import
from tests.work.my_work_fixtures import make_coordinator
from trials.models import Outcome, Trial

pytestmark = pytest.mark.django_db
PAGE = "/trials/NCT90000001/registry/"


@pytest.fixture
def lead(client):
    user = a_user("lead", first_name="Isolde", last_name="Lead")
    client.force_login(user)
    return user


def edit(**columns) -> None:
    with authored(f"user:{1}"):
        Trial.objects.update(**columns)


def difference_texts(page) -> dict[str, tuple]:
    return {line.label: (line.difference.theirs, line.difference.ours) for line in page.context["differences"]}


def test_each_difference_has_a_label_values_author_and_date(client, lead):
    run_import(a_record(sites=2))
    assign(lead, trial=Trial.objects.get())
    with authored(lead.actor):
        Trial.objects.update(completion_on="2029-05", overall_status="SUSPENDED")
        Outcome.objects.filter(measure="Sleep").update(time_frame="3 weeks")
    change_status_by_hand(TrialSite.objects.order_by("position")[0], "SUSPENDED")
    page = client.get(PAGE)
    assert difference_texts(page) == {
        "Overall status": ("RECRUITING", "SUSPENDED"),
        "Completion": (None, "2029-05"),
        "Primary outcome “Sleep”: time frame": ("2 weeks", "3 weeks"),
        "Site “Hospital 1”: status": ("RECRUITING", ""),  # a suspended trial's record states no site's status
        "Site “Hospital 2”: status": ("RECRUITING", ""),
    }
    words = text_of(page)
    assert "May 2029" in words
    assert [line.author for line in page.context["differences"]][:3] == ["Isolde Lead"] * 3
    assert "Isolde Lead" in words
    assert "RECRUITING" not in words


def test_added_and_removed_entries_are_differences(client, lead):
    run_import(a_record())
    trial = Trial.objects.get()
    assign(lead, trial=trial)
    a_site(trial, a_facility(7), status="RECRUITING", position=1)
    with authored("user:1"):
        Outcome.objects.filter(measure="Pain").delete()
        Outcome.objects.create(trial=trial, kind="PRIMARY", measure="Fatigue", position=5)
    page = client.get(PAGE)
    assert list(difference_texts(page)) == [
        "Primary outcome “Fatigue”", "Primary outcome “Pain”", "Site “Hospital 7”",
    ]  # fmt: skip


def test_contacts_and_facilities_of_sites_are_compared(client, lead):
    run_import(a_record())
    site = TrialSite.objects.get()
    assign(lead, trial=site.trial)
    a_contact(site=site, name="New Contact", position=1)
    with authored("user:1"):
        type(site.facility).objects.update(city="Town 2")
    page = client.get(PAGE)
    assert list(difference_texts(page)) == ["Site “Hospital 1”: facility", "Site “Hospital 1”: contacts"]
    assert "New Contact · Contact · +33 4 00 00 00 00 · study@example.org" in text_of(page)


def test_another_order_is_a_difference(client, lead):
    run_import(a_record())
    assign(lead, trial=Trial.objects.get())
    with authored("user:1"):
        Outcome.objects.filter(measure="Pain").update(position=9)
    assert difference_texts(client.get(PAGE)) == {"Primary outcomes": (["Pain", "Sleep"], ["Sleep", "Pain"])}


def test_without_edits_there_are_no_differences(client, lead):
    run_import(a_record())
    assign(lead, trial=Trial.objects.get())
    page = client.get(PAGE)
    assert "No differences Our record" in text_of(page)
    assert "No differences to resolve" in text_of(page)


def test_the_downloaded_record_equals_the_export(client, lead):
    run_import(a_record())
    assign(lead, trial=Trial.objects.get())
    edit(brief_title="Ours")
    answer = client.get(f"{PAGE}record.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="NCT90000001.json"'
    assert [json.loads(answer.content)] == list(export_records(Trial.objects.all()))


def test_a_site_coordinator_sees_their_conflicts_but_not_the_record(client):
    (conflict,) = make_site_conflicts()
    user = a_user("site")
    assign(user, site=conflict.trial_site)
    client.force_login(user)
    page = client.get(PAGE)
    assert len(page.context["rows"]) == 1
    assert "Pending updates" not in text_of(page)
    assert client.get(f"{PAGE}record.json").status_code == 404


def test_a_manager_reads_all_pages(client):
    make_site_conflicts()
    client.force_login(a_manager())
    assert len(client.get(PAGE).context["differences"]) == 1
    assert client.get(f"{PAGE}record.json").status_code == 200
    assert len(client.get("/registry/differences/").context["rows"]) == 1


def test_the_list_of_trials_counts_differences_of_the_users_own_trials(client, lead):
    run_import(*[a_record(number) for number in (1, 2, 3)])
    for trial in Trial.objects.exclude(nct_id="NCT90000003"):
        assign(lead, trial=trial)
    with authored("user:1"):
        Trial.objects.filter(nct_id="NCT90000001").update(brief_title="Ours", brief_summary="Ours")
    rows = client.get("/registry/differences/").context["rows"]
    assert [(trial.nct_id, number) for trial, number in rows] == [("NCT90000001", 2), ("NCT90000002", 0)]


def test_other_spellings_of_the_key_redirect_to_the_canonical_url(client, lead):
    run_import(a_record())
    assign(lead, trial=Trial.objects.get())
    answer = client.get("/trials/nct90000001/registry/")
    assert (answer.status_code, answer.headers["Location"]) == (301, PAGE)


@pytest.mark.parametrize("query", ["category=NOTHING", "older=7", "page=9", "rule=all"])
def test_unknown_parameters_of_the_list_are_refused(client, lead, query):
    assert client.get(f"/registry/?{query}").status_code == 400


def test_the_list_is_filtered_by_trial_field_group_and_age(client, lead):
    make_all_conflicts()
    assign(lead, trial=Trial.objects.get())
    Conflict.objects.filter(category="SITE_STATUS").update(raised_at="2026-01-01T00:00:00Z")

    def count(query: str) -> int:
        return len(client.get(f"/registry/?{query}").context["rows"])

    assert [count("trial=NCT90000001"), count("trial=NCT90000002"), count("category=PROTOCOL")] == [4, 0, 2]
    assert [count("open_for=90"), count("category=PROTOCOL&open_for=90")] == [1, 0]


def test_a_changed_text_highlights_the_changed_words(client, lead):
    make_all_conflicts()
    assign(lead, trial=Trial.objects.get())
    page = client.get("/registry/?category=PROTOCOL").content.decode()
    assert "One two three <mark>five</mark>" in page
    assert "One two <mark>four</mark>" in page
    assert "Primary outcome “Pain”: time frame" in page


def test_a_conflict_stays_with_its_entry_when_the_registry_reorders_the_list(client, lead):
    make_all_conflicts()
    assign(lead, trial=Trial.objects.get())
    record = changed(next(iter(export_records(Trial.objects.all()))), day="2026-05-01")
    outcomes = protocol(record)["outcomesModule"]["primaryOutcomes"]
    outcomes.sort(key=lambda outcome: outcome["measure"])
    outcomes[0]["timeFrame"] = "5 months"
    run_import(record)
    conflict = Conflict.objects.open().get(path__contains="primaryOutcomes")
    assert conflict.theirs == "5 months"
    assert conflict.path.endswith(f"[#{Outcome.objects.get(measure='Pain').pk}].timeFrame")


def test_a_conflict_is_closed_when_the_registry_takes_the_local_value():
    before = a_record()
    make_site_conflicts()
    newer = changed(before, day="2026-05-01")
    protocol(newer)["contactsLocationsModule"]["locations"][0]["status"] = "SUSPENDED"
    run_import(newer)
    assert Conflict.objects.get().decision == "SETTLED"


def test_a_delisted_site_is_marked_and_its_conflict_stays_open(client, lead):
    conflict, other = make_site_conflicts(sites=2)
    assign(lead, trial=conflict.trial)
    newer = changed(a_record(sites=2), day="2026-05-01")
    places = protocol(newer)["contactsLocationsModule"]["locations"]
    places[1]["status"] = "COMPLETED"
    del places[0]
    run_import(newer)
    conflict.trial_site.refresh_from_db()
    assert conflict.trial_site.listing == Listing.DELISTED
    assert "No longer listed at ClinicalTrials.gov" in text_of(client.get("/trials/NCT90000001/sites/"))
    assert {row.conflict.pk for row in client.get(PAGE).context["rows"]} == {conflict.pk, other.pk}


@pytest.mark.parametrize("address", ["/registry/", PAGE, "/registry/?rule=theirs-where-unconfirmed"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_conflicts(client, lead, address):
    make_site_conflicts(1, sites=2)
    assign(lead, trial=Trial.objects.get(nct_id="NCT90000001"))
    edit(brief_title="Ours")
    few = queries_of(client, address)
    edit(brief_summary="Ours", completion_on="2029-05", acronym="OURS")
    make_site_conflicts(2, sites=20)
    assign(lead, trial=Trial.objects.get(nct_id="NCT90000002"))
    run_import(a_record(3, sites=30))
    for site in TrialSite.objects.filter(trial__nct_id="NCT90000001"):
        a_contact(site=site)
    assert queries_of(client, address) == few


def test_the_number_of_queries_does_not_depend_on_the_number_of_trials(client, lead):
    run_import(a_record(1))
    assign(lead, trial=Trial.objects.get())
    few = queries_of(client, "/registry/differences/")
    run_import(*[a_record(number, sites=3) for number in range(2, 15)])
    for trial in Trial.objects.exclude(nct_id="NCT90000001"):
        assign(lead, trial=trial)
    assert queries_of(client, "/registry/differences/") == few


def test_a_trial_without_an_imported_record_has_no_comparison(client, lead):
    trial = a_site().trial
    assign(lead, trial=trial)
    assert "No record was imported" in text_of(client.get(f"{trial.get_absolute_url()}registry/"))
    make_site_conflicts()
    imported = Trial.objects.get(nct_id="NCT90000001")
    assign(lead, trial=imported)
    assert "No record was imported" not in text_of(client.get(PAGE))


def test_pages_out_of_scope_give_404(client):
    """A site coordinator does not learn whether there is a record."""
    run_import(a_record(sites=2))
    site = TrialSite.objects.first()
    client.force_login(make_coordinator(site, name="nurse"))
    page = text_of(client.get(PAGE))
    assert "No record was imported" not in page
    assert "shown to the trial’s coordinators" in page
    assert "trials and sites that you coordinate" in text_of(client.get("/registry/"))
    assert "lists the trials that you coordinate" in text_of(client.get("/registry/differences/"))
    findings = text_of(client.get(f"/work/trials/{site.trial.key}/"))
    assert "No open issues at your sites" in findings
    assert "The trial’s coordinators see those of the trial" in findings
