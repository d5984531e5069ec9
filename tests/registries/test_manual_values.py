"""Resolving a conflict with another value, which the user enters."""

import pytest
from django.utils import timezone

from contacts.models import Person, Role
from history import authored
from registries.models import Conflict
from sites.models import Facility, TrialSite
from tests.factories import a_user, assign
from tests.form_filling import form_of
from tests.pages.html_reader import text_of
from tests.registries.conflict_fixtures import (
    ANN,
    BOB,
    a_record,
    assign_coordinator,
    changed,
    make_all_conflicts,
    protocol,
)
from tests.registries.test_import import run_import
from trials.models import Outcome, Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    """A signed-in user."""
    user = a_user("lead")
    client.force_login(user)
    return user


def address_of(conflict: Conflict) -> str:
    return f"/registry/{conflict.pk}/edit/"


def typed(client, conflict: Conflict, **values):
    """The response to the form with these values changed."""
    shown = client.get(address_of(conflict))
    return client.post(address_of(conflict), form_of(shown, "answer_form", **values))


def test_another_value_is_entered_in_the_admin_form_field(client, coordinator):
    conflicts = make_all_conflicts()
    assign_coordinator(coordinator)
    conflict = conflicts["PROTOCOLbriefSummary"]
    page = client.get(f"/registry/{conflict.pk}/edit/")
    seen = page.context["row"].open_conflict.state_digest
    assert '<textarea name="brief_summary"' in page.content.decode()
    client.post(f"/registry/{conflict.pk}/edit/", {"seen": seen, "brief_summary": "Another", "why": "Better"})
    conflict.refresh_from_db()
    assert (Trial.objects.get().brief_summary, conflict.decision, conflict.reason) == ("Another", "EDITED", "Better")


def test_another_value_of_a_list_entry_and_of_a_status(client, coordinator):
    conflicts = make_all_conflicts()
    assign_coordinator(coordinator)
    for name, typed in [
        ("PROTOCOLtimeFrame", {"time_frame": "5 weeks", "why": ""}),
        ("SITE_STATUSstatus", {"to": "ACTIVE_NOT_RECRUITING", "effective_on": timezone.localdate().isoformat()}),
    ]:
        address = f"/registry/{conflicts[name].pk}/edit/"
        page = client.get(address)
        version = page.context["form"]["version"].value() if "version" in page.context["form"].fields else ""
        answer = client.post(
            address, {"seen": page.context["row"].open_conflict.state_digest, "version": version, **typed}
        )
        assert answer.status_code == 302, answer.context["form"].errors
    assert Outcome.objects.get(measure="Pain").time_frame == "5 weeks"
    assert conflicts["SITE_STATUSstatus"].trial_site.status_events.last().status == "ACTIVE_NOT_RECRUITING"
    assert set(Conflict.objects.values_list("decision", flat=True)) == {"", "EDITED"}


def test_a_conflict_changed_meanwhile_is_shown_with_the_entered_value(client, coordinator):
    conflict = make_all_conflicts()["PROTOCOLbriefSummary"]
    assign_coordinator(coordinator)
    page = client.post(f"/registry/{conflict.pk}/edit/", {"seen": "0" * 10, "brief_summary": "Another"})
    assert page.status_code == 409
    assert "Another" in page.content.decode()
    assert Trial.objects.get().brief_summary == "One two four"


# Contacts


def make_contact_conflict() -> Conflict:
    """Both sides changed Ann's phone, and the registry has another contact."""
    before = a_record()
    run_import(before)
    with authored("test"):
        Person.objects.update(phone="+33 4 00 00 00 09", mobile="+33 6 00 00 00 01")
    newer = changed(before)
    listed = [ANN | {"phone": "+33 4 00 00 00 02"}, BOB]
    protocol(newer)["contactsLocationsModule"]["locations"][0]["contacts"] = listed
    run_import(newer)
    return Conflict.objects.get(category="SITE_CONTACTS")


def current_site_contacts() -> list[tuple[str, str, str]]:
    """Name, phone and e-mail of the current contacts of the site, in order."""
    roles = Role.objects.filter(kind="SITE_CONTACT", ends_before=None).select_related("person").order_by("position")
    return [(role.person.name, role.person.phone, role.person.email) for role in roles]


def test_an_invalid_phone_number_is_refused(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    answer = typed(client, conflict, **{"people-0-phone": "call me maybe", "why": "Asked them"})
    assert "Enter a telephone number" in answer.content.decode()
    assert ("Ann Example", "+33 4 00 00 00 09", "") in current_site_contacts()


def test_the_contact_list_form_has_local_contacts_then_those_only_in_the_registry(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    page = client.get(address_of(conflict))
    assert [
        (source, form["name"].value(), form["phone"].value(), bool(form["DELETE"].value()))
        for form, source in page.context["editor"].formset.labelled_forms
    ] == [
        ("Local value", "Ann Example", "+33 4 00 00 00 09", False),
        ("Registry value", "Ann Example", "+33 4 00 00 00 02", True),
        ("Registry value", "Bob Other", None, False),
        ("New contact", None, None, False),
    ]


def test_contacts_of_both_sides_can_be_combined_corrected_and_added(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    ann = Person.objects.get()
    new_contact = {"people-3-name": "Study nurse", "people-3-phone": "555-0101", "people-3-phoneExt": "2"}
    answer = typed(client, conflict, **{"people-0-phone": "+33 4 00 00 00 05", "why": "Asked them"}, **new_contact)
    assert answer.status_code == 302
    assert current_site_contacts() == [
        ("Ann Example", "+33 4 00 00 00 05", ""),
        ("Bob Other", "", "bob@example.org"),
        ("Study nurse", "555-0101", ""),
    ]
    nurse = Role.objects.get(person__name="Study nurse")
    assert (nurse.role, nurse.person.phone_ext) == ("CONTACT", "2")
    written = nurse.trail.get().pgh_context
    assert (written.actor, written.reason) == (coordinator.actor, "Asked them")
    ann.refresh_from_db()
    assert (ann.phone, ann.mobile) == ("+33 4 00 00 00 05", "+33 6 00 00 00 01"), "the same person, private data too"
    conflict.refresh_from_db()
    assert (conflict.decision, conflict.reason) == ("EDITED", "Asked them")


def test_a_removed_contact_has_an_ended_role(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    typed(client, conflict, **{"people-0-DELETE": "on", "people-2-DELETE": "on"})
    assert current_site_contacts() == []
    assert Role.objects.get().ends_before == timezone.localdate()


def test_an_unchanged_contact_is_not_validated(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    with authored("test"):
        Person.objects.update(email="[email protected]")
    typed(client, conflict)
    assert current_site_contacts() == [
        ("Ann Example", "+33 4 00 00 00 09", "[email protected]"),
        ("Bob Other", "", BOB["email"]),
    ]
    assert Role.objects.filter(person__name="Bob Other", role="CONTACT").exists()


def test_unchanged_contacts_keep_their_exact_text(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    odd = "Ann  Example " + "of the Department " * 40
    with authored("test"):
        Person.objects.update(name=odd, phone=" +33  4 ", email="ann@example.org")
    sent = form_of(client.get(address_of(conflict)), "answer_form", **{"people-0-email": "a@example.org"})
    sent |= {"people-0-name": [" ".join(odd.split())], "people-1-DELETE": ["on"]}  # spaces as a browser may send them
    assert client.post(address_of(conflict), sent).status_code == 302
    assert current_site_contacts() == [(odd, " +33  4 ", "a@example.org"), ("Bob Other", "", BOB["email"])]


def test_new_values_are_limited_in_length(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    answer = typed(client, conflict, **{"people-0-name": "Ann " * 200})
    assert "1. Name or function : Ensure this value has at most 500 characters" in text_of(answer)


def test_an_invalid_email_is_an_error_of_its_field_and_nothing_is_saved(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    answer = typed(client, conflict, **{"people-2-email": "bob at nowhere", "people-0-phone": "5"})
    assert "3. E-mail : This is not an e-mail address." in text_of(answer)
    assert 'value="bob at nowhere"' in answer.content.decode()
    assert current_site_contacts() == [("Ann Example", "+33 4 00 00 00 09", "")]
    conflict.refresh_from_db()
    assert conflict.decision == ""


def test_a_contact_list_changed_meanwhile_is_shown_with_the_entered_values(client, coordinator):
    conflict = make_contact_conflict()
    assign_coordinator(coordinator)
    sent = form_of(client.get(address_of(conflict)), "answer_form", **{"people-0-phone": "5"})
    with authored("test"):
        Person.objects.update(phone="6")
    page = client.post(address_of(conflict), sent)
    assert page.status_code == 409
    assert [source for _, source in page.context["editor"].formset.labelled_forms][:2] == ["Edited", "Registry value"]
    assert current_site_contacts() == [("Ann Example", "6", "")]


def test_officials_have_an_affiliation_field(client, coordinator):
    chair = {"name": "Ann Example", "affiliation": "Hospital 1", "role": "STUDY_CHAIR"}
    before = a_record()
    protocol(before)["contactsLocationsModule"]["overallOfficials"] = [chair]
    run_import(before)
    assign_coordinator(coordinator)
    with authored("test"):
        Role.objects.filter(kind="OFFICIAL").update(affiliation="Hospital 2")
    newer = changed(before)
    protocol(newer)["contactsLocationsModule"]["overallOfficials"] = [chair | {"affiliation": "Hospital 3"}]
    run_import(newer)
    conflict = Conflict.objects.get()
    typed(client, conflict, **{"people-0-affiliation": "Hospital 4"})
    role = Role.objects.get(kind="OFFICIAL")
    assert (role.person.name, role.affiliation, role.role) == ("Ann Example", "Hospital 4", "STUDY_CHAIR")


# The facility of a site


def make_place_conflict(number: int = 1) -> Conflict:
    """A facility was renamed locally, and differently at the registry."""
    before = a_record(number)
    protocol(before)["contactsLocationsModule"]["locations"][0]["geoPoint"] = {"lat": 45.0, "lon": 4.0}
    run_import(before)
    with authored("test"):
        Facility.objects.update(name="Hospital One")
    newer = changed(before)
    protocol(newer)["contactsLocationsModule"]["locations"][0] |= {"facility": "Hospital 1 East"}
    run_import(newer)
    return Conflict.objects.get(category="SITE_PLACE")


def test_another_facility_applies_to_this_trial_only(client, coordinator):
    conflict = make_place_conflict()
    assign_coordinator(coordinator)
    before = Facility.objects.get(name="Hospital One")
    assert client.get(address_of(conflict)).context["form"]["name"].value() == "Hospital One"
    assert typed(client, conflict, name="First Hospital").status_code == 302
    moved = TrialSite.objects.get().facility
    assert (moved.name, moved.city, moved.country, moved.latitude) == ("First Hospital", "Town 1", "France", 45.0)
    before.refresh_from_db()
    assert before.name == "Hospital One", "the hospital of other trials stays what it is"


def test_a_facility_in_another_city_gets_the_coordinates_of_that_city(client, coordinator):
    conflict = make_place_conflict()
    assign_coordinator(coordinator)
    with authored("test"):
        Facility.objects.create(name="Clinic", city="Town 7", country="France", latitude=47.0, longitude=7.0)
    typed(client, conflict, city="Town 7")
    assert TrialSite.objects.get().facility.latitude == 47.0


def test_a_facility_without_a_country_is_refused(client, coordinator):
    conflict = make_place_conflict()
    assign_coordinator(coordinator)
    assert "Enter the country." in text_of(typed(client, conflict, country=""))
    assert TrialSite.objects.get().facility.name == "Hospital One"


# Permissions, and conflicts without a form


def test_a_site_coordinator_edits_contacts_but_not_the_facility(client):
    contacts, place = make_contact_conflict(), make_place_conflict(2)
    user = a_user("site")
    for conflict in (contacts, place):
        assign(user, site=conflict.trial_site)
    client.force_login(user)
    assert [client.get(address_of(conflict)).status_code for conflict in (contacts, place)] == [200, 404]


def test_a_delisted_site_accepts_no_other_value(client, coordinator):
    conflict = make_place_conflict()
    assign_coordinator(coordinator)
    Conflict.objects.filter(pk=conflict.pk).update(category="SITE", path=conflict.path.removesuffix(".facility"))
    assert client.get(address_of(conflict)).status_code == 404
    assert address_of(conflict) not in client.get("/registry/").content.decode()


def test_a_deleted_entry_accepts_no_other_value(client, coordinator):
    conflict = make_all_conflicts()["PROTOCOLtimeFrame"]
    assign_coordinator(coordinator)
    with authored("test"):
        Outcome.objects.filter(measure="Pain").delete()
    assert client.get(address_of(conflict)).status_code == 404
