"""The record's yearly verification: a task with its day, an act, and a clock apart from the sites'."""

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
from work.reminders.sending import send_reminders

pytestmark = pytest.mark.django_db
ADDRESS = "/work/trials/NCT00000001/verification/"


@pytest.fixture(autouse=True)
def fixed_day():
    with time_machine.travel("2026-03-15T12:00:00Z", tick=False):
        yield


def old_trial(number: int = 1, **values) -> Trial:
    """Recruiting, its completion past, and shown as unknown from 1 April 2026."""
    said = {"overall_status": "RECRUITING", "verified_on": "2024-03", "completion_on": "2025-06"}
    return a_trial(number, **said | values)


def test_the_two_clocks_are_told_apart_on_the_public_page(client):
    trial = old_trial(verified_on="2023-03")
    a_confirmed_site(trial, 1, 0)
    page = text_of(client.get(trial.get_absolute_url()))
    assert "The sponsor last verified the trial’s record in March 2023" in page
    assert "According to its sites: 1 of 1 site recruiting The recruiting site was confirmed today" in page
    assert "Site statuses are confirmed separately, by the sites or the trial office." in page


def test_it_is_a_task_of_the_trials_coordinator_with_its_day(client):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    (row,) = (row for row in rows_of(client.get("/work/")) if "Record verification" in row)
    assert "Record verification overdue: shown as unknown in 17 days" in row
    assert "verified every 12 months" in row
    assert "Verify record" in row
    assert "349 days overdue" in row


@pytest.mark.parametrize(("verified", "is_task"), [("2025-03", True), ("2025-04", False)])
def test_it_is_a_task_from_thirty_days_before(client, verified, is_task):
    client.force_login(make_coordinator(trial=old_trial(verified_on=verified)))
    assert ("Record verification due by 31 March 2026" in text_of(client.get("/work/"))) is is_task
    assert ("Verify record" in text_of(client.get("/work/"))) is is_task


def test_a_sites_coordinator_is_not_asked_and_cannot(client):
    site = a_confirmed_site(old_trial(), 1, 1)
    client.force_login(make_coordinator(site))
    assert "Record verification" not in text_of(client.get("/work/"))
    assert client.get(ADDRESS).status_code == 404
    board = text_of(client.get("/trials/NCT00000001/sites/"))
    assert "Record verification overdue: shown as unknown in 17 days." in board
    assert "Verify record" not in board


def test_the_board_tells_it_to_those_inside_only(client):
    trial = old_trial()
    a_site(trial)
    assert "Record verification" not in text_of(client.get("/trials/NCT00000001/sites/"))
    client.force_login(make_coordinator(trial=trial))
    assert "shown as unknown in 17 days. Verify the record" in text_of(client.get("/trials/NCT00000001/sites/"))


def test_the_mail_tells_it(client):
    user = make_coordinator(trial=old_trial())
    with authored("test"):
        user.email = "lead@example.org"
        user.save()
    send_reminders(now=timezone.localtime())
    (sent,) = mail.outbox
    assert "Record verification overdue: shown as unknown in 17 days (due 31 March 2025)" in sent.body


def test_verifying_is_one_act_with_author_and_reason(client):
    trial = old_trial()
    user = make_coordinator(trial=trial)
    client.force_login(user)
    page = client.get(ADDRESS)
    assert 'value="2026-03"' in page.content.decode()
    posted = {"verified_on": "2026-03", "reason": "Yearly check", "version": trial.version}
    assert client.post(ADDRESS, posted).status_code == 302
    trial.refresh_from_db()
    assert (trial.verified_on, trial.overall_status) == ("2026-03", "RECRUITING")
    said = Context.objects.get(metadata__reason="Yearly check").metadata
    assert said["actor"] == user.actor
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
def test_what_cannot_be_is_refused_beside_the_field_and_stays_typed(client, typed, words):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    answer = client.post(ADDRESS, {"verified_on": typed, "reason": "Kept words", "version": trial.version})
    assert words in text_of(answer)
    assert "Kept words" in text_of(answer)
    trial.refresh_from_db()
    assert trial.verified_on == "2024-03"


def test_a_day_that_is_typed_is_its_month(client):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    client.post(ADDRESS, {"verified_on": "2026-03-10", "version": trial.version})
    trial.refresh_from_db()
    assert trial.verified_on == "2026-03"


def test_a_stale_form_is_refused_and_keeps_what_was_typed(client):
    trial = old_trial()
    client.force_login(make_coordinator(trial=trial))
    answer = client.post(ADDRESS, {"verified_on": "2026-02", "reason": "Kept words", "version": trial.version + 7})
    assert answer.status_code == 409
    assert "Kept words" in text_of(answer)
    assert f'name="version" value="{trial.version}"' in answer.content.decode()


def test_a_trial_that_the_registry_holds_as_unknown_needs_its_status(client):
    trial = old_trial(overall_status="UNKNOWN", last_known_status="RECRUITING")
    client.force_login(make_coordinator(trial=trial))
    (row,) = rows_of(client.get("/work/"))
    assert "Update overall status" in row


def test_partners_read_both_days(client):
    old_trial()
    with authored("test"):
        key = AuthToken.objects.create(a_partner().user)[1]
    answer = client.get("/api/v1/trials/NCT00000001/", headers={"authorization": f"Bearer {key}"}).json()
    assert (answer["verification_due_on"], answer["becomes_unknown_on"]) == ("2025-03-31", "2026-04-01")


def test_a_verification_entered_here_is_ours_at_the_next_import(client):
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


def test_the_number_of_queries_does_not_depend_on_how_many_are_due(client):
    user = make_coordinator(trial=old_trial())
    client.force_login(user)
    one = queries_of(client, "/work/")
    for number in range(2, 12):
        assign(user, trial=old_trial(number))
    assert queries_of(client, "/work/") == one
