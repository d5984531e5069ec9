"""Filters and sort orders of a board. Every order is total, so that pages never overlap."""

from datetime import date, timedelta

import django_filters as filters
from django.conf import settings
from django.db.models import Case, F, IntegerField, OrderBy, QuerySet, Value, When
from django.db.models.functions import Lower, NullIf

from common.query_params import StrictFilterSet
from common.search_tokens import compact
from common.text import search_key
from sites.choices import SiteStatus
from sites.confirmation_age import AgeLevel
from sites.filters import NOT_PUBLISHED, CountryFilter
from sites.site_cards import STATUS_ORDER
from sites.town_names import TOWN_NAMES

PLACE = ("facility__name", "facility__city", "facility__state", "facility__country")
STATUSES = [*SiteStatus.choices, (NOT_PUBLISHED, "Not published")]


class OneStatusFilter(filters.ChoiceFilter):
    """Filters sites by `shown_status`: a code, or NOT_PUBLISHED."""

    def __init__(self, **kwargs):
        super().__init__(field_name="shown_status", choices=STATUSES, label="Status", **kwargs)

    def filter(self, queryset, value):
        return super().filter(queryset, value) if value != NOT_PUBLISHED else queryset.filter(shown_status="")


def confirmation_age_choices() -> list[tuple[str, str]]:
    """The levels of `age_level` with their labels, by the thresholds of the settings."""
    due, amber, red = settings.CONFIRMATION_DUE_DAYS, settings.CONFIRMATION_AMBER_DAYS, settings.CONFIRMATION_RED_DAYS
    return [
        (AgeLevel.FRESH.value, f"In the last {due} days"),
        (AgeLevel.DUE.value, f"More than {due} days ago"),
        (AgeLevel.AGING.value, f"{amber} days ago or more"),
        (AgeLevel.STALE.value, f"{red} days ago or more"),
        (AgeLevel.NEVER.value, "Never"),
    ]


class BoardFilterSet(StrictFilterSet):
    """Filters on the sites of one board, annotated with `shown_status`; `today` is the date for ages."""

    words = filters.CharFilter(method="filter_words", label="Facility, city or region", max_length=200)
    status = OneStatusFilter()
    country = CountryFilter("facility__", label="Country")
    confirmed = filters.ChoiceFilter(
        method="filter_confirmed", choices=confirmation_age_choices, label="Last confirmed"
    )

    def __init__(self, data, queryset, *, today: date, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.today = today

    def filter_words(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Sites with each word in the name or place, or in a city of that name; compared in Python."""
        terms, cities = search_key(words).split(), TOWN_NAMES.get(compact(words), ())

        def matches(name: str, city: str, *region: str) -> bool:
            text = search_key(" ".join([name, city, *region]))
            return all(term in text for term in terms) or search_key(city) in cities

        places = queryset.order_by().values_list("pk", *PLACE)
        return queryset.filter(pk__in=[pk for pk, *place in places if matches(*place)])

    def filter_confirmed(self, queryset: QuerySet, name: str, age_level: str) -> QuerySet:
        """Sites by age level; levels by a threshold include older ones. Statuses that are not shown have no age."""
        if age_level == AgeLevel.NEVER:
            return queryset.filter(last_confirmed_on__isnull=True)
        queryset = queryset.exclude(shown_status="")
        if age_level == AgeLevel.FRESH:
            return queryset.confirmed_since(self.today - timedelta(days=settings.CONFIRMATION_DUE_DAYS))
        days = {
            AgeLevel.DUE: settings.CONFIRMATION_DUE_DAYS + 1,
            AgeLevel.AGING: settings.CONFIRMATION_AMBER_DAYS,
            AgeLevel.STALE: settings.CONFIRMATION_RED_DAYS,
        }[AgeLevel(age_level)]
        return queryset.filter(last_confirmed_on__lte=self.today - timedelta(days=days))


DEFAULT_ORDER = "status"
#: Sort parameter → labels of the ascending and the descending order.
ORDERS = {
    "status": ("Open sites first", "Closed sites first"),
    "site": ("Name (A–Z)", "Name (Z–A)"),
    "place": ("Country, city (A–Z)", "Country, city (Z–A)"),
    "since": ("Oldest status first", "Newest status first"),
    "confirmed": ("Least recently confirmed first", "Most recently confirmed first"),
    "enrolled": ("Fewest enrolled first", "Most enrolled first"),
}


def order_choices(*, with_enrolled: bool) -> list[tuple[str, str]]:
    """The values of the parameter `sort` with their labels: a column, or a minus and a column."""
    columns = [name for name in ORDERS if with_enrolled or name != "enrolled"]
    return [(sign + name, ORDERS[name][index]) for name in columns for index, sign in enumerate(("", "-"))]


def order_sites(sites: QuerySet, order: str) -> QuerySet:
    """The sites in an order of `order_choices`."""
    name, is_descending = order.removeprefix("-"), order.startswith("-")
    expressions = [_ordering_expression(part, name, is_descending) for part in _ordering_parts(name)]
    return sites.order_by(
        *expressions, status_rank(), "facility__country", "facility__city", _name(), "duplicate_index", "pk"
    )


def _ordering_parts(name: str) -> list:
    return {
        "status": [status_rank()],
        "site": [_name()],
        "place": [_lower_or_null("facility__country"), _lower_or_null("facility__city"), _name()],
        "since": [F("status_since")],
        "confirmed": [F("last_confirmed_on")],
        "enrolled": [F("enrolled")],
    }[name]


def _ordering_expression(part, name: str, is_descending: bool) -> OrderBy:
    """The expression with unknown values last; never confirmed sorts before any confirmation."""
    if is_descending:
        return OrderBy(part, descending=True, nulls_last=True)
    return OrderBy(part, nulls_first=True) if name == "confirmed" else OrderBy(part, nulls_last=True)


def status_rank() -> Case:
    """The sort rank of `shown_status`, open sites first."""
    whens = [When(shown_status=status, then=Value(rank)) for status, rank in STATUS_ORDER.items()]
    return Case(*whens, output_field=IntegerField())


def _name():
    return _lower_or_null("facility__name")


def _lower_or_null(column: str):
    """A text column in lower case, with blank as NULL."""
    return NullIf(Lower(column), Value(""))
