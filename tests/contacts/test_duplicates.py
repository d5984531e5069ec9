"""Possible duplicates: listed, merged, unmerged, and marked as different people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Merge, Person, Role
from contacts.services import edit_person
from history.authorship import authored
from tests.contacts.fixtures import a_coordinator, a_person, a_recruiting_site
from tests.factories import a_trial, make
from tests.form_filling import form_of
from tests.pages.html_reader import queries_of, text_of

pytestmark = pytest.mark.django_db
PAGE = "/people/duplicates/"


@pytest.fixture
def site(client):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    return site


def duplicate_pairs(client) -> list[set[str]]:
    return [{first.name, second.name} for first, second, _ in client.get(PAGE).context["rows"]]


def a_contact_of_its_own(name, site, number, **values):
    return a_person(name, site, **{"phone": f"+33 4 00 00 00 {number:02}", "email": f"p{number}@example.org"} | values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "Same@example.org"}, {"email": "same@example.org "}),
        ({"phone": "+33 (4) 11-22-33"}, {"phone": "+33 4 11 22 33"}),
    ],
)
def test_the_same_email_or_phone_is_a_possible_duplicate(client, site, one, other):
    a_contact_of_its_own("Ann Example", site, 1, **one)
    a_contact_of_its_own("A. Example", site, 2, **other)
    a_contact_of_its_own("Bob Other", site, 3)
    assert duplicate_pairs(client) == [{"Ann Example", "A. Example"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+44 141 496 0011", "+44 161 496 0011"),
        ("+49 341 000 0011", "+81 11 000 0011"),
        ("0141 496 0011", "+44 161 496 0011"),
    ],
)
def test_phones_with_equal_last_digits_are_no_duplicate(client, site, one, other):
    a_contact_of_its_own("Ann Example", site, 1, phone=one)
    a_contact_of_its_own("Bob Other", site, 2, phone=other)
    assert duplicate_pairs(client) == []


def test_a_national_phone_matches_only_the_number_of_its_area(client, site):
    a_contact_of_its_own("Ann Example", site, 1, phone="+44 141 496 0011")
    a_contact_of_its_own("Bob Other", site, 2, phone="+44 161 496 0011")
    a_contact_of_its_own("A. Example", site, 3, phone="0141 4960011")
    assert duplicate_pairs(client) == [{"Ann Example", "A. Example"}]


def test_the_same_name_at_the_same_facility_is_a_possible_duplicate_but_not_a_job_title(client, site):
    a_contact_of_its_own("Dr. Zoë de Boer, MD", site, 1)
    a_contact_of_its_own("Zoe deBoer", site, 2)
    a_contact_of_its_own("Study Coordinator", site, 3)
    a_contact_of_its_own("Study Coordinator", site, 4)
    assert duplicate_pairs(client) == [{"Dr. Zoë de Boer, MD", "Zoe deBoer"}]


def test_the_same_name_at_another_facility_is_no_duplicate(client, site):
    other = a_recruiting_site(site.trial, 2)
    client.force_login(a_coordinator(site, other, name="both"))
    a_contact_of_its_own("Wei Zhang", site, 1)
    a_contact_of_its_own("Wei Zhang", other, 2)
    assert duplicate_pairs(client) == []
    assert "No possible duplicates" in text_of(client.get(PAGE))


def test_an_email_that_many_share_is_no_duplicate(client, site):
    for number in range(6):
        a_contact_of_its_own(f"Person {number}", site, number, email="desk@example.org")
    assert duplicate_pairs(client) == []


def test_contacts_out_of_scope_are_not_compared(client, site):
    a_contact_of_its_own("Ann Example", site, 1, email="same@example.org")
    a_contact_of_its_own("A. Example", a_recruiting_site(a_trial(2), 2), 2, email="same@example.org")
    assert duplicate_pairs(client) == []


def test_the_query_count_does_not_grow_with_pairs(client, site):
    for number in (1, 2):
        a_contact_of_its_own(f"Ann {number}", site, number, email="a@example.org")
    few = queries_of(client, PAGE)
    for number in range(3, 63):
        a_contact_of_its_own(f"Person {number}", site, number, email=f"b{number // 2}@example.org")
    assert queries_of(client, PAGE) == few
    assert "1 to 20 of" in text_of(client.get(PAGE))


@pytest.fixture
def pair(site):
    surviving = a_contact_of_its_own("Ann Example", site, 1, email="same@example.org", mobile="")
    return surviving, a_contact_of_its_own(
        "A. Example", site, 2, email="same@example.org", mobile="+33 6 11 11 11 11", notes="Mondays"
    )


def merge(client, surviving, other, **chosen):
    address = f"/people/{surviving.pk}/merge/{other.pk}/"
    return client.post(address, form_of(client.get(address), "merge_form", **chosen), follow=True)


def test_a_merge_moves_the_roles_and_keeps_what_was_chosen(client, pair):
    surviving, other = pair
    page = merge(client, surviving, other, phone="other")
    surviving.refresh_from_db()
    other.refresh_from_db()
    assert (surviving.name, surviving.phone, surviving.mobile, surviving.notes) == (
        "Ann Example",
        "+33 4 00 00 00 02",
        "+33 6 11 11 11 11",
        "Mondays",
    )
    assert (surviving.roles.count(), other.roles.count(), other.merged_into) == (2, 0, surviving)
    assert page.redirect_chain == [(f"/people/{surviving.pk}/", 302)]
    assert "A. Example" not in text_of(client.get("/people/"))
    assert duplicate_pairs(client) == []


def test_a_merge_is_undone(client, pair):
    surviving, other = pair
    before = {person.pk: Person.objects.filter(pk=person.pk).values("name", "phone", "mobile").get() for person in pair}
    roles = dict(Role.objects.values_list("pk", "person"))
    merge(client, surviving, other, phone="other")
    for _ in range(2):
        client.post(f"/people/merges/{Merge.objects.get().pk}/undo/")
    assert {
        person.pk: Person.objects.filter(pk=person.pk).values("name", "phone", "mobile").get() for person in pair
    } == before
    assert dict(Role.objects.values_list("pk", "person")) == roles
    assert Person.objects.get(pk=other.pk).merged_into is None


def active_roles(site) -> list[int]:
    """Whose roles at the site are in force today."""
    return [role.person_id for role in site.roles.order_by("pk") if role.is_active_on(on=timezone.localdate())]


def test_a_merged_contact_has_one_active_role_at_a_site(client, pair, site):
    surviving, other = pair
    merge(client, surviving, other)
    assert (active_roles(site), surviving.roles.count()) == ([surviving.pk], 2)
    client.post(f"/people/merges/{Merge.objects.get().pk}/undo/")
    assert active_roles(site) == [surviving.pk, other.pk]


def test_a_merge_does_not_end_a_different_or_a_longer_role(client, pair, site):
    surviving, other = pair
    with authored("test"):
        Role.objects.filter(person=other).update(role="PRINCIPAL_INVESTIGATOR")
    merge(client, surviving, other)
    assert active_roles(site) == [surviving.pk, surviving.pk]
    client.post(f"/people/merges/{Merge.objects.get().pk}/undo/")
    with authored("test"):
        Role.objects.filter(person=other).update(role="CONTACT")
        Role.objects.filter(person=surviving).update(ends_before=timezone.localdate() + timedelta(days=9))
    merge(client, surviving, other)
    assert active_roles(site) == [surviving.pk, surviving.pk]


def test_undoing_a_merge_leaves_what_was_changed_since(client, pair):
    surviving, other = pair
    merge(client, surviving, other, phone="other")
    edit_person(surviving, phone="+33 4 55 55 55 55", author="user:1")
    client.post(f"/people/merges/{Merge.objects.get().pk}/undo/")
    surviving.refresh_from_db()
    assert (surviving.phone, surviving.mobile) == ("+33 4 55 55 55 55", "")


def test_a_stale_merge_is_refused(client, pair):
    surviving, other = pair
    address = f"/people/{surviving.pk}/merge/{other.pk}/"
    sent = form_of(client.get(address), "merge_form")
    edit_person(other, phone="+33 4 55 55 55 55", author="user:9")
    assert "Not merged" in text_of(client.post(address, sent, follow=True))
    assert not Merge.objects.exists()


def test_a_merge_needs_all_roles_in_scope(client, pair, site):
    surviving, other = pair
    elsewhere = a_recruiting_site(a_trial(2), 2)
    make(Role, person=other, kind="SITE_CONTACT", role="CONTACT", trial_site=elsewhere)
    address = f"/people/{surviving.pk}/merge/{other.pk}/"
    assert "roles in trials or sites that you do not manage" in text_of(client.get(address))
    versions = {f"version-{person.pk}": person.version for person in pair}
    assert client.post(address, versions).status_code == 404


def test_different_people_are_no_longer_listed(client, pair):
    client.post(f"/people/{pair[1].pk}/apart/{pair[0].pk}/")
    client.post(f"/people/{pair[0].pk}/apart/{pair[1].pk}/")
    assert duplicate_pairs(client) == []
