"""Assigning the sites of a facility or a list, and handing over a coordinator's assignments."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Assignment
from accounts.services import assign_sites
from history.trail import trail_of
from tests.factories import a_facility, a_site, a_trial, a_user, assign
from tests.form_filling import form_of
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db
START = date(2027, 1, 1)


@pytest.fixture
def admin_client(client):
    client.force_login(a_user("admin", is_superuser=True))
    return client


@pytest.fixture
def hospital():
    """One facility in three trials."""
    facility = a_facility(7)
    return facility, [a_site(a_trial(number), facility) for number in (1, 2, 3)]


def send(client, page: str, *, step: str, **typed):
    return client.post(page, form_of(client.get(page), "assigning_form", **typed) | {"step": step})


def sites_of(user) -> set[int]:
    return set(user.assignments.values_list("trial_site", flat=True))


def sites_page(user) -> str:
    return f"/admin/accounts/user/{user.pk}/sites/"


def handover_page(user) -> str:
    return f"/admin/accounts/user/{user.pk}/handover/"


def test_all_sites_of_a_facility_are_previewed_and_assigned_with_a_reason(admin_client, hospital):
    facility, sites = hospital
    user = a_user()
    typed = {"facility": str(facility.pk), "starts_on": "2027-01-01", "why": "New at the hospital"}
    preview = send(admin_client, sites_page(user), step="preview", **typed)
    assert "3 sites to assign, 0 already assigned" in text_of(preview)
    assert not user.assignments.exists()
    answer = admin_client.post(sites_page(user), form_of(preview, "assigning_form") | {"step": "apply"}, follow=True)
    assert "3 assignments added" in text_of(answer)
    assert sites_of(user) == {site.pk for site in sites}
    granted = user.assignments.first()
    assert (granted.starts_on, granted.kind, granted.granted_by[:5]) == (START, "SITE_COORDINATOR", "user:")
    assert trail_of(granted)[0].reason == "New at the hospital"


def test_only_the_selected_sites_of_a_facility_are_assigned(admin_client, hospital):
    facility, sites = hospital
    user = a_user()
    typed = {"facility": str(facility.pk), "starts_on": "2027-01-01", "why": "Two trials"}
    chosen = [str(site.pk) for site in sites[:2]]
    preview = send(admin_client, sites_page(user), step="preview", **typed)
    admin_client.post(sites_page(user), form_of(preview, "assigning_form", site=chosen) | {"step": "apply"})
    assert sites_of(user) == {site.pk for site in sites[:2]}


def test_a_site_already_assigned_is_listed_and_not_assigned_twice(admin_client, hospital):
    facility, sites = hospital
    user = a_user()
    assign(user, site=sites[0], starts_on=date(2026, 1, 1))
    typed = {"facility": str(facility.pk), "starts_on": "2027-01-01", "why": "The rest"}
    preview = send(admin_client, sites_page(user), step="preview", **typed)
    assert "2 sites to assign, 1 already assigned" in text_of(preview)
    admin_client.post(sites_page(user), form_of(preview, "assigning_form") | {"step": "apply"})
    again = send(admin_client, sites_page(user), step="preview", **typed)
    assert "0 sites to assign, 3 already assigned" in text_of(again)
    assert user.assignments.count() == 3


def test_a_second_save_of_the_same_changes_nothing(hospital):
    _, sites = hospital
    user = a_user()
    for _ in range(2):
        changes = assign_sites(user, sites=sites, starts_on=START, author="test", reason="Once")
    assert (len(changes.created), len(changes.already_assigned), user.assignments.count()) == (0, 3, 3)


def test_a_new_assignment_begins_on_the_day_after_an_existing_one(hospital):
    _, sites = hospital
    user = a_user()
    assign(user, site=sites[0], starts_on=date(2026, 1, 1), ends_on=date(2027, 2, 28))
    (added,) = assign_sites(user, sites=sites[:1], starts_on=START, author="test", reason="Goes on").created
    assert (added.starts_on, added.ends_on) == (date(2027, 3, 1), None)


@pytest.mark.parametrize(
    "line",
    [
        "{site}",
        "#{site}",
        "NCT00000002\t{name}",
        "NCT00000002;{name}",
        "{name}",
        "Trial\tFacility\nNCT00000002\t{name}",
    ],
)
def test_a_pasted_list_identifies_sites_as_shown_on_pages(admin_client, hospital, line):
    facility, sites = hospital
    a_site(sites[0].trial, a_facility(8))
    user = a_user()
    pasted = line.format(site=sites[1].pk, name=facility.name)
    preview = send(admin_client, sites_page(user), step="preview", pasted=pasted, starts_on="2027-01-01", why="List")
    admin_client.post(sites_page(user), form_of(preview, "assigning_form") | {"step": "apply"})
    expected = {site.pk for site in sites} if line == "{name}" else {sites[1].pk}
    assert sites_of(user) == expected


def test_an_unmatched_line_is_listed_and_the_input_is_shown_again(admin_client, hospital):
    _, sites = hospital
    user = a_user()
    pasted = f"{sites[0].pk}\nSt. Nowhere\n999999"
    page = send(admin_client, sites_page(user), step="apply", pasted=pasted, starts_on="2027-01-01", why="List")
    text = text_of(page)
    assert "Line 2: No facility with this name" in text
    assert "Line 3: " in text
    assert form_of(page, "assigning_form")["pasted"] == [pasted.replace("\n", "\r\n")]
    assert not user.assignments.exists()


def test_without_a_reason_nothing_is_assigned(admin_client, hospital):
    facility, sites = hospital
    user = a_user()
    typed = {"facility": str(facility.pk), "starts_on": "2027-01-01", "site": str(sites[0].pk)}
    assert "Enter a reason" in text_of(send(admin_client, sites_page(user), step="apply", **typed))
    assert not user.assignments.exists()


def test_assignments_are_handed_over_from_a_day_on(admin_client, hospital):
    _, sites = hospital
    leaver, successor = a_user("leaver"), a_user("successor")
    old = assign(leaver, site=sites[0], starts_on=date(2026, 1, 1))
    assign(leaver, site=sites[1], starts_on=date(2026, 1, 1))
    assign(successor, site=sites[1], starts_on=date(2026, 6, 1))
    on = timezone.localdate() + timedelta(days=30)
    typed = {"successor": str(successor.pk), "on": on.isoformat(), "why": "She retires"}
    preview = send(admin_client, handover_page(leaver), step="preview", **typed)
    assert "already assigned to successor" in text_of(preview)
    assert Assignment.objects.filter(ends_on=None).count() == 3
    admin_client.post(handover_page(leaver), form_of(preview, "assigning_form") | {"step": "apply"})
    assert set(leaver.assignments.values_list("ends_on", flat=True)) == {on - timedelta(days=1)}
    begun = successor.assignments.get(trial_site=sites[0])
    assert (begun.starts_on, begun.ends_on) == (on, None)
    assert successor.assignments.count() == 2
    assert trail_of(old)[0].reason == trail_of(begun)[0].reason == "She retires"


def test_a_future_assignment_is_handed_over_as_a_whole(admin_client):
    leaver, successor = a_user("leaver"), a_user("successor")
    today = timezone.localdate()
    assign(leaver, trial=a_trial(), starts_on=today + timedelta(days=9), ends_on=today + timedelta(days=90))
    typed = {"successor": str(successor.pk), "on": today.isoformat(), "why": "Before she began"}
    assert send(admin_client, handover_page(leaver), step="apply", **typed).status_code == 302
    begun = successor.assignments.get()
    assert (begun.starts_on, begun.ends_on) == (today + timedelta(days=9), today + timedelta(days=90))
    assert not leaver.assignments.exists()


@pytest.mark.parametrize("change", ["another's", "over", "none"])
def test_only_assignments_in_force_on_that_day_are_handed_over(admin_client, change):
    leaver, successor = a_user("leaver"), a_user("successor")
    today = timezone.localdate()
    held = assign(leaver, trial=a_trial(), starts_on=date(2026, 1, 1), ends_on=today + timedelta(days=5))
    other = assign(a_user("other"), trial=held.trial)
    typed = {"successor": str(successor.pk), "on": today.isoformat(), "why": "x"} | {
        "another's": {"assignment": [str(held.pk), str(other.pk)]},
        "over": {"on": (today + timedelta(days=6)).isoformat()},
        "none": {"assignment": []},
    }[change]
    answer = send(admin_client, handover_page(leaver), step="apply", **typed)
    assert "Select assignments that are in force" in text_of(answer)
    assert not successor.assignments.exists()


@pytest.mark.parametrize("page", [sites_page, handover_page])
def test_these_pages_are_for_administrators(client, page, hospital):
    user = a_user()
    assign(user, site=hospital[1][0])
    client.force_login(user)
    assert client.get(page(user)).status_code in (302, 404)


@pytest.mark.parametrize("page", [sites_page, handover_page])
def test_the_query_count_does_not_grow_with_assignments(admin_client, page, hospital):
    counts = []
    user = a_user()
    for number in (11, 30):
        for more in range(number, number + 5):
            assign(user, site=a_site(a_trial(more), a_facility(more)))
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(page(user)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
