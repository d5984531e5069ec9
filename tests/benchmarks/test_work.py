"""The benchmark of a coordinator's waiting does what its table says."""

import pytest

from benchmarks.work import Sheets, make_coordinator
from sites.models import TrialSite

pytestmark = pytest.mark.django_db


def states() -> list[tuple[str, int]]:
    """Status of each site, and how often it was confirmed."""
    sites = TrialSite.objects.order_by("pk")
    return [(site.status, site.confirmations.filter(undone_at=None).count()) for site in sites]


def test_a_sheet_suspends_every_other_site_confirms_the_others_and_is_taken_back():
    sheets = Sheets(make_coordinator(4))
    before = states()
    for _ in range(2):
        sheets.bring()
        sheets.apply()
        assert [status for status, _ in states()] == ["RECRUITING", "SUSPENDED"] * 2
        assert [number for _, number in states()] == [2, 2, 2, 2]
        sheets.undo()
        assert states() == before


def test_its_coordinator_reads_the_list():
    assert "Hospital 0" in make_coordinator(1).get_page("/work/")
