"""Changing and correcting the status of a site."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.partial_dates import PartialDate
from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from sites.choices import SiteStatus as S
from sites.models import Confirmation, StatusEvent
from sites.services import confirm, correct_status, report_enrollment
from tests.factories import a_facility, a_site, an_event
from tests.sites.status_change_helpers import (
    DIRECTOR,
    MANAGER,
    TODAY,
    change,
    codes,
    recruiting,
    recruiting_other_facility,
)

pytestmark = pytest.mark.django_db


def test_a_change_records_an_event_a_confirmation_and_an_audit_entry():
    site = a_site(status=S.NOT_YET_RECRUITING, since="2026-01-05")

    event = change(site, S.RECRUITING, reason="First visit done")

    site.refresh_from_db()
    assert (site.status, site.status_since, site.status_as_of) == ("RECRUITING", "2026-06-10", "2026-06-15")
    assert site.last_confirmed_on == TODAY
    assert (event.author, event.reason) == ("user:7", "First visit done")
    assert (trail_of(event)[0].actor, trail_of(event)[0].reason) == ("user:7", "First visit done")


def test_a_change_makes_one_version_of_a_confirmed_site():
    site = recruiting()
    confirm([site], author="user:7")
    site.refresh_from_db()

    change(site, S.SUSPENDED)

    before, site = site, type(site).objects.get()
    assert (site.status, site.last_confirmed_on, site.version) == ("SUSPENDED", TODAY, before.version + 1)


def test_an_effective_month_keeps_its_precision():
    site = a_site(status=S.NOT_YET_RECRUITING)
    assert change(site, S.RECRUITING, "2026-06").effective_on == "2026-06"


@pytest.mark.parametrize(
    ("start", "to", "options", "rule_id"),
    [
        (S.RECRUITING, S.RECRUITING, {}, "change-is-a-change"),
        (S.RECRUITING, S.COMPLETED, {}, "no-status-in-between-is-missing"),
        (S.RECRUITING, S.NOT_YET_RECRUITING, {}, "no-way-back"),
        (S.COMPLETED, S.RECRUITING, {}, "no-way-back"),
        (S.COMPLETED, S.RECRUITING, MANAGER, "correction-says-why"),
        (S.ACTIVE_NOT_RECRUITING, S.TERMINATED, {}, "early-end-is-decided-by-the-trial"),
        (S.NOT_YET_RECRUITING, S.WITHDRAWN, {}, "early-end-is-decided-by-the-trial"),
        (S.RECRUITING, S.TERMINATED, DIRECTOR, "unusual-change-is-meant"),
        (S.RECRUITING, S.SUSPENDED, {"effective_on": "2026-06-16"}, "change-is-not-ahead"),
        (S.RECRUITING, S.SUSPENDED, {"effective_on": "2026-03-01", "reason": "Late"}, "leaving-open-has-a-later-date"),
        (
            S.SUSPENDED,
            S.RECRUITING,
            {"effective_on": "2026-02", "reason": "Late"},
            "change-is-not-before-the-present-status",
        ),
        (S.RECRUITING, S.SUSPENDED, {"effective_on": "2026-05-15"}, "back-dated-change-says-why"),
    ],
)
def test_a_change_that_violates_a_rule_is_refused(start, to, options, rule_id):
    site = a_site(status=start, since="2026-03-01")

    with pytest.raises(ValidationError) as error:
        change(site, to, **options)

    assert codes(error) == {rule_id}
    assert StatusEvent.objects.count() == 1


@pytest.mark.parametrize("effective_on", ["2026-05-16", "2026-05"])
def test_thirty_days_back_need_no_reason(effective_on):
    assert change(recruiting(), S.SUSPENDED, effective_on)


def test_a_backdated_change_with_a_reason_is_saved():
    assert change(recruiting(), S.SUSPENDED, "2026-04-01", reason="Told late")


def test_a_change_with_a_warning_is_saved_once_accepted():
    assert change(a_site(), S.RECRUITING, accept_warnings=True).status == "RECRUITING"


def test_missing_earlier_statuses_are_saved_with_their_dates():
    site = recruiting()
    version = site.version

    change(site, S.COMPLETED, interim=[(S.ACTIVE_NOT_RECRUITING, "2026-05-20")], reason="Both told late")

    site.refresh_from_db()
    events = StatusEvent.objects.values_list("status", "effective_on", "as_of")
    assert (site.status, site.version) == ("COMPLETED", version + 1)
    assert set(StatusEvent.objects.exclude(author="test").values_list("reason", flat=True)) == {"Both told late"}
    assert list(events)[1:] == [
        ("ACTIVE_NOT_RECRUITING", "2026-05-20", "2026-05-20"),
        ("COMPLETED", "2026-06-10", "2026-06-15"),
    ]


def test_earlier_statuses_must_be_in_order():
    with pytest.raises(ValidationError) as error:
        change(recruiting(), S.COMPLETED, interim=[(S.ACTIVE_NOT_RECRUITING, "2026-06-12")])
    assert codes(error) == {"days-are-in-order"}


def test_earlier_statuses_begin_after_the_current_one():
    with pytest.raises(ValidationError) as error:
        change(
            a_site(status=S.SUSPENDED, since="2026-03-01"),
            S.ACTIVE_NOT_RECRUITING,
            interim=[(S.RECRUITING, "2026-02-01")],
        )
    assert codes(error) == {"change-is-not-before-the-present-status"}


@pytest.mark.parametrize(
    ("start", "interim"),
    [
        (S.RECRUITING, [(S.ACTIVE_NOT_RECRUITING, "2026-03-01")]),
        (S.NOT_YET_RECRUITING, [(S.RECRUITING, "2026-05-20"), (S.ACTIVE_NOT_RECRUITING, "2026-05-20")]),
    ],
)
def test_open_earlier_statuses_end_after_they_began(start, interim):
    with pytest.raises(ValidationError) as error:
        change(a_site(status=start, since="2026-03-01"), S.COMPLETED, interim=interim)
    assert codes(error) == {"leaving-open-has-a-later-date"}


def test_a_correction_is_not_the_first_of_several_steps():
    with pytest.raises(ValidationError) as error:
        change(
            a_site(status=S.COMPLETED, since="2026-03-01"), S.SUSPENDED, interim=[(S.RECRUITING, "2026-05-20")],
            reason="It goes on", **MANAGER,
        )  # fmt: skip
    assert codes(error) == {"correction-comes-alone"}


def test_an_earlier_status_of_the_same_day_does_not_become_current():
    site = recruiting()
    change(site, S.COMPLETED, "2026-06-15", interim=[(S.ACTIVE_NOT_RECRUITING, "2026-06-15")])
    site.refresh_from_db()
    assert site.status == "COMPLETED"


def test_a_site_that_enrolled_nobody_is_withdrawn():
    site = recruiting()
    with pytest.raises(ValidationError):
        change(site, S.WITHDRAWN, **DIRECTOR)
    report_enrollment(site, month="2026-05", enrolled=0, author="user:7")

    assert change(site, S.WITHDRAWN, **DIRECTOR)


def test_a_manager_reopens_with_a_reason_as_a_correction():
    site = a_site(status=S.COMPLETED, since="2026-03-01")
    wrong = site.status_events.get()

    event = change(site, S.RECRUITING, reason="Closed by mistake", accept_warnings=True, **MANAGER)

    site.refresh_from_db()
    assert event.corrects == wrong
    assert site.status == "RECRUITING"


def test_a_site_of_an_inactive_facility_is_not_opened():
    site = a_site(facility=a_facility(is_active=False), status=S.NOT_YET_RECRUITING)
    with pytest.raises(ValidationError) as error:
        change(site, S.RECRUITING)
    assert codes(error) == {"inactive-facility-opens-no-site"}


def test_a_site_with_people_in_the_study_is_not_completed():
    site = a_site(status=S.ACTIVE_NOT_RECRUITING)
    report_enrollment(site, month="2026-05", enrolled=5, withdrawn=1, completed=3, author="user:7")
    with pytest.raises(ValidationError) as error:
        change(site, S.COMPLETED)
    assert codes(error) == {"completed-site-has-nobody-in-the-study"}

    report_enrollment(site, month="2026-06", enrolled=5, withdrawn=1, completed=4, author="user:7")
    assert change(site, S.COMPLETED)


def test_a_change_with_a_stale_version_is_refused():
    site = recruiting()
    change(site, S.SUSPENDED)

    with pytest.raises(StaleVersion):
        change(site, S.ACTIVE_NOT_RECRUITING, version=site.version)

    assert StatusEvent.objects.count() == 2


def test_a_wrong_date_is_corrected_by_another_event():
    site = recruiting("2026-03-01")
    wrong = site.status_events.get()

    correction = correct_status(
        wrong, to=S.RECRUITING, effective_on="2026-03-10", author="user:7", reason="Typing mistake", as_of=TODAY,
        accept_warnings=True,
    )  # fmt: skip

    site.refresh_from_db()
    assert (site.status, site.status_since) == ("RECRUITING", "2026-03-10")
    assert correction.corrects == wrong
    assert StatusEvent.objects.filter(pk=wrong.pk).exists()


def test_correcting_an_earlier_event_keeps_the_current_status():
    site = a_site(status=S.NOT_YET_RECRUITING, since="2026-01-01")
    wrong = site.status_events.get()
    an_event(site, S.RECRUITING, "2026-03-01")

    correct_status(
        wrong, to=S.NOT_YET_RECRUITING, effective_on="2026-01-20", author="user:7", reason="Wrong day", as_of=TODAY
    )

    site.refresh_from_db()
    assert (site.status, site.status_since) == ("RECRUITING", "2026-03-01")


def test_an_event_is_corrected_once_and_never_without_a_reason():
    wrong = a_site(status=S.NOT_YET_RECRUITING, since="2026-01-01").status_events.get()
    options = {"to": S.NOT_YET_RECRUITING, "effective_on": "2026-01-02", "author": "user:7", "as_of": TODAY}
    with pytest.raises(ValidationError, match="Give a reason"):
        correct_status(wrong, reason=" ", **options)
    correct_status(wrong, reason="Wrong day", **options)
    with pytest.raises(ValidationError, match="already"):
        correct_status(wrong, reason="Wrong day", **options)


def test_correcting_the_current_event_confirms_it_as_of_today():
    site = recruiting("2026-03-01")
    an_event(recruiting_other_facility(), S.SUSPENDED, "2026-05-01")
    options = {"effective_on": "2026-03-10", "author": "user:7", "reason": "Typing mistake", "accept_warnings": True}

    correction = correct_status(site.status_events.get(), to=S.RECRUITING, as_of=TODAY, **options)

    site.refresh_from_db()
    assert (correction.as_of, site.last_confirmed_on) == ("2026-06-15", TODAY)
    assert trail_of(correction)[0].reason == "Typing mistake"


def test_correcting_an_earlier_event_keeps_its_as_of_and_confirms_nothing():
    site = a_site(status=S.NOT_YET_RECRUITING, since="2026-01-01")
    wrong = site.status_events.get()
    an_event(site, S.RECRUITING, "2026-03-01")
    options = {"effective_on": "2026-01-20", "author": "user:7", "reason": "Wrong day", "as_of": TODAY}

    correction = correct_status(wrong, to=S.NOT_YET_RECRUITING, **options)

    site.refresh_from_db()
    assert (correction.as_of, site.last_confirmed_on) == (wrong.as_of, None)
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize(
    ("to", "effective_on", "rule_id"),
    [
        (S.ENROLLING_BY_INVITATION, "2026-03-01", "no-way-back"),
        (S.COMPLETED, "2026-06-01", "no-status-in-between-is-missing"),
        (S.SUSPENDED, "2026-02-01", "leaving-open-has-a-later-date"),
    ],
)
def test_a_correction_must_be_able_to_follow_the_event_before(to, effective_on, rule_id):
    """Events of one date are ordered by their id."""
    site = a_site(status=S.NOT_YET_RECRUITING, since="2026-01-01")
    an_event(site, S.RECRUITING, "2026-03-01", as_of="2026-05-01")
    event = an_event(site, S.SUSPENDED, "2026-05-01", as_of="2026-05-01")
    with pytest.raises(ValidationError) as error:
        correct_status(event, to=to, effective_on=effective_on, author="user:7", reason="Wrong", as_of=TODAY)
    assert rule_id in codes(error)


def test_a_correction_with_a_stale_version_is_refused():
    site = recruiting()
    event = site.status_events.get()
    confirm([site], author="user:7", on=TODAY)
    options = {"to": S.RECRUITING, "effective_on": "2026-03-10", "author": "user:7", "reason": "x"}
    with pytest.raises(StaleVersion):
        correct_status(event, version=site.version, **options)


def test_as_of_is_today_by_default():
    today = PartialDate(timezone.localdate().isoformat())
    event = change(recruiting(), S.SUSPENDED, today, as_of=None)
    assert event.as_of == today
    assert trail_of(change(recruiting_other_facility(), S.SUSPENDED, reason="Strike"))[0].reason == "Strike"
