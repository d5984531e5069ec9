"""Once the demo is there: its logins, its partner's key, and a second `manage.py demo`."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.db import connection
from knox.auth import TokenAuthentication
from rest_framework.test import APIRequestFactory

from accounts.models import User
from demo import content
from sites.models import TrialSite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_data")]


def fingerprints() -> dict[str, tuple[int, str]]:
    """Every table's rows, trails included: how many, and their digest."""
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" AS t")
            counts[table] = cursor.fetchone()
    return counts


def test_a_second_time_changes_nothing(demo_data, capsys):
    before = fingerprints()
    call_command("demo", today=demo_data + timedelta(days=40))
    assert fingerprints() == before
    printed = capsys.readouterr().out
    assert "nothing was changed" in printed
    assert "still-true-today" in printed


@pytest.mark.parametrize("login", content.logins(), ids=lambda login: login["username"])
def test_a_login_opens_the_admin_with_its_password(client, demo_data, login):
    assert len(login["password"]) >= 12
    validate_password(login["password"], User.objects.get(username=login["username"]))
    with time_machine.travel(demo_data, tick=False):
        assert client.login(username=login["username"], password=login["password"])
        assert client.get("/admin/").status_code == 200


def test_the_coordinator_looks_after_18_sites_of_two_hospitals(demo_data):
    coordinator = User.objects.get(username="coordinator")
    with time_machine.travel(demo_data, tick=False):
        sites = TrialSite.objects.editable_by(coordinator).select_related("facility")
        assert len(sites) == 18
    assert {site.facility.name for site in sites} == {"St Brannoc's Hospital", "Avonfield Infirmary"}
    assert len({site.trial_id for site in sites}) >= 10
    assert coordinator.assignments.filter(ends_on__lt=demo_data).count() == 1


@pytest.mark.parametrize(
    ("username", "kinds"),
    [
        ("coordinator", {"SITE_COORDINATOR"}),
        ("trialcoordinator", {"TRIAL_COORDINATOR"}),
        ("manager", {"MANAGER", "TRIAL_COORDINATOR"}),
        ("inspector", {"INSPECTOR"}),
        ("administrator", set()),
    ],
)
def test_each_login_has_its_role(demo_data, username, kinds):
    with time_machine.travel(demo_data, tick=False):
        assert User.objects.get(username=username).kinds_in_force == kinds


def test_only_the_administrator_may_do_everything():
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["administrator"]


def test_the_partner_key_is_valid_and_stored_as_a_digest_only():
    key = content.partner()["key"]
    request = APIRequestFactory().get("/", headers={"authorization": f"Bearer {key}"})
    user, token = TokenAuthentication().authenticate(request)
    assert user.partner.name == content.partner()["name"]
    assert not user.has_usable_password()
    assert key not in str(vars(token))
