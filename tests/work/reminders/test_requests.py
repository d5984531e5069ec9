"""Requested reminders, sent to a real mail server: recipients, once a day, and what is saved."""

from email import message_from_bytes

import pytest

from history.authorship import authored
from history.trail import trail_of
from tests.factories import a_manager, a_user, an_inspector, assign
from tests.pages.html_reader import queries_of, rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_coordinator
from work.models import Reminder, RequestedReminder

pytestmark = pytest.mark.django_db(transaction=True)
REMIND, BOARD = "/work/remind/", "/trials/NCT00000001/sites/"


@pytest.fixture
def lead(client, trial_with_people):
    """The trial coordinator, signed in."""
    user = trial_with_people[2][1]
    client.force_login(user)
    return user


def remind(client, *sites):
    return client.post(REMIND, {"site": [site.pk for site in sites], "send": "1"}, follow=True)


def text_of_mail(letter) -> str:
    return message_from_bytes(letter.content).get_payload(decode=True).decode().replace("\r\n", "\n")


def test_the_responsible_person_gets_a_mail_that_names_the_requester(client, letterbox, trial_with_people, lead):
    _, (site, _), _ = trial_with_people
    page = remind(client, site)
    assert "Reminder sent to site." in text_of(page)
    assert letterbox.recipients == ["site@example.org"]
    text = text_of_mail(letterbox.letters[0])
    assert "trial asks you to check the recruitment status of this site" in text
    assert "Hospital 1, NCT00000001" in text
    assert "40 days ago" in text
    assert "/work/\n" in text


def test_nothing_is_sent_before_the_preview_is_confirmed(client, letterbox, trial_with_people, lead):
    page = client.post(REMIND, {"site": trial_with_people[1][0].pk})
    assert "Send 1 reminder" in text_of(page)
    assert letterbox.letters == []
    assert not RequestedReminder.objects.exists()


def test_a_person_is_reminded_of_a_site_once_a_day(client, letterbox, trial_with_people, lead):
    site = trial_with_people[1][0]
    remind(client, site)
    assert "site was already reminded today." in text_of(client.get(f"{REMIND}?site={site.pk}"))
    assert "No reminder was sent" in text_of(remind(client, site))
    assert letterbox.recipients == ["site@example.org"]


def test_the_requester_is_in_the_audit_trail(client, letterbox, trial_with_people, lead):
    remind(client, trial_with_people[1][0])
    sent = RequestedReminder.objects.get()
    assert (sent.state, sent.requested_by) == (Reminder.State.SENT, lead.actor)
    assert {entry.reason for entry in trail_of(sent)} == {"Reminder requested"}
    assert {entry.actor for entry in trail_of(sent)} == {lead.actor}


def test_a_site_without_a_coordinator_goes_to_the_trial_coordinator(client, letterbox, trial_with_people):
    client.force_login(a_manager())
    remind(client, trial_with_people[1][1])
    assert letterbox.recipients == ["trial@example.org"]


def test_a_user_cannot_remind_themselves(client, letterbox, trial_with_people, lead):
    """The other one of two coordinators is reminded; a sole coordinator is not."""
    trial, sites, _ = trial_with_people
    alone = text_of(client.get(f"{REMIND}?site={sites[1].pk}"))
    assert "Only you are responsible. Confirm or change its status in My work." in alone
    assert "No reminder to send" in alone
    second = a_user("second", email="second@example.org")
    assign(second, trial=trial)
    assert "Send 1 reminder" in text_of(client.get(f"{REMIND}?site={sites[1].pk}"))
    remind(client, sites[1])
    assert letterbox.recipients == ["second@example.org"]


def test_a_person_gets_one_mail_with_all_sites(client, letterbox, trial_with_people):
    _, sites, (person, _) = trial_with_people
    assign(person, site=sites[1])
    client.force_login(a_manager())
    shown = client.get(f"{REMIND}?site={sites[0].pk}:{sites[0].version}&site={sites[1].pk}:1")
    assert "Send 1 reminder" in text_of(shown)
    remind(client, *sites)
    assert letterbox.recipients == ["site@example.org"]
    assert "Hospital 1" in text_of_mail(letterbox.letters[0])
    assert "Hospital 2" in text_of_mail(letterbox.letters[0])


def test_skipped_sites_are_listed_with_their_reasons(client, letterbox, trial_with_people, lead):
    trial, sites, (person, _) = trial_with_people
    fresh = a_confirmed_site(trial, 5, days=1)
    person.email = ""
    with authored("test"):
        person.save()
    text = text_of(client.get(f"{REMIND}?site={fresh.pk}&site={sites[0].pk}"))
    assert "Not overdue: its confirmation is due on" in text
    assert "site has no e-mail address." in text
    remind(client, fresh, sites[0])
    assert letterbox.letters == []


def test_a_refused_mail_is_reported_and_can_be_requested_again(client, letterbox, trial_with_people, lead):
    site = trial_with_people[1][0]
    letterbox.answer = lambda letter: "550 No such user"
    assert "did not accept the reminder to site" in text_of(remind(client, site))
    assert RequestedReminder.objects.get().state == Reminder.State.REFUSED
    letterbox.answer = lambda letter: "250 OK"
    assert "Reminder sent to site." in text_of(remind(client, site))


def test_without_a_mail_server_nothing_is_saved_and_an_error_is_shown(
    client, settings, letterbox, trial_with_people, lead
):
    settings.EMAIL_PORT = 9
    assert "The mail server could not be reached" in text_of(remind(client, trial_with_people[1][0]))
    assert not RequestedReminder.objects.exists()


def test_only_trial_coordinators_and_managers_request_reminders(client, trial_with_people):
    site = trial_with_people[1][0]
    others = make_coordinator(trial=a_recruiting_trial(2), name="elsewhere")
    for user in (trial_with_people[2][0], an_inspector(), others, a_user("nobody")):
        client.force_login(user)
        assert client.get(f"{REMIND}?site={site.pk}").status_code == 404, user
        assert client.post(REMIND, {"site": site.pk}).status_code == 404, user


@pytest.mark.parametrize("query", ["", "?site=x", "?site=1&colour=red", "?site=%00"])
def test_invalid_parameters_are_refused(client, query):
    client.force_login(a_manager())
    assert client.get(f"{REMIND}{query}").status_code == 400


def test_the_board_shows_coordinators_only_to_users_with_access(client, letterbox, trial_with_people):
    _, sites, (person, lead) = trial_with_people
    with authored("test"):
        person.first_name, person.last_name = "Ada", "Koch"
        person.save()
    client.force_login(lead)
    remind(client, sites[0])
    for user in (lead, a_manager(), an_inspector()):
        client.force_login(user)
        [row] = [row for row in rows_of(client.get(BOARD)) if "Hospital 1" in row]
        assert "Ada Koch" in row, user
        assert f"Reminded {days_ago(0):%-d %B %Y}" in row, user
    assert "trial (trial)" in next(row for row in rows_of(client.get(BOARD)) if "Hospital 2" in row)
    client.force_login(person)
    assert "Responsible" not in text_of(client.get(BOARD))
    client.logout()
    assert "Ada Koch" not in text_of(client.get(BOARD))


def test_my_work_names_the_responsible_people_of_overdue_sites(client, trial_with_people, lead):
    [row] = [row for row in rows_of(client.get("/work/")) if "Hospital 1" in row]
    assert "Responsible: site" in row
    assert "Remind" in row
    [own] = [row for row in rows_of(client.get("/work/")) if "Hospital 2" in row]
    assert "Responsible" not in own


@pytest.mark.parametrize("address", [BOARD, "/work/", f"{REMIND}?site=%s"])
def test_the_queries_do_not_grow_with_the_sites(client, address):
    trial = a_recruiting_trial(1)
    client.force_login(make_coordinator(trial=trial, name="trial"))
    counts = []
    for numbers in (range(3), range(3, 25)):
        sites = [a_confirmed_site(trial, number, days=40) for number in numbers]
        for site in sites:
            make_coordinator(site, name=f"site{site.pk}")
        page = address % "&site=".join(str(site.pk) for site in sites) if "%s" in address else address
        counts.append(queries_of(client, page))
    assert counts[0] == counts[1]
