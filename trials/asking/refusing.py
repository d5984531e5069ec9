"""Refusing a question: a page that says in words which parameter or value of the address it cannot answer."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string

from trials.asking.asked import Asked
from trials.asking.strict_filters import GIVEN_TWICE, UNKNOWN_PARAMETER, StrictFilterSet, TextsField

SHOWN = 120


@dataclass(frozen=True, slots=True)
class Refusal:
    """One parameter, what was asked of it, and why that can't be answered."""

    name: str
    label: str
    values: list[str]
    reason: str


def refused(request: HttpRequest, asked: Asked, filterset: StrictFilterSet) -> HttpResponse:
    """The page, status 400, with a way back to the same question without what was wrong in it."""
    refusals = [_refusal(asked, filterset, name, errors[0]) for name, errors in filterset.errors.items()]
    context = {"refusals": refusals, "without_url": asked.without(*filterset.errors).url}
    return HttpResponseBadRequest(render_to_string("refused.html", context, request=request))


def _refusal(asked: Asked, filterset: StrictFilterSet, name: str, message: str) -> Refusal:
    field = filterset.field_of(name)
    label = getattr(field, "label", None) or name.capitalize()
    values = [value[:SHOWN] for value in asked.values(name)]
    if message == UNKNOWN_PARAMETER:
        return Refusal(name[:SHOWN], "", [], "")
    if message == GIVEN_TWICE:
        return Refusal(name, label, values, "It can be asked for one of these at a time.")
    return Refusal(name, label, values, message if _is_free(field) else "")


def _is_free(field) -> bool:
    """Whether anything can be typed, so that a message says more than that it is none of the choices."""
    return not hasattr(field, "choices") or isinstance(field, TextsField)
