"""What changed: page, CSV and Atom feed, by the reader's scope."""

import csv
import io
import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from django.utils import timezone

from history.authorship import authored
from publishing.changes.queries import may_have_changes
from publishing.staleness import publish_pending
from sites.choices import Source
from sites.models import StatusEvent
from sites.services.status import change_status
from sites.status_transitions import Authority
from tests.factories import (
    a_confirmation,
    a_contact,
    a_facility,
    a_manager,
    a_site,
    a_trial,
    a_user,
    an_event,
    assign,
)
from tests.pages.html_reader import queries_of, read, text_of
from trials.models import Trial

pytestmark = pytest.mark.django_db
PAGE = "/changes/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def trial():
    return a_trial(1, overall_status="RECRUITING", enrollment_count=100)


def ago(days: int):
    return timezone.now() - timedelta(days=days)


def a_past_site(trial, number: int = 1, **values):
    """A site that is not yet recruiting, recorded 100 days ago."""
    site = a_site(trial, a_facility(number, name=f"Hospital {number}"))
    an_event(site, "NOT_YET_RECRUITING", "2026-01-01", recorded_at=ago(100), **values)
    site.refresh_from_db()
    return site


def test_opened_closed_corrected_and_confirmed_sites(client, trial):
    site = a_past_site(trial)
    opened = an_event(site, "RECRUITING", "2026-02-01", as_of="2026-02-01", recorded_at=ago(5))
    an_event(
        site, "RECRUITING", "2026-02-03", as_of="2026-02-01", corrects=opened, reason="Wrong day", recorded_at=ago(4)
    )
    a_confirmation(site, timezone.localdate() - timedelta(days=3), status="RECRUITING", confirmed_as="SITE",
                   recorded_at=ago(3))  # fmt: skip
    an_event(site, "SUSPENDED", "2026-03-01", as_of="2026-03-01", recorded_at=ago(2))
    text = text_of(client.get(PAGE))
    assert "Opened: Recruiting since 1 February 2026 (before: Not yet recruiting)" in text
    assert "Status corrected to Recruiting since 3 February 2026 (before: Recruiting)" in text
    assert "Status confirmed by the site: Recruiting" in text
    assert "Closed: Suspended since 1 March 2026 (before: Recruiting)" in text
    assert "Wrong day" not in text


def test_a_confirmation_saved_with_a_new_status_is_no_change_of_its_own(client, trial):
    site = a_past_site(trial)
    change_status(
        site, to="RECRUITING", effective_on="2026-02-01", author="test", reason="Ready", accept_warnings=True,
        authority=Authority.TRIAL_COORDINATOR,
    )  # fmt: skip
    text = text_of(client.get(PAGE))
    assert "Opened: Recruiting" in text
    assert "Status confirmed:" not in text
    assert "Status confirmed by" not in text


def test_a_first_import_and_older_changes_are_left_out(client, trial):
    site = a_site(trial, a_facility(1, name="Hospital 1"))
    an_event(site, "RECRUITING", source=Source.REGISTRY)
    assert "No changes" in text_of(client.get(PAGE))
    assert not may_have_changes(trial)
    older = a_past_site(trial, 2)
    assert may_have_changes(trial)
    an_event(older, "RECRUITING", "2026-02-01", recorded_at=ago(8))
    assert "No changes" in text_of(client.get(PAGE))
    assert "Hospital 2" in text_of(client.get(f"{PAGE}?since={(ago(9)).date()}"))


def test_changes_of_the_published_trial(client, trial):
    site = a_site(trial, a_facility(1), status="RECRUITING", since="2026-01-01")
    publish_pending()
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(enrollment_count=80)
    a_contact(site=site, name="Ana Lyon")
    text = text_of(client.get(PAGE))
    assert "Planned enrollment changed to 80 (before: 100)" in text
    assert "Published contacts changed" in text
    assert "Ana Lyon" not in text
    with authored("test"):
        Trial.objects.filter(pk=trial.pk).update(overall_status="ACTIVE_NOT_RECRUITING")
    text = text_of(client.get(f"{PAGE}?kind=overall"))
    assert "Overall status changed to Active, not recruiting (before: Recruiting)" in text
    assert "Planned enrollment changed" not in text


def test_everybody_finds_only_what_is_in_their_scope(client, trial):
    hidden = a_trial(2, is_public=False, overall_status="RECRUITING")
    closed = a_trial(3, overall_status="COMPLETED")
    sites = [a_past_site(one, number) for number, one in enumerate((trial, hidden, closed), start=1)]
    for site in sites:
        an_event(site, "RECRUITING", "2026-02-01", reason="Contract signed", author="test")
    text = text_of(client.get(PAGE))
    assert "Hospital 1" in text
    assert "Hospital 2" not in text
    assert "Hospital 3" not in text  # its status is held back
    assert "Contract signed" not in text
    assert client.get(f"{PAGE}?trial={hidden.key}").status_code == 400
    coordinator = a_user("coordinator", is_staff=False)
    assign(coordinator, site=sites[1])
    client.force_login(coordinator)
    text = text_of(client.get(PAGE))
    assert "Hospital 2" in text
    assert text.count("Contract signed") == 1
    client.force_login(a_manager())
    assert text_of(client.get(PAGE)).count("Contract signed") == 3


def test_filters_by_trial_country_person_and_kind(client, trial):
    ada, other = a_user("ada", first_name="Ada", last_name="Weber"), a_trial(2, overall_status="RECRUITING")
    first, second = a_past_site(trial, 1), a_past_site(other, 2)
    third = a_site(trial, a_facility(3, name="Hospital 3", city="Lima", country="Peru"))
    an_event(first, "RECRUITING", "2026-02-01", author=f"user:{ada.pk}")
    an_event(second, "RECRUITING", "2026-02-01")
    an_event(third, "RECRUITING", "2026-02-01")
    an_event(third, "SUSPENDED", "2026-03-01")
    client.force_login(a_manager())

    def found(question: str) -> list[int]:
        text = text_of(client.get(f"{PAGE}?{question}")).split("Atom feed")[1]
        return [number for number in (1, 2, 3) if f"Hospital {number}" in text]

    assert found("") == [1, 2, 3]
    assert found("trial=NCT00000001") == [1, 3]
    assert found("country=Peru") == [3]
    assert found(f"person=user:{ada.pk}") == [1]
    assert found("kind=closed") == [3]
    assert "Ada Weber" in text_of(client.get(f"{PAGE}?person=user:{ada.pk}"))


@pytest.mark.parametrize(
    "question", ["colour=red", "since=soon", "since=2999-01-01", "kind=moved", "country=Atlantis", "trial=NCT09999999",
                 "page=0", "person=user:1"],
)  # fmt: skip
@pytest.mark.parametrize("address", [PAGE, "/changes.csv", "/changes.atom"])
def test_a_bad_parameter_is_refused_by_name(client, trial, address, question):
    response = client.get(f"{address}?{question}")
    assert response.status_code == 400
    assert question.partition("=")[0] in text_of(response).lower()


def test_the_csv_has_what_the_page_shows(client, trial):
    site = a_past_site(trial)
    an_event(site, "RECRUITING", "2026-02-01", reason="Contract signed")
    head, row = csv.reader(io.StringIO(client.get("/changes.csv").content.decode("utf-8-sig")))
    assert head == ["Time", "Kind", "Trial", "Site", "City", "Country", "Change"]
    assert row[1:] == [
        "Site opened", "NCT00000001", "Hospital 1", "Lyon", "France",
        "Opened: Recruiting since 1 February 2026 (before: Not yet recruiting)",
    ]  # fmt: skip
    client.force_login(a_manager())
    head, row = csv.reader(io.StringIO(client.get("/changes.csv").content.decode("utf-8-sig")))
    assert (head[-1], row[-1]) == ("Reason", "Contract signed")


def test_the_feed_is_atom_with_stable_ids(client, trial):
    site = a_past_site(trial)
    event = an_event(site, "RECRUITING", "2026-02-01")
    response = client.get("/changes.atom?trial=NCT00000001")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}id").text == f"tag:testserver,2026:status-event-{event.pk}"
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver/trials/NCT00000001/#site-{site.pk}"
    for name in ("id", "title", "updated", "link", "author"):
        assert feed.find(f"{ATOM}{name}") is not None
    assert client.get("/changes.atom?trial=NCT00000001").content == response.content


def test_the_trial_page_has_the_last_changes_and_the_board_a_link(client, trial):
    site = a_past_site(trial)
    an_event(site, "RECRUITING", "2026-02-01")
    page = client.get("/trials/NCT00000001/")
    assert "Opened: Recruiting since 1 February 2026" in text_of(page)
    assert "/changes/?trial=NCT00000001" in read(page).links
    assert "/changes/?trial=NCT00000001" in read(client.get("/trials/NCT00000001/sites/")).links


def test_a_second_visit_links_to_the_changes_since_the_first(client, trial):
    client.force_login(a_manager())
    assert "Since my last visit" not in text_of(client.get(PAGE))
    assert "Since my last visit" in text_of(client.get(PAGE))
    client.logout()
    assert "Since my last visit" not in text_of(client.get(PAGE))


def test_many_changes_are_paged_with_the_same_queries(client, trial):
    sites = [a_past_site(trial, number) for number in range(1, 61)]
    client.force_login(a_manager())
    an_event(sites[0], "RECRUITING", "2026-02-01")
    few = queries_of(client, PAGE)
    with authored("test"):
        for status in ("RECRUITING", "SUSPENDED"):
            StatusEvent.objects.bulk_create(
                StatusEvent(
                    trial_site=site, status=status, effective_on="2026-02-01", as_of="2026-02-01", author="test"
                )
                for site in sites[1:]
            )
    publish_pending()
    assert queries_of(client, PAGE) == few <= 20
    first, second = client.get(PAGE), client.get(f"{PAGE}?page=2")
    assert first.context["count"] == 100
    assert second.context["count"] == 19
