"""Query parameters: the state of a page as its URL, strict filter sets, page numbers, the response to invalid ones.

An unknown parameter is an error, not an unfiltered list.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django_filters import FilterSet

from common.form_fields import parse_whole_number
from common.text import is_blank


@dataclass(frozen=True, slots=True)
class QueryState:
    """A path and its parameters in order, without blank ones, which forms send."""

    path: str
    params: tuple[tuple[str, str], ...] = ()
    has_blanks: bool = False

    @classmethod
    def from_request(cls, request) -> Self:
        pairs = tuple((name, value) for name, values in request.GET.lists() for value in values)
        nonblank = tuple(pair for pair in pairs if not is_blank(pair[1]))
        return cls(request.path, nonblank, has_blanks=nonblank != pairs)

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path

    @property
    def names(self) -> list[str]:
        """The names of the parameters, each once."""
        return list(dict.fromkeys(name for name, _ in self.params))

    @property
    def query(self) -> QueryDict:
        return QueryDict(urlencode(self.params))

    def values(self, name: str) -> list[str]:
        return [value for known, value in self.params if known == name]

    def value(self, name: str) -> str:
        """The last value, or ""."""
        return (self.values(name) or [""])[-1]

    def for_path(self, path: str) -> Self:
        """The same parameters for another path."""
        return replace(self, path=path)

    def without(self, *names: str) -> Self:
        return replace(self, params=tuple(pair for pair in self.params if pair[0] not in names))

    def without_param_value(self, name: str, value: str) -> Self:
        return replace(self, params=tuple(pair for pair in self.params if pair != (name, value)))

    def with_params(self, **values: str) -> Self:
        """A copy with these parameters replaced; a blank value removes one."""
        params = tuple((name, str(value)) for name, value in values.items() if value not in ("", None))
        return replace(self, params=(*self.without(*values).params, *params))


UNKNOWN_PARAMETER = "Unknown parameter."
DUPLICATE_PARAMETER = "Use this parameter once."


class StrictForm(forms.Form):
    """Rejects unknown parameters, and repeated ones where a single value is expected."""

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
        """Like `add_error`, also for names without a field."""
        self._errors[name] = self.error_class([message], renderer=self.renderer)
        self.cleaned_data.pop(name, None)


class StrictFilterSet(FilterSet):
    """Filters for the parameters `data`, except those of the page itself (`without`: cursor, size, order).

    Blank values are ignored. `errors` are by parameter. `user` is the requesting user, for filters that query other
    rows. Only the requested filters are instantiated, for speed; `field_of` gives the field of any.
    """

    class Meta:
        form = StrictForm

    def __init__(self, data, queryset, *, without: tuple[str, ...] = (), user=None, **kwargs):
        query = self._without_blanks(data, without)
        self.base_filters = {name: filter_ for name, filter_ in type(self).base_filters.items() if name in query}
        super().__init__(query, queryset, **kwargs)
        self.user = user

    @classmethod
    def field_of(cls, name: str) -> forms.Field | None:
        """The form field of a filter, requested or not; None for an unknown filter."""
        filter_ = cls.base_filters.get(name)
        return filter_ and filter_.field

    def add_param_error(self, name: str, message: str) -> None:
        """Add an error for a parameter of the page itself."""
        self.form.errors[name] = self.form.error_class([message], renderer=self.form.renderer)

    @staticmethod
    def _without_blanks(data, without):
        query = data.copy()
        for name, values in data.lists():
            nonblank = [value for value in values if not is_blank(value)]
            if name in without or (values and not nonblank):
                del query[name]
            else:
                query.setlist(name, nonblank)
        return query

    @property
    def has_filters(self) -> bool:
        """Whether any filter is set."""
        return bool(self.data)


class FreeMultipleChoiceField(forms.MultipleChoiceField):
    """Accepts any texts, also values that are not among the offered choices."""

    def validate(self, value):
        for text in value:
            ProhibitNullCharactersValidator()(text)

    def valid_value(self, value):
        return True


MAX_SHOWN_LENGTH = 120


@dataclass(frozen=True, slots=True)
class ParamError:
    """An invalid parameter with its values and the reason."""

    name: str
    label: str
    values: list[str]
    reason: str


def bad_params_response(request: HttpRequest, query_state: QueryState, filterset: StrictFilterSet) -> HttpResponse:
    """A 400 page with a link to the same URL without the invalid parameters."""
    param_errors = [_param_error(query_state, filterset, name, errors[0]) for name, errors in filterset.errors.items()]
    context = {"param_errors": param_errors, "without_url": query_state.without(*filterset.errors).url}
    return HttpResponseBadRequest(render_to_string("bad_parameters.html", context, request=request))


def _param_error(query_state: QueryState, filterset: StrictFilterSet, name: str, message: str) -> ParamError:
    field = filterset.field_of(name)
    label = _(getattr(field, "label", None) or name.capitalize())
    values = [value[:MAX_SHOWN_LENGTH] for value in query_state.values(name)]
    if message == UNKNOWN_PARAMETER:
        return ParamError(name[:MAX_SHOWN_LENGTH], "", [], "")
    if message == DUPLICATE_PARAMETER:
        return ParamError(name, label, values, _("Choose one value."))
    return ParamError(name, label, values, message if _is_free_text(field) else "")


def _is_free_text(field) -> bool:
    """Whether the field accepts free text, so that its error message is informative."""
    return not hasattr(field, "choices") or isinstance(field, FreeMultipleChoiceField)


COUNT_CAP = 1000


class CappedPaginator(Paginator):
    """Counts up to COUNT_CAP rows; rows beyond it are found by search only."""

    @cached_property
    def count(self) -> int:
        return min(self._capped_count, COUNT_CAP)

    @property
    def is_capped(self) -> bool:
        return self._capped_count > COUNT_CAP

    @cached_property
    def _capped_count(self) -> int:
        rows = self.object_list.order_by() if hasattr(self.object_list, "order_by") else self.object_list
        return len(rows[: COUNT_CAP + 1]) if isinstance(rows, list) else rows[: COUNT_CAP + 1].count()


Order = Callable[[QuerySet], QuerySet]


def get_page(
    filterset: StrictFilterSet, query_state: QueryState, *, size: int, order: Order | None = None
) -> Page | None:
    """The requested page, or the first. None for invalid parameters or an unknown page: see the filterset's errors."""
    if not filterset.is_valid():
        return None
    paginator = Paginator(order(filterset.qs) if order else filterset.qs, size)
    number = parse_whole_number(query_state.value("page") or "1")
    if number in paginator.page_range:
        return paginator.page(number)
    filterset.add_param_error(
        "page",
        _("Page must be 1 to {last}.").format(last=f"{paginator.num_pages:,}")
        if paginator.num_pages > 1
        else _("There is only one page."),
    )
    return None


def page_links(query_state: QueryState, page: Page) -> dict[str, str]:
    """The context of `_pager.html`."""
    numbers = {"first": page.start_index(), "last": page.end_index(), "total": page.paginator.count}
    shown = _("{first} to {last} of {total}").format(**{name: f"{number:,}" for name, number in numbers.items()})
    context = {"shown": shown}
    if page.has_previous():
        previous_page = page.previous_page_number()
        context["previous_url"] = query_state.with_params(page="" if previous_page == 1 else str(previous_page)).url
    if page.has_next():
        context["next_url"] = query_state.with_params(page=str(page.next_page_number())).url
    return context
