"""A manager asks somebody to look; whoever looks after it answers."""

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
    """At the site, unless said otherwise."""
    client.force_login(a_manager(first_name="Mara", last_name="Kent"))
    client.post(page_of(site.trial), {"site": site.pk if at is None else at, "text": SENTENCE})
    return Flag.objects.get()


def answer(client, flag, words: str):
    return client.post(flag.get_absolute_url(), {"answer": words}, follow=True)


def test_a_flag_stands_on_the_list_of_who_looks_after_the_site_until_it_is_answered(client, site):
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


def test_whoever_raised_it_reads_the_answer(client, site):
    flag = flag_it(client, site)
    coordinator, manager = make_coordinator(site), Flag.objects.get().raised_by
    client.force_login(coordinator)
    answer(client, flag, "It reopened in June.")
    client.force_login(type(coordinator).objects.get(pk=manager.removeprefix("user:")))
    assert "It reopened in June." in text_of(client.get(flag.get_absolute_url()))


def test_a_flag_at_the_trial_is_for_the_trials_coordinator(client, site):
    flag_it(client, site, at="")
    client.force_login(make_coordinator(site))
    assert SENTENCE not in text_of(client.get("/work/"))
    client.force_login(make_coordinator(trial=site.trial, name="trial-coordinator"))
    assert SENTENCE in text_of(client.get("/work/"))


def test_whoever_raised_it_takes_it_back(client, site):
    flag = flag_it(client, site)
    client.post(flag.get_absolute_url(), {"take_back": "1"})
    flag.refresh_from_db()
    assert flag.closed_at
    assert flag.answer == ""
    client.force_login(make_coordinator(site))
    assert SENTENCE not in text_of(client.get("/work/"))


def test_an_answer_beside_taking_it_back_is_not_read(client, site):
    flag = flag_it(client, site)
    client.post(flag.get_absolute_url(), {"take_back": "1", "answer": "It reopened in June."})
    flag.refresh_from_db()
    assert flag.closed_at
    assert flag.answer == ""


def test_an_answer_says_something_and_comes_once(client, site):
    flag = flag_it(client, site)
    client.force_login(make_coordinator(site))
    assert "Enter an answer." in text_of(answer(client, flag, " "))
    answer(client, flag, "First")
    assert "already closed" in text_of(answer(client, flag, "Second"))
    flag.refresh_from_db()
    assert flag.answer == "First"


def test_a_flag_says_something(client, site):
    client.force_login(a_manager())
    page = client.post(page_of(site.trial), {"text": " "})
    assert "Enter a question or describe the issue." in text_of(page)
    assert not Flag.objects.exists()


def test_a_site_of_another_trial_cannot_be_flagged_here(client, site):
    client.force_login(a_manager())
    client.post(page_of(a_trial(2)), {"site": site.pk, "text": SENTENCE})
    assert not Flag.objects.exists()


@pytest.mark.parametrize("editor", [a_user, an_inspector])
def test_only_managers_flag(client, site, editor):
    user = editor("editor")
    assign(user, trial=site.trial)
    client.force_login(user)
    assert client.post(page_of(site.trial), {"text": SENTENCE}).status_code == 404
    assert not Flag.objects.exists()


def test_strangers_find_no_flag_and_inspectors_read_it_only(client, site):
    flag = flag_it(client, site)
    client.force_login(a_user("stranger"))
    assert client.get(flag.get_absolute_url()).status_code == 404
    assert client.post(flag.get_absolute_url(), {"answer": "x"}).status_code == 404
    client.force_login(an_inspector())
    assert SENTENCE in text_of(client.get(flag.get_absolute_url()))
    client.post(flag.get_absolute_url(), {"answer": "x", "take_back": "1"})
    flag.refresh_from_db()
    assert flag.closed_at is None


def test_the_trail_tells_who_flagged_and_who_answered(client, site):
    flag = flag_it(client, site)
    coordinator = make_coordinator(site)
    client.force_login(coordinator)
    answer(client, flag, "It reopened in June.")
    told = [(row.pgh_label, row.pgh_context.actor) for row in Flag.trail_model.objects.order_by("pgh_id")]
    assert told == [("insert", flag.raised_by), ("update", coordinator.actor)]
