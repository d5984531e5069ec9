"""Adding a site to a trial, and requesting one."""

import pytest

from contacts.models import Role
from history.authorship import authored
from history.models import Context
from sites.models import Facility, TrialSite
from tests.contacts.fixtures import a_coordinator
from tests.factories import a_facility, a_manager, a_site, a_trial
from tests.pages.html_reader import text_of
from tests.work.my_work_fixtures import days_ago
from trials.models import Trial
from work.models import Proposal

pytestmark = pytest.mark.django_db
PLACE = {"name": "Klinikum Lindenau", "city": "Leipzig", "country": "Germany"}


@pytest.fixture
def trial():
    return a_trial(1, overall_status="RECRUITING", acronym="ALDER")


@pytest.fixture
def lead(client, trial):
    user = a_coordinator(trial=trial, name="lead")
    client.force_login(user)
    return user


def page_of(trial) -> str:
    return f"/work/trials/{trial.key}/new-site/"


def add(client, trial, words: str = "", **typed):
    return client.post(page_of(trial) + (f"?words={words}" if words else ""), {"facility": "new"} | typed)


def test_a_site_is_added_with_status_contact_and_target(client, trial, lead):
    since = days_ago(3).isoformat()
    answer = add(
        client, trial, **PLACE, status="NOT_YET_RECRUITING", effective_on=since, enrollment_target="20",
        contact_name="Study Coordinator", contact_phone="+49 341 000000", why="Signed last week",
    )  # fmt: skip
    assert answer.status_code == 302
    site = TrialSite.objects.get()
    assert (site.facility.name, site.status, site.status_since) == ("Klinikum Lindenau", "NOT_YET_RECRUITING", since)
    assert (site.enrollment_target, site.last_confirmed_on) == (20, days_ago(0))
    assert Role.objects.get(trial_site=site).person.name == "Study Coordinator"
    assert set(Context.objects.values_list("metadata__reason", flat=True)) >= {"Signed last week"}
    assert "Klinikum Lindenau" in text_of(client.get(f"{trial.get_absolute_url()}sites/"))


def test_an_existing_facility_is_searched_and_selected(client, trial, lead):
    known = a_facility(7, name="Riverside Cancer Centre", city="York", country="United Kingdom")
    page = client.get(page_of(trial), {"words": "riverside, york"})
    assert "Riverside Cancer Centre, York, United Kingdom" in text_of(page)
    assert add(client, trial, "riverside", facility=known.pk).status_code == 302
    assert TrialSite.objects.get().facility == known


def search(client, trial, words, **typed):
    return client.post(page_of(trial), {"search": "1", "words": words} | typed)


def test_a_search_keeps_the_input_and_saves_nothing(client, trial, lead):
    known = a_facility(7, name="Riverside Cancer Centre", city="York", country="United Kingdom")
    typed = {
        "status": "RECRUITING", "effective_on": "15.11.2026", "enrollment_target": "20", "contact_name": "Ann Example",
        "contact_phone": "+49 341 000000", "why": "Signed", "takes_part_again": "on",
    }  # fmt: skip
    page = search(client, trial, "riverside", facility="new", **typed)
    form = page.context["form"]
    assert {name: form[name].value() for name in typed} == typed
    assert not form.errors
    assert form["facility"].value() is None
    assert "Riverside Cancer Centre, York, United Kingdom" in text_of(page)
    assert not TrialSite.objects.exists()
    answer = add(client, trial, facility=known.pk, words="riverside", contact_name="Ann Example")
    assert answer.status_code == 302
    assert TrialSite.objects.get().facility == known


def test_the_selected_facility_stays_selected_after_another_search(client, trial, lead):
    known = a_facility(7, name="Riverside Cancer Centre")
    a_facility(8, name="Klinikum Lindenau")
    assert search(client, trial, "lindenau", facility=known.pk).context["form"]["facility"].value() == str(known.pk)
    named = search(client, trial, "lindenau", facility="new", name="Another").context["form"]
    assert (named["facility"].value(), named["name"].value()) == ("new", "Another")
    assert add(client, trial, facility=known.pk, words="lindenau").status_code == 302


def test_an_entered_facility_that_exists_is_not_added_again(client, trial, lead):
    known = a_facility(7, **PLACE)
    add(client, trial, **PLACE | {"name": " klinikum  Lindenau "})
    assert TrialSite.objects.get().facility == known
    assert Facility.objects.count() == 1


def test_nothing_is_saved_unless_everything_is(client, trial, lead):
    page = add(
        client, trial, **PLACE, status="COMPLETED", effective_on=days_ago(3).isoformat(), contact_name="Ann Example"
    )
    assert page.status_code == 200
    assert 'value="Ann Example"' in page.content.decode()
    assert not TrialSite.objects.exists()
    assert not Facility.objects.exists()
    assert not Role.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"facility": ""}, "facility", "Choose a facility"),
        ({"name": ""}, "name", "Enter the facility name"),
        ({"country": ""}, "country", "Enter the country"),
        ({"status": "RECRUITING"}, "effective_on", "and its effective date"),
        ({"effective_on": "2026-01"}, "status", "and its effective date"),
        ({"status": "RECRUITING", "effective_on": "03/04/2026"}, "effective_on", "can mean"),
        ({"contact_name": "Ann", "contact_email": "[email protected]"}, "contact_email", "e-mail"),
        ({"enrollment_target": "-1"}, "enrollment_target", "0"),
    ],
)
def test_errors_are_shown_at_their_fields(client, trial, lead, typed, field, words):
    page = add(client, trial, **PLACE | typed)
    assert words in str(page.context["form"].errors[field])
    assert not TrialSite.objects.exists()


def test_a_second_site_at_a_facility_must_be_requested_explicitly(client, trial, lead):
    a_site(trial, a_facility(7, **PLACE))
    assert add(client, trial, **PLACE).status_code == 200
    assert add(client, trial, **PLACE, takes_part_again="on").status_code == 302
    assert sorted(TrialSite.objects.values_list("duplicate_index", flat=True)) == [1, 2]


def test_an_existing_site_at_the_facility_is_linked_before_saving(client, trial, lead):
    facility = a_facility(7, **PLACE)
    a_facility(8, name="Klinikum Nord", city="Leipzig", country="Germany")
    site = a_site(trial, facility, status="RECRUITING", since="2026-01-01")
    link, typed = f'href="/work/sites/{site.pk}/change/"', PLACE | {"name": " klinikum  LINDENAU "}
    page = client.get(page_of(trial), {"words": "klinikum"})
    assert link in page.content.decode()
    assert text_of(page).count("(already a site of this trial)") == 1
    for answer in (add(client, trial, "klinikum", facility=facility.pk), add(client, trial, **typed)):
        assert "This facility is already a site of the trial" in text_of(answer)
        assert link in answer.content.decode()
        assert "duplicate_index" not in text_of(answer)
    assert TrialSite.objects.get() == site
    assert "Already in this trial" not in text_of(client.get(page_of(trial), {"words": "nord"}))


def test_no_site_is_added_to_an_ended_trial(client, lead, trial):
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(overall_status="COMPLETED")
    assert "so no site can be added" in text_of(add(client, trial, **PLACE))


def test_the_page_is_a_404_for_others(client, trial):
    for user in (a_coordinator(trial=a_trial(2), name="other"), a_manager()):
        client.force_login(user)
        assert client.get(page_of(trial)).status_code == 404
        assert "Add a site" not in text_of(client.get(f"{trial.get_absolute_url()}sites/"))


def test_the_board_links_to_the_page(client, trial, lead):
    a_site(trial)
    assert page_of(trial) in client.get(f"{trial.get_absolute_url()}sites/").content.decode()


@pytest.fixture
def requested(client, trial) -> Proposal:
    """A request by a site coordinator."""
    nurse = a_coordinator(a_site(trial, a_facility(3), status="RECRUITING", since="2026-01-01"), name="nurse")
    client.force_login(nurse)
    assert "Request a site" in text_of(client.get(f"{trial.get_absolute_url()}sites/"))
    assert client.post(page_of(trial), PLACE | {"why": "They asked to join"}).status_code == 302
    return Proposal.objects.get()


def test_a_site_coordinator_requests_a_site(client, trial, requested):
    assert TrialSite.objects.count() == 1
    assert "A request from your site is open" in text_of(client.get(page_of(trial)))
    assert "Klinikum Lindenau" in text_of(client.get(requested.get_absolute_url()))


def test_a_request_is_called_by_the_name_of_the_new_site(client, lead, requested):
    client.force_login(lead)
    asking = requested.trial_site.facility.title
    new_site = f"{PLACE['name']}, {PLACE['city']}"
    page = text_of(client.get(requested.get_absolute_url()))
    assert f"{new_site} Requested from {asking}" in page
    assert "Not given" not in page
    assert new_site in text_of(client.get("/work/proposals/"))
    assert f"Change request: {new_site}" in text_of(client.get("/work/"))


def test_the_trial_coordinator_accepts_the_request(client, trial, requested):
    client.force_login(a_coordinator(trial=trial, name="lead"))
    assert "Klinikum Lindenau" in text_of(client.get("/work/"))
    sent = {"act": "accept", "version": requested.trial_site.version}
    assert client.post(requested.get_absolute_url(), sent).status_code == 302
    assert TrialSite.objects.get(facility__name="Klinikum Lindenau").trial == trial


def test_a_request_without_a_reason_is_a_field_error(client, trial):
    client.force_login(a_coordinator(a_site(trial), name="nurse"))
    assert "Enter a reason" in text_of(client.post(page_of(trial), PLACE))
    assert not Proposal.objects.exists()
