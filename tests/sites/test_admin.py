"""Sites and facilities in the admin, by URL."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from history.trail import trail_of
from sites.models import Confirmation, EnrollmentReport, Facility, StatusEvent, TrialSite
from sites.services import change_status
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial, a_user, an_event, assign
from tests.form_filling import form_of
from tests.pages.html_reader import queries_of

pytestmark = pytest.mark.django_db
FORM = "trialsite_form"


@pytest.fixture
def site():
    return a_site(status="RECRUITING", since="2026-01-05")


@pytest.fixture
def user(site, client):
    user = a_user()
    assign(user, site=site)
    client.force_login(user)
    return user


def change_page(site):
    return reverse("admin:sites_trialsite_change", args=[site.pk])


def status_page(site):
    return reverse("admin:sites_trialsite_status", args=[site.pk])


def save(client, page, form=FORM, **changes):
    return client.post(page, form_of(client.get(page), form, **changes))


def today() -> str:
    return timezone.localdate().isoformat()


def test_a_status_is_changed_by_an_event(client, user, site):
    response = save(client, status_page(site), "status_form", to="SUSPENDED", effective_on=today(), why="Ethics")

    site.refresh_from_db()
    event = StatusEvent.objects.last()
    assert response.status_code == 302
    assert (site.status, site.status_since, site.last_confirmed_on) == ("SUSPENDED", today(), timezone.localdate())
    assert (event.author, event.reason) == (user.actor, "Ethics")


def test_only_allowed_next_statuses_are_choices(client, user, site):
    form = client.get(status_page(site)).context["form"]
    assert [value for value, _ in form.fields["to"].choices] == ["", "ACTIVE_NOT_RECRUITING", "SUSPENDED", "COMPLETED"]


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"to": "COMPLETED"}, "to", "Enter the missing earlier status"),
        ({"to": "SUSPENDED", "effective_on": "2026-01-10"}, "why", "Give a reason"),
        ({"to": "SUSPENDED", "effective_on": "soon"}, "effective_on", "Write a year"),
        ({"to": "SUSPENDED", "first_status": "RECRUITING"}, "first_since", "together with its date"),
    ],
)
def test_rule_violations_are_field_errors(client, user, site, data, field, message):
    response = save(client, status_page(site), "status_form", **{"effective_on": today()} | data)
    assert message in str(response.context["form"].errors[field])
    assert StatusEvent.objects.count() == 1


def test_missing_earlier_statuses_are_entered_on_the_same_page(client, user, site):
    between = {"first_status": "ACTIVE_NOT_RECRUITING", "first_since": today()}
    response = save(client, status_page(site), "status_form", to="COMPLETED", effective_on=today(), **between)
    assert response.status_code == 302
    assert list(StatusEvent.objects.values_list("status", flat=True))[1:] == ["ACTIVE_NOT_RECRUITING", "COMPLETED"]


def test_an_unusual_change_needs_confirmation(client, site):
    director = a_user("director")
    assign(director, trial=site.trial)
    client.force_login(director)
    response = save(client, status_page(site), "status_form", to="TERMINATED", effective_on=today())
    assert "This change is unusual" in response.content.decode()
    accepted = form_of(response, "status_form", accept_warnings="on")
    assert client.post(status_page(site), accepted).status_code == 302


def test_a_stale_status_change_shows_both_versions(client, user, site):
    form = form_of(client.get(status_page(site)), "status_form", to="SUSPENDED", effective_on=today(), why="Mine")
    change_status(site, to="ACTIVE_NOT_RECRUITING", effective_on=today(), author="user:0", reason="Theirs")

    response = client.post(status_page(site), form)

    page = response.content.decode()
    assert response.status_code == 409
    assert all(text in page for text in ("Mine", "Theirs", "Suspended", "Active, not recruiting"))
    assert StatusEvent.objects.count() == 2
    corrected = form_of(response, "status_form", to="COMPLETED")
    assert client.post(status_page(site), corrected).status_code == 302


def test_a_status_is_confirmed_with_one_click(client, user, site):
    client.post(reverse("admin:sites_trialsite_confirm", args=[site.pk]), {"version": site.version})
    assert Confirmation.objects.get().author == user.actor


def test_a_confirmation_with_a_stale_version_is_refused(client, user, site):
    client.post(reverse("admin:sites_trialsite_confirm", args=[site.pk]), {"version": site.version - 1})
    assert not Confirmation.objects.exists()


def test_an_entry_is_corrected_with_a_reason(client, user, site):
    page = reverse("admin:sites_statusevent_correct", args=[site.status_events.get().pk])
    refused = save(client, page, "status_form", effective_on="2026-01-06")
    assert "Give a reason" in refused.content.decode()

    response = save(client, page, "status_form", effective_on="2026-01-06", why="Typing mistake")
    assert client.post(page, form_of(response, "status_form", accept_warnings="on")).status_code == 302

    site.refresh_from_db()
    assert site.status_since == "2026-01-06"
    assert "Corrected" in client.get(change_page(site)).content.decode()


@pytest.fixture
def director(user, site):
    """The user, assigned to the whole trial as well."""
    assign(user, trial=site.trial)
    return user


def test_the_site_form_never_writes_a_status(client, director, site):
    response = save(client, change_page(site), status="COMPLETED", enrollment_target="12", why="Contract")
    site.refresh_from_db()
    assert response.status_code == 302
    assert (site.status, site.enrollment_target) == ("RECRUITING", 12)


def test_the_site_form_never_changes_the_position(client, user, site):
    save(client, change_page(site), position="7", why="Order")
    site.refresh_from_db()
    assert site.position == 0


def test_a_confirmation_with_an_invalid_version_is_refused(client, user, site):
    page = reverse("admin:sites_trialsite_confirm", args=[site.pk])
    assert client.post(page, {"version": "²"}).status_code == 302
    assert not site.confirmations.exists()


def test_a_stale_site_form_shows_both_versions(client, director, site):
    form = form_of(client.get(change_page(site)), FORM, internal_note="Mine")
    save(client, change_page(site), internal_note="Theirs")
    response = client.post(change_page(site), form)
    assert response.status_code == 409
    assert [(d.mine, d.theirs) for d in response.context["conflict"].differences] == [("Mine", "Theirs")]


def new_report(site, month, **counts):
    row = {
        "month": month,
        "screened": "",
        "consented": "",
        "enrolled": "",
        "withdrawn": "",
        "completed": "",
        "reason": "",
    }
    row |= {"trial_site": str(site.pk), "id": ""} | counts
    return {"enrollment_reports-TOTAL_FORMS": "1"} | {f"enrollment_reports-0-{key}": row[key] for key in row}


def test_enrollment_is_reported_on_the_page(client, user, site):
    assert save(client, change_page(site), **new_report(site, "2026-01", enrolled="4")).status_code == 302
    assert EnrollmentReport.objects.get().enrolled == 4


@pytest.mark.parametrize(
    ("month", "counts", "message"),
    [
        ("2026-01", {"screened": "3", "consented": "4"}, "more consented than screened"),
        ("2026", {"enrolled": "4"}, "Write a year and a month"),
    ],
)
def test_impossible_counts_are_form_errors(client, user, site, month, counts, message):
    response = save(client, change_page(site), **new_report(site, month, **counts))
    assert response.status_code == 200
    assert message in response.content.decode()


def test_a_trial_coordinator_adds_a_site(client, site):
    director = a_user("director")
    assign(director, trial=site.trial)
    client.force_login(director)
    other = a_facility(2)
    add = reverse("admin:sites_trialsite_add")

    twice = save(client, add, trial=str(site.trial.pk), facility=str(site.facility.pk))
    assert "already is a site" in twice.content.decode()
    assert save(client, add, trial=str(site.trial.pk), facility=str(other.pk)).status_code == 302
    assert TrialSite.objects.get(facility=other).status == ""


def test_a_new_site_keeps_its_values_and_the_reason(client, site):
    director = a_user("director")
    assign(director, trial=site.trial)
    client.force_login(director)
    page = reverse("admin:sites_trialsite_add")
    values = {"enrollment_target": "25", "internal_note": "Opens in May", "why": "They asked to join"}
    save(client, page, trial=str(site.trial.pk), facility=str(a_facility(2).pk), **values)
    added = TrialSite.objects.get(enrollment_target=25)
    assert added.internal_note == "Opens in May"
    assert trail_of(added)[0].reason == "They asked to join"


def test_a_site_cannot_be_added_to_a_trial_of_others(client, site):
    director = a_user("director")
    assign(director, trial=site.trial)
    client.force_login(director)
    elsewhere = a_trial(2)
    response = save(
        client, reverse("admin:sites_trialsite_add"), trial=str(elsewhere.pk), facility=str(site.facility.pk)
    )
    assert "Select a valid choice" in response.content.decode()


@pytest.mark.parametrize("name", ["change", "status", "history"])
def test_a_site_of_others_is_a_404(client, user, site, name):
    other = a_site(a_trial(2), a_facility(2))
    responses = [client.get(reverse(f"admin:sites_trialsite_{name}", args=[pk])) for pk in (other.pk, 10_000)]
    assert responses[0].status_code == responses[1].status_code
    assert responses[0].status_code in (302, 404)


def test_an_entry_of_others_cannot_be_corrected(client, user):
    other = a_site(a_trial(2), a_facility(2), status="RECRUITING")
    page = reverse("admin:sites_statusevent_correct", args=[other.status_events.get().pk])
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("term", ["NCT00000001", "hospital 1", "Hospital, Lyon", "HOSP, france"])
def test_sites_are_searched_by_trial_or_place(client, user, site, term):
    a_site(a_trial(2), a_facility(2, city="Nice"))
    response = client.get(reverse("admin:sites_trialsite_changelist"), {"q": term})
    assert list(response.context["cl"].result_list) == [site]


def test_the_same_facility_twice_is_a_form_error(client, site):
    client.force_login(a_user("admin", is_superuser=True))
    add = reverse("admin:sites_facility_add")
    response = save(client, add, "facility_form", name="hospital  1", city="LYON", country="France")
    assert response.status_code == 200
    assert "This facility is already here" in response.content.decode()
    assert Facility.objects.count() == 1


def test_the_number_of_queries_of_the_list_is_constant(client, user):
    trial = a_trial(3)
    assign(user, trial=trial)
    counts = []
    for numbers in (range(2), range(2, 12)):
        for number in numbers:
            a_site(trial, a_facility(10 + number), status="RECRUITING")
        counts.append(queries_of(client, reverse("admin:sites_trialsite_changelist")))
    assert counts[0] == counts[1] <= 9


def test_the_number_of_queries_of_the_page_does_not_grow_with_the_history(client, user, site):
    counts = []
    for numbers in (range(1), range(1, 8)):
        for number in numbers:
            an_event(site, "RECRUITING", f"2026-02-0{number + 1}", author=f"user:{number}")
            a_confirmation(site, date(2026, 3, number + 1), author="user:1")
            a_contact(site=site)
        counts.append(queries_of(client, change_page(site)))
    assert counts[0] == counts[1] <= 20


def test_a_long_list_is_counted_up_to_a_cap(client, user, monkeypatch):
    monkeypatch.setattr("common.query_params.COUNT_CAP", 2)
    trial = a_trial(3)
    assign(user, trial=trial)
    for number in range(4):
        a_site(trial, a_facility(10 + number))
    assert "More than 2" in client.get(reverse("admin:sites_trialsite_changelist")).content.decode()


def test_a_site_coordinator_gets_no_broken_links_in_the_admin(client, user, site):
    """The page links the trial's public page, not its page in the admin."""
    assert "/admin/trials/trial/" not in client.get("/admin/").content.decode()
    page = client.get(change_page(site)).content.decode()
    assert f'href="{site.trial.get_absolute_url()}"' in page
    for address in set(re.findall(r'href="(/(?!static/)[^"#]+)"', page)):
        assert client.get(address.replace("&amp;", "&"), follow=True).status_code == 200, address
        assert "Perhaps it was deleted" not in client.get(address, follow=True).content.decode(), address


def test_the_requirements_of_no_status_are_an_empty_form(client, user, site):
    page = save(client, status_page(site), "status_form", show="1")
    assert page.status_code == 200
    assert not page.context["form"].warnings
