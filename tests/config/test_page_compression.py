"""Pages are compressed for browsers that accept it; the API's answers, with their ETags, and downloads are not."""

import gzip

import pytest
from django.http import HttpResponse

from config.middleware import PageCompressionMiddleware
from tests.factories import a_trial

pytestmark = pytest.mark.django_db


def test_a_page_is_compressed_where_the_browser_accepts_it(client):
    trial = a_trial()
    plain = client.get(trial.get_absolute_url())
    packed = client.get(trial.get_absolute_url(), headers={"accept-encoding": "gzip, deflate, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"<h1" in gzip.decompress(packed.content)


@pytest.mark.parametrize("content_type", ["application/json", "text/csv; charset=utf-8", "application/atom+xml"])
def test_other_answers_are_not(rf, content_type):
    response = HttpResponse("a" * 10_000, content_type=content_type, headers={"ETag": '"1"'})
    request = rf.get("/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in PageCompressionMiddleware(lambda _: response)(request)
    assert response["ETag"] == '"1"'
