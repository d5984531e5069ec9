"""A form that was sent when its sender had to sign in stands there again as it was sent; nothing sends it by itself."""

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
    """Signed in with `client`, whose browser has seen a page since."""
    admin = a_user("admin", is_superuser=True)
    submit_password(client, "admin")
    client.get("/work/")
    return admin


def end_session() -> None:
    Session.objects.all().delete()


def sign_in_again(client, answer, username: str = "admin"):
    """At the page that the answer led to; gives the page that comes next."""
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")
    return client.post(answer.headers["Location"], {"login": username, "password": PASSWORD}, follow=True)


def send(client, page: str, data: dict, **headers):
    return client.post(page, data, headers={"referer": f"http://testserver{page}"} | headers)


def values_of(response, page: str) -> dict[str, list[str]]:
    """What the form of the page that is sent there holds now."""
    forms = [form for form in post_forms(response.content.decode()) if form.action in ("", page)]
    return max(forms, key=lambda form: len(form.fields)).fields


def test_what_was_typed_stands_in_the_form_after_signing_in(client, admin_user):
    typed = {"name": 'Hôpital <"Nord">', "city": "Lyon", "country": "France", "is_active": "on", "why": "New & true"}
    end_session()
    page = sign_in_again(client, send(client, FACILITY, typed))
    assert "Nothing is saved yet" in text_of(page)
    assert not Facility.objects.exists()
    shown = values_of(page, FACILITY)
    assert {name: shown[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert "is_masked" not in shown
    saved = client.post(FACILITY, shown)
    assert saved.status_code == 302
    assert Facility.objects.get().name == typed["name"]
    assert not FormDraft.objects.exists()
    assert "Nothing is saved yet" not in text_of(client.get(FACILITY))


def test_a_draft_stays_until_its_form_is_saved(client, admin_user):
    end_session()
    shown = values_of(sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"})), FACILITY)
    assert client.post(FACILITY, shown).status_code == 200, "without a country"
    assert values_of(client.get(FACILITY), FACILITY)["name"] == ["Hospital 9"]


def test_a_change_form_keeps_its_version_so_that_no_update_is_lost(client, admin_user):
    facility = a_facility()
    page = f"/admin/sites/facility/{facility.pk}/change/"
    sent = form_of(client.get(page), "facility_form", city="Nice")
    end_session()
    shown = values_of(sign_in_again(client, send(client, page, sent)), page)
    assert shown["city"] == ["Nice"]
    assert (shown["version"], shown["seen"]) == (sent["version"], sent["seen"])


def test_lines_that_a_script_had_added_come_back_too(client, admin_user):
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


def test_a_pasted_table_and_an_uploaded_file_come_back(client):
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
    assert re.search(r"Kept from before: sites\.csv\s?\. It is sent with this form", text)
    assert "the form below is as you sent it" not in text
    answer = client.post(shown.action or BULK, shown.fields)
    assert answer.status_code == 302
    assert "Suspended" in text_of(client.get(answer.headers["Location"]))


def test_nobody_else_is_shown_it(client, admin_user):
    a_user("other", is_superuser=True)
    end_session()
    page = sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}), "other")
    assert "Hospital 9" not in page.content.decode()


def test_in_a_browser_of_several_people_a_form_is_kept_for_the_last_one(client, admin_user):
    other = a_user("other", is_superuser=True)
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}), "other")
    end_session()
    send(client, FACILITY, {"name": "Hospital 10"})
    assert FormDraft.objects.order_by("pk").last().user == other


def test_a_part_of_a_page_that_is_fetched_is_not_filled_in(client, admin_user):
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}))
    assert "Hospital 9" not in client.get(FACILITY, headers={"hx-request": "true"}).content.decode()


def in_another_browser(client, coordinator) -> Client:
    """Of the same user, who has drafts there too."""
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
@pytest.mark.parametrize("act", ["page", "list", "discard", "send"])
def test_a_draft_is_for_its_user_in_its_browser_only(client, reader, act):
    coordinator, site = a_user(), a_site(status="RECRUITING", since="2026-01-05")
    assign(coordinator, site=site)
    submit_password(client, coordinator.username)
    client.get("/work/")
    end_session()
    send(client, BULK, {"file": SimpleUploadedFile("sites.csv", f"Site number;Confirm\n{site.pk};yes\n".encode())})
    draft, somebody = FormDraft.objects.get(), reader(client, coordinator)
    if act == "page":
        assert "Kept from before" not in text_of(somebody.get(BULK))
    elif act == "list":
        assert not somebody.get("/accounts/drafts/").context["drafts"]
    elif act == "discard":
        assert somebody.post(f"/accounts/drafts/{draft.pk}/discard/").status_code == 404
    else:
        assert somebody.post(BULK, {"_draft": draft.pk}).status_code == 400
    assert FormDraft.objects.filter(pk=draft.pk).exists()


def test_whoever_signed_out_or_was_never_here_leaves_nothing(client, admin_user):
    client.post("/accounts/logout/")
    send(client, FACILITY, {"name": "Hospital 9"})
    send(Client(), FACILITY, {"name": "Hospital 9"})
    assert not FormDraft.objects.exists()


def test_a_token_that_is_too_old_shows_the_form_again():
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
def test_a_form_of_another_site_is_refused_and_not_kept(headers):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(a_user("admin", is_superuser=True))
    browser.get(FACILITY)
    assert browser.post(FACILITY, {"name": "Hospital 9"}, headers=headers).status_code == 403
    assert not FormDraft.objects.exists()


def test_passwords_are_never_kept(client, admin_user):
    page = f"/admin/accounts/user/{admin_user.pk}/password/"
    end_session()
    answer = send(client, page, {"password1": "a-dull-secret", "password2": "a-dull-secret", "why": "Lost"})
    shown = sign_in_again(client, answer).content.decode()
    assert "a-dull-secret" not in shown
    assert "Lost" in shown


def test_it_is_gone_after_an_hour_and_can_be_discarded(client, admin_user):
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


def test_the_five_newest_of_a_user_are_kept(client, admin_user):
    end_session()
    for _ in range(7):
        send(client, FACILITY, {"name": "Hospital 9"})
    first, *_ = kept = sorted(FormDraft.objects.values_list("pk", flat=True))
    assert kept == list(range(first, first + 5))
    send(client, FACILITY, {"name": "Hospital 9"})
    assert FormDraft.objects.count() == 5
    assert not FormDraft.objects.filter(pk=first).exists()


def test_nothing_is_kept_for_somebody_who_is_no_longer_active(client, admin_user):
    admin_user.is_active = False
    with authored("test"):
        admin_user.save()
    send(client, FACILITY, {"name": "Hospital 9"})
    assert not FormDraft.objects.exists()


def test_too_large_a_form_is_not_kept(client, admin_user):
    end_session()
    send(client, FACILITY, {"file": SimpleUploadedFile("a.bin", b"x" * (13 * 1024 * 1024))})
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("page", ["/admin/sites/facility/1000/change/", "/work/sites/1000/change/"])
def test_where_the_page_is_gone_what_was_sent_is_listed_once(client, admin_user, page):
    """Whether it answers with a 404 or leads elsewhere, as the administration does."""
    end_session()
    shown = sign_in_again(client, client.post(page, {"name": "Hospital 9"}))
    assert "copy what you need" in text_of(shown)
    assert "in the form below" not in text_of(shown)
    assert "Hospital 9" in shown.content.decode()
    assert not FormDraft.objects.exists()
    later = text_of(client.get(page, follow=True))
    assert "Hospital 9" not in later
    assert "in the form below" not in later


def test_what_was_sent_is_listed_with_labels_and_values_in_words(client, admin_user):
    end_session()
    sent = {
        "to": "ACTIVE_NOT_RECRUITING", "effective_on": "15 Nov 2026", "why": "No drug left", "version": "3",
        "roles-0-role": "PRINCIPAL_INVESTIGATOR", "roles-TOTAL_FORMS": "1", "internal_note": "", "is_public": "on",
    }  # fmt: skip
    shown = sign_in_again(client, client.post("/work/sites/1000/change/", sent)).content.decode()
    lines = re.findall(r"<label>(.*?) <textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)
    assert [(label, value.strip()) for label, value in lines] == [
        ("New status", "Active, not recruiting"),
        ("Since", "15 Nov 2026"),
        ("Reason", "No drug left"),
        ("Role", "Principal Investigator"),
        (lines[-1][0], "Yes"),
    ]
    assert "is_public" not in shown


def test_no_banner_of_a_form_is_shown_while_its_page_leads_elsewhere(client, admin_user):
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}))
    admin_user.is_superuser = False
    with authored("test"):
        admin_user.save()
    client.get(FACILITY)
    assert "in the form below" not in text_of(client.get("/"))


def test_a_draft_waits_while_its_page_leads_to_sign_in_again(client, admin_user):
    end_session()
    sign_in_again(client, send(client, FACILITY, {"name": "Hospital 9"}))
    admin_user.is_superuser = False
    with authored("test"):
        admin_user.save()
    assert client.get(FACILITY).status_code == 302
    assert FormDraft.objects.exists()
