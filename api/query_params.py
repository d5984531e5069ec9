"""Parses query parameters of lists: filters, page size, cursor. Invalid parameters are a 400 by name."""

from typing import NamedTuple

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from common import dates
from common.as_of import AS_OF_PARAMETERS, AsOf, parse_as_of
from common.form_fields import parse_whole_number
from common.query_params import DUPLICATE_PARAMETER, UNKNOWN_PARAMETER, StrictFilterSet
from common.text import has_control_characters, is_blank
from publishing.search.cursor import Cursor, query_key
from publishing.search.filters import TrialFilterSet
from publishing.search.near_sql import RECRUITING
from sites.filters import NearFilterSet, PointFilter
from sites.models import TrialSite

PAGE_SIZE, MAX_PAGE_SIZE = 20, 200
BLANK_PARAMETER = "Enter a value, or omit this parameter."
NO_CONTROL = "Control characters are not allowed, such as a line feed."
CURSOR, SIZE = "cursor", "page_size"


class ListParams(NamedTuple):
    """The matching rows, the cursor, the page size, and whether filters are set.

    `query` is the key that the cursors of this list are bound to.
    """

    queryset: QuerySet
    after: Cursor | None
    size: int
    is_narrowed: bool
    query: str


def parse_list_params(
    request, filterset_class: type[StrictFilterSet], visible: QuerySet, order: str, *, without: tuple[str, ...] = ()
) -> ListParams:
    """Parse the parameters for a list of visible rows; `order` as in `Cursor`. ValidationError by parameter.

    `without` are parameters that the view parses itself.
    """
    query = request.GET
    errors = {name: [BLANK_PARAMETER] for name, values in query.lists() if not values or any(map(is_blank, values))}
    errors |= {name: [NO_CONTROL] for name, values in query.lists() if any(map(has_control_characters, values))}
    key = query_key(request.path, query, without=(CURSOR, SIZE))
    after, size = _parse_page(query, order, key, errors)
    without = (CURSOR, SIZE, *without)
    is_narrowed = bool(query.keys() - {*without})
    if is_narrowed:  # most requests have no filters; skip building the filter set
        filterset = filterset_class(query, visible, without=without, user=request.user)
        errors = {name: list(messages) for name, messages in filterset.errors.items()} | errors
    if errors:
        raise ValidationError(errors)
    return ListParams(filterset.qs if is_narrowed else visible, after, size, is_narrowed, key)


def _parse_page(query, order: str, key: str, errors: dict[str, list[str]]) -> tuple[Cursor | None, int]:
    """The cursor and the page size; errors are added to `errors`."""
    after, size = None, PAGE_SIZE
    try:
        after = Cursor.parse(query[CURSOR], order, key) if CURSOR in query else None
    except ValueError as error:
        errors.setdefault(CURSOR, [str(error)])
    try:
        size = _parse_size(query[SIZE]) if SIZE in query else PAGE_SIZE
    except ValueError as error:
        errors.setdefault(SIZE, [str(error)])
    for name in (CURSOR, SIZE):
        if len(query.getlist(name)) > 1:
            errors[name] = [DUPLICATE_PARAMETER]
    return after, size


def reject_parameters(request, *, known: tuple[str, ...] = ()) -> None:
    """ValidationError for any parameter but the known ones."""
    if unknown := [name for name in request.GET if name not in known]:
        raise ValidationError({name: [UNKNOWN_PARAMETER] for name in unknown})


def parse_as_of_params(request) -> AsOf | None:
    """The past day asked for, if any. ValidationError by parameter."""
    as_of, messages = parse_as_of(request.GET, today=dates.today())
    errors = {name: [message] for name, message in messages.items()}
    for name in AS_OF_PARAMETERS:
        values = request.GET.getlist(name)
        if len(values) > 1:
            errors[name] = [DUPLICATE_PARAMETER]
        elif values and is_blank(values[0]):
            errors[name] = [BLANK_PARAMETER]
    if errors:
        raise ValidationError(errors)
    return as_of


def _parse_size(text: str) -> int:
    size = parse_whole_number(text)
    if size is None or not 1 <= size <= MAX_PAGE_SIZE:
        raise ValueError(f"Enter a number from 1 to {MAX_PAGE_SIZE}.")
    return size


class ApiTrialFilterSet(TrialFilterSet, NearFilterSet):
    """The filters of the search page, with the circle as a point and kilometres instead of a place by name."""

    near = PointFilter(
        method="within_circle",
        label="Near",
        max_length=40,
        help_text="Latitude and longitude in degrees, `45.76,4.84`: trials with a site that recruits at most "
        "`within_km` from there, by the facility's point, or its city's where it has none.",
    )

    def within_circle(self, queryset, name, point):
        recruiting = TrialSite.objects.publicly_in(RECRUITING).order_by()
        sites = super().within_circle(recruiting, name, point)
        return queryset.filter(trial__in=sites.values("trial"))
