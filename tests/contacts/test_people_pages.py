"""The contacts directory and a contact's page: scope, visibility, verification, editing and roles."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from contacts.models import Person, Role
from contacts.services import edit_person
from tests.contacts.fixtures import PRIVATE, a_coordinator, a_person, a_recruiting_site
from tests.factories import a_site, a_trial, a_user, an_inspector, assign, make
from tests.form_filling import form_of
from tests.pages.html_reader import queries_of, rows_of, text_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def site():
    return a_recruiting_site()


@pytest.fixture
def user(site, client):
    user = a_coordinator(site)
    client.force_login(user)
    return user


def page_of(person, *more: str) -> str:
    return "/".join(["/people", str(person.pk), *more, ""])


def directory_names(client, words: str) -> list[str]:
    return [row["person"].name for row in client.get("/people/", {"words": words}).context["rows"]]


def test_the_directory_lists_contacts_with_a_role_in_scope_only(client, user, site):
    a_person("Ann Example", site)
    a_person("Stranger", a_recruiting_site(a_trial(2), 2))
    page = client.get("/people/")
    assert len(rows_of(page)) == 1
    assert "1 contact" in text_of(page)
    assert "Contact Hospital 1, Lyon, France, ALDER" in rows_of(page)[0]
    assert "Never verified" in rows_of(page)[0]


@pytest.mark.parametrize(
    "words", ["exam", "ann EXAMPLE", "one@ex", "lyo", "fran", "Hospital", "alder", "nct00000001", "ann lyon contact"]
)
def test_the_directory_search_matches_name_place_trial_and_role(client, user, site, words):
    a_person("Ann Example", site)
    a_person("Bob Other", a_recruiting_site(a_trial(2), 2, city="Kobe", country="Japan"))
    assert directory_names(client, words) == ["Ann Example"]
    assert directory_names(client, f"{words} zzz") == []


def test_the_directory_search_matches_roles(client, user, site):
    person = a_person("Ann Example", site)
    make(Role, person=person, kind="SITE_CONTACT", role="PRINCIPAL_INVESTIGATOR", trial_site=site)
    assert directory_names(client, "principal") == ["Ann Example"]


def test_places_out_of_scope_do_not_match(client, user, site):
    """The search does not reveal roles at other users' sites."""
    elsewhere = a_recruiting_site(a_trial(2), 2, city="Kobe")
    a_person("Ann Example", site, elsewhere)
    assert directory_names(client, "kobe") == []
    assert "Kobe" not in text_of(client.get("/people/"))


def test_contacts_are_filtered_by_last_verification(client, user, site):
    a_person("Fresh", site, last_verified_on=TODAY())
    a_person("Old", site, last_verified_on=TODAY() - timedelta(days=400))
    a_person("Never", site)
    names = {
        when: [row["person"].name for row in client.get(f"/people/?verified={when}").context["rows"]]
        for when in ("recently", "long-ago", "never")
    }
    assert names == {"recently": ["Fresh"], "long-ago": ["Old"], "never": ["Never"]}


@pytest.mark.parametrize("query", ["?wrong=1", "?verified=soon", "?page=9"])
def test_an_invalid_parameter_is_a_400(client, user, site, query):
    assert client.get(f"/people/{query}").status_code == 400


def test_the_query_count_of_the_directory_does_not_grow_with_contacts(client, user, site):
    for number in range(2):
        a_person(f"Person {number}", site)
    few = queries_of(client, "/people/?words=person")
    for number in range(2, 60):
        a_person(f"Person {number}", site)
    assert queries_of(client, "/people/?words=person") == few
    assert "1 to 50 of 60" in text_of(client.get("/people/"))


def test_the_query_count_of_a_contacts_page_does_not_grow_with_roles(client, user, site):
    person = a_person("Ann Example", site)
    few = queries_of(client, page_of(person))
    for _ in range(12):
        make(Role, person=person, kind="SITE_CONTACT", role="CONTACT", trial_site=site)
    assert queries_of(client, page_of(person)) == few


def test_a_user_without_assignments_gets_an_explanation_and_no_link(client, site):
    client.force_login(a_user("reader", is_staff=False))
    a_person("Ann Example", site)
    page = client.get("/people/")
    assert "No assigned trials or sites" in text_of(page)
    assert 'href="/people/"' not in client.get("/").content.decode()


def test_the_page_shows_the_public_view_with_reasons(client, user, site):
    person = a_person("Ann Example", site, **PRIVATE)
    closed = a_recruiting_site(site.trial, 2)
    make(Role, person=person, kind="SITE_CONTACT", role="CONTACT", trial_site=site, starts_on=date(2090, 1, 1))
    page = text_of(client.get(page_of(person)))
    assert "Shown ALDER Ann Example · +33 4 11 22 33 44 · one@example.org" in page
    assert "Site status: Recruiting." in page
    assert "The role has not begun." in page
    assert all(value in page for value in PRIVATE.values())
    assert str(closed.facility) not in page


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_public": False}, "The trial is not public."),
        ({"overall_status": "COMPLETED"}, "Trial status: Completed."),
    ],
)
def test_the_reason_why_a_central_contact_is_not_public(client, change, reason):
    trial = a_trial(1, **{"overall_status": "RECRUITING"} | change)
    client.force_login(a_coordinator(trial=trial))
    person = make(Person, name="Ann Example")
    make(Role, person=person, kind="CENTRAL_CONTACT", role="CONTACT", trial=trial)
    page = text_of(client.get(page_of(person)))
    assert "Not shown" in page
    assert reason in page


def test_private_values_are_visible_to_coordinators_in_scope_and_administrators(client, site):
    person = a_person("Ann Example", site, **PRIVATE)
    of_another_site = a_coordinator(a_recruiting_site(site.trial, 2), name="other")
    allowed = [
        a_coordinator(site, name="own"),
        a_coordinator(trial=site.trial, name="lead"),
        a_user("admin", is_superuser=True),
    ]
    for user in allowed:
        client.force_login(user)
        assert PRIVATE["mobile"] in text_of(client.get(page_of(person)))
    client.force_login(of_another_site)
    missing = client.get("/people/987654/")
    for address in (page_of(person), page_of(person, "edit"), page_of(person, "erase"), page_of(person, "replace")):
        answer = client.get(address)
        assert answer.status_code == missing.status_code == 404
        assert PRIVATE["mobile"] not in answer.content.decode()


def test_roles_out_of_scope_are_only_counted(client, user, site):
    person = a_person("Ann Example", site, a_recruiting_site(a_trial(2, acronym="BIRCH"), 2))
    page = text_of(client.get(page_of(person)))
    assert "This contact also has 1 role in trials that you do not manage." in page
    assert "BIRCH" not in page


def test_a_contact_is_marked_as_verified_today(client, user, site):
    person = a_person("Ann Example", site)
    client.post(page_of(person, "verified"), {"version": person.version})
    person.refresh_from_db()
    assert person.last_verified_on == TODAY()
    assert person.trail.order_by("pgh_id").last().pgh_context.actor == user.actor


def test_a_contact_changed_meanwhile_is_not_marked_as_verified(client, user, site):
    person = a_person("Ann Example", site)
    edit_person(person, phone="+33 4 99 99 99 99", author="user:9")
    page = client.post(page_of(person, "verified"), {"version": person.version}, follow=True)
    person.refresh_from_db()
    assert person.last_verified_on is None
    assert "Not marked as verified" in text_of(page)


def edited(client, person, **changes):
    return client.post(page_of(person, "edit"), form_of(client.get(page_of(person, "edit")), "person_form", **changes))


def test_an_edit_is_saved_with_author_and_reason(client, user, site):
    person = a_person("Ann Example", site)
    assert edited(client, person, name="Ann Other", why="Married").status_code == 302
    person.refresh_from_db()
    assert person.name == "Ann Other"
    context = person.values_trail.order_by("pgh_id").last().pgh_context
    assert (context.actor, context.reason) == (user.actor, "Married")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "[email protected]"}, "This is not an e-mail address."),
        ({"name": "", "phone": "", "email": ""}, "Enter a name or a job title"),
    ],
)
def test_an_edit_that_breaks_a_rule_is_refused_beside_its_field(client, user, site, changes, message):
    person = a_person("Ann Example", site)
    page = edited(client, person, **changes)
    assert message in text_of(page)
    person.refresh_from_db()
    assert person.name == "Ann Example"


def test_a_stale_edit_shows_both_versions_and_loses_nothing(client, user, site):
    person = a_person("Ann Example", site)
    form = form_of(client.get(page_of(person, "edit")), "person_form", phone="1111111")
    edited(client, person, phone="2222222", email="two@example.org")

    both = client.post(page_of(person, "edit"), form)

    assert both.status_code == 409
    differences = {one.label: (one.mine, one.theirs) for one in both.context["conflict"].differences}
    assert differences == {"Phone": ("1111111", "2222222"), "E-mail": ("one@example.org", "two@example.org")}
    client.post(page_of(person, "edit"), form_of(both, "person_form"))
    person.refresh_from_db()
    assert (person.phone, person.email) == ("1111111", "two@example.org")


def test_a_contact_is_added_with_a_role_at_an_own_site(client, user, site):
    page = client.get("/people/add/?trial=nct00000001")
    client.post("/people/add/?trial=nct00000001", form_of(page, "person_form", name="New Nurse", place=str(site.pk)))
    role = Role.objects.get()
    assert (role.person.name, role.trial_site, role.kind) == ("New Nurse", site, "SITE_CONTACT")


def test_all_errors_of_a_new_contact_are_shown_together(client, user, site):
    data = form_of(client.get("/people/add/"), "person_form", name="Ann", email="[email protected]", place="")
    page = text_of(client.post("/people/add/", data))
    assert "This is not an e-mail address." in page
    assert "Site or trial : This field is required." in page
    assert not Person.objects.exists()


def test_sites_of_one_facility_are_distinguished_in_the_list_of_sites(client, user, site):
    assign(user, site=a_site(site.trial, site.facility, duplicate_index=2))
    labels = [label for _, label in client.get("/people/add/").context["form"].fields["place"].choices]
    assert labels[1:] == [str(site.facility), f"{site.facility}, listing 2"]


def test_a_trial_is_chosen_from_a_short_list_or_by_its_number(client, user, site, monkeypatch):
    assign(user, trial=a_trial(2))
    page = client.get("/people/add/").content.decode()
    assert "?trial=NCT00000001" in page
    assert "?trial=NCT00000002" in page
    assert 'name="trial"' not in page
    monkeypatch.setattr("contacts.forms.MAX_LISTED_TRIALS", 1)
    assert 'name="trial"' in client.get("/people/add/").content.decode()


def test_a_role_cannot_be_added_out_of_scope(client, user, site):
    other = a_recruiting_site(site.trial, 2)
    page = client.get("/people/add/?trial=NCT00000001")
    for place in (other.pk, "CENTRAL_CONTACT"):
        answer = client.post("/people/add/?trial=NCT00000001", form_of(page, "person_form", name="X", place=str(place)))
        assert "Select a valid choice" in text_of(answer)
    assert "is not one of your trials" in text_of(client.get(f"/people/add/?trial={a_trial(2).key}"))
    assert not Role.objects.exists()


def test_a_role_is_added_and_ended(client, user, site):
    person = a_person("Ann Example", site)
    page = client.get(page_of(person, "roles", "add"))
    sent = form_of(page, "role_form", place=str(site.pk), role="PRINCIPAL_INVESTIGATOR", starts_on="2026-02-01")
    client.post(page_of(person, "roles", "add"), sent)
    role = Role.objects.get(role="PRINCIPAL_INVESTIGATOR")
    ending = form_of(client.get(f"/people/roles/{role.pk}/end/"), "end_form", ends_before="2026-03-01")
    client.post(f"/people/roles/{role.pk}/end/", ending)
    client.post(f"/people/roles/{role.pk}/end/", ending)
    role.refresh_from_db()
    assert (role.starts_on, role.ends_before, role.version) == (date(2026, 2, 1), date(2026, 3, 1), 2)
    assert "Ended from 1 February 2026 until 1 March 2026" in text_of(client.get(page_of(person)))


def test_an_equal_role_is_refused(client, user, site):
    person = a_person("Ann Example", site)
    page = client.get(page_of(person, "roles", "add"))
    answer = client.post(page_of(person, "roles", "add"), form_of(page, "role_form", place=str(site.pk)))
    assert "This contact already has this role." in text_of(answer)


def test_a_role_cannot_end_before_it_starts(client, user, site):
    person = a_person("Ann Example")
    role = make(Role, person=person, kind="SITE_CONTACT", trial_site=site, starts_on=date(2026, 2, 1))
    address = f"/people/roles/{role.pk}/end/"
    for day, message in (("2026-01-01", "A role cannot end before it starts."), ("no day", "“no day” is not a date.")):
        answer = client.post(address, form_of(client.get(address), "end_form", ends_before=day))
        assert message in text_of(answer)


def test_a_stale_end_date_shows_the_saved_date(client, user, site):
    role = a_person("Ann Example", site).roles.get()
    address = f"/people/roles/{role.pk}/end/"
    one = form_of(client.get(address), "end_form", ends_before="2026-03-01")
    client.post(address, form_of(client.get(address), "end_form", ends_before="2026-04-01"))
    answer = client.post(address, one)
    assert answer.status_code == 409
    assert "until 1 April 2026" in text_of(answer)
    client.post(address, form_of(answer, "end_form"))
    role.refresh_from_db()
    assert role.ends_before == date(2026, 3, 1)


def test_a_role_out_of_scope_cannot_be_ended(client, user):
    role = a_person("Ann Example", a_recruiting_site(a_trial(2), 2)).roles.get()
    answer = client.post(f"/people/roles/{role.pk}/end/", {"ends_before": "2026-01-01", "version": 1})
    assert answer.status_code == 404


def test_an_inspector_gets_a_link_to_all_contacts(client):
    client.force_login(an_inspector())
    page = client.get("/people/")
    assert 'href="/admin/contacts/person/"' in page.content.decode()
    assert "Ask an administrator" not in text_of(page)


def test_an_invalid_phone_is_refused_with_advice_and_the_input_stays(client):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    data = {"name": "Ann Example", "phone": "call me maybe", "phone_ext": "ask", "place": site.pk, "role": "CONTACT"}
    page = client.post(f"/people/add/?trial={site.trial.nct_id}", data)
    assert "Enter a telephone number, with the country code where possible" in text_of(page)
    assert "Enter the digits of the extension" in text_of(page)
    assert "call me maybe" in page.content.decode()
    assert not Person.objects.exists()


def test_an_extension_after_the_phone_is_moved_to_its_field(client):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    data = {"name": "Ann Example", "phone": "(555) 123-4567 ext. 12", "place": site.pk, "role": "CONTACT"}
    client.post(f"/people/add/?trial={site.trial.nct_id}", data)
    assert Person.objects.values_list("phone", "phone_ext").get() == ("(555) 123-4567", "12")


def test_an_invalid_imported_phone_does_not_block_other_changes(client):
    site = a_recruiting_site()
    client.force_login(a_coordinator(site))
    person = a_person("Ann Example", site, phone="only mornings", email="[email protected]")
    edited(client, person, email="ann@example.org")
    person.refresh_from_db()
    assert (person.phone, person.email) == ("only mornings", "ann@example.org")
