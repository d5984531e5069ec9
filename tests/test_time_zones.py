"""What depends on the day turns over at local midnight: in Los Angeles, Kolkata and Auckland, at both edges of the day.

time-machine moves Python's clock and not the server's. No statement compares the two: SQL is handed the day.
"""

import io
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import Assignment
from common import dates
from contacts.models import Role
from history.authorship import authored
from publishing.models import TrialDocument
from publishing.staleness import publish_pending
from registries.ctgov.export import export_records
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from sites.models import TrialSite
from sites.services import change_status, confirm
from tests.contacts.fixtures import a_contact
from tests.factories import a_confirmation, a_facility, a_partner, a_site, a_trial, a_user, assign
from trials.models import Trial
from work.models import Reminder
from work.reminders.digests import send_reminders

pytestmark = pytest.mark.django_db

ZONES = ["America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"]
EDGES = [(0, 5), (23, 55)]
DAY = date(2026, 6, 15)
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture(params=[(zone, edge) for zone in ZONES for edge in EDGES], ids=lambda at: f"{at[0]}-{at[1][0]:02}")
def local_clock(request, settings):
    """The clock of a place at one edge of 15 June 2026 there; moves on by days."""
    zone, (hour, minute) = request.param
    settings.TIME_ZONE = zone
    now = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=ZoneInfo(zone))
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture(params=ZONES)
def before_midnight(request, settings):
    """The clock of a place at 23:55 on 15 June 2026 there."""
    settings.TIME_ZONE = request.param
    evening = datetime(DAY.year, DAY.month, DAY.day, 23, 55, tzinfo=ZoneInfo(request.param))
    with time_machine.travel(evening, tick=False) as clock:
        yield clock


def a_record(*contacts: dict, status: str = "RECRUITING") -> dict:
    location = {"facility": "Bayview", "status": status, "city": "San Diego", "country": "United States"}
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000801", "briefTitle": "A trial of contacts"},
            "statusModule": {"overallStatus": "RECRUITING"},
            "contactsLocationsModule": {"locations": [location | ({"contacts": list(contacts)} if contacts else {})]},
        },
        "hasResults": False,
    }


def run_import(record: dict):
    return import_records(iter_records(io.BytesIO(json.dumps(record).encode())), source="test")


def public_document(trial: Trial) -> dict:
    publish_pending()
    return json.loads(TrialDocument.objects.get(pk=trial.pk).document)


ROSA = {"name": "Rosa Quill", "role": "CONTACT", "phone": "+1 555 010 0001"}
JUNE = {"name": "June Ember", "role": "CONTACT", "phone": "+1 555 010 0002"}


def test_the_day_is_the_one_of_the_place(local_clock):
    assert dates.today() == DAY


def test_a_contact_missing_in_the_record_ends_at_once(local_clock, client):
    run_import(a_record(ROSA, JUNE))
    run_import(a_record(JUNE))
    trial = Trial.objects.get()
    assert Role.objects.get(person__name="Rosa Quill").ends_before == DAY
    assert list(export_records(Trial.objects.all())) == [a_record(JUNE)]
    assert "Rosa Quill" not in json.dumps(public_document(trial))
    page = client.get(trial.get_absolute_url()).content.decode()
    assert "June Ember" in page
    assert "Rosa Quill" not in page


def test_registry_values_without_a_date_are_as_of_the_local_day(local_clock):
    run_import(a_record(ROSA))
    assert TrialSite.objects.get().status_events.get().as_of == DAY.isoformat()


def test_a_contact_is_shown_from_the_first_day_until_before_the_last(before_midnight):
    trial = a_trial(overall_status="RECRUITING")
    a_contact(trial=trial, name="Comes", starts_on=TOMORROW)
    a_contact(trial=trial, name="Goes", ends_before=TOMORROW)
    assert _central_contacts(trial) == ["Goes"]
    before_midnight.shift(timedelta(minutes=10))
    assert _central_contacts(trial) == ["Comes"]


def _central_contacts(trial: Trial) -> list[str]:
    return [contact["name"] for contact in public_document(trial)["central_contacts"]]


def test_unknown_begins_at_local_midnight(before_midnight):
    trial = a_trial(overall_status="RECRUITING", verified_on="2024-06-15", completion_on="2025-06")
    assert public_document(trial)["overall_status"] == "RECRUITING"
    before_midnight.shift(timedelta(minutes=10))
    assert public_document(trial)["overall_status"] == "UNKNOWN"


def test_a_change_is_dated_on_the_local_day(local_clock, client):
    user = a_user()
    site = a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-01")
    assign(user, site=site)
    client.force_login(user)
    assert 'value="15 Jun 2026"' in client.get(f"/work/sites/{site.pk}/change/").content.decode()
    event = change_status(site, to="SUSPENDED", effective_on=DAY, author=user.actor, reason="Ethics")
    assert (event.as_of, event.effective_on) == (DAY.isoformat(), DAY.isoformat())
    with pytest.raises(ValidationError):
        change_status(site, to="RECRUITING", effective_on=TOMORROW, author=user.actor, accept_warnings=True)


def test_a_confirmation_is_of_the_local_day(local_clock, client):
    site = a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-01")
    (made,) = confirm([site], author="user:7")
    assert made.confirmed_on == DAY
    with pytest.raises(ValidationError):
        confirm([site], author="user:7", on=TOMORROW)
    assert "Confirmed today" in client.get(f"/trials/{site.trial.key}/sites/").content.decode()


def test_an_assignment_is_in_force_on_its_first_and_last_local_day(before_midnight):
    sites = [a_site(a_trial(number), a_facility(number), status="RECRUITING") for number in (1, 2)]
    user = a_user()
    assign(user, site=sites[0], ends_on=DAY)
    assign(user, site=sites[1], starts_on=TOMORROW)
    assert list(TrialSite.objects.editable_by(user)) == [sites[0]]
    assert Assignment.objects.in_force(dates.today()).count() == 1
    before_midnight.shift(timedelta(minutes=10))
    assert list(TrialSite.objects.editable_by(user)) == [sites[1]]


def test_a_reminder_is_of_the_local_day(local_clock):
    user = a_user(email="site@example.org")
    site = a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-01")
    a_confirmation(site, DAY - timedelta(days=31))
    assign(user, site=site)
    send_reminders(now=timezone.now())
    assert list(Reminder.objects.values_list("for_day", flat=True)) == [DAY]


def test_the_api_response_is_of_the_local_day(before_midnight, client):
    trial = a_trial(overall_status="RECRUITING")
    site = a_site(trial, status="RECRUITING", since="2026-01-01")
    a_contact(site=site, name="Goes", ends_before=TOMORROW)
    with authored("test"):
        key = AuthToken.objects.create(a_partner("partner").user)[1]
    ask = {"headers": {"authorization": f"Bearer {key}"}}
    assert b"Goes" in client.get("/api/v1/sites/", **ask).content
    before_midnight.shift(timedelta(minutes=10))
    assert b"Goes" not in client.get("/api/v1/sites/", **ask).content


def test_the_database_is_handed_the_day():
    """The session's zone is UTC wherever we are, so that moments read the same everywhere."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW TIME ZONE")
        assert cursor.fetchone()[0] == "UTC"
