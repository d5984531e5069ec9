"""Filters of a board and of other lists of sites."""

from datetime import date, timedelta

import django_filters as filters
from django.conf import settings
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.query_params import StrictFilterSet
from common.search_tokens import compact
from common.text import search_key
from sites.choices import STATUS_ORDER, SiteStatus
from sites.city_names import CITY_NAMES
from sites.confirmation_age import AgeLevel
from sites.filters import NOT_PUBLISHED, CountryFilter
from trials.choices import NOT_KNOWN

PLACE = ("facility__name", "facility__city", "facility__state", "facility__country")
STATUSES = [*SiteStatus.choices, (NOT_PUBLISHED, gettext_noop("Not published")), (NOT_KNOWN, gettext_noop("Not known"))]


class OneStatusFilter(filters.ChoiceFilter):
    """Filters sites by `shown_status`: a code, or NOT_PUBLISHED."""

    def __init__(self, **kwargs):
        super().__init__(field_name="shown_status", choices=STATUSES, label=gettext_noop("Status"), **kwargs)

    def filter(self, queryset, value):
        return super().filter(queryset, value) if value != NOT_PUBLISHED else queryset.filter(shown_status="")


def confirmation_age_choices() -> list[tuple[str, str]]:
    """The levels of `age_level` with their labels, by the thresholds of the settings."""
    due, amber, red = settings.CONFIRMATION_DUE_DAYS, settings.CONFIRMATION_AMBER_DAYS, settings.CONFIRMATION_RED_DAYS
    return [
        (AgeLevel.FRESH.value, _("In the last {n} days").format(n=due)),
        (AgeLevel.DUE.value, _("More than {n} days ago").format(n=due)),
        (AgeLevel.AGING.value, _("{n} days ago or more").format(n=amber)),
        (AgeLevel.STALE.value, _("{n} days ago or more").format(n=red)),
        (AgeLevel.NEVER.value, _("Never")),
    ]


class BoardFilterSet(StrictFilterSet):
    """Filters on the sites of one board, annotated with `shown_status`.

    `today` is the date for ages; on a board of a past day it is that day.
    """

    words = filters.CharFilter(method="filter_words", label=gettext_noop("Facility, city or region"), max_length=200)
    status = OneStatusFilter()
    country = CountryFilter("facility__", label=gettext_noop("Country"))
    confirmed = filters.ChoiceFilter(
        method="filter_confirmed", choices=confirmation_age_choices, label=gettext_noop("Last confirmed")
    )

    def __init__(self, data, queryset, *, today: date, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.today = today

    def filter_words(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Sites with each word in the name or place, or in a city of that name; compared in Python."""
        terms, cities = search_key(words).split(), CITY_NAMES.get(compact(words), ())

        def matches(name: str, city: str, *region: str) -> bool:
            text = search_key(" ".join([name, city, *region]))
            return all(term in text for term in terms) or search_key(city) in cities

        places = queryset.order_by().values_list("pk", *PLACE)
        return queryset.filter(pk__in=[pk for pk, *place in places if matches(*place)])

    def filter_confirmed(self, queryset: QuerySet, name: str, age_level: str) -> QuerySet:
        """Sites by age level; levels by a threshold include older ones. Statuses that are not shown have no age."""
        confirmed_on = queryset.last_confirmed_column
        if age_level == AgeLevel.NEVER:
            return queryset.filter(**{f"{confirmed_on}__isnull": True})
        queryset = queryset.exclude(shown_status="")
        if age_level == AgeLevel.FRESH:
            return queryset.confirmed_since(self.today - timedelta(days=settings.CONFIRMATION_DUE_DAYS))
        days = {
            AgeLevel.DUE: settings.CONFIRMATION_DUE_DAYS + 1,
            AgeLevel.AGING: settings.CONFIRMATION_AMBER_DAYS,
            AgeLevel.STALE: settings.CONFIRMATION_RED_DAYS,
        }[AgeLevel(age_level)]
        return queryset.filter(**{f"{confirmed_on}__lte": self.today - timedelta(days=days)})


def status_rank() -> Case:
    """The sort rank of `shown_status`, open sites first."""
    whens = [When(shown_status=status, then=Value(rank)) for status, rank in STATUS_ORDER.items()]
    return Case(*whens, output_field=IntegerField())
