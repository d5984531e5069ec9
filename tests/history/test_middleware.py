"""Writes in requests have the signed-in user as author, with route and request id."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from history.authorship import current_author
from history.middleware import AuthorMiddleware

urlpatterns = [path("beds/<int:pk>/", lambda request, pk: HttpResponse(), name="bed")]
pytestmark = pytest.mark.urls(__name__)


class Coordinator:
    pk = 7
    is_authenticated = True


def author_during(method, address="/beds/3/", user=None, request_id=""):
    """The author of a write during such a request."""
    request = RequestFactory().generic(method, address)
    request.user, request.request_id = user or Coordinator(), request_id
    authors = []
    AuthorMiddleware(lambda request: authors.append(current_author()))(request)
    return authors[0]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writing_requests_of_a_signed_in_user_have_an_author(method):
    author = author_during(method)
    assert (author.actor, author.route) == ("user:7", "beds/<int:pk>/")
    assert uuid.UUID(author.request_id)
    assert current_author() is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_requests_have_no_author(method):
    assert author_during(method) is None


def test_anonymous_requests_have_no_author():
    assert author_during("POST", user=AnonymousUser()) is None


def test_the_author_has_the_id_of_the_request():
    assert author_during("POST", request_id="abc-123").request_id == "abc-123"


def test_an_unknown_url_has_no_route():
    assert author_during("POST", "/nowhere/").route == ""
