"""Filter sets that refuse what they do not know: a mistyped parameter is an error, not an unfiltered list.

What a page was asked, as its address: the URL is the state, and only what is set stands in it.

Refusing a question: a page that says in words which parameter or value of the address it cannot answer.
"""

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.template.loader import render_to_string
from django_filters import FilterSet

from common.text import is_blank


@dataclass(frozen=True, slots=True)
class QueryState:
    """A path and its parameters in their order; blank ones, as forms send them, are left out."""

    path: str
    params: tuple[tuple[str, str], ...] = ()
    has_blanks: bool = False

    @classmethod
    def from_request(cls, request) -> Self:
        pairs = tuple((name, value) for name, values in request.GET.lists() for value in values)
        kept = tuple(pair for pair in pairs if not is_blank(pair[1]))
        return cls(request.path, kept, has_blanks=kept != pairs)

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path

    @property
    def names(self) -> list[str]:
        """The parameters asked for, each once."""
        return list(dict.fromkeys(name for name, _ in self.params))

    @property
    def query(self) -> QueryDict:
        return QueryDict(urlencode(self.params))

    def values(self, name: str) -> list[str]:
        return [value for known, value in self.params if known == name]

    def value(self, name: str) -> str:
        """The last one, or blank."""
        return (self.values(name) or [""])[-1]

    def for_path(self, path: str) -> Self:
        """The same asked of another address."""
        return replace(self, path=path)

    def without(self, *names: str) -> Self:
        return replace(self, params=tuple(pair for pair in self.params if pair[0] not in names))

    def without_param_value(self, name: str, value: str) -> Self:
        return replace(self, params=tuple(pair for pair in self.params if pair != (name, value)))

    def with_params(self, **values: str) -> Self:
        """The same with these parameters set anew; a blank takes one out."""
        said = tuple((name, str(value)) for name, value in values.items() if value not in ("", None))
        return replace(self, params=(*self.without(*values).params, *said))


UNKNOWN_PARAMETER = "Unknown parameter."
DUPLICATE_PARAMETER = "Give this parameter once."


class StrictForm(forms.Form):
    """Refuses parameters without a field, and several values where one is meant."""

    def full_clean(self):
        super().full_clean()
        if not self.is_bound:
            return
        for name, values in self.data.lists():
            if name not in self.fields:
                self.add_param_error(name, UNKNOWN_PARAMETER)
            elif len(values) > 1 and not isinstance(self.fields[name], forms.MultipleChoiceField):
                self.add_param_error(name, DUPLICATE_PARAMETER)

    def add_param_error(self, name: str, message: str) -> None:
        """Not by `add_error`, which knows only the form's own fields."""
        self._errors[name] = self.error_class([message], renderer=self.renderer)
        self.cleaned_data.pop(name, None)


class StrictFilterSet(FilterSet):
    """Filters for a query (`data`), apart from the parameters of the page itself (`without`: cursor, size, order).

    Blank values, as forms of pages send them, are no values. `errors` are by parameter. `user` is who asks, for
    filters that look at other rows. Only the filters that are asked for are made, because making all of them costs more
    than answering; `field_of` gives the field of any.
    """

    class Meta:
        form = StrictForm

    def __init__(self, data, queryset, *, without: tuple[str, ...] = (), user=None, **kwargs):
        asked = self._without_blanks(data, without)
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in asked}
        super().__init__(asked, queryset, **kwargs)
        self.user = user

    @classmethod
    def field_of(cls, name: str) -> forms.Field | None:
        """The form field of a filter, asked for or not; None when there is no such filter."""
        known = cls.base_filters.get(name)
        return known and known.field

    def add_param_error(self, name: str, message: str) -> None:
        """An error of what belongs to the page, beside the filters' own."""
        self.form.errors[name] = self.form.error_class([message], renderer=self.form.renderer)

    @staticmethod
    def _without_blanks(data, without):
        asked = data.copy()
        for name, values in data.lists():
            kept = [value for value in values if not is_blank(value)]
            if name in without or (values and not kept):
                del asked[name]
            else:
                asked.setlist(name, kept)
        return asked

    @property
    def has_filters(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.data)


class FreeMultipleChoiceField(forms.MultipleChoiceField):
    """Any texts; the page may offer choices, the filter takes others too."""

    def validate(self, value):
        for text in value:
            ProhibitNullCharactersValidator()(text)

    def valid_value(self, value):
        return True


MAX_SHOWN_LENGTH = 120


@dataclass(frozen=True, slots=True)
class ParamError:
    """One parameter, what was asked of it, and why that can't be answered."""

    name: str
    label: str
    values: list[str]
    reason: str


def bad_params_response(request: HttpRequest, query_state: QueryState, filterset: StrictFilterSet) -> HttpResponse:
    """The page, status 400, with a way back to the same question without what was wrong in it."""
    refusals = [_param_error(query_state, filterset, name, errors[0]) for name, errors in filterset.errors.items()]
    context = {"refusals": refusals, "without_url": query_state.without(*filterset.errors).url}
    return HttpResponseBadRequest(render_to_string("bad_parameters.html", context, request=request))


def _param_error(query_state: QueryState, filterset: StrictFilterSet, name: str, message: str) -> ParamError:
    field = filterset.field_of(name)
    label = getattr(field, "label", None) or name.capitalize()
    values = [value[:MAX_SHOWN_LENGTH] for value in query_state.values(name)]
    if message == UNKNOWN_PARAMETER:
        return ParamError(name[:MAX_SHOWN_LENGTH], "", [], "")
    if message == DUPLICATE_PARAMETER:
        return ParamError(name, label, values, "It can be asked for one of these at a time.")
    return ParamError(name, label, values, message if _is_free_text(field) else "")


def _is_free_text(field) -> bool:
    """Whether anything can be typed, so that a message says more than that it is none of the choices."""
    return not hasattr(field, "choices") or isinstance(field, FreeMultipleChoiceField)
