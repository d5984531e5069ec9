"""Form drafts: a form sent by a user who had to sign in again is filled in again and not saved automatically."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.drafts.models import FormDraft
from history.authorship import authored
from sites.models import Facility
from tests.access.page_forms import post_forms
from tests.accounts.login_helpers import PASSWORD, submit_password
from tests.factories import a_facility, a_site, a_user, assign
from tests.form_filling import form_of
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db
FACILITY = "/admin/sites/facility/add/"
BULK = "/work/bulk/"


@pytest.fixture
def admin_user(client):
    """Signed in with `client`, with the browser cookie set."""
    admin = a_user("admin", is_superuser=True)
    submit_password(client, "admin")
    client.get("/work/")
    return admin


def end_session() -> None:
    Session.objects.all().delete()


def sign_in_again(client, answer, username: str = "admin"):
    """Sign in on the page of the redirect; returns the next page."""
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")
    return client.post(answer.headers["Location"], {"login": username, "password": PASSWORD}, follow=True)


def send(client, page: str, data: dict, **headers):
    return client.post(page, data, headers={"referer": f"http://testserver{page}"} | headers)


def values_of(response, page: str) -> dict[str, list[str]]:
    """The values of the page's form for the URL `page`."""
    forms = [form for form in post_forms(response.content.decode()) if form.action in ("", page)]
    return max(forms, key=lambda form: len(form.fields)).fields


def test_the_form_is_filled_in_after_signing_in(client, admin_user):
    typed = {"name": 'Hôpital <"Nord">', "city": "Lyon", "country": "France", "is_active": "on", "why": "New & true"}
    end_session()
    page = sign_in_again(client, send(client, FACILITY, typed))
    assert "Not saved yet" in text_of(page)
    assert not Facility.objects.exists()
    shown = values_of(page, FACILITY)
    assert {name: shown[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert "is_masked" not in shown
    saved = client.post(FACILITY, shown)
    assert saved.status_code == 302
    assert Facility.objects.get().name == typed["name"]
    assert not FormDraft.objects.exists()
    assert "Not saved yet" not in text_of(client.get(FACILITY))


def test_a_draft_stays_until_its_form_is_saved(client, admin_user):
    end_session()
    shown = values_of(sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"})), FACILITY)
    assert client.post(FACILITY, shown).status_code == 200, "without a country"
    assert values_of(client.get(FACILITY), FACILITY)["name"] == ["Hospital 9"]


def test_a_restored_form_has_its_former_version_so_that_no_update_is_lost(client, admin_user):
    facility = a_facility()
    page = f"/admin/sites/facility/{facility.pk}/change/"
    sent = form_of(client.get(page), "facility_form", city="Nice")
    end_session()
    shown = values_of(sign_in_again(client, send(client, page, sent)), page)
    assert shown["city"] == ["Nice"]
    assert (shown["version"], shown["seen"]) == (sent["version"], sent["seen"])


def test_rows_added_by_a_script_are_restored(client, admin_user):
    user, site = a_user(), a_site()
    page = f"/admin/accounts/user/{user.pk}/change/"
    line = {"kind": "SITE_COORDINATOR", "trial_site": str(site.pk), "starts_on": "2026-01-01", "user": str(user.pk)}
    added = {f"assignments-0-{name}": text for name, text in line.items()} | {"assignments-TOTAL_FORMS": "1"}
    sent = form_of(client.get(page), "user_form", why="New") | added
    end_session()
    shown = values_of(sign_in_again(client, send(client, page, sent)), page)
    assert {name: shown[name] for name in added} == {name: [text] for name, text in added.items()}
    client.post(page, shown)
    assert user.assignments.get().trial_site == site


def test_an_uploaded_file_is_restored(client):
    coordinator, site = a_user(), a_site(status="RECRUITING", since="2026-01-05")
    assign(coordinator, site=site)
    submit_password(client, coordinator.username)
    page = client.get(BULK)
    form = next(form for form in post_forms(page.content.decode()) if form.files)
    table = f"Site number;New status;New since;Reason\n{site.pk};Suspended;2026-10-01;Ethics\n"
    file = SimpleUploadedFile("sites.csv", table.encode(), "text/csv")
    end_session()
    back = sign_in_again(client, send(client, BULK, form.fields | {form.files[0]: file}), coordinator.username)
    draft = FormDraft.objects.get()
    assert b"Suspended" not in bytes(draft.encrypted_content)
    shown = next(form for form in post_forms(back.content.decode()) if form.files)
    assert shown.fields["_draft"] == [str(draft.pk)]
    text = text_of(back)
    assert re.search(r"Stored file: sites\.csv\s?\. It is sent with this form", text)
    answer = client.post(shown.action or BULK, shown.fields)
    assert answer.status_code == 302
    assert "Suspended" in text_of(client.get(answer.headers["Location"]))


def test_a_draft_is_not_shown_to_another_user(client, admin_user):
    a_user("other", is_superuser=True)
    end_session()
    page = sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}), "other")
    assert 'name="name"' in page.content.decode()
    assert "Hospital 9" not in page.content.decode()


def test_a_draft_belongs_to_the_last_user_of_the_browser(client, admin_user):
    other = a_user("other", is_superuser=True)
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}), "other")
    end_session()
    send(client, FACILITY, {"name": "Hospital 10"})
    assert FormDraft.objects.order_by("pk").last().user == other


def test_an_htmx_response_is_not_filled_in(client, admin_user):
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}))
    response = client.get(FACILITY, headers={"hx-request": "true"}).content.decode()
    assert 'name="name"' in response
    assert "Hospital 9" not in response
    assert "Hospital 9" in client.get(FACILITY).content.decode()


def in_another_browser(client, coordinator) -> Client:
    """Another browser of the same user, with the drafts cookie."""
    elsewhere = Client()
    submit_password(elsewhere, coordinator.username)
    elsewhere.get("/work/")
    elsewhere.cookies["sitelight_drafts"] = "1"
    return elsewhere


def in_the_same_browser_before_its_cookie_is_renewed(client, coordinator) -> Client:
    other = a_user("other")
    assign(other, site=coordinator.assignments.get().trial_site)
    client.force_login(other)
    return client


@pytest.mark.parametrize("reader", [in_another_browser, in_the_same_browser_before_its_cookie_is_renewed])
@pytest.mark.parametrize("action", ["page", "list", "discard", "send"])
def test_a_draft_is_for_its_user_in_its_browser_only(client, reader, action):
    coordinator, site = a_user(), a_site(status="RECRUITING", since="2026-01-05")
    assign(coordinator, site=site)
    submit_password(client, coordinator.username)
    client.get("/work/")
    end_session()
    send(client, BULK, {"file": SimpleUploadedFile("sites.csv", f"Site number;Confirm\n{site.pk};yes\n".encode())})
    draft, other_client = FormDraft.objects.get(), reader(client, coordinator)
    if action == "page":
        assert "Stored file" not in text_of(other_client.get(BULK))
    elif action == "list":
        assert not other_client.get("/accounts/drafts/").context["drafts"]
    elif action == "discard":
        assert other_client.post(f"/accounts/drafts/{draft.pk}/discard/").status_code == 404
    else:
        assert other_client.post(BULK, {"_draft": draft.pk}).status_code == 400
    assert FormDraft.objects.filter(pk=draft.pk).exists()


def test_no_draft_is_stored_after_signing_out_or_for_a_visitor(client, admin_user):
    client.post("/accounts/logout/")
    send(client, FACILITY, {"name": "Hospital 9"})
    send(Client(), FACILITY, {"name": "Hospital 9"})
    assert not FormDraft.objects.exists()


def test_a_form_with_an_expired_token_is_shown_again():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(a_user("admin", is_superuser=True))
    browser.get(FACILITY)
    answer = send(browser, FACILITY, {"name": "Hospital 9", "csrfmiddlewaretoken": "a" * 64})
    assert (answer.status_code, answer.headers["Location"]) == (302, FACILITY)
    page = browser.get(FACILITY)
    assert values_of(page, FACILITY)["name"] == ["Hospital 9"]
    assert "a" * 64 not in page.content.decode()


@pytest.mark.parametrize(
    "headers",
    [{"referer": "https://evil.example/"}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}],
)
def test_a_form_of_another_website_is_refused_and_not_stored(headers):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(a_user("admin", is_superuser=True))
    browser.get(FACILITY)
    assert browser.post(FACILITY, {"name": "Hospital 9"}, headers=headers).status_code == 403
    assert not FormDraft.objects.exists()


def test_passwords_are_not_stored(client, admin_user):
    page = f"/admin/accounts/user/{admin_user.pk}/password/"
    end_session()
    answer = send(client, page, {"password1": "a-dull-secret", "password2": "a-dull-secret", "why": "Lost"})
    shown = sign_in_again(client, answer).content.decode()
    assert "a-dull-secret" not in shown
    assert "Lost" in shown


def test_a_draft_expires_after_one_hour_and_can_be_discarded(client, admin_user):
    for _ in range(2):
        end_session()
        sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}))
    newest = FormDraft.objects.first()
    assert client.post(f"/accounts/drafts/{newest.pk}/discard/").status_code == 302
    assert not FormDraft.objects.filter(pk=newest.pk).exists()
    FormDraft.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert "Hospital 9" not in client.get(FACILITY).content.decode()
    call_command("forget_drafts", stdout=StringIO())
    assert not FormDraft.objects.exists()


def test_the_five_newest_drafts_of_a_user_are_stored(client, admin_user):
    end_session()
    for _ in range(7):
        send(client, FACILITY, {"name": "Hospital 9"})
    first, *_ = ids = sorted(FormDraft.objects.values_list("pk", flat=True))
    assert ids == list(range(first, first + 5))
    send(client, FACILITY, {"name": "Hospital 9"})
    assert FormDraft.objects.count() == 5
    assert not FormDraft.objects.filter(pk=first).exists()


def test_no_draft_is_stored_for_an_inactive_user(client, admin_user):
    admin_user.is_active = False
    with authored("test"):
        admin_user.save()
    send(client, FACILITY, {"name": "Hospital 9"})
    assert not FormDraft.objects.exists()


def test_a_form_over_the_size_limit_is_not_stored(client, admin_user):
    end_session()
    send(client, FACILITY, {"file": SimpleUploadedFile("a.bin", b"x" * (13 * 1024 * 1024))})
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("page", ["/admin/sites/facility/1000/change/", "/work/sites/1000/change/"])
def test_entries_of_a_missing_page_are_listed_once(client, admin_user, page):
    """For a 404 and for a redirect, as in the admin."""
    end_session()
    shown = sign_in_again(client, client.post(page, {"name": "Hospital 9"}))
    assert "Copy the entries that you need" in text_of(shown)
    assert "in the form below" not in text_of(shown)
    assert "Hospital 9" in shown.content.decode()
    assert not FormDraft.objects.exists()
    later = text_of(client.get(page, follow=True))
    assert "Hospital 9" not in later
    assert "in the form below" not in later


def test_entries_are_listed_with_labels_and_display_values(client, admin_user):
    end_session()
    sent = {
        "to": "ACTIVE_NOT_RECRUITING", "effective_on": "15 Nov 2026", "why": "No drug left", "version": "3",
        "roles-0-role": "PRINCIPAL_INVESTIGATOR", "roles-TOTAL_FORMS": "1", "internal_note": "", "is_public": "on",
    }  # fmt: skip
    shown = sign_in_again(client, client.post("/work/sites/1000/change/", sent)).content.decode()
    lines = re.findall(r"<label>(.*?) <textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)
    assert [(label, value.strip()) for label, value in lines] == [
        ("New status", "Active, not recruiting"),
        ("Effective date", "15 Nov 2026"),
        ("Reason for change", "No drug left"),
        ("Role", "Principal Investigator"),
        (lines[-1][0], "Yes"),
    ]
    assert "is_public" not in shown


def test_the_draft_message_is_not_shown_on_another_page(client, admin_user):
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}))
    admin_user.is_superuser = False
    with authored("test"):
        admin_user.save()
    client.get(FACILITY)
    page = text_of(client.get("/"))
    assert "Find" in page
    assert "in the form below" not in page


def test_a_draft_is_not_deleted_while_its_page_redirects_to_sign_in(client, admin_user):
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}))
    admin_user.is_superuser = False
    with authored("test"):
        admin_user.save()
    assert client.get(FACILITY).status_code == 302
    assert FormDraft.objects.exists()
