"""What the public saw of a trial on a day, and who changed it."""

import pytest

from contacts.models import Person
from history.authorship import authored
from publishing.staleness import publish_pending
from sites.services.status import change_status
from sites.status_transitions import Authority
from tests.factories import a_contact, a_facility, a_manager, a_site, a_trial, a_user, an_inspector, assign
from tests.pages.html_reader import queries_of, text_of
from trials.models import Trial

pytestmark = pytest.mark.django_db
PAGE = "/trials/NCT00000001/public/"


@pytest.fixture
def trial():
    trial = a_trial(1, overall_status="RECRUITING")
    site = a_site(trial, a_facility(1, name="Lyon Hospital"), status="RECRUITING", since="2026-01-03")
    a_contact(site=site, name="Ana Lyon")
    return trial


@pytest.fixture
def suspended(trial):
    """After the first version, Ada Weber suspended the site."""
    publish_pending()
    site = trial.trial_sites.get()
    author = a_user("ada", first_name="Ada", last_name="Weber")
    change_status(
        site, to="SUSPENDED", effective_on="2026-01-20", author=f"user:{author.pk}",
        reason="Freezer out of order", authority=Authority.MANAGER, accept_warnings=True,
    )  # fmt: skip
    publish_pending()
    return site


def test_the_current_version_has_statuses_and_contacts(client, trial):
    client.force_login(an_inspector())
    text = text_of(client.get(PAGE))
    assert "Lyon Hospital" in text
    assert "Ana Lyon" in text
    assert "study@example.org" in text
    assert "is still the current one" in text
    assert "first version on record" in text


def test_the_page_says_who_changed_what_when_and_why(client, suspended):
    client.force_login(an_inspector())
    text = text_of(client.get(PAGE))
    assert "Lyon Hospital, Lyon Status Recruiting Suspended" in text
    assert "Contacts Ana Lyon +33 4 00 00 00 00 study@example.org Not published" in text
    assert "Ada Weber" in text
    assert "Freezer out of order" in text


def test_a_day_before_the_first_version_is_not_on_record(client, trial):
    client.force_login(an_inspector())
    text = text_of(client.get(f"{PAGE}?on=2020-01-01"))
    assert "No version of that day is on record" in text
    assert "Ana Lyon" not in text


def test_a_trial_that_was_not_public_says_so(client, trial):
    publish_pending()
    with authored("test"):
        Trial.objects.update(is_public=False)
    client.force_login(an_inspector())
    assert "The trial was not public." in text_of(client.get(PAGE))


def test_only_readers_of_the_audit_trail_find_the_page(client, trial):
    assert client.get(PAGE).status_code == 302
    coordinator = a_user("site-coordinator", is_staff=False)
    assign(coordinator, site=trial.trial_sites.get())
    for user, status in ((a_user("other"), 404), (coordinator, 404), (a_manager(), 200)):
        client.force_login(user)
        assert client.get(PAGE).status_code == status
    lead = a_user("trial-coordinator", is_staff=False)
    assign(lead, trial=trial)
    client.force_login(lead)
    assert client.get(PAGE).status_code == 200
    assert client.get("/trials/NCT00000009/public/").status_code == 404


@pytest.mark.parametrize(
    "question", ["on=soon", "on=2026-02-30", "on=2999-01-01", "on=2026-01-01&on=2026-01-02", "day=1"]
)
def test_a_bad_day_is_refused_by_name(client, trial, question):
    client.force_login(an_inspector())
    response = client.get(f"{PAGE}?{question}")
    assert response.status_code == 400
    assert question.partition("=")[0] in text_of(response).lower()


def test_the_number_of_queries_does_not_depend_on_the_number_of_sites(client, trial):
    client.force_login(an_inspector())
    few = queries_of(client, PAGE)
    for number in range(2, 12):
        a_contact(site=a_site(trial, a_facility(number), status="RECRUITING", since="2026-01-03"))
    publish_pending()
    assert queries_of(client, PAGE) <= few + 12  # the writes of the first version have fewer rows before them
    size = queries_of(client, PAGE)
    for number in range(12, 22):
        a_contact(site=a_site(trial, a_facility(number), status="RECRUITING", since="2026-01-03"))
    publish_pending()
    assert queries_of(client, PAGE) == size


def test_unpublished_details_of_a_contact_are_not_shown(client, trial):
    person = Person.objects.get()
    publish_pending()
    with authored("test"):
        person.notes, person.mobile, person.phone = "Prefers mornings", "+33 6 11 11 11 11", "+33 4 22 22 22 22"
        person.save()
    client.force_login(a_manager())
    text = text_of(client.get(PAGE))
    assert "+33 4 22 22 22 22" in text
    assert "Prefers mornings" not in text
    assert "+33 6 11 11 11 11" not in text
