"""What every page of people begins with."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.numbers import parse_whole_number
from contacts.models import Person

READ, ACT, BOTH = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")


def people_view(methods: tuple[str, ...]) -> Callable:
    """Decorator: only after login, for these methods, never kept by a browser."""

    def decorate(view):
        return wraps(view)(login_required(never_cache(require_http_methods(methods)(view))))

    return decorate


def get_person(request: HttpRequest, pk: int) -> Person:
    """Somebody else's person answers like a missing one."""
    return get_object_or_404(Person.objects.editable_by(request.user).select_related("merged_into"), pk=pk)


def get_active_person(request: HttpRequest, pk: int) -> Person:
    """The same, for what can only be done with an entry that was neither erased nor merged."""
    person = get_person(request, pk)
    if person.erased_at or person.merged_into_id:
        raise Http404
    return person


def parse_int_or_400(text: str) -> int:
    """A whole number out of a form or address; anything else is no question of ours."""
    known = parse_whole_number(text)
    if known is None:
        raise BadRequest("Not a number.")
    return known
