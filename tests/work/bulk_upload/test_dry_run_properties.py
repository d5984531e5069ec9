"""Properties of generated tables: applying does what the dry run shows, and an undo restores it."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from sites.choices import SiteStatus
from sites.models import TrialSite
from tests.factories import a_confirmation, a_facility, a_report, a_site, a_trial, a_user, assign
from tests.work.bulk_upload.table_helpers import current_columns
from tests.work.my_work_fixtures import days_ago
from work.bulk_upload.columns import Column, SheetRow
from work.bulk_upload.dry_run import CellChange, DryRun
from work.bulk_upload.services import apply, create_from_rows, run_dry_run, undo
from work.models import BulkChange

pytestmark = pytest.mark.django_db
TODAY = days_ago(0)
STATUSES = ["", *SiteStatus.values[:8]]
SITES, OTHERS = range(9), 2

days = st.sampled_from([TODAY.isoformat(), days_ago(3).isoformat(), days_ago(90).isoformat(), "2020", "", "soon"])
between = st.sampled_from(["", "", "", "RECRUITING", "ACTIVE_NOT_RECRUITING", "Suspended"])
cells = st.fixed_dictionaries(
    {
        Column.NEW_STATUS: st.sampled_from([*STATUSES, *SiteStatus.labels[:4], "Open"]),
        Column.NEW_SINCE: days,
        Column.EARLIER_1: between,
        Column.EARLIER_1_DATE: days,
        Column.EARLIER_2: between,
        Column.EARLIER_2_DATE: days,
        Column.REASON: st.sampled_from(["", "Told late"]),
        Column.CONFIRM: st.sampled_from(["", "yes", "no", "perhaps"]),
        Column.TARGET: st.sampled_from(["", "12", "40", "none", "many"]),
        Column.NOTE: st.sampled_from(["", "Ask in May", "none"]),
    }
)
tables = st.dictionaries(st.integers(0, len(SITES) + OTHERS), cells, min_size=1)
people = st.sampled_from(["site coordinator", "trial coordinator", "manager"])


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_site_in_status(number: int, status: str, trial):
    """A site in a status for a hundred days; one has an inactive facility, one has people in the study."""
    facility = a_facility(number, is_active=number != 1)
    site = a_site(trial, facility, status=status, since=days_ago(100).isoformat() if status else "")
    if number % 2:
        a_confirmation(site, days_ago(50))
    a_report(site, "2026-01", enrolled=number % 3, completed=0)
    return site


def make_data(who: str):
    """Sites in every status, two of them of others, and a user of that kind."""
    trial, other = a_trial(1, overall_status="RECRUITING"), a_trial(2)
    sites = [make_site_in_status(number, STATUSES[number], trial) for number in SITES]
    sites += [make_site_in_status(number, "RECRUITING", other) for number in range(len(SITES), len(SITES) + OTHERS)]
    user = a_user(who, is_superuser=who == "manager")
    for site in sites[: len(SITES)] if who == "site coordinator" else []:
        assign(user, site=site)
    if who == "trial coordinator":
        assign(user, trial=trial)
    return user, [site.pk for site in sites]


def make_bulk_change(table: dict, ids: list[int], user) -> BulkChange:
    """Rows by the number of a site; the last number belongs to no site."""
    rows_by_site = [({Column.SITE: str([*ids, 10**8][place])}, texts) for place, texts in table.items()]
    rows = [
        SheetRow(number, site | {column: text for column, text in texts.items() if text})
        for number, (site, texts) in enumerate(rows_by_site, start=2)
    ]
    return create_from_rows(rows, user, input_method=BulkChange.InputMethod.PASTED)


def describe_run(run: DryRun) -> dict[int, list[CellChange]]:
    return {row.site.pk: row.changes for row in run.ready}


def matches_dry_run(site: TrialSite, change: CellChange) -> bool:
    """Whether the site has the values that the dry run showed."""
    since = f", since {site.status_since.as_text()}" if site.status_since else ""
    return {
        "Status": f"{site.get_status_display()}{since}" == change.new and site.last_confirmed_on == TODAY,
        "Earlier status 1": was_recorded(site, change),
        "Earlier status 2": was_recorded(site, change),
        "Last confirmed": site.last_confirmed_on == TODAY,
        "Enrollment target": (str(site.enrollment_target or "None")) == change.new,
        "Internal note": (site.internal_note or "None") == change.new,
    }[change.label]


def was_recorded(site: TrialSite, change: CellChange) -> bool:
    """Whether the site has an event of the intermediate status."""
    events = site.status_events.filter(corrected_by=None)
    return change.new in [f"{event.get_status_display()}, since {event.effective_on.as_text()}" for event in events]


@settings(max_examples=60)
@given(people, tables)
def test_applying_does_what_the_dry_run_shows_and_undo_restores_it(who, table):
    with rolled_back():
        user, ids = make_data(who)
        bulk, before = make_bulk_change(table, ids, user), current_columns()
        expected = describe_run(run_dry_run(bulk, user, on=TODAY))
        try:
            apply(bulk, user, only_valid=True, accept_warnings=True, on=TODAY)
        except ValidationError:
            assert not expected
        after = {row[0]: row for row in current_columns()}
        for row in before:
            assert (row[0] in expected) == (after[row[0]] != row) or _only_ages(expected.get(row[0], []))
        for site in TrialSite.objects.filter(pk__in=expected):
            assert all(matches_dry_run(site, change) for change in expected[site.pk])
        undo(bulk, user)
        assert current_columns() == before


def _only_ages(changes: list[CellChange]) -> bool:
    """A site confirmed today already looks the same when it is confirmed again."""
    return {change.label for change in changes} == {"Last confirmed"}
