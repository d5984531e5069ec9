"""Uploaded files that are refused, each with a form error."""

import gzip
import json
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registries.models import ImportRun
from tests.factories import a_user
from tests.pages.html_reader import text_of
from tests.registries.test_import import with_locations

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/registries/importrun/upload/"
RECORD = json.dumps(with_locations()).encode()


@pytest.fixture(autouse=True)
def administrator(client):
    client.force_login(a_user("admin", is_superuser=True))


def upload(client, content: bytes, name: str = "records.json"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n ", "The file is empty."),
        (gzip.compress(b""), "The file is empty."),
        (RECORD.decode().encode("utf-16"), "The file is in UTF-16 or UTF-32."),
        (RECORD.decode().encode("utf-16-le"), "The file is in UTF-16 or UTF-32."),
        (gzip.compress(RECORD.decode().encode("utf-32")), "The file is in UTF-16 or UTF-32."),
    ],
)
def test_an_invalid_file_is_an_error_of_its_field(client, content, words):
    page = upload(client, content)
    assert words in text_of(page)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("packed", [gzip.compress(bytes(40 * 2**20)), gzip.compress(bytes(2 * 2**20)) * 20])
def test_a_file_with_too_large_unpacked_size_is_refused(client, settings, packed):
    settings.IMPORT_UPLOAD_MAX_UNPACKED_MB = 20
    began = time.process_time()
    page = upload(client, packed, "records.json.gz")
    assert "Unpacked, the file is larger than 20 MB." in text_of(page)
    assert time.process_time() - began < 2
    assert not ImportRun.objects.exists()


def test_a_file_over_the_limit_is_refused(client, settings):
    settings.IMPORT_UPLOAD_MAX_MB = 1
    assert "The file is larger than 1 MB." in text_of(upload(client, b"[" + b" " * 2**20 + b"]"))


def test_a_gzip_file_within_the_limits_is_accepted(client):
    assert "Preview: 1 to create" in text_of(upload(client, gzip.compress(RECORD), "records.json.gz"))


def test_a_record_nested_too_deeply_is_rejected_with_its_place(client):
    deep = b'{"protocolSection": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    assert "nested deeper than" in text_of(upload(client, deep))
