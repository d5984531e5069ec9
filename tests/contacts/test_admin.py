"""The admin pages of contacts."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from contacts.models import Person, Role
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user, assign, make
from tests.form_filling import form_of

pytestmark = pytest.mark.django_db
FORM = "person_form"
ADD = "admin:contacts_person_add"


@pytest.fixture
def site():
    return a_site()


@pytest.fixture
def user(site, client):
    user = a_user()
    assign(user, site=site)
    client.force_login(user)
    return user


def change_page(role):
    return reverse("admin:contacts_person_change", args=[role.person_id])


def save(client, page, **changes):
    return client.post(page, form_of(client.get(page), FORM, **changes))


def test_a_contact_is_added_at_the_site_of_the_link(client, user, site):
    page = f"{reverse(ADD)}?trial_site={site.pk}"
    response = save(client, page, name="Study Coordinator", phone="+33 4 00 00 00 01")
    assert response.status_code == 302
    role = Role.objects.get()
    assert (role.trial_site, role.kind, role.person.name) == (site, "SITE_CONTACT", "Study Coordinator")


def test_a_contact_added_by_a_coordinator_needs_a_role_at_an_own_site(client, user):
    elsewhere = a_site(a_trial(2), a_facility(2))
    page = reverse(ADD)
    role = {"roles-0-kind": "SITE_CONTACT", "roles-0-role": "CONTACT"}
    without_role = save(client, page, name="Nurse", phone="555-0101")
    other_site = save(client, f"{page}?trial_site={elsewhere.pk}", name="Nurse", phone="555-0101", **role)
    assert without_role.status_code == other_site.status_code == 200
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "[email protected]"}, "This is not an e-mail address."),
        ({"roles-0-kind": "CENTRAL_CONTACT"}, "A site contact needs a site"),
        ({"roles-0-starts_on": "2026-02-01", "roles-0-ends_before": "2026-01-01"}, "cannot end before it starts"),
    ],
)
def test_rules_and_constraints_are_form_errors(client, user, site, changes, message):
    response = save(client, change_page(a_contact(site=site)), **changes)
    assert response.status_code == 200
    assert message in response.content.decode()


def test_a_trial_and_a_site_at_once_is_a_form_error(client, user, site):
    assign(user, trial=site.trial)
    role = a_contact(site=site)
    response = save(client, change_page(role), **{"roles-0-trial": str(site.trial_id)})
    assert "Choose a trial or a site, not both." in response.content.decode()


def test_a_stale_save_shows_both_versions_of_personal_values_too(client, user, site):
    page = change_page(a_contact(site=site))
    form = form_of(client.get(page), FORM, phone="555-0101")
    save(client, page, phone="555-0102", email="new@example.org")

    response = client.post(page, form)

    assert response.status_code == 409
    differences = {d.label: (d.mine, d.theirs) for d in response.context["conflict"].differences}
    assert differences == {"Phone": ("555-0101", "555-0102"), "E-mail": ("study@example.org", "new@example.org")}


def test_roles_at_other_users_sites_are_not_shown(client, user, site):
    person = a_contact(site=site).person
    elsewhere = a_site(a_trial(2), a_facility(2))
    make(Role, person=person, kind="SITE_CONTACT", trial_site=elsewhere)
    page = client.get(reverse("admin:contacts_person_change", args=[person.pk])).content.decode()
    assert "NCT00000001" in page
    assert "NCT00000002" not in page


def test_a_contact_out_of_scope_is_like_a_missing_one(client, user):
    stranger = a_contact(site=a_site(a_trial(2), a_facility(2)))
    assert client.get(change_page(stranger)).status_code == 302


def test_no_name_is_saved_in_the_admin_log(client, user, site):
    save(client, change_page(a_contact(site=site)), name="Dr A. Name")
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("value", ["²", "abc", "9" * 40])
def test_a_site_id_that_is_not_a_number_is_a_form_error(client, site, value):
    client.force_login(a_user("admin", is_superuser=True))
    page = reverse("admin:contacts_person_add")
    answer = save(client, f"{page}?trial_site={site.pk}", name="Nurse", **{"roles-0-trial_site": value})
    assert answer.status_code == 200
    assert not Person.objects.exists()


def test_the_list_shows_the_users_contacts_until_something_is_searched_for(client, user, site):
    own, other = (
        a_contact(site=site, name="Ann Example"),
        a_contact(name="Bea Other", site=a_site(a_trial(2), a_facility(2))),
    )
    address = reverse("admin:contacts_person_changelist")
    page = client.get(address)
    assert list(page.context["cl"].queryset) == [own.person]
    assert list(client.get(address, {"q": "bea"}).context["cl"].queryset) == []
    assert other.person.name not in page.content.decode()
