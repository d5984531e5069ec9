"""Verification of a record: the task, the page, and its due dates beside the confirmations of sites."""

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from knox.models import AuthToken

from history.authorship import authored
from history.models import Context
from tests.factories import a_partner, a_site, a_trial, assign
from tests.pages.html_reader import queries_of, rows_of, text_of
from tests.registries.test_import import record, run_import
from tests.work.my_work_fixtures import a_confirmed_site, make_coordinator
from trials.models import Trial
from work.reminders.digests import send_reminders

pytestmark = pytest.mark.django_db
ADDRESS = "/work/trials/NCT00000001/verification/"


@pytest.fixture(autouse=True)
def fixed_day():
    with time_machine.travel("2026-03-15T12:00:00Z", tick=False):
        yield


def old_trial(number: int = 1, **values) -> Trial:
    """A recruiting trial past its completion date, shown as unknown from 1 April 2026."""
    defaults = {"overall_status": "RECRUITING", "verified_on": "2024-03", "completion_on": "2025-06"}
    return a_trial(number, **defaults | values)


def test_the_public_page_shows_verification_and_confirmation_separately(client):
    trial = old_trial(verified_on="2023-03")
    a_confirmed_site(trial, 1, 0)
    page = text_of(client.get(trial.get_absolute_url()))
    assert "The sponsor last verified the trial’s record in March 2023" in page
    assert "According to its sites: 1 of 1 site recruiting The recruiting site was confirmed today" in page
    assert "Site statuses are confirmed separately, by the sites or the trial office." in page


def test_a_due_verification_is_a_task_of_the_trial_coordinator(client):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    (row,) = (row for row in rows_of(client.get("/work/")) if "Record verification" in row)
    assert "Record verification overdue: shown as unknown in 17 days" in row
    assert "verified every 12 months" in row
    assert "Verify record" in row
    assert "349 days overdue" in row


@pytest.mark.parametrize(("verified", "is_task"), [("2025-03", True), ("2025-04", False)])
def test_a_verification_is_a_task_thirty_days_before_it_is_due(client, verified, is_task):
    client.force_login(make_coordinator(trial=old_trial(verified_on=verified)))
    assert ("Record verification due by 31 March 2026" in text_of(client.get("/work/"))) is is_task
    assert ("Verify record" in text_of(client.get("/work/"))) is is_task


def test_a_site_coordinator_cannot_verify_the_record(client):
    site = a_confirmed_site(old_trial(), 1, 1)
    client.force_login(make_coordinator(site))
    assert "Record verification" not in text_of(client.get("/work/"))
    assert client.get(ADDRESS).status_code == 404
    board = text_of(client.get("/trials/NCT00000001/sites/"))
    assert "Record verification overdue: shown as unknown in 17 days." in board
    assert "Verify record" not in board


def test_the_board_shows_the_notice_only_to_users_with_access(client):
    trial = old_trial()
    a_site(trial)
    assert "Record verification" not in text_of(client.get("/trials/NCT00000001/sites/"))
    client.force_login(make_coordinator(trial=trial))
    assert "shown as unknown in 17 days. Verify the record" in text_of(client.get("/trials/NCT00000001/sites/"))


def test_the_digest_lists_a_due_verification(client):
    user = make_coordinator(trial=old_trial())
    with authored("test"):
        user.email = "lead@example.org"
        user.save()
    send_reminders(now=timezone.localtime())
    (sent,) = mail.outbox
    assert "Record verification overdue: shown as unknown in 17 days (due 31 March 2025)" in sent.body


def test_a_verification_is_saved_with_author_and_reason(client):
    trial = old_trial()
    user = make_coordinator(trial=trial)
    client.force_login(user)
    page = client.get(ADDRESS)
    assert 'value="2026-03"' in page.content.decode()
    posted = {"verified_on": "2026-03", "reason": "Yearly check", "version": trial.version}
    assert client.post(ADDRESS, posted).status_code == 302
    trial.refresh_from_db()
    assert (trial.verified_on, trial.overall_status) == ("2026-03", "RECRUITING")
    metadata = Context.objects.get(metadata__reason="Yearly check").metadata
    assert metadata["actor"] == user.actor
    assert "Record verification overdue" not in text_of(client.get("/work/"))
    assert client.post(ADDRESS, posted).status_code == 302, "twice is once"
    assert Trial.objects.get().version == trial.version


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-04", "The verification month cannot be in the future."),
        ("2024-02", "The record was already verified in March 2024. Enter that month or a later one."),
        ("2026", "Enter the month of the verification."),
        ("", "This field is required."),
    ],
)
def test_an_invalid_month_is_a_field_error_and_the_input_stays(client, typed, words):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    answer = client.post(ADDRESS, {"verified_on": typed, "reason": "Kept words", "version": trial.version})
    assert words in text_of(answer)
    assert "Kept words" in text_of(answer)
    trial.refresh_from_db()
    assert trial.verified_on == "2024-03"


def test_a_full_date_is_saved_as_its_month(client):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    client.post(ADDRESS, {"verified_on": "2026-03-10", "version": trial.version})
    trial.refresh_from_db()
    assert trial.verified_on == "2026-03"


def test_a_stale_form_is_refused_and_keeps_its_input(client):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    answer = client.post(ADDRESS, {"verified_on": "2026-02", "reason": "Kept words", "version": trial.version + 7})
    assert answer.status_code == 409
    assert "Kept words" in text_of(answer)
    assert f'name="version" value="{trial.version}"' in answer.content.decode()


def test_a_trial_with_the_status_unknown_needs_a_new_status(client):
    trial = old_trial(overall_status="UNKNOWN", last_known_status="RECRUITING")
    client.force_login(make_coordinator(trial=trial))
    (row,) = rows_of(client.get("/work/"))
    assert "Update overall status" in row


def test_the_api_has_both_dates(client):
    old_trial()
    with authored("test"):
        key = AuthToken.objects.create(a_partner().user)[1]
    answer = client.get("/api/v1/trials/NCT00000001/", headers={"authorization": f"Bearer {key}"}).json()
    assert (answer["verification_due_on"], answer["becomes_unknown_on"]) == ("2025-03-31", "2026-04-01")


def test_a_saved_verification_is_not_overwritten_by_an_import(client):
    received = record()
    received["protocolSection"]["statusModule"]["statusVerifiedDate"] = "2024-03"
    run_import(received)
    trial = Trial.objects.get()
    client.force_login(make_coordinator(trial=trial))
    client.post(f"/work/trials/{trial.key}/verification/", {"verified_on": "2026-03", "version": trial.version})
    run_import(received)
    trial.refresh_from_db()
    assert trial.verified_on == "2026-03"
    assert not trial.registry_conflicts.exists()
    received["protocolSection"]["statusModule"]["statusVerifiedDate"] = "2024-09"
    received["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] = "2026-03-02"
    run_import(received)
    trial.refresh_from_db()
    assert (trial.verified_on, trial.registry_conflicts.count()) == ("2026-03", 1)


def test_the_number_of_queries_does_not_grow_with_due_verifications(client):
    user = make_coordinator(trial=old_trial())
    client.force_login(user)
    one = queries_of(client, "/work/")
    for number in range(2, 12):
        assign(user, trial=old_trial(number))
    assert queries_of(client, "/work/") == one
