"""Decorators and lookups of all contacts views."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.form_fields import parse_whole_number
from contacts.models import Person

READ, ACT, BOTH = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")


def people_view(methods: tuple[str, ...]) -> Callable:
    """Decorator: requires sign-in and one of these methods; responses are not cached."""

    def decorate(view):
        return wraps(view)(login_required(never_cache(require_http_methods(methods)(view))))

    return decorate


def get_person(request: HttpRequest, pk: int) -> Person:
    """The contact, or Http404 when it is missing or the user may not edit it."""
    return get_object_or_404(Person.objects.editable_by(request.user).select_related("merged_into"), pk=pk)


def get_active_person(request: HttpRequest, pk: int) -> Person:
    """As `get_person`; also Http404 for an erased or merged contact."""
    person = get_person(request, pk)
    if person.erased_at or person.merged_into_id:
        raise Http404
    return person


def parse_int_or_400(text: str) -> int:
    """A whole number of a form or URL; BadRequest for anything else."""
    number = parse_whole_number(text)
    if number is None:
        raise BadRequest("Not a number.")
    return number
