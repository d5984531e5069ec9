"""The page that updates the sites whose status does not match the overall status."""

import pytest

from sites.models import StatusEvent, TrialSite
from tests.factories import a_facility, a_report, a_site, a_trial, an_event
from tests.pages.html_reader import queries_of, rows_of, text_of
from tests.work.my_work_fixtures import days_ago, make_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(client):
    trial = a_trial(1, overall_status="COMPLETED")
    client.force_login(make_coordinator(trial=trial))
    return trial


def sites_in(trial, *statuses: str):
    return [
        a_site(trial, a_facility(number), status=status, since="2026-01-01", position=number)
        for number, status in enumerate(statuses, start=1)
    ]


def page_of(trial) -> str:
    return f"/work/trials/{trial.key}/overall/sites/"


def as_shown(client, trial, **more) -> dict:
    """The form data of the page without changes."""
    post_data = {}
    for row in client.get(page_of(trial)).context["rows"]:
        shown = {field.html_name: field.value() for field in row if field.name != "chosen"}
        post_data |= shown | ({row["chosen"].html_name: "on"} if row["chosen"].value() else {})
    return post_data | more


def statuses(trial) -> list[str]:
    return list(trial.trial_sites.order_by("position").values_list("status", flat=True))


def test_only_contradicting_sites_are_listed_with_their_next_status(client, trial):
    sites_in(trial, "RECRUITING", "COMPLETED", "NOT_YET_RECRUITING", "ACTIVE_NOT_RECRUITING")
    rows = client.get(page_of(trial)).context["rows"]
    days = {"opened_on", "stopped_on"}
    suggested = [(row.site.facility.name, row["to"].value(), days & row.fields.keys()) for row in rows]
    assert suggested == [
        ("Hospital 1", "COMPLETED", {"stopped_on"}),
        ("Hospital 3", "WITHDRAWN", days),
        ("Hospital 4", "COMPLETED", set()),
    ]


def test_selected_sites_are_changed_with_their_intermediate_statuses(client, trial):
    sites_in(trial, "RECRUITING", "NOT_YET_RECRUITING", "ACTIVE_NOT_RECRUITING")
    page = client.post(page_of(trial), as_shown(client, trial), follow=True)
    assert statuses(trial) == ["COMPLETED", "WITHDRAWN", "COMPLETED"]
    assert "3 sites updated." in text_of(page)
    assert "No site needs an update" in text_of(page)
    assert StatusEvent.objects.filter(status="ACTIVE_NOT_RECRUITING", effective_on=days_ago(0).isoformat()).count() == 1


@pytest.mark.parametrize(
    ("completed", "kind", "begun", "day"),
    [
        ("2026-03-15", "ACTUAL", "2026-01-01", "2026-03-15"),
        ("2026-03", "ACTUAL", "2026-01-01", "2026-03"),
        ("2026-03-15", "ACTUAL", "2026-04-01", None),
        ("2026-03-15", "ESTIMATED", "2026-01-01", None),
    ],
)
def test_the_effective_date_is_the_trials_completion_if_it_has_passed(client, completed, kind, begun, day):
    trial = a_trial(1, overall_status="TERMINATED", completion_on=completed, completion_type=kind)
    client.force_login(make_coordinator(trial=trial))
    a_site(trial, status="RECRUITING", since=begun)
    (row,) = client.get(page_of(trial)).context["rows"]
    expected = day or days_ago(0).isoformat()
    assert (row["effective_on"].value(), row["stopped_on"].value()) == (expected, expected)
    client.post(page_of(trial), as_shown(client, trial, accept_warnings="on", why="It ended"))
    assert statuses(trial) == ["TERMINATED"]


def test_a_site_that_is_not_selected_is_unchanged_and_still_listed(client, trial):
    first, _ = sites_in(trial, "RECRUITING", "ACTIVE_NOT_RECRUITING")
    post_data = as_shown(client, trial)
    del post_data[f"site-{first.pk}-chosen"]
    page = client.post(page_of(trial), post_data, follow=True)
    assert statuses(trial) == ["RECRUITING", "COMPLETED"]
    assert ["Hospital 1" in row for row in rows_of(page)] == [True]


def test_errors_are_shown_at_their_site_while_the_others_are_changed(client, trial):
    first, second, third = sites_in(trial, *["ACTIVE_NOT_RECRUITING"] * 3)
    a_report(first, "2026-05", enrolled=5, completed=2)
    post_data = as_shown(client, trial, why="The last visit was today")
    post_data |= {f"site-{second.pk}-effective_on": "soon"}
    page = client.post(page_of(trial), post_data)
    assert statuses(trial) == ["ACTIVE_NOT_RECRUITING", "ACTIVE_NOT_RECRUITING", "COMPLETED"]
    assert "2 sites could not be changed" in text_of(page)
    one, other = rows_of(page)
    assert "People at this site are still in the study" in one
    assert "Write a year, a month or a day" in other
    assert page.context["rows"][1]["effective_on"].value() == "soon"
    assert page.context["shared"]["why"].value() == "The last visit was today"
    assert third.pk not in {row.site.pk for row in page.context["rows"]}


def test_a_missing_intermediate_date_is_required(client, trial):
    (site,) = sites_in(trial, "RECRUITING")
    page = client.post(page_of(trial), as_shown(client, trial) | {f"site-{site.pk}-stopped_on": ""})
    assert "Enter the missing earlier status first" in text_of(page)
    assert statuses(trial) == ["RECRUITING"]


def completed(site, opened_on: str = "", stopped_on: str = "", **more) -> dict:
    """The form data of a site with its intermediate dates."""
    values = {"to": "COMPLETED", "opened_on": opened_on, "stopped_on": stopped_on} | more
    return {f"site-{site.pk}-{name}": value for name, value in values.items()}


def test_a_site_is_closed_over_two_intermediate_statuses(client, trial):
    first, _ = sites_in(trial, "NOT_YET_RECRUITING", "NOT_YET_RECRUITING")
    opened, stopped = days_ago(60).isoformat(), days_ago(9).isoformat()
    client.post(page_of(trial), as_shown(client, trial) | completed(first, opened, stopped))
    assert statuses(trial) == ["COMPLETED", "WITHDRAWN"]
    events = StatusEvent.objects.filter(trial_site=first).values_list("status", "effective_on")
    assert list(events)[1:] == [
        ("RECRUITING", opened), ("ACTIVE_NOT_RECRUITING", stopped), ("COMPLETED", days_ago(0).isoformat()),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "missing"), [(("", ""), 2), ((days_ago(60).isoformat(), ""), 1)])
def test_each_of_two_missing_dates_is_a_field_error(client, trial, days, missing):
    (site,) = sites_in(trial, "NOT_YET_RECRUITING")
    [row] = rows_of(client.post(page_of(trial), as_shown(client, trial) | completed(site, *days)))
    assert "Enter the missing earlier status first" in row
    assert row.count("Enter this date.") == missing
    assert statuses(trial) == ["NOT_YET_RECRUITING"]


@pytest.mark.parametrize(
    ("opened_on", "stopped_on", "message"),
    [
        (days_ago(9).isoformat(), days_ago(60).isoformat(), "The dates of the earlier statuses must be in order"),
        (
            days_ago(9).isoformat(),
            days_ago(9).isoformat(),
            "The end date must be after the date on which the site opened",
        ),
        ("2025-12-31", days_ago(9).isoformat(), "cannot be before that of the current status"),
        ("soon", days_ago(9).isoformat(), "Write a year, a month or a day"),
    ],
)
def test_the_dates_of_two_intermediate_statuses_follow_the_rules(client, trial, opened_on, stopped_on, message):
    (site,) = sites_in(trial, "NOT_YET_RECRUITING")
    page = client.post(page_of(trial), as_shown(client, trial) | completed(site, opened_on, stopped_on))
    assert message in rows_of(page)[0]
    assert page.context["rows"][0]["opened_on"].value() == opened_on
    assert statuses(trial) == ["NOT_YET_RECRUITING"]


def test_a_date_that_the_new_status_does_not_need_is_an_error(client, trial):
    (site,) = sites_in(trial, "NOT_YET_RECRUITING")
    post_data = as_shown(client, trial) | completed(site, days_ago(60).isoformat(), to="WITHDRAWN")
    assert "Leave blank: not needed for this status" in rows_of(client.post(page_of(trial), post_data))[0]
    assert statuses(trial) == ["NOT_YET_RECRUITING"]


def test_a_trial_that_no_longer_recruits_has_a_column_of_opening_dates(client, trial):
    trial = a_trial(3, overall_status="ACTIVE_NOT_RECRUITING")
    client.force_login(make_coordinator(trial=trial, name="other"))
    (site,) = sites_in(trial, "NOT_YET_RECRUITING")
    post_data = as_shown(client, trial) | completed(site, days_ago(60).isoformat(), to="ACTIVE_NOT_RECRUITING")
    client.post(page_of(trial), post_data)
    assert statuses(trial) == ["ACTIVE_NOT_RECRUITING"]


def test_a_warning_is_accepted_once_for_all_sites(client, trial):
    (site,) = sites_in(trial, "RECRUITING")
    unusual = {f"site-{site.pk}-to": "TERMINATED", f"site-{site.pk}-stopped_on": ""}
    post_data = as_shown(client, trial) | unusual
    assert 'name="accept_warnings"' in client.post(page_of(trial), post_data).content.decode()
    client.post(page_of(trial), post_data | {"accept_warnings": "on"})
    assert statuses(trial) == ["TERMINATED"]


def test_a_repeated_post_has_one_effect(client, trial):
    sites_in(trial, "ACTIVE_NOT_RECRUITING", "NOT_YET_RECRUITING")
    post_data = as_shown(client, trial)
    for _ in range(2):
        assert client.post(page_of(trial), post_data).status_code == 302
    assert StatusEvent.objects.count() == 4


def test_a_stale_site_is_not_changed(client, trial):
    (site,) = sites_in(trial, "RECRUITING")
    post_data = as_shown(client, trial)
    an_event(site, "SUSPENDED", days_ago(1).isoformat())
    page = client.post(page_of(trial), post_data)
    assert "Its status is now suspended" in text_of(page)
    assert statuses(trial) == ["SUSPENDED"]


def test_posted_sites_of_other_trials_are_ignored(client, trial):
    (other,) = sites_in(a_trial(2, overall_status="COMPLETED"), "ACTIVE_NOT_RECRUITING")
    forged = {"chosen": "on", "to": "COMPLETED", "effective_on": days_ago(0).isoformat(), "version": other.version}
    client.post(page_of(trial), {f"site-{other.pk}-{name}": value for name, value in forged.items()})
    assert TrialSite.objects.get(pk=other.pk).status == "ACTIVE_NOT_RECRUITING"


@pytest.mark.parametrize("number", [2, 20])
def test_the_number_of_queries_does_not_grow_with_the_sites(client, trial, number):
    sites_in(trial, *["RECRUITING", "NOT_YET_RECRUITING"] * (number // 2))
    assert queries_of(client, page_of(trial)) == 5


def test_the_page_explains_that_the_sites_can_be_updated_later(client, trial):
    sites_in(trial, "RECRUITING", "NOT_YET_RECRUITING")
    page = client.get(page_of(trial))
    text = text_of(page)
    assert "2 sites have statuses that contradict it and are not shown to the public until updated." in text
    assert "You can also update the sites later in My work" in text
    assert '<a href="/work/">update the sites later</a>' in page.content.decode()
