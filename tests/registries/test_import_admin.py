"""Importing in the admin: preview, then apply."""

import json

import pytest
from django.contrib.admin.sites import site as admin_site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from history import authored
from registries.models import ImportRun
from tests.factories import a_manager, a_user
from tests.registries.conflict_fixtures import make_site_conflicts
from tests.registries.test_import import location, run_import, with_locations
from trials.models import Trial

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/registries/importrun/upload/"


@pytest.fixture
def administrator(client):
    user = a_user("admin", is_superuser=True)
    client.force_login(user)
    return user


def upload(client, *records: dict):
    lines = "\n".join(json.dumps(record) for record in records).encode()
    return client.post(UPLOAD, {"file": SimpleUploadedFile("records.ndjson", lines)}, follow=True)


def test_an_upload_previews_the_changes_and_saves_none(client, administrator):
    run_import(with_locations(location("Hospital 1", status="RECRUITING")))
    changed = with_locations(location("Hospital 1", status="COMPLETED"))
    changed["protocolSection"]["identificationModule"]["briefTitle"] = "Another title"
    page = upload(client, changed, with_locations(number=90_000_002), {"nothing": 1}).content.decode()
    assert "Preview: 1 to create, 1 to update, 0 unchanged, 1 rejected." in page
    assert "Brief title" in page
    assert "Another title" in page
    assert "Site “Hospital 1”: status" in page
    assert "Site no." not in page
    assert "RECRUITING" not in page
    assert "the NCT number is missing" in page
    assert Trial.objects.get().brief_title == "Trial 90000001"


def test_an_upload_without_changes_cannot_be_applied(client, administrator):
    page = upload(client, {"nothing": 1}).content.decode()
    assert "the NCT number is missing" in page
    assert 'value="Apply"' not in page
    assert 'value="Apply"' in upload(client, with_locations(location("Hospital 1"))).content.decode()


def test_the_list_of_runs_shows_author_names_and_formatted_dates(client, administrator):
    with authored("test"):
        ImportRun.objects.create(source="a.json", author=administrator.actor, started_at="2026-09-27T10:30Z")
        ImportRun.objects.create(source="b.json", author="import:ctgov", started_at="2026-09-27T10:30Z")
    page = client.get("/admin/registries/importrun/").content.decode()
    assert "27 September 2026, 10:30" in page
    assert '<td class="field-run_by">admin</td>' in page
    assert '<td class="field-run_by">Import from ClinicalTrials.gov</td>' in page


def test_applying_a_preview_imports_it_once_with_author_and_reason(client, administrator):
    upload(client, with_locations(location("Hospital 1")))
    preview = ImportRun.objects.get(is_dry=True)
    apply = reverse("admin:registries_importrun_apply", args=[preview.pk])
    page = client.post(apply, {"why": "Weekly update"}, follow=True).content.decode()
    assert "1 created, 0 updated, 0 unchanged, 0 rejected." in page
    assert '<a href="/trials/NCT90000001/">NCT90000001 · Trial 90000001</a>: created' in page
    again = client.post(apply, follow=True).content.decode()
    assert "applied already" in again
    run = ImportRun.objects.get(is_dry=False)
    assert (run.author, run.created) == (administrator.actor, 1)


@pytest.mark.parametrize("address", [UPLOAD, "/admin/registries/importrun/1/apply/"])
def test_importing_is_for_administrators_only(client, address):
    client.force_login(a_manager())
    assert client.post(address).status_code == 403


def test_an_unreadable_file_gives_a_message_instead_of_a_traceback(client, administrator):
    file = SimpleUploadedFile("broken.json", b"\x00\xff not json")
    page = client.post(UPLOAD, {"file": file}, follow=True).content.decode()
    assert "1 rejected" in page


@pytest.mark.parametrize("model", list(admin_site._registry), ids=lambda model: model._meta.label_lower)
def test_the_admin_history_page_accepts_no_post(client, administrator, model):
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[1])
    assert client.post(page).status_code == 405


def test_the_admin_page_of_a_conflict_has_a_label_as_title(client, administrator):
    (conflict,) = make_site_conflicts()
    page = client.get(f"/admin/registries/conflict/{conflict.pk}/change/").content.decode()
    assert "Site “Hospital 1”: status" in page
    assert "locations[#" not in page
