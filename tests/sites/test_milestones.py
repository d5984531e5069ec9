"""Milestones of a site: dates, rules, pages, and the derived stage."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from history.authorship import authored
from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from sites.choices import ActivationStage as Stage
from sites.models import Milestone, TrialSite
from sites.services import MilestoneDates, set_milestones, set_target
from tests.factories import a_facility, a_report, a_site, a_trial, a_user, assign, make
from tests.pages.html_reader import queries_of, text_of
from tests.sites.enrollment_grid_helpers import make_director

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
FIELD = re.compile(
    r'name="((?:seen|planned_on|forecast_on|actual_on)-[A-Z_]+|target|seen_target)" [^>]*?value="([^"]*)"'
)
TARGET = re.compile(r'name="target" value="([^"]*)"')


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-06-15")


def set_actual_dates(site, **days):
    """Set actual dates, by the lower-case names of stages."""
    dates = [MilestoneDates(stage.upper(), actual_on=date.fromisoformat(day)) for stage, day in days.items()]
    return set_milestones(site, dates, author="user:7")


def codes(error) -> set[str]:
    return {message.code for message in error.value.error_list}


def test_the_stage_follows_the_latest_actual_milestone():
    site = set_actual_dates(a_site(), selected="2026-01-05", contract="2026-03-01")
    assert site.stage == Stage.CONTRACT
    with authored("test"):
        Milestone.objects.filter(stage=Stage.CONTRACT).update(actual_on=None)
        assert TrialSite.objects.get().stage == Stage.SELECTED
        Milestone.objects.all().delete()
    assert TrialSite.objects.get().stage == ""


def test_planned_dates_change_no_stage_and_stages_change_no_status():
    site = set_milestones(a_site(), [MilestoneDates(Stage.ETHICS, planned_on=TODAY)], author="user:7")
    assert (site.stage, site.status) == ("", "")
    assert set_actual_dates(site, activated="2026-06-01").status == ""


@pytest.mark.parametrize(
    ("days", "rule_id"),
    [
        ({"ethics": "2026-06-16"}, "actual-ethics-is-not-ahead"),
        ({"first_participant": "2026-06-01"}, "first-participant-needs-activation"),
        ({"activated": "2026-06-01", "last_participant": "2026-06-02"}, "last-participant-needs-a-first"),
        ({"ethics": "2026-03-01", "contract": "2026-02-01"}, "stages-happened-in-order"),
    ],
)
def test_impossible_actual_dates_are_refused(days, rule_id):
    site = a_site()
    with pytest.raises(ValidationError) as error:
        set_actual_dates(site, **days)
    assert codes(error) == {rule_id}
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("trial", "facility", "rule_id"),
    [({}, {"is_active": False}, "inactive-facility-is-not-activated"),
     ({"overall_status": "COMPLETED"}, {}, "closed-trial-activates-no-site")],
)  # fmt: skip
def test_no_site_is_activated_where_none_can_open(trial, facility, rule_id):
    site = a_site(a_trial(1, **trial), a_facility(1, **facility))
    with pytest.raises(ValidationError) as error:
        set_actual_dates(site, activated="2026-06-01")
    assert codes(error) == {rule_id}


def test_a_site_that_was_activated_before_keeps_its_dates_editable():
    site = set_actual_dates(a_site(), activated="2026-06-01")
    with authored("test"):
        site.facility.is_active = False
        site.facility.save()
    assert set_actual_dates(site, selected="2026-01-01").stage == Stage.ACTIVATED


def test_milestones_with_a_stale_version_are_refused():
    site = set_actual_dates(a_site(), selected="2026-01-05")
    with pytest.raises(StaleVersion):
        set_milestones(site, [MilestoneDates(Stage.SELECTED, planned_on=TODAY, version=0)], author="user:7")


def test_a_target_set_by_another_user_is_not_overwritten():
    site = a_site(enrollment_target=10)
    set_target(site, target=20, expected_target=10, author="user:7")
    with pytest.raises(StaleVersion):
        set_target(site, target=30, expected_target=10, author="user:7")


@pytest.mark.parametrize("target", [0, None])
def test_a_target_is_a_number_or_none(target):
    site = set_target(a_site(enrollment_target=10), target=target, author="user:7", reason="Replanned")
    assert TrialSite.objects.get().enrollment_target == site.enrollment_target == target
    assert trail_of(site)[0].reason == "Replanned"


def test_a_negative_target_is_an_error_of_its_field():
    site = a_site(enrollment_target=10)
    with pytest.raises(ValidationError) as error:
        set_target(site, target=-1, author="user:7")
    assert list(error.value.message_dict) == ["enrollment_target"]


def test_the_same_target_twice_is_no_conflict():
    site = a_site(enrollment_target=10)
    for _ in range(2):
        set_target(site, target=20, expected_target=10, author="user:7")
    assert TrialSite.objects.get().enrollment_target == 20


def test_a_target_with_a_stale_version_is_refused():
    site = a_site()
    set_target(site, target=20, author="user:7", version=site.version)
    with pytest.raises(StaleVersion):
        set_target(site, target=30, author="user:7", version=site.version)


def test_milestones_are_saved_with_a_reason_and_checked_by_the_given_date():
    dates = [MilestoneDates(Stage.ETHICS, actual_on=date(2026, 6, 20))]
    with pytest.raises(ValidationError) as error:
        set_milestones(a_site(), dates, author="user:7", on=date(2026, 6, 19))
    assert codes(error) == {"actual-ethics-is-not-ahead"}
    site = set_milestones(
        TrialSite.objects.get(), dates, author="user:7", on=date(2026, 6, 20), reason="The letter came"
    )
    assert trail_of(site.milestones.get())[0].reason == "The letter came"


def page_of(site) -> str:
    return f"/trials/{site.trial.key}/activation/{site.pk}/"


def sent_back(response, **changes) -> dict:
    page = response.content.decode()
    return dict(FIELD.findall(page)) | dict.fromkeys(["target"], (TARGET.findall(page) or [""])[0]) | changes


@pytest.fixture
def site(client):
    site = a_site(a_trial(1, overall_status="RECRUITING"))
    client.force_login(make_director(site.trial))
    return site


def test_a_trial_coordinator_edits_dates_and_target_on_one_page(client, site):
    form = sent_back(client.get(page_of(site)), **{"actual_on-SELECTED": "2026-01-05", "target": "1,200"})
    assert client.post(page_of(site), form).status_code == 302
    site.refresh_from_db()
    assert (site.stage, site.enrollment_target) == (Stage.SELECTED, 1200)


def test_errors_are_shown_at_their_stage_and_nothing_is_saved(client, site):
    form = sent_back(client.get(page_of(site)), **{"actual_on-ETHICS": "2026-06-16", "target": "5"})
    response = client.post(page_of(site), form)
    assert "Ethics approval: the actual date cannot be in the future." in text_of(response)
    assert 'value="2026-06-16"' in response.content.decode()
    site.refresh_from_db()
    assert site.enrollment_target is None


@pytest.mark.parametrize(("name", "text"), [("planned_on-ETHICS", "soon"), ("target", "many")])
def test_invalid_values_are_errors(client, site, name, text):
    response = client.post(page_of(site), sent_back(client.get(page_of(site)), **{name: text}))
    assert f"“{text}”" in text_of(response)
    assert not Milestone.objects.exists()


def test_an_unusual_order_needs_confirmation(client, site):
    form = sent_back(
        client.get(page_of(site)), **{"actual_on-ETHICS": "2026-03-01", "actual_on-CONTRACT": "2026-02-01"}
    )
    assert "I have checked the warnings" in text_of(client.post(page_of(site), form))
    assert client.post(page_of(site), form | {"accept": "on"}).status_code == 302


def test_a_stale_stage_shows_both_dates_and_keeps_the_edits(client, site):
    form = sent_back(client.get(page_of(site)), **{"planned_on-ETHICS": "2026-07-01"})
    make(Milestone, trial_site=site, stage="ETHICS", planned_on="2026-08-01", forecast_on="2026-08-02")
    response = client.post(page_of(site), form)
    assert response.status_code == 409
    assert "Saved by another user: 2026-08-01" in text_of(response)
    assert client.post(page_of(site), sent_back(response)).status_code == 302
    saved = Milestone.objects.get()
    assert (str(saved.planned_on), str(saved.forecast_on)) == ("2026-07-01", "2026-08-02")


def test_a_site_coordinator_reads_without_editing(client, site):
    user = a_user()
    assign(user, site=site)
    client.force_login(user)
    page = client.get(page_of(site))
    assert "The trial coordinator edits these dates." in text_of(page)
    assert client.post(page_of(site), {"actual_on-SELECTED": "2026-01-05"}).status_code == 404
    other = a_site(site.trial, a_facility(2))
    assert client.get(page_of(other)).status_code == 404
    assert "Hospital 2" not in text_of(client.get(f"/trials/{site.trial.key}/activation/"))


def test_the_overview_shows_the_next_milestone_and_its_delay(client, site):
    set_actual_dates(site, selected="2026-01-05")
    make(Milestone, trial_site=site, stage="ETHICS", planned_on="2026-06-01", forecast_on="2026-06-21")
    dates = text_of(client.get(f"/trials/{site.trial.key}/activation/"))
    assert "Ethics approval 20 days late" in dates
    with authored("test"):
        Milestone.objects.filter(stage="ETHICS").update(forecast_on=None)
    assert "Ethics approval 14 days late" in text_of(client.get(f"/trials/{site.trial.key}/activation/"))


def test_a_mismatch_of_stage_and_status_is_a_note(client, site):
    set_actual_dates(site, activated="2026-06-01")
    a_report(site, "2026-05", enrolled=3)
    dates = text_of(client.get(page_of(site)))
    assert "its recruitment status is not open" in dates
    assert "the first participant has no date" in dates


def test_the_number_of_queries_does_not_grow_with_the_sites(client, site):
    address = f"/trials/{site.trial.key}/activation/"
    set_actual_dates(site, selected="2026-01-05")
    before = queries_of(client, address)
    for number in range(10, 40):
        set_actual_dates(a_site(site.trial, a_facility(number)), selected="2026-01-05")
    assert queries_of(client, address) == before


def test_the_board_links_sections_only_for_users_with_access(client, site):
    board = f"/trials/{site.trial.key}/sites/"
    assert "Activation" in text_of(client.get(board))
    client.force_login(a_user("stranger"))
    assert "Activation" not in text_of(client.get(board))
    client.logout()
    assert "Activation" not in text_of(client.get(board))


def test_an_invalid_date_is_listed_once_at_the_top_with_its_stage(client, site):
    data = {"planned_on-CONTRACT": "soon", "actual_on-CONTRACT": "soon"}
    page = text_of(client.post(page_of(site), sent_back(client.get(page_of(site)), **data)))
    assert page.count("Contract: “soon” is not a date") == 1
