"""Findings of a trial, on its page and on its Sites page."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from history.authorship import authored
from tests.factories import a_contact, a_facility, a_manager, a_site, a_trial, a_user, an_inspector, assign
from tests.pages.html_reader import queries_of, read, rows_of, text_of
from tests.work.my_work_fixtures import make_coordinator
from trials.models import Trial
from work.findings import views as trial_views

pytestmark = pytest.mark.django_db
PAGE, BOARD = "/work/trials/NCT00000001/", "/trials/NCT00000001/sites/"


@pytest.fixture
def trial():
    """A trial with an error, and a contact without a name at each of two sites."""
    trial = a_trial(1, overall_status="SUSPENDED", acronym="HARBOR-2")
    for number in (1, 2):
        a_contact(site=a_site(trial, a_facility(number)), name="")
    return trial


def seen_by(client, user, address=PAGE):
    client.force_login(user)
    return client.get(address)


def test_an_open_finding_has_level_text_place_and_dates(client, trial):
    error, *warnings = rows_of(seen_by(client, make_coordinator(trial=trial)))
    today = timezone.localdate()
    assert "Error Enter why the trial stopped." in error
    assert "ClinicalTrials.gov PRS" in error
    assert "Whole trial" in error
    assert f"{today:%-d %B %Y}" in error
    assert "in 30 days" in error
    assert "Fix" in error
    assert [f"Hospital {number}" in row for number, row in zip((1, 2), warnings, strict=True)] == [True, True]
    assert "Warning study@example.org: Enter a name or a job title" in warnings[0]


def fix_contacts(**values) -> None:
    with authored("test"):
        Trial.objects.update(**values)


def test_resolved_findings_are_listed_for_ninety_days(client, trial):
    user = make_coordinator(trial=trial)
    seen_by(client, user)
    fix_contacts(why_stopped="No supply")
    assert "Enter why" not in text_of(client.get(PAGE))
    (row,) = rows_of(client.get(PAGE, {"state": "mended"}))
    assert "Enter why the trial stopped." in row
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        client.force_login(user)
        assert "No issues resolved" in text_of(client.get(PAGE, {"state": "mended"}))


def test_a_trial_without_findings_has_a_message(client):
    page = seen_by(client, make_coordinator(trial=a_trial(1)))
    assert "No open issues" in text_of(page)


def test_the_page_is_a_404_for_others_and_shows_a_site_coordinator_own_sites(client, trial):
    assert seen_by(client, a_user("stranger")).status_code == 404
    own = trial.trial_sites.get(facility__name="Hospital 2")
    (row,) = rows_of(seen_by(client, make_coordinator(own)))
    assert "Hospital 2" in row
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert seen_by(client, a_user("other"), "/work/trials/NCT09999999/").status_code == 404


@pytest.mark.parametrize("editor", [a_manager, an_inspector])
def test_global_readers_see_findings_without_links_to_fix_them(client, trial, editor):
    page = seen_by(client, editor())
    assert len(rows_of(page)) == 3
    assert "Fix" not in text_of(page)


def test_findings_are_filtered_by_site_and_unknown_parameters_refused(client, trial):
    user, site = make_coordinator(trial=trial), trial.trial_sites.first()
    (row,) = rows_of(seen_by(client, user, f"{PAGE}?site={site.pk}"))
    assert site.facility.name in row
    for query in ("state=shut", "colour=red", "page=0", "page=7", "site=x"):
        assert client.get(f"{PAGE}?{query}").status_code == 400, query


def test_another_spelling_of_the_key_redirects(client, trial):
    assert seen_by(client, make_coordinator(trial=trial), "/work/trials/nct00000001/").headers["Location"] == PAGE


def test_findings_are_paginated(client, trial, monkeypatch):
    monkeypatch.setattr(trial_views, "PAGE_SIZE", 2)
    page = seen_by(client, make_coordinator(trial=trial))
    assert "1 to 2 of 3" in text_of(page)
    assert f"{PAGE}?page=2" in read(page).links


def test_the_number_of_queries_does_not_grow_with_the_findings(client, trial):
    client.force_login(make_coordinator(trial=trial))
    few = queries_of(client, PAGE)
    for number in range(3, 40):
        a_contact(site=a_site(trial, a_facility(number)), name="")
    assert queries_of(client, PAGE) == few <= 15


def test_the_board_counts_findings_for_users_with_access(client, trial):
    user = make_coordinator(trial=trial)
    seen_by(client, user)
    page = client.get(BOARD)
    assert "Data checks : 1 error, 2 warnings" in text_of(page)
    assert text_of(page).count("1 open issue") == 2
    assert f"{PAGE}?site={trial.trial_sites.first().pk}" in read(page).links


def test_the_board_counts_a_site_coordinators_own_findings(client, trial):
    user = make_coordinator(trial.trial_sites.first())
    seen_by(client, user)
    assert "Data checks : 1 warning" in text_of(client.get(BOARD))
    assert text_of(client.get(BOARD)).count("1 open issue") == 1


def test_the_board_shows_no_findings_to_others(client, trial):
    seen_by(client, make_coordinator(trial=trial))
    assert "Data checks" in text_of(client.get(BOARD))
    for user in (None, a_user("stranger")):
        client.logout() if user is None else client.force_login(user)
        assert "open issue" not in text_of(client.get(BOARD))
        assert "Data checks" not in text_of(client.get(BOARD))


def test_a_change_is_evaluated_at_once(client, trial):
    """A change by any page; the board only reads."""
    site = a_site(trial, a_facility(9), status="SUSPENDED", since="2026-01-01")
    client.force_login(make_coordinator(site))
    client.post("/work/confirm/", {"seen": f"{site.pk}:{site.version}", "only": site.pk})
    assert trial.findings.open().filter(rule="why-stopped-is-said").exists()


def test_an_administrator_without_assignments_can_fix_findings(client, trial):
    assert text_of(seen_by(client, a_user("root", is_superuser=True))).count("Fix :") == 3


def test_an_ended_assignment_shows_no_findings(client, trial):
    user = a_user("former")
    assign(user, trial=trial, ends_on=timezone.localdate() - timedelta(days=1))
    assert seen_by(client, user).status_code == 404
