"""Assignments: what each role reads and edits, and that it ends after its last day."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from accounts.backends import NameBackend
from accounts.models import User
from contacts.models import Person, Role
from publishing.models import TrialRow
from publishing.staleness import publish_pending
from sites.models import Facility, TrialSite
from sites.permissions import authority_over
from sites.status_transitions import Authority
from tests.factories import a_contact, a_facility, a_manager, a_site, a_trial, a_user, an_inspector, assign, grant
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from trials.models import Trial

pytestmark = pytest.mark.django_db

MODELS = [Trial, TrialSite, Facility, Person, Role]


@pytest.fixture
def site():
    """A site of an unpublished trial that has another site."""
    hidden = a_trial(1, is_public=False)
    a_site(hidden, a_facility(2))
    site = a_site(hidden, a_facility(1))
    a_contact(site=site)
    return site


def reload_user(user) -> User:
    return User.objects.get(pk=user.pk)


def visible_keys(queryset) -> int:
    return queryset.count()


@pytest.mark.parametrize("reader", [a_manager, an_inspector])
@pytest.mark.parametrize("model", MODELS)
def test_managers_and_inspectors_read_everything_and_edit_nothing(site, reader, model):
    user = reader()
    assert visible_keys(model.objects.visible_to(user)) == model.objects.count() > 0
    assert not model.objects.editable_by(user).exists()


@pytest.mark.parametrize("model", MODELS)
def test_a_coordinator_of_another_trial_reads_only_what_is_public(site, model):
    user = a_user()
    assign(user, trial=a_trial(2))
    other = {Trial: 1}.get(model, 0)
    assert visible_keys(model.objects.visible_to(user)) == other


def test_a_site_coordinator_reads_the_trial_and_edits_the_site_only(site):
    user = make_coordinator(site)
    publish_pending()
    assert Trial.objects.visible_to(user).get() == site.trial
    assert TrialRow.objects.visible_to(user).get().trial_id == site.trial_id
    assert (
        visible_keys(TrialSite.objects.visible_to(user))
        == visible_keys(TrialSite.objects.filter(trial=site.trial))
        == 2
    )
    assert TrialSite.objects.editable_by(user).get() == TrialSite.objects.showing_counts_to(user).get() == site
    assert not Trial.objects.editable_by(user).exists()


@pytest.mark.parametrize(("day", "is_in_force"), [(date(2026, 3, 1), True), (date(2026, 3, 2), False)])
@pytest.mark.parametrize("kind", ["MANAGER", "INSPECTOR", "SITE_COORDINATOR", "TRIAL_COORDINATOR"])
def test_an_assignment_ends_after_its_last_day(site, kind, day, is_in_force):
    user, last = a_user(), {"ends_on": date(2026, 3, 1)}
    places = {"SITE_COORDINATOR": {"site": site}, "TRIAL_COORDINATOR": {"trial": site.trial}}
    if kind in places:
        assign(user, **places[kind], **last)
    else:
        grant(user, kind, **last)
    with time_machine.travel(day, tick=False):
        user = reload_user(user)
        assert user.can_open_admin is is_in_force
        assert Trial.objects.visible_to(user).exists() is is_in_force
        assert TrialSite.objects.visible_to(user).exists() is is_in_force
        assert TrialSite.objects.editable_by(user).exists() is (is_in_force and kind in places)


@pytest.mark.parametrize("kind", ["MANAGER", "SITE_COORDINATOR", "administrator"])
def test_an_inactive_user_has_no_access(site, kind):
    user = a_user(is_active=False, is_superuser=kind == "administrator")
    if kind == "MANAGER":
        grant(user, kind)
    assign(user, site=site)
    for model in MODELS:
        assert not model.objects.visible_to(user).exists()
        assert not model.objects.editable_by(user).exists()
    assert authority_over(user, site) is None


def test_a_manager_makes_corrections_in_assigned_trials(site):
    user = a_manager()
    assert authority_over(user, site) is None
    assign(user, trial=site.trial)
    assert authority_over(user, site) is Authority.MANAGER


def test_tasks_move_to_the_trial_coordinator_when_an_assignment_ends(client):
    trial = a_recruiting_trial()
    site = a_confirmed_site(trial, 1, days=40)
    leaver = a_user("leaver")
    assignment = assign(leaver, site=site, ends_on=date(2026, 11, 20))
    trial_coordinator = make_coordinator(trial=trial, name="stays")
    days = {leaver: assignment.ends_on, trial_coordinator: date(2026, 11, 21)}
    for user, day in days.items():
        with time_machine.travel(day, tick=False):
            client.force_login(user)
            assert f'value="{site.pk}"' in client.get("/work/").content.decode()
    with time_machine.travel(date(2026, 11, 21), tick=False):
        client.force_login(leaver)
        assert str(site.facility) not in client.get("/work/").content.decode()
        assert client.get(f"/work/sites/{site.pk}/change/").status_code == 404
        assert client.get("/admin/").status_code == 302


def test_a_session_loads_user_and_assignments_in_one_query(django_assert_num_queries):
    manager = a_manager()
    with django_assert_num_queries(1):
        user = NameBackend().get_user(manager.pk)
        assert user.is_manager
        assert user.can_open_admin
    assert NameBackend().get_user(a_manager("gone", is_active=False).pk) is None
    assert NameBackend().get_user(0) is None


def test_assignments_are_loaded_once_for_each_user(django_assert_num_queries):
    user = reload_user(an_inspector())
    with django_assert_num_queries(1):
        assert (user.reads_everything, user.is_manager, user.can_edit_something) == (True, False, False)


def test_an_anonymous_user_reads_what_is_public():
    assert not Trial.objects.visible_to(AnonymousUser()).union(Trial.objects.visible_to(None)).exists()
    a_trial(5)
    assert visible_keys(Trial.objects.visible_to(AnonymousUser())) == visible_keys(Trial.objects.visible_to(None)) == 1
