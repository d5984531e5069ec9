"""`manage.py demo` on a database without it: all, quickly, always the same, and only where it does no harm."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from demo import content
from sites.models import StatusEvent, TrialSite
from tests.factories import a_trial, a_user
from trials.models import Trial

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def snapshot_of_demo() -> list:
    """What the demo says, without the numbers that the database gave; taken back."""
    place = ("trial__org_study_id", "position")
    with transaction.atomic():
        call_command("demo", today=TODAY, verbosity=0)
        sites = TrialSite.objects.order_by(*place).values_list(
            *place,
            "facility__name",
            "duplicate_index",
            "status",
            "status_since",
            "last_confirmed_on",
            "stage",
            "enrollment_target",
        )
        events = StatusEvent.objects.order_by("as_of", *(f"trial_site__{field}" for field in place), "id")
        rows = [*sites, *events.values_list("status", "as_of", "effective_on", "reason", "recorded_at")]
        transaction.set_rollback(True)
    return rows


def test_it_is_the_same_every_time():
    assert snapshot_of_demo() == snapshot_of_demo()


def test_loading_takes_few_statements_and_prints_the_logins(capsys, django_assert_max_num_queries):
    """Half of them are its two imports."""
    with django_assert_max_num_queries(220):
        call_command("demo", today=TODAY)
    printed = capsys.readouterr().out
    for login in content.logins():
        assert login["password"] in printed
    assert content.partner()["key"] in printed


def test_loading_beside_other_trials_needs_an_option():
    a_trial(900)
    with pytest.raises(CommandError, match="other trials"):
        call_command("demo", today=TODAY)
    assert Trial.objects.count() == 1
    call_command("demo", today=TODAY, force=True, verbosity=0)
    assert Trial.objects.count() == 13


def test_it_refuses_to_stand_beside_other_logins():
    a_user("editor")
    with pytest.raises(CommandError, match="other logins"):
        call_command("demo", today=TODAY)


def test_it_never_takes_somebodys_name():
    a_user("manager")
    with pytest.raises(CommandError, match="called manager"):
        call_command("demo", today=TODAY, force=True)
    assert not Trial.objects.exists()


def test_all_is_loaded_or_nothing(monkeypatch):
    monkeypatch.setattr("demo.loader.make_partner", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call_command("demo", today=TODAY)
    assert not Trial.objects.exists()
    assert not User.objects.exists()
