"""Second factors: who needs one, and how it is used to sign in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.utils import timezone

from history.authorship import authored
from tests.accounts.login_helpers import (
    PASSWORD,
    SECRET,
    add_authenticator,
    is_logged_in,
    logged_in_client,
    recovery_codes,
    submit_code,
    submit_password,
)
from tests.browser.login_helpers import totp_code
from tests.factories import a_manager, a_site, a_trial, a_user, an_inspector, assign

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/second-factor/"


@pytest.fixture
def mfa_required(settings):
    settings.SECOND_FACTOR_DEMANDED = True


def a_trial_coordinator(**values):
    user = a_user("trial-coordinator")
    assign(user, trial=a_trial(), **values)
    return user


def an_administrator():
    return a_user("administrator", is_superuser=True)


@pytest.mark.parametrize("make", [a_manager, an_inspector, an_administrator, a_trial_coordinator])
@pytest.mark.parametrize("address", ["/work/", "/admin/", "/admin/trials/trial/", "/"])
def test_roles_with_wide_access_are_redirected_to_set_up_a_second_factor(client, mfa_required, make, address):
    client.force_login(make())
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer.headers.get("Location")) == (302, SET_UP)


def test_a_site_coordinator_needs_no_second_factor(client, mfa_required):
    user = a_user()
    assign(user, site=a_site())
    client.force_login(user)
    assert client.get("/work/").status_code == 200


def test_a_former_trial_coordinator_needs_no_second_factor(client, mfa_required):
    client.force_login(a_trial_coordinator(ends_on=timezone.localdate() - timedelta(days=1)))
    assert client.get("/work/").status_code == 200


@pytest.mark.parametrize(
    "address", [SET_UP, "/accounts/", "/accounts/password/change/", "/accounts/logout/", "/healthz"]
)
def test_account_pages_are_available_without_a_second_factor(client, mfa_required, address):
    client.force_login(a_manager())
    assert client.get(address).status_code == 200


def test_all_pages_are_available_with_a_second_factor(client, mfa_required):
    client.force_login(add_authenticator(a_manager()))
    assert client.get("/work/").status_code == 200
    assert client.get("/admin/").status_code == 200
    assert client.get(SET_UP).headers["Location"] == "/accounts/"


def test_recovery_codes_alone_are_no_second_factor(client, mfa_required):
    user = add_authenticator(a_manager())
    with authored("test"):
        user.authenticator_set.get(type="totp").delete()
    client.force_login(user)
    assert client.get("/work/").headers["Location"] == SET_UP


def test_without_the_setting_no_second_factor_is_required(client):
    client.force_login(a_manager())
    assert client.get("/work/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_after_the_password(client, mfa_required):
    submit_password(client, a_manager().username)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'id="authenticator_secret">(\w+)<', page)[1]
    error_page = client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert "This code is not correct" in error_page
    secret = re.search(r'id="authenticator_secret">(\w+)<', error_page)[1]
    codes = client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)}, follow=True).content.decode()
    assert codes.count("<code>") == 10
    assert client.get("/work/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_other_sessions_end_when_a_factor_is_added(client, mfa_required):
    user = a_manager()
    thief = logged_in_client(user)
    submit_password(client, user.username)
    secret = re.search(
        r'id="authenticator_secret">(\w+)<', client.get("/accounts/2fa/totp/activate/").content.decode()
    )[1]
    client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    assert is_logged_in(client)
    assert not is_logged_in(thief)


def test_an_account_with_a_factor_needs_more_than_the_password(client):
    answer = submit_password(client, add_authenticator(a_user()).username)
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)
    submit_code(client, "000000")
    assert not is_logged_in(client)
    assert submit_code(client, totp_code(SECRET)).headers["Location"] == "/work/"
    assert is_logged_in(client)


def test_the_admin_asks_for_the_factor_too(client):
    add_authenticator(a_user("administrator", is_superuser=True))
    sign_in_url = client.get("/admin/", follow=True).redirect_chain[-1][0]
    client.post(sign_in_url, {"login": "administrator", "password": PASSWORD, "next": "/admin/"})
    assert client.get("/admin/").status_code == 302
    assert submit_code(client, totp_code(SECRET)).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("later", [0, 40])
def test_a_code_works_once_while_it_is_valid(later):
    """40 seconds later it is the previous code, which is still valid because of slow clocks."""
    user = add_authenticator(a_user())
    with time_machine.travel("2026-03-03 12:00:01", tick=False) as clock:
        code = totp_code(SECRET)
        for is_accepted in (True, False):
            client = Client()
            submit_password(client, user.username)
            submit_code(client, code)
            assert is_logged_in(client) is is_accepted
            clock.shift(later)


def test_a_code_of_two_minutes_ago_is_rejected(client):
    submit_password(client, add_authenticator(a_user()).username)
    submit_code(client, totp_code(SECRET, periods=-4))
    assert not is_logged_in(client)


def test_a_recovery_code_works_once():
    user = add_authenticator(a_user())
    code = recovery_codes(user)[3]
    for is_accepted in (True, False):
        client = Client()
        submit_password(client, user.username)
        submit_code(client, code)
        assert is_logged_in(client) is is_accepted
    assert len(recovery_codes(user)) == 9


def test_attempts_with_codes_are_limited(client):
    submit_password(client, add_authenticator(a_user()).username)
    for guess in range(5):
        submit_code(client, f"00000{guess}")
    answer = submit_code(client, totp_code(SECRET)).content.decode()
    assert "Too many wrong attempts. Wait 5 minutes" in answer
    assert not is_logged_in(client)


def test_removing_the_factor_needs_reauthentication(client):
    user = add_authenticator(a_user())
    submit_password(client, user.username)
    submit_code(client, totp_code(SECRET))
    for address in ("/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/"):
        assert "/reauthenticate/" in client.get(address).headers["Location"]


def test_the_deployment_check_fails_without_second_factors(settings, capsys):
    settings.SECOND_FACTOR_DEMANDED = False
    with pytest.raises(SystemCheckError, match=r"accounts\.E001"):
        call_command("check", deploy=True)
    settings.SECOND_FACTOR_DEMANDED = True
    call_command("check", deploy=True)
