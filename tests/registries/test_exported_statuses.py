"""Sites' statuses in the exported record: only while the trial recruits, and as received where nobody edited."""

import copy

import pytest

from registries.ctgov.export import export_records
from sites.models import TrialSite
from tests.factories import a_site, a_trial
from tests.registries.test_import import location, run_import, with_locations
from trials.models import Trial
from trials.services import change_overall_status

pytestmark = pytest.mark.django_db


def statuses() -> list[str]:
    (record,) = export_records(Trial.objects.all())
    return [place.get("status", "") for place in record["protocolSection"]["contactsLocationsModule"]["locations"]]


@pytest.mark.parametrize(
    ("overall", "exported"),
    [("RECRUITING", ["RECRUITING"]), ("NOT_YET_RECRUITING", [""]), ("ACTIVE_NOT_RECRUITING", [""])],
)
def test_site_statuses_are_exported_only_while_the_trial_recruits(overall, exported):
    a_site(a_trial(overall_status=overall), status="RECRUITING")
    assert statuses() == exported


def test_received_site_statuses_of_a_closed_trial_are_exported_unchanged():
    record = with_locations(location("Hospital 1", status="COMPLETED"), location("Hospital 2"))
    record["protocolSection"]["statusModule"]["overallStatus"] = "COMPLETED"
    received = copy.deepcopy(record)
    run_import(record)
    assert list(export_records(Trial.objects.all())) == [received]


def test_closing_a_trial_removes_site_statuses_from_its_export():
    run_import(with_locations(location("Hospital 1", status="RECRUITING"), location("Hospital 2", status="COMPLETED")))
    trial = Trial.objects.get()
    change_overall_status(
        trial, to="ACTIVE_NOT_RECRUITING", author="user:1", version=trial.version, accept_warnings=True,
        start_on="2026-01", start_type="ACTUAL",
    )  # fmt: skip
    assert statuses() == ["", ""]
    assert set(TrialSite.objects.values_list("status", flat=True)) == {"RECRUITING", "COMPLETED"}
