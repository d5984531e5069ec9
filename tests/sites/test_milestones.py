"""A site's way to opening: dates, rules, and the stage that follows them."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from history.authorship import authored
from history.trail import trail_of
from history.versioning import StaleVersion
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


def happened(site, **days):
    """Milestones by the names of their stages in small letters."""
    said = [MilestoneDates(stage.upper(), actual_on=date.fromisoformat(day)) for stage, day in days.items()]
    return set_milestones(site, said, author="user:7")


def codes(error) -> set[str]:
    return {message.code for message in error.value.error_list}


def test_the_stage_follows_the_furthest_milestone_that_happened_and_back():
    site = happened(a_site(), selected="2026-01-05", contract="2026-03-01")
    assert site.stage == Stage.CONTRACT
    with authored("test"):
        Milestone.objects.filter(stage=Stage.CONTRACT).update(actual_on=None)
        assert TrialSite.objects.get().stage == Stage.SELECTED
        Milestone.objects.all().delete()
    assert TrialSite.objects.get().stage == ""


def test_a_plan_moves_no_stage_and_no_status_moves_with_a_stage():
    site = set_milestones(a_site(), [MilestoneDates(Stage.ETHICS, planned_on=TODAY)], author="user:7")
    assert (site.stage, site.status) == ("", "")
    assert happened(site, activated="2026-06-01").status == ""


@pytest.mark.parametrize(
    ("days", "rule_id"),
    [
        ({"ethics": "2026-06-16"}, "actual-ethics-is-not-ahead"),
        ({"first_participant": "2026-06-01"}, "first-participant-needs-activation"),
        ({"activated": "2026-06-01", "last_participant": "2026-06-02"}, "last-participant-needs-a-first"),
        ({"ethics": "2026-03-01", "contract": "2026-02-01"}, "stages-happened-in-order"),
    ],
)
def test_what_cannot_have_happened_is_refused(days, rule_id):
    site = a_site()
    with pytest.raises(ValidationError) as error:
        happened(site, **days)
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
        happened(site, activated="2026-06-01")
    assert codes(error) == {rule_id}


def test_a_site_that_was_activated_before_keeps_its_dates_editable():
    site = happened(a_site(), activated="2026-06-01")
    with authored("test"):
        site.facility.is_active = False
        site.facility.save()
    assert happened(site, selected="2026-01-01").stage == Stage.ACTIVATED


def test_milestones_of_an_old_view_are_refused():
    site = happened(a_site(), selected="2026-01-05")
    with pytest.raises(StaleVersion):
        set_milestones(site, [MilestoneDates(Stage.SELECTED, planned_on=TODAY, version=0)], author="user:7")


def test_a_target_that_somebody_else_set_is_not_overwritten():
    site = a_site(enrollment_target=10)
    set_target(site, target=20, expected_target=10, author="user:7")
    with pytest.raises(StaleVersion):
        set_target(site, target=30, expected_target=10, author="user:7")


@pytest.mark.parametrize("target", [0, None])
def test_a_target_is_a_number_of_people_or_nobodys_guess(target):
    site = set_target(a_site(enrollment_target=10), target=target, author="user:7", reason="Replanned")
    assert TrialSite.objects.get().enrollment_target == site.enrollment_target == target
    assert trail_of(site)[0].reason == "Replanned"


def test_a_target_below_nothing_is_refused_beside_its_name():
    site = a_site(enrollment_target=10)
    with pytest.raises(ValidationError) as error:
        set_target(site, target=-1, author="user:7")
    assert list(error.value.message_dict) == ["enrollment_target"]


def test_the_same_target_twice_is_no_clash():
    site = a_site(enrollment_target=10)
    for _ in range(2):
        set_target(site, target=20, expected_target=10, author="user:7")
    assert TrialSite.objects.get().enrollment_target == 20


def test_a_target_is_not_set_at_a_site_that_was_changed_since_it_was_seen():
    site = a_site()
    set_target(site, target=20, author="user:7", version=site.version)
    with pytest.raises(StaleVersion):
        set_target(site, target=30, author="user:7", version=site.version)


def test_milestones_are_kept_with_their_reason_and_judged_on_their_day():
    said = [MilestoneDates(Stage.ETHICS, actual_on=date(2026, 6, 20))]
    with pytest.raises(ValidationError) as error:
        set_milestones(a_site(), said, author="user:7", on=date(2026, 6, 19))
    assert codes(error) == {"actual-ethics-is-not-ahead"}
    site = set_milestones(
        TrialSite.objects.get(), said, author="user:7", on=date(2026, 6, 20), reason="The letter came"
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


def test_the_trials_coordinator_keeps_dates_and_target_on_one_page(client, site):
    form = sent_back(client.get(page_of(site)), **{"actual_on-SELECTED": "2026-01-05", "target": "1,200"})
    assert client.post(page_of(site), form).status_code == 302
    site.refresh_from_db()
    assert (site.stage, site.enrollment_target) == (Stage.SELECTED, 1200)


def test_errors_stand_at_their_stage_and_nothing_is_saved(client, site):
    form = sent_back(client.get(page_of(site)), **{"actual_on-ETHICS": "2026-06-16", "target": "5"})
    response = client.post(page_of(site), form)
    assert "Ethics approval: the actual date cannot be in the future." in text_of(response)
    assert 'value="2026-06-16"' in response.content.decode()
    site.refresh_from_db()
    assert site.enrollment_target is None


@pytest.mark.parametrize(("name", "text"), [("planned_on-ETHICS", "soon"), ("target", "many")])
def test_what_cannot_be_read_is_told(client, site, name, text):
    response = client.post(page_of(site), sent_back(client.get(page_of(site)), **{name: text}))
    assert f"“{text}”" in text_of(response)
    assert not Milestone.objects.exists()


def test_an_unusual_order_asks_once(client, site):
    form = sent_back(
        client.get(page_of(site)), **{"actual_on-ETHICS": "2026-03-01", "actual_on-CONTRACT": "2026-02-01"}
    )
    assert "I have checked the warnings" in text_of(client.post(page_of(site), form))
    assert client.post(page_of(site), form | {"accept": "on"}).status_code == 302


def test_somebody_elses_date_is_shown_beside_and_nothing_is_lost(client, site):
    mine = sent_back(client.get(page_of(site)), **{"planned_on-ETHICS": "2026-07-01"})
    make(Milestone, trial_site=site, stage="ETHICS", planned_on="2026-08-01", forecast_on="2026-08-02")
    response = client.post(page_of(site), mine)
    assert response.status_code == 409
    assert "Saved by another user: 2026-08-01" in text_of(response)
    assert client.post(page_of(site), sent_back(response)).status_code == 302
    kept = Milestone.objects.get()
    assert (str(kept.planned_on), str(kept.forecast_on)) == ("2026-07-01", "2026-08-02")


def test_the_sites_coordinator_reads_and_cannot_write(client, site):
    user = a_user()
    assign(user, site=site)
    client.force_login(user)
    page = client.get(page_of(site))
    assert "The trial coordinator edits these dates." in text_of(page)
    assert client.post(page_of(site), {"actual_on-SELECTED": "2026-01-05"}).status_code == 404
    other = a_site(site.trial, a_facility(2))
    assert client.get(page_of(other)).status_code == 404
    assert "Hospital 2" not in text_of(client.get(f"/trials/{site.trial.key}/activation/"))


def test_the_overview_says_what_comes_next_and_how_late_it_is(client, site):
    happened(site, selected="2026-01-05")
    make(Milestone, trial_site=site, stage="ETHICS", planned_on="2026-06-01", forecast_on="2026-06-21")
    said = text_of(client.get(f"/trials/{site.trial.key}/activation/"))
    assert "Ethics approval 20 days late" in said
    with authored("test"):
        Milestone.objects.filter(stage="ETHICS").update(forecast_on=None)
    assert "Ethics approval 14 days late" in text_of(client.get(f"/trials/{site.trial.key}/activation/"))


def test_a_site_whose_stage_and_status_differ_is_told_but_not_changed(client, site):
    happened(site, activated="2026-06-01")
    a_report(site, "2026-05", enrolled=3)
    said = text_of(client.get(page_of(site)))
    assert "its recruitment status is not open" in said
    assert "the first participant has no date" in said


def test_the_number_of_queries_does_not_grow_with_the_sites(client, site):
    address = f"/trials/{site.trial.key}/activation/"
    happened(site, selected="2026-01-05")
    few = queries_of(client, address)
    for number in range(10, 40):
        happened(a_site(site.trial, a_facility(number)), selected="2026-01-05")
    assert queries_of(client, address) == few


def test_the_rooms_are_linked_from_the_board_for_those_who_find_something_there(client, site):
    board = f"/trials/{site.trial.key}/sites/"
    assert "Activation" in text_of(client.get(board))
    client.force_login(a_user("stranger"))
    assert "Activation" not in text_of(client.get(board))
    client.logout()
    assert "Activation" not in text_of(client.get(board))


def test_a_day_that_cannot_be_read_is_told_once_at_the_top_with_its_stage(client, site):
    typed = {"planned_on-CONTRACT": "soon", "actual_on-CONTRACT": "soon"}
    page = text_of(client.post(page_of(site), sent_back(client.get(page_of(site)), **typed)))
    assert page.count("Contract: “soon” is not a date") == 1
