"""Locked months: refused writes, pages, and concurrent locking."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from common.partial_dates import PartialDate
from history.authorship import authored
from history.trail import trail_of
from sites.models import EnrollmentReport, MonthLock
from sites.services import MonthlyCounts, lock_month, report_enrollment, save_enrollment_reports, unlock_month
from tests.factories import a_facility, a_report, a_site, a_trial, a_user, assign, make
from tests.pages.html_reader import text_of
from tests.sites.enrollment_grid_helpers import cell, grid_at, make_director, make_trial_with_sites, sent_back

MONTH = PartialDate("2026-01")
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE NOT granted AND locktype = 'advisory' AND datname = current_database()
"""


@pytest.fixture
def site_with_locked_month(db):
    """A site with a report of a month that is locked."""
    site = a_site()
    a_report(site, MONTH, enrolled=4)
    lock_month(site.trial, month=MONTH, author="user:7")
    return site


def add(site):
    EnrollmentReport.objects.create(trial_site=site, month=MONTH)


WRITE_PATHS = {
    "change": lambda site: EnrollmentReport.objects.update(enrolled=5),
    "move away": lambda site: EnrollmentReport.objects.update(month="2026-02"),
    "delete": lambda site: EnrollmentReport.objects.all().delete(),
    "add": lambda site: add(a_site(site.trial, site.facility, duplicate_index=2)),
}


@pytest.mark.parametrize("write", WRITE_PATHS)
def test_the_database_refuses_every_write(site_with_locked_month, write):
    with authored("test"), pytest.raises(DatabaseError, match="enrollment of 2026-01 is locked"), transaction.atomic():
        WRITE_PATHS[write](site_with_locked_month)


def test_other_months_and_other_trials_are_not_locked(site_with_locked_month):
    report_enrollment(site_with_locked_month, month="2026-02", enrolled=5, author="user:7")
    other = a_site(a_trial(2), a_facility(2))
    assert report_enrollment(other, month=MONTH, enrolled=5, author="user:7")


def test_the_services_refuse_with_a_message(site_with_locked_month):
    with pytest.raises(ValidationError, match="locked"):
        report_enrollment(site_with_locked_month, month=MONTH, enrolled=5, author="user:7")
    with pytest.raises(ValidationError, match="locked"):
        save_enrollment_reports([MonthlyCounts(site_with_locked_month.pk, MONTH, {"enrolled": 5})], author="user:7")


def test_unlocking_needs_a_reason_and_is_recorded(site_with_locked_month):
    with pytest.raises(ValidationError, match="Enter a reason"):
        unlock_month(site_with_locked_month.trial, month=MONTH, author="user:8", reason=" ")
    unlock_month(site_with_locked_month.trial, month=MONTH, author="user:8", reason="A form was found")
    report_enrollment(site_with_locked_month, month=MONTH, enrolled=5, author="user:7")
    lock = MonthLock.objects.get()
    assert (lock.locked_by, lock.unlocked_by, lock.unlock_reason) == ("user:7", "user:8", "A form was found")
    lock_month(site_with_locked_month.trial, month=MONTH, author="user:7")


def test_month_locks_cannot_be_changed_or_deleted(site_with_locked_month):
    for write in (lambda: MonthLock.objects.update(month="2026-02"), lambda: MonthLock.objects.all().delete()):
        with authored("test"), pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_a_month_is_locked_once_and_not_before_it_is_over(site_with_locked_month):
    with pytest.raises(ValidationError, match="locked already"):
        lock_month(site_with_locked_month.trial, month=MONTH, author="user:7")
    with pytest.raises(ValidationError, match="after its last day"):
        lock_month(site_with_locked_month.trial, month=PartialDate("2999-01"), author="user:7")


@pytest.mark.django_db
def test_a_month_can_be_locked_from_the_first_day_of_the_next(time_machine):
    trial = a_trial()
    time_machine.move_to("2026-01-31T12:00:00Z")
    with pytest.raises(ValidationError, match="after its last day"):
        lock_month(trial, month=MONTH, author="user:7")
    time_machine.move_to("2026-02-01T12:00:00Z")
    assert lock_month(trial, month=MONTH, author="user:7").month == MONTH


def test_only_a_locked_month_can_be_unlocked(site_with_locked_month):
    other = a_trial(2)
    lock_month(other, month=PartialDate("2025-12"), author="user:7")
    for trial, month in ((site_with_locked_month.trial, PartialDate("2025-12")), (other, MONTH)):
        with pytest.raises(ValidationError, match="is not locked"):
            unlock_month(trial, month=month, author="user:8", reason="x")
    lock = unlock_month(site_with_locked_month.trial, month=MONTH, author="user:8", reason=" A form was found ")
    assert lock.unlock_reason == "A form was found"
    assert trail_of(lock)[0].reason.strip() == "A form was found"
    with pytest.raises(ValidationError, match="is not locked"):
        unlock_month(site_with_locked_month.trial, month=MONTH, author="user:8", reason="x")


def press(client, trial, **data):
    return client.post(f"/trials/{trial.key}/enrollment/lock/", {"month": MONTH} | data, follow=True)


@pytest.mark.django_db
def test_the_trials_coordinator_locks_and_unlocks_for_all_sites_at_once(client):
    trial, sites = make_trial_with_sites(2)
    client.force_login(make_director(trial))
    form = sent_back(client.get(grid_at(trial, MONTH)), **{cell("enrolled", sites[1], MONTH): "5"})
    locked_page = press(client, trial, act="lock")
    assert "January 2026 is locked" in text_of(locked_page)
    assert "data-cell" not in locked_page.content.decode()
    assert "Paste a table" not in text_of(locked_page)
    response = client.post(grid_at(trial, MONTH), form)
    assert "This month is locked" in text_of(response)
    assert not EnrollmentReport.objects.exists()
    assert "Enter a reason for unlocking the month" in text_of(press(client, trial, act="unlock"))
    assert "unlocked on" in text_of(press(client, trial, act="unlock", reason="A form was found"))
    assert client.post(grid_at(trial, MONTH), form).status_code == 302


@pytest.mark.django_db
def test_a_site_coordinator_cannot_lock_a_month(client):
    trial, (site,) = make_trial_with_sites(1)
    user = a_user()
    assign(user, site=site)
    client.force_login(user)
    assert press(client, trial, act="lock").status_code == 404
    assert not MonthLock.objects.exists()


def in_a_thread(function):
    """The started thread of a function with its own connection, and the list of errors it raised."""
    raised = []

    def work():
        try:
            function()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, raised


def wait_until_lock_is_awaited() -> None:
    """Poll the database until a session waits for an advisory lock."""
    for _ in range(10_000):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("no session waited for a lock")


@pytest.mark.django_db(transaction=True)
def test_a_lock_waits_for_a_report_being_saved():
    site = a_site()
    with transaction.atomic():
        report_enrollment(site, month=MONTH, enrolled=4, author="user:7")
        thread, raised = in_a_thread(lambda: lock_month(site.trial, month=MONTH, author="user:8"))
        wait_until_lock_is_awaited()
        assert MonthLock.objects.count() == 0
    thread.join(timeout=30)
    assert raised == []
    assert (MonthLock.objects.count(), EnrollmentReport.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_report_that_began_before_the_lock_is_refused_after_it():
    site = a_site()
    with transaction.atomic():
        with authored("test"):
            MonthLock.objects.create(trial=site.trial, month=MONTH, locked_by="user:8")
        data = [MonthlyCounts(site.pk, MONTH, {"enrolled": 4})]
        thread, raised = in_a_thread(lambda: save_enrollment_reports(data, author="user:7"))
        wait_until_lock_is_awaited()
    thread.join(timeout=30)
    assert [error.messages for error in raised] == [["The enrollment of 2026-01 is locked."]]
    assert EnrollmentReport.objects.count() == 0


def test_a_lock_without_an_author_is_refused(db):
    site = a_site()
    with pytest.raises(DatabaseError):
        make(MonthLock, trial=site.trial, month=MONTH, locked_by="")
