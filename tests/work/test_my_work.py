"""My work: the tasks, their reasons and their order."""

from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.utils import timezone

from history.authorship import authored
from registries.models import Conflict, ImportRun
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user, assign, make
from tests.pages.html_reader import RAW_CODE, queries_of, rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_coordinator

pytestmark = pytest.mark.django_db
WORK = "/work/"
QUERIES = 26


@pytest.fixture
def trial():
    return a_recruiting_trial(1, acronym="HARBOR-2")


def seen_by(client, user):
    client.force_login(user)
    return client.get(WORK)


def test_an_overdue_site_has_its_reason_rule_and_delay(client, trial):
    page = seen_by(client, make_coordinator(a_confirmed_site(trial, 1, 118)))
    (row,) = rows_of(page)
    assert "Confirmation overdue · 88 days" in row
    assert "Hospital 1" in row
    assert "HARBOR-2" in row
    assert "Recruiting" in row
    assert "1 January 2026" in row
    assert "Confirmed 118 days ago" in row
    assert "88 days overdue" in row


def test_overdue_sites_come_before_those_due_this_week(client, trial):
    sites = [a_confirmed_site(trial, number, days) for number, days in ((1, 24), (2, 40), (3, 200), (4, 2))]
    rows = rows_of(seen_by(client, make_coordinator(*sites)))
    assert ["Hospital 3" in rows[0], "Hospital 2" in rows[1], "Hospital 1" in rows[2]] == [True] * 3
    assert "in 6 days" in rows[2]


def test_a_confirmation_due_today_is_not_overdue(client, trial):
    page = seen_by(client, make_coordinator(a_confirmed_site(trial, 1, 30), a_confirmed_site(trial, 2, 31)))
    assert "Today" in rows_of(page)[1]
    assert "1 day over" in rows_of(page)[0]
    assert "1 overdue · 1 of 2 active sites" in text_of(page)


def test_without_a_confirmation_the_due_date_counts_from_the_status(client, trial):
    site = a_site(trial, a_facility(1), status="RECRUITING", since=days_ago(50).isoformat())
    (row,) = rows_of(seen_by(client, make_coordinator(site)))
    assert "Never confirmed" in row
    assert "20 days overdue" in row


def test_ended_sites_and_sites_without_a_status_are_no_tasks(client, trial):
    ended = a_confirmed_site(trial, 1, 400, status="COMPLETED")
    blank = a_site(trial, a_facility(2))
    page = seen_by(client, make_coordinator(ended, blank))
    assert "No tasks due" in text_of(page)
    assert "data-confirm" not in page.content.decode()


def test_the_heading_has_the_counts(client, trial):
    sites = [a_confirmed_site(trial, number, days) for number, days in ((1, 24), (2, 40), (3, 200), (4, 2))]
    with time_machine.travel(timezone.localtime().replace(hour=9), tick=False):
        text = text_of(seen_by(client, make_coordinator(*sites)))
    assert "3 open tasks, 2 overdue · 2 of 4 active sites confirmed in the last 30 days" in text


def test_rule_violations_of_the_users_trial_are_tasks(client):
    trial = a_trial(1, overall_status="SUSPENDED", why_stopped="")
    page = text_of(seen_by(client, make_coordinator(trial=trial, name="lead")))
    assert "Enter why the trial stopped." in page
    assert "Fix :" in page


def test_trial_findings_are_no_tasks_of_a_site_coordinator(client):
    trial = a_trial(1, overall_status="SUSPENDED", why_stopped="")
    site = a_confirmed_site(trial, 1, 2, status="SUSPENDED")
    assert "Enter why the trial stopped." in text_of(seen_by(client, make_coordinator(trial=trial, name="lead")))
    assert "Enter why the trial stopped." not in text_of(seen_by(client, make_coordinator(site)))


def test_a_suggested_overall_status_is_a_task_with_a_deadline(client, trial):
    a_site(trial, a_facility(1), status="COMPLETED", since=days_ago(10).isoformat())
    page = text_of(seen_by(client, make_coordinator(trial=trial, name="lead")))
    assert "Overall status: Recruiting → Completed" in page
    assert "no site is recruiting" in page
    assert "in 5 days" in page, "a French site: 15 days"


def test_an_overdue_overall_status_is_as_severe_as_an_overdue_site(client, trial):
    a_site(trial, a_facility(1), status="COMPLETED", since=days_ago(16).isoformat())
    page = seen_by(client, make_coordinator(trial=trial))
    assert "1 day over" in rows_of(page)[0]
    assert ", 1 overdue" in text_of(page)


def test_an_invalid_email_is_a_task_at_the_users_own_sites_only(client, trial):
    mine, other = a_confirmed_site(trial, 1, 2), a_confirmed_site(trial, 2, 2)
    for site, name in ((mine, "Ana Lyon"), (other, "Somebody else")):
        person = a_contact(site=site, name=name).person
        make_email(person, "[email protected]")
    page = text_of(seen_by(client, make_coordinator(mine)))
    assert "Ana Lyon: This is not an e-mail address." in page
    assert "Somebody else" not in page


def make_email(person, email):
    with authored("test"):
        type(person).objects.filter(pk=person.pk).update(email=email)


def test_registry_conflicts_are_counted_with_a_link_to_resolve_them(client, trial):
    run = ImportRun.objects.create(author="test", source="file")
    for path in ("a", "b"):
        make(Conflict, trial=trial, run=run, path=path)
    page = seen_by(client, make_coordinator(trial=trial))
    assert "2 differences from ClinicalTrials.gov" in text_of(page)
    assert f"/trials/{trial.nct_id}/registry/" in page.content.decode()


def test_new_assignments_are_shown_for_a_week(client, trial):
    user = a_user()
    for number, days in ((1, 7), (2, 8)):
        assign(user, site=a_confirmed_site(trial, number, 2), starts_on=days_ago(days))
    new, _, other = rows_of(seen_by(client, user))
    assert "Newly assigned" in new
    assert "Hospital 1" in new
    assert "Newly assigned" not in other


def test_a_site_is_listed_once_with_its_most_severe_task(client, trial):
    user = a_user()
    assign(user, site=a_confirmed_site(trial, 1, 40), starts_on=days_ago(1))
    (row,) = rows_of(seen_by(client, user))
    assert "Confirmation overdue · 10 days" in row


def test_tasks_are_ordered_by_severity(client):
    trial = a_trial(1, overall_status="RECRUITING", why_stopped="A mistake")
    run = ImportRun.objects.create(author="test", source="file")
    make(Conflict, trial=trial, run=run, path="a")
    user = a_user()
    for number, days in ((1, 27), (2, 40)):
        a_contact(site=a_confirmed_site(trial, number, days))
    assign(user, trial=trial, starts_on=days_ago(3))
    rows = rows_of(seen_by(client, user))
    heads = [
        "Confirmation overdue", "Enter a reason for stopping only", "Confirmation due this week", "1 difference",
        "Newly assigned",
    ]  # fmt: skip
    assert [head in row for head, row in zip(heads, rows, strict=True)] == [True] * 5


def test_a_site_with_several_tasks_lists_the_others(client, trial):
    site = a_confirmed_site(trial, 1, 40)
    make_email(a_contact(site=site, name="Ana Lyon").person, "[email protected]")
    user = make_coordinator(site)
    (row,) = rows_of(seen_by(client, user))
    assert "Confirmation overdue · 10 days" in row
    assert "Ana Lyon: This is not an e-mail address." in row


def test_warnings_are_counted_by_trial(client, trial):
    for number in (1, 2):
        a_contact(site=a_confirmed_site(trial, number, 2), name="")
    text = text_of(seen_by(client, make_coordinator(trial=trial, name="lead")))
    assert "No tasks due" in text
    assert "HARBOR-2 Trial 1 2 warnings in NCT00000001" in text
    assert "Enter a name or a job title, such as Study Coordinator. (2 times)" in text


def test_a_resolved_error_is_no_longer_a_task(client):
    trial = a_trial(1, overall_status="SUSPENDED")
    user = make_coordinator(trial=trial)
    assert "Enter why the trial stopped." in text_of(seen_by(client, user))
    with authored("test"):
        type(trial).objects.update(why_stopped="No supply")
    assert "No tasks due" in text_of(seen_by(client, user))


def test_admin_links_are_shown_only_to_users_with_access(client):
    trial = a_trial(1, overall_status="SUSPENDED")
    user = a_user(is_staff=False)
    assign(user, trial=trial)
    page = seen_by(client, user).content.decode()
    assert "/admin/" not in page
    assert f'href="/work/trials/{trial.key}/">View' in page


def test_sites_of_others_are_not_listed(client, trial):
    a_confirmed_site(trial, 1, 118)
    page = text_of(seen_by(client, make_coordinator(a_confirmed_site(trial, 2, 118))))
    assert "Hospital 2" in page
    assert "Hospital 1" not in page


def test_an_ended_assignment_gives_no_tasks(client, trial):
    user = a_user()
    assign(user, site=a_confirmed_site(trial, 1, 118), ends_on=timezone.localdate() - timedelta(days=1))
    assert "You have no assigned trials or sites" in text_of(seen_by(client, user))


def test_an_administrator_without_assignments_sees_why_the_list_is_empty(client, trial):
    a_confirmed_site(trial, 1, 118)
    page = seen_by(client, a_user("root", is_superuser=True))
    assert "Hospital 1" not in text_of(page)
    assert "Open Administration to edit sites" in text_of(page)


def test_the_page_shows_no_raw_code_and_is_not_cached(client, trial):
    site = a_confirmed_site(trial, 1, 40)
    page = seen_by(client, make_coordinator(site, trial=trial))
    assert RAW_CODE.findall(text_of(page)) == []
    assert "no-store" in page.headers["Cache-Control"]


def test_the_header_links_to_my_work_for_signed_in_users(client, trial):
    assert 'href="/work/"' not in client.get("/").content.decode()
    client.force_login(a_user())
    assert '<a href="/work/">My work</a>' in client.get("/").content.decode()


@pytest.mark.parametrize("number", [18, 60])
def test_the_number_of_queries_does_not_grow_with_the_sites(client, number):
    user, numbers = a_user(), count(1)
    for place in range(number // 6):
        trial = a_recruiting_trial(place + 1, why_stopped="A mistake")
        assign(user, trial=trial)
        for _ in range(6):
            a_contact(site=a_confirmed_site(trial, next(numbers), 40))
    client.force_login(user)
    assert queries_of(client, WORK) == QUERIES
