"""Users and partners in the admin, by URL."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import Assignment, Partner
from history.related_trail import RelatedEntry, resolve_names
from history.trail import Change, Entry, RowKey
from sites.permissions import authority_over
from sites.status_transitions import Authority
from tests.factories import a_facility, a_manager, a_site, a_trial, a_user, assign
from tests.form_filling import form_of
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_user(client):
    admin = a_user("admin", is_superuser=True)
    client.force_login(admin)
    return admin


def save(client, page, form, **changes):
    return client.post(page, form_of(client.get(page), form, **{"why": "Agreed"} | changes))


def user_page(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


@pytest.mark.parametrize("page", ["user_changelist", "user_add", "partner_changelist", "partner_add"])
def test_users_and_partners_are_for_administrators(client, page):
    client.force_login(a_manager())
    assert client.get(reverse(f"admin:accounts_{page}")).status_code == 403


def test_an_assignment_stores_who_granted_it(client, admin_user):
    user, site = a_user(), a_site()
    values = new_assignment(user, kind="SITE_COORDINATOR", trial_site=str(site.pk))
    response = save(client, user_page(user), "user_form", **values)
    assert response.status_code == 302
    assert Assignment.objects.get().granted_by == admin_user.actor


def test_an_assignment_to_the_wrong_kind_of_place_is_a_form_error(client, admin_user):
    user, site = a_user(), a_site()
    assign(user, site=site)
    response = save(client, user_page(user), "user_form", **{"assignments-0-kind": "TRIAL_COORDINATOR"})
    assert "Choose a site for a site coordinator" in response.content.decode()


def new_assignment(user, **values):
    row = {"kind": "", "trial": "", "trial_site": "", "starts_on": "2026-01-01", "ends_on": "", "id": ""}
    row |= {"user": str(user.pk)} | values
    count = user.assignments.count()
    rows = {f"assignments-{count}-{key}": value for key, value in row.items()}
    return {"assignments-TOTAL_FORMS": str(count + 1)} | rows


def test_a_user_becomes_a_manager_by_an_assignment(client, admin_user):
    user, site = a_user(), a_site()
    assign(user, site=site)
    assert authority_over(user, site) is Authority.SITE_COORDINATOR

    save(client, user_page(user), "user_form", **new_assignment(user, kind="MANAGER"))

    user = type(user).objects.get(pk=user.pk)
    assert authority_over(user, site) is Authority.MANAGER


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "INSPECTOR"}, "Inspector access is limited. Enter the last day."),
        ({"kind": "MANAGER", "trial_site": "{site}"}, "neither for a manager or inspector"),
        ({"kind": "TRIAL_COORDINATOR"}, "a trial for a trial coordinator"),
    ],
)
def test_an_invalid_assignment_is_a_form_error(client, admin_user, fields, message):
    user, site = a_user(), a_site()
    values = {name: value.format(site=site.pk) for name, value in fields.items()}
    assert message in save(client, user_page(user), "user_form", **new_assignment(user, **values)).content.decode()
    assert not Assignment.objects.exists()


def test_authority_follows_assignments():
    site, user = a_site(), a_user()
    assert authority_over(user, site) is None
    assign(user, trial=site.trial)
    assert authority_over(user, site) is Authority.TRIAL_COORDINATOR


def test_a_user_is_added_with_a_password(client, admin_user):
    page = reverse("admin:accounts_user_add")
    password = "a-long-dull-password"
    response = save(client, page, "user_form", username="new", password1=password, password2=password, invite=[])
    assert response.status_code == 302


def identity(key):
    return TokenAuthentication().authenticate_credentials(key.encode())[0]


def test_a_partners_key_is_shown_once_and_can_be_revoked(client, admin_user):
    add = reverse("admin:accounts_partner_add")
    assert save(client, add, "partner_form", name="Patients First").status_code == 302
    partner = Partner.objects.get()
    assert not partner.user.has_usable_password()

    create = reverse("admin:accounts_partner_key", args=[partner.pk])
    key_page = client.post(create, {"why": "Contract of May"}).content.decode()
    key = re.search(r'<code class="key">(\w+)</code>', key_page)[1]
    assert identity(key) == partner.user
    page = client.get(reverse("admin:accounts_partner_change", args=[partner.pk])).content.decode()
    assert key not in page
    assert key[:15] in page

    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    revoke = reverse("admin:accounts_partner_revoke", args=[partner.pk])
    client.post(revoke, {"key": key[:15], "digest": digest, "why": "It leaked"})
    with pytest.raises(AuthenticationFailed):
        identity(key)


def test_a_key_is_created_by_post_only(client, admin_user):
    save(client, reverse("admin:accounts_partner_add"), "partner_form", name="Patients First")
    page = reverse("admin:accounts_partner_key", args=[Partner.objects.get().pk])
    assert client.get(page).status_code == 405


def test_the_history_of_a_user_lists_assignments(client, admin_user):
    user = a_user()
    assign(user, site=a_site())
    page = client.get(reverse("admin:accounts_user_history", args=[user.pk]))
    assert "Site coordinator" in page.content.decode()


def test_the_history_shows_names_instead_of_ids(client, admin_user, django_assert_max_num_queries):
    user, sites = a_user(), [a_site(a_trial(n), a_facility(n)) for n in (1, 2, 3)]
    for site in sites:
        assign(user, site=site, granted_by=admin_user.actor)
    with django_assert_max_num_queries(40):
        page = text_of(client.get(reverse("admin:accounts_user_history", args=[user.pk])))
    assert all(f"Site: {site}" in page for site in sites)
    assert page.count(f"Granted by: {admin_user}") == 3
    assert "user:" not in page


def test_an_object_out_of_scope_is_shown_as_its_id():
    reader, (seen, hidden) = a_user(), [a_trial(n, is_public=False) for n in (1, 2)]
    assign(reader, trial=seen)
    changes = [
        Change("trial", RowKey.from_field(Assignment._meta.get_field("trial"), trial.pk), None)
        for trial in (seen, hidden)
    ]
    entry = Entry(1, timezone.now(), "demo", "", "update", changes)
    ((_, _, resolved),) = resolve_names([RelatedEntry(entry.when, "", entry)], reader)
    assert [change.old for change in resolved.changes] == [str(seen), f"Number {hidden.pk}"]


@pytest.mark.parametrize("count", [3, 40])
def test_every_assignment_of_a_user_is_listed(client, admin_user, count):
    user = a_user()
    trial, facility = a_trial(), a_facility()
    sites = [a_site(trial, facility, duplicate_index=number) for number in range(1, count + 1)]
    for site in sites:
        assign(user, site=site)
    page = client.get(user_page(user)).content.decode()
    assert len(re.findall(r'name="assignments-\d+-kind"', page)) == count
