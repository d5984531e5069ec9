"""Flags: added by managers, answered by coordinators, withdrawn by their authors."""

import pytest
from django.utils import timezone

from tests.factories import a_manager, a_trial, a_user, an_inspector, assign
from tests.pages.html_reader import rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.models import Flag

pytestmark = pytest.mark.django_db
SENTENCE = "The hospital says it closed in May."


@pytest.fixture
def site():
    return a_confirmed_site(a_recruiting_trial(1), 1, 2)


def page_of(trial) -> str:
    return f"/work/trials/{trial.key}/"


def flag_it(client, site, *, at: str | None = None):
    """A flag at the site, or at the trial."""
    client.force_login(a_manager(first_name="Mara", last_name="Kent"))
    client.post(page_of(site.trial), {"site": site.pk if at is None else at, "text": SENTENCE})
    return Flag.objects.get()


def answer(client, flag, words: str):
    return client.post(flag.get_absolute_url(), {"answer": words}, follow=True)


def test_a_flag_is_a_task_of_the_site_coordinator_until_it_is_answered(client, site):
    flag = flag_it(client, site)
    client.force_login(make_coordinator(site))
    (row,) = rows_of(client.get("/work/"))
    today = timezone.localdate()
    assert f"{SENTENCE} Flagged by Mara Kent on {today:%-d %B %Y}." in row
    assert "Answer" in row
    assert "No tasks due" in text_of(answer(client, flag, "It reopened in June."))
    flag.refresh_from_db()
    assert flag.answer == "It reopened in June."
    assert flag.closed_by.startswith("user:")


def test_the_author_of_a_flag_reads_the_answer(client, site):
    flag = flag_it(client, site)
    coordinator, manager = make_coordinator(site), Flag.objects.get().raised_by
    client.force_login(coordinator)
    answer(client, flag, "It reopened in June.")
    client.force_login(type(coordinator).objects.get(pk=manager.removeprefix("user:")))
    assert "It reopened in June." in text_of(client.get(flag.get_absolute_url()))


def test_a_flag_of_a_trial_is_a_task_of_the_trial_coordinator(client, site):
    flag_it(client, site, at="")
    client.force_login(make_coordinator(site))
    assert SENTENCE not in text_of(client.get("/work/"))
    client.force_login(make_coordinator(trial=site.trial, name="trial-coordinator"))
    assert SENTENCE in text_of(client.get("/work/"))


def test_the_author_withdraws_a_flag(client, site):
    flag = flag_it(client, site)
    client.post(flag.get_absolute_url(), {"withdraw": "1"})
    flag.refresh_from_db()
    assert flag.closed_at
    assert flag.answer == ""
    client.force_login(make_coordinator(site))
    assert SENTENCE not in text_of(client.get("/work/"))


def test_a_withdrawal_ignores_the_answer(client, site):
    flag = flag_it(client, site)
    client.post(flag.get_absolute_url(), {"withdraw": "1", "answer": "It reopened in June."})
    flag.refresh_from_db()
    assert flag.closed_at
    assert flag.answer == ""


def test_a_flag_is_answered_once_and_not_with_a_blank(client, site):
    flag = flag_it(client, site)
    client.force_login(make_coordinator(site))
    assert "Enter an answer." in text_of(answer(client, flag, " "))
    answer(client, flag, "First")
    assert "already closed" in text_of(answer(client, flag, "Second"))
    flag.refresh_from_db()
    assert flag.answer == "First"


def test_a_flag_needs_a_text(client, site):
    client.force_login(a_manager())
    page = client.post(page_of(site.trial), {"text": " "})
    assert "Enter a question or describe the issue." in text_of(page)
    assert not Flag.objects.exists()


def test_a_site_of_another_trial_cannot_be_flagged(client, site):
    client.force_login(a_manager())
    client.post(page_of(a_trial(2)), {"site": site.pk, "text": SENTENCE})
    assert not Flag.objects.exists()


@pytest.mark.parametrize("editor", [a_user, an_inspector])
def test_only_managers_add_flags(client, site, editor):
    user = editor("editor")
    assign(user, trial=site.trial)
    client.force_login(user)
    assert client.post(page_of(site.trial), {"text": SENTENCE}).status_code == 404
    assert not Flag.objects.exists()


def test_a_flag_is_a_404_for_others_and_read_only_for_inspectors(client, site):
    flag = flag_it(client, site)
    client.force_login(a_user("stranger"))
    assert client.get(flag.get_absolute_url()).status_code == 404
    assert client.post(flag.get_absolute_url(), {"answer": "x"}).status_code == 404
    client.force_login(an_inspector())
    assert SENTENCE in text_of(client.get(flag.get_absolute_url()))
    client.post(flag.get_absolute_url(), {"answer": "x", "withdraw": "1"})
    flag.refresh_from_db()
    assert flag.closed_at is None


def test_the_audit_trail_has_the_authors_of_flag_and_answer(client, site):
    flag = flag_it(client, site)
    coordinator = make_coordinator(site)
    client.force_login(coordinator)
    answer(client, flag, "It reopened in June.")
    events = [(row.pgh_label, row.pgh_context.actor) for row in Flag.trail_model.objects.order_by("pgh_id")]
    assert events == [("insert", flag.raised_by), ("update", coordinator.actor)]
