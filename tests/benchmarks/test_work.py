"""The requests of the coordinator benchmark have the described effects."""

import pytest

from benchmarks.work import Uploads, make_coordinator
from sites.models import TrialSite

pytestmark = pytest.mark.django_db


def states() -> list[tuple[str, int]]:
    """Status of each site, and how often it was confirmed."""
    sites = TrialSite.objects.order_by("pk")
    return [(site.status, site.confirmations.filter(undone_at=None).count()) for site in sites]


def test_an_upload_suspends_every_other_site_confirms_the_others_and_is_undone():
    uploads = Uploads(make_coordinator(4))
    before = states()
    for _ in range(2):
        uploads.upload()
        uploads.apply()
        assert [status for status, _ in states()] == ["RECRUITING", "SUSPENDED"] * 2
        assert [number for _, number in states()] == [2, 2, 2, 2]
        uploads.undo()
        assert states() == before


def test_its_coordinator_reads_the_list():
    assert "Hospital 0" in make_coordinator(1).get_page("/work/")
