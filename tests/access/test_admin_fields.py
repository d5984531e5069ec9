"""Field permissions in the admin: absent, read-only, refused; a save that would leave the user's scope is undone."""

import pytest
from django.urls import reverse

from common.assignment_scope import OUT_OF_SCOPE_MESSAGE, OutOfScopeError, still_in_scope
from common.permissions import Action
from common.permissions import UserRole as As
from contacts.models import Role
from history.authorship import authored
from sites.models import Milestone, TrialSite
from sites.permissions import SITE
from tests.access.users import GLOBAL
from tests.factories import (
    a_contact,
    a_facility,
    a_manager,
    a_report,
    a_site,
    a_trial,
    a_user,
    an_inspector,
    assign,
    make,
)
from tests.form_filling import form_of

pytestmark = pytest.mark.django_db
WHO = [As.SITE_COORDINATOR, As.TRIAL_COORDINATOR, As.MANAGER, As.INSPECTOR, As.ADMINISTRATOR]


@pytest.fixture
def site():
    site = a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", enrollment_target=30)
    a_report(site, "2026-05", enrolled=3)
    return site


def log_in(client, who: As, site):
    user = a_user(f"asking-{who}", is_superuser=who == As.ADMINISTRATOR)
    if who == As.SITE_COORDINATOR:
        assign(user, site=site)
    elif who == As.TRIAL_COORDINATOR:
        assign(user, trial=site.trial)
    elif who in GLOBAL and not user.is_superuser:
        user = {As.MANAGER: a_manager, As.INSPECTOR: an_inspector}[who]()
    client.force_login(user)
    return user


def page_of(row, name: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", ["enrollment_target", "internal_note"])
def test_a_field_of_a_site_is_absent_read_only_or_a_field_by_the_matrix(client, site, who, name):
    log_in(client, who, site)
    answer = client.get(page_of(site))
    html = answer.content.decode()
    assert (f"field-{name}" in html) is SITE.allows(Action.READ, name, [who])
    assert (f'name="{name}"' in html) is SITE.allows(Action.CHANGE, name, [who])


@pytest.mark.parametrize("who", WHO)
def test_posted_values_are_saved_by_the_matrix(client, site, who):
    log_in(client, who, site)
    sent = form_of(client.get(page_of(site)), "trialsite_form") | {"enrollment_target": "99", "internal_note": "Mine"}
    client.post(page_of(site), sent)
    site.refresh_from_db()
    can_change = SITE.allows(Action.CHANGE, "internal_note", [who])
    assert (site.enrollment_target, site.internal_note) == ((99, "Mine") if can_change else (30, ""))


@pytest.mark.parametrize("who", WHO)
def test_enrollment_is_editable_by_the_matrix(client, site, who):
    log_in(client, who, site)
    html = client.get(page_of(site)).content.decode()
    can_change = SITE.allows(Action.CHANGE, "enrollment_reports", [who])
    assert ('name="enrollment_reports-0-enrolled"' in html) is can_change


@pytest.mark.parametrize("who", WHO)
def test_stage_and_milestones_are_read_only_in_the_admin(client, site, who):
    make(Milestone, trial_site=site, stage="ETHICS", planned_on="2031-07-19")
    log_in(client, who, site)
    sent = form_of(client.get(page_of(site)), "trialsite_form") | {"stage": "CLOSED"}
    html = client.get(page_of(site)).content.decode()
    assert "field-stage" in html
    assert "2031" in html
    assert 'name="stage"' not in html
    assert 'name="milestones-0-planned_on"' not in html
    assert 'name="milestones-__prefix__-planned_on"' not in html
    client.post(page_of(site), sent | {"milestones-0-planned_on": "2032-01-01"})
    site.refresh_from_db()
    assert (site.stage, str(site.milestones.get().planned_on)) == ("", "2031-07-19")


@pytest.mark.parametrize(("who", "is_shown"), [(who, who not in (As.MANAGER, As.INSPECTOR)) for who in WHO])
def test_private_values_of_a_contact_are_for_coordinators_and_administrators(client, site, who, is_shown):
    person = a_contact(site=site).person
    with authored("test"):
        type(person).objects.update(mobile="+33 6 77 77 77 77", private_email="at-home@example.org", notes="Calls back")
    log_in(client, who, site)
    html = client.get(page_of(person)).content.decode()
    assert "Study Coordinator" in html
    assert [value in html for value in ("+33 6 77 77 77 77", "at-home@example.org", "Calls back")] == [is_shown] * 3


@pytest.mark.parametrize("who", WHO)
def test_the_history_of_a_site_shows_its_note_by_the_matrix(client, site, who):
    with authored("user:7", reason="Said on the phone"):
        TrialSite.objects.update(internal_note="They will close")
    log_in(client, who, site)
    html = client.get(page_of(site, "history")).content.decode()
    can_read = SITE.allows(Action.READ, "internal_note", [who])
    assert ("They will close" in html, "Said on the phone" in html) == (can_read, can_read)


def test_the_history_of_a_contact_does_not_show_roles_out_of_scope(client, site):
    person = a_contact(site=site).person
    elsewhere = a_site(a_trial(2, is_public=False), a_facility(2))
    with authored("user:7", reason="Elsewhere"):
        Role.objects.create(person=person, kind="SITE_CONTACT", trial_site=elsewhere)
    log_in(client, As.SITE_COORDINATOR, site)
    assert "Elsewhere" not in client.get(page_of(person, "history")).content.decode()
    log_in(client, As.INSPECTOR, site)
    assert "Elsewhere" in client.get(page_of(person, "history")).content.decode()


@pytest.mark.parametrize("who", [As.MANAGER, As.INSPECTOR])
def test_readers_get_no_actions(client, site, who):
    person = a_contact(site=site).person
    log_in(client, who, site)
    for row in (site, site.trial, site.facility, person):
        html = client.get(page_of(row)).content.decode()
        assert 'name="_save"' not in html
        assert not [path for path in ("/add/?", "/correct/", "/status/", "/confirm/") if path in html]
        assert client.post(page_of(row), {}).status_code == 403
    for name in ("status", "confirm"):
        assert client.post(page_of(site, name), {"version": site.version}).status_code == 404


def test_a_facility_is_editable_by_coordinators_of_its_trials(client, site):
    elsewhere = a_facility(2)
    log_in(client, As.TRIAL_COORDINATOR, site)
    assert 'name="name"' in client.get(page_of(site.facility)).content.decode()
    assert 'name="name"' not in client.get(page_of(elsewhere)).content.decode()
    assert client.post(page_of(elsewhere), {"name": "Mine"}).status_code == 403


def test_a_list_accepts_only_its_own_filters(client, site):
    log_in(client, As.SITE_COORDINATOR, site)
    changelist = reverse("admin:sites_trialsite_changelist")
    assert client.get(changelist, {"status__exact": "RECRUITING"}).status_code == 200
    for lookup in ("internal_note__startswith", "enrollment_target__gte", "trial__brief_summary__contains"):
        assert client.get(changelist, {lookup: "1"}).status_code == 400


def test_assignments_are_read_only_for_inspectors(client, site):
    assignment = assign(a_user("ana", first_name="Ana"), site=site)
    log_in(client, As.INSPECTOR, site)
    assert "Ana" in client.get(reverse("admin:accounts_assignment_changelist")).content.decode()
    assert client.post(page_of(assignment), {}).status_code == 403
    log_in(client, As.TRIAL_COORDINATOR, site)
    assert client.get(reverse("admin:accounts_assignment_changelist")).status_code == 403


# A save that would leave the user's scope


def test_a_contact_cannot_be_moved_out_of_scope(client, site):
    role = a_contact(site=site)
    log_in(client, As.SITE_COORDINATOR, site)
    page = page_of(role.person)
    data = form_of(client.get(page), "person_form", **{"roles-0-DELETE": "on", "name": "Renamed"})
    answer = client.post(page, data)
    assert answer.status_code == 200
    assert OUT_OF_SCOPE_MESSAGE in answer.content.decode().replace("&#x27;", "'")
    role.person.refresh_from_db()
    assert (role.person.name, Role.objects.count()) == ("Study Coordinator", 1)


def test_a_role_cannot_be_moved_to_another_users_site(client, site):
    role = a_contact(site=site)
    elsewhere = a_site(a_trial(2), a_facility(2))
    log_in(client, As.SITE_COORDINATOR, site)
    page = page_of(role.person)
    answers = [
        client.post(page, form_of(client.get(page), "person_form", **{"roles-0-trial_site": str(pk)}))
        for pk in (elsewhere.pk, 9_999_999)
    ]
    assert [answer.content.decode().count("Select a valid choice") for answer in answers] == [1, 1]
    role.refresh_from_db()
    assert role.trial_site == site


def test_a_change_that_leaves_the_scope_is_rolled_back(site):
    user = a_user()
    assign(user, site=site)
    other = a_facility(2)

    def move(*, out_of_reach: bool):
        with still_in_scope(TrialSite.objects.editable_by(user), site), authored(user.actor):
            TrialSite.objects.filter(pk=site.pk).update(facility=other)
            user.assignments.update(ends_on="2020-02-01" if out_of_reach else None)
        site.refresh_from_db()

    with pytest.raises(OutOfScopeError):
        move(out_of_reach=True)
    site.refresh_from_db()
    assert site.facility != other
    move(out_of_reach=False)
    assert site.facility == other
