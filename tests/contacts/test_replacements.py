"""Replacing a contact in several roles: preview, all or none, idempotent, and undone."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Person, Replacement, Role
from registries.ctgov.export import export_records
from tests.contacts.fixtures import a_coordinator, a_person, a_recruiting_site
from tests.factories import a_trial, make
from tests.form_filling import form_of
from tests.pages.html_reader import text_of
from tests.registries.test_import import location, run_import, with_locations
from trials.models import Trial

pytestmark = pytest.mark.django_db
SOON = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def sites():
    first = a_recruiting_site()
    return [first, *(a_recruiting_site(first.trial, number) for number in range(2, 15))]


@pytest.fixture
def leaver(client, sites):
    client.force_login(a_coordinator(*sites))
    return a_person("Ann Example", *sites)


def address(leaver, by) -> str:
    return f"/people/{leaver.pk}/replace/?by={by}"


def preview(client, leaver, by, **changes):
    page = client.get(address(leaver, by))
    sent = form_of(page, "replace_form", on=SOON.isoformat(), step="preview", **changes)
    return client.post(address(leaver, by), sent)


def applied(client, leaver, by, **changes):
    sent = form_of(preview(client, leaver, by, **changes), "replace_form", step="apply")
    return client.post(address(leaver, by), sent), sent


def days_of(person) -> set[tuple]:
    return set(Role.objects.filter(person=person).values_list("starts_on", "ends_before"))


def test_fourteen_roles_are_transferred_on_a_day(client, leaver, sites):
    successor = a_person("Bea Other", sites[0], phone="+33 4 77 77 77 77")
    page = preview(client, leaver, successor.pk)
    assert "Bea Other replaces Ann Example in 14 roles" in text_of(page)
    assert "Bea Other already has this role; it ends for Ann Example." in text_of(page)
    assert not Replacement.objects.exists()
    answer, _ = applied(client, leaver, successor.pk)
    assert answer.headers["Location"] == f"/people/replacements/{Replacement.objects.get().pk}/"
    assert days_of(leaver) == {(None, SOON)}
    assert Role.objects.filter(person=successor, starts_on=SOON, ends_before=None).count() == 13


def test_only_selected_roles_are_transferred_with_their_position(client, leaver, sites):
    role = leaver.roles.last()
    applied(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77", role=[f"{role.pk}:{role.version}"])
    begun = Role.objects.get(person__name="Bea Other")
    assert (begun.trial_site, begun.position, begun.starts_on) == (role.trial_site, role.position, SOON)
    assert leaver.roles.filter(ends_before=None).count() == 13


def test_the_preview_shows_the_public_view(client, leaver, sites):
    page = text_of(
        preview(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77", mobile="+33 6 11 11 11 11")
    )
    assert "Ann Example +33 4 11 22 33 44 one@example.org Bea Other +33 4 77 77 77" in page
    assert "+33 6 11 11 11 11" not in page


def test_a_second_post_changes_nothing(client, leaver, sites):
    answer, sent = applied(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77")
    before = list(Role.objects.order_by("pk").values())
    again = client.post(address(leaver, "new"), sent)
    assert again.headers["Location"] == answer.headers["Location"]
    assert list(Role.objects.order_by("pk").values()) == before
    assert Person.objects.filter(name="Bea Other").count() == 1


def test_a_future_role_is_transferred_from_its_own_first_day(client, leaver, sites):
    role = leaver.roles.first()
    later = SOON + timedelta(days=60)
    future = make(Role, person=leaver, kind="SITE_CONTACT", role="SUB_INVESTIGATOR", trial_site=sites[0],
                  starts_on=later)  # fmt: skip
    applied(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77")
    future.refresh_from_db()
    assert future.was_cancelled
    assert Role.objects.get(person__name="Bea Other", role="SUB_INVESTIGATOR").starts_on == later
    role.refresh_from_db()
    assert role.ends_before == SOON


def test_a_replacement_is_undone_as_a_whole(client, leaver, sites):
    first = leaver.roles.first()
    sent = {"ends_before": (SOON + timedelta(days=9)).isoformat(), "version": first.version}
    client.post(f"/people/roles/{first.pk}/end/", sent)
    before = days_of(leaver)
    applied(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77")
    replacement = Replacement.objects.get()
    for _ in range(2):
        page = client.post(f"/people/replacements/{replacement.pk}/undo/", follow=True)
    assert "Replacement undone" in text_of(page)
    assert days_of(leaver) == before
    assert all(role.was_cancelled for role in Role.objects.filter(person__name="Bea Other"))
    assert "No current role" in text_of(client.get("/people/?words=bea"))


def test_a_replacement_with_a_changed_role_is_not_undone(client, leaver, sites):
    applied(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77")
    role = Role.objects.filter(person__name="Bea Other").first()
    client.post(f"/people/roles/{role.pk}/end/", {"ends_before": "2099-01-01", "version": role.version})
    page = client.post(f"/people/replacements/{Replacement.objects.get().pk}/undo/", follow=True)
    assert "some of these roles were changed since" in text_of(page)
    assert days_of(leaver) == {(None, SOON)}


def test_a_role_changed_meanwhile_prevents_the_replacement(client, leaver, sites):
    sent = form_of(
        preview(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77"), "replace_form", step="apply"
    )
    role = leaver.roles.first()
    client.post(f"/people/roles/{role.pk}/end/", {"ends_before": "2099-01-01", "version": role.version})
    answer = client.post(address(leaver, "new"), sent)
    assert answer.status_code == 409
    assert "someone else changed one of these roles" in text_of(answer)
    assert not Person.objects.filter(name="Bea Other").exists()
    assert leaver.roles.filter(ends_before=None).count() == 13


def test_roles_out_of_scope_are_not_transferred(client, leaver, sites):
    foreign = a_recruiting_site(a_trial(2), 20)
    role = make(Role, person=leaver, kind="SITE_CONTACT", role="CONTACT", trial_site=foreign)
    page = client.get(address(leaver, "new"))
    sent = form_of(
        page, "replace_form", name="B", phone="+33 4 77 77 77 77", step="apply", role=[f"{role.pk}:{role.version}"]
    )
    assert client.post(address(leaver, "new"), sent).status_code == 404
    assert str(foreign.facility) not in text_of(page)


def test_the_result_page_needs_all_roles_in_scope(client, leaver, sites):
    applied(client, leaver, "new", name="Bea Other", phone="+33 4 77 77 77 77")
    replacement = Replacement.objects.get()
    client.force_login(a_coordinator(sites[0], name="one"))
    assert client.get(f"/people/replacements/{replacement.pk}/").status_code == 404
    assert client.post(f"/people/replacements/{replacement.pk}/undo/").status_code == 404


def test_the_export_contains_the_contact_of_the_day(client):
    contact = {"name": "Ann Example", "role": "CONTACT", "phone": "+33 4 11 22 33 44"}
    run_import(with_locations(location("Hospital 1", status="RECRUITING", contacts=[contact])))
    client.force_login(a_coordinator(trial=Trial.objects.get()))
    applied(client, Person.objects.get(), "new", name="Bea Other", phone="+33 4 77 77 77 77")
    for day, name in ((timezone.localdate(), "Ann Example"), (SOON, "Bea Other")):
        with time_machine.travel(day):
            exported = str(list(export_records(Trial.objects.all())))
        assert [one for one in ("Ann Example", "Bea Other") if one in exported] == [name]


def test_the_public_page_shows_the_successor_from_today(client, leaver, sites):
    today = {"on": date.today().isoformat()}
    page = client.get(address(leaver, "new"))
    sent = form_of(page, "replace_form", name="Bea Other", phone="+33 4 77 77 77 77", step="apply", **today)
    client.post(address(leaver, "new"), sent)
    public = text_of(client.get("/trials/NCT00000001/"))
    assert "Bea Other" in public
    assert "Ann Example" not in public
