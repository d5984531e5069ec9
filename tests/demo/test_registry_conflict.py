"""The demo meets the registry: one record was taken in, and one difference waits for a decision."""

import pytest

from registries.models import Conflict, ImportRun
from sites.models import StatusEvent, TrialSite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_data")]


def test_one_site_clashes_and_nothing_else():
    conflict = Conflict.objects.get()
    assert (conflict.base, conflict.theirs, conflict.ours) == ("RECRUITING", "ACTIVE_NOT_RECRUITING", "SUSPENDED")
    assert conflict.decision == ""
    assert conflict.trial_site.facility.name == "Centrum Medyczne nad Motławą"


def test_the_imports_changed_nothing_of_ours():
    assert [run.summary for run in ImportRun.objects.all()] == ["created=0 updated=1 unchanged=0 quarantined=0"] * 2
    assert TrialSite.objects.count() == 160
    assert not StatusEvent.objects.filter(recorded_at__gte=ImportRun.objects.earliest("pk").started_at).exists()
