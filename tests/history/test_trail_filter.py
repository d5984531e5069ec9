"""Filters of a history page by user, field and day; times with their zone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from history.authorship import authored
from history.related_trail import RelatedEntry
from history.trail import Entry
from history.trail_filter import TrailFilter
from tests.factories import a_facility, a_user
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    admin, other = (
        a_user("admin", is_superuser=True),
        a_user("other", first_name="Otto", last_name="Other"),
    )
    client.force_login(admin)
    facility = a_facility()
    with authored(admin.actor, reason="It moved"):
        type(facility).objects.filter(pk=facility.pk).update(city="Nice")
    with authored(other.actor, reason="Typing mistake"):
        type(facility).objects.filter(pk=facility.pk).update(name="Hospital 9", state="Var")
    return f"/admin/sites/facility/{facility.pk}/history/"


def test_filter_by_user(client, page):
    other = next(key for key, words in client.get(page).context["trail_filter"]["who"].field.choices if "Otto" in words)
    page_text = text_of(client.get(page, {"who": other}))
    assert "Typing mistake" in page_text
    assert "It moved" not in page_text


def test_filter_by_field_shows_only_that_field(client, page):
    ((related_entry, _),) = client.get(page, {"field": "state or region"}).context["entries"]
    assert [(change.field, change.new) for change in related_entry.entry.changes] == [("state or region", "Var")]
    assert related_entry.entry.reason == "Typing mistake"


def test_filter_by_day(client, page):
    today = timezone.localdate().isoformat()
    assert "It moved" in text_of(client.get(page, {"first_day": today, "last_day": today}))
    yesterday, tomorrow = (timezone.localdate() + timedelta(days=days) for days in (-1, 1))
    for query in (
        {"first_day": "2000-01-01", "last_day": "2000-01-02"},
        {"last_day": yesterday},
        {"first_day": tomorrow},
    ):
        assert "No changes match the filter" in text_of(client.get(page, query))


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"])
def test_a_day_begins_and_ends_at_local_midnight(settings, zone):
    settings.TIME_ZONE = zone
    first = timezone.make_aware(datetime(2026, 6, 15)).astimezone(UTC)
    minute, day = timedelta(minutes=1), timedelta(days=1)
    changed_times = [first - minute, first, first + day - minute, first + day]
    entries = [RelatedEntry(changed_at, "", Entry(0, changed_at, "", "", "update", [])) for changed_at in changed_times]
    matches = TrailFilter({"first_day": "2026-06-15", "last_day": "2026-06-15"}, entries, {}).filtered_entries()
    assert [entry.when for entry in matches] == changed_times[1:3]


@pytest.mark.parametrize("wrong", [{"who": "user:0"}, {"field": "x"}, {"first_day": "soon"}])
def test_an_invalid_filter_is_a_field_error(client, page, wrong):
    answer = client.get(page, wrong)
    assert answer.status_code == 200
    assert list(answer.context["trail_filter"].errors) == list(wrong)


def test_times_are_shown_with_their_zone(client):
    admin = a_user("admin", is_superuser=True)
    client.force_login(admin)
    page_text = text_of(client.get(f"/admin/accounts/user/{admin.pk}/history/"))
    assert "UTC" in page_text
    assert "+00:00" not in page_text


@pytest.mark.parametrize("one_day", [True, False])
def test_a_last_day_before_the_first_is_an_error_and_narrows_nothing(client, page, one_day):
    params = {"first_day": "2026-03-02", "last_day": "2026-03-02" if one_day else "2026-03-01"}
    answer = client.get(page, params)
    page_text = text_of(answer)
    assert ("The last day is before the first" in page_text) is not one_day
    assert ("It moved" in page_text) is not one_day
