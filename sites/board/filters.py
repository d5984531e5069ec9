"""What a board can be asked: which of a trial's sites, in which order, which page of them."""

from datetime import date, timedelta

import django_filters as filters
from django.conf import settings
from django.db.models import QuerySet

from common.text import search_key
from common.tokens import compact
from sites.codes import SiteStatus
from sites.filters import NOT_PUBLISHED, CountryFilter
from sites.freshness import Warmth
from sites.town_names import TOWN_NAMES
from trials.asking.strict_filters import StrictFilterSet

PLACE = ("facility__name", "facility__city", "facility__state", "facility__country")
STATUSES = [*SiteStatus.choices, (NOT_PUBLISHED, "Not published")]


class OneStatusFilter(filters.ChoiceFilter):
    """A code, or NOT_PUBLISHED, of sites with their `shown_status`."""

    def __init__(self, **kwargs):
        super().__init__(field_name="shown_status", choices=STATUSES, label="Status", **kwargs)

    def filter(self, queryset, value):
        return super().filter(queryset, value) if value != NOT_PUBLISHED else queryset.filter(shown_status="")


def confirmed_choices() -> list[tuple[str, str]]:
    """The ages as the pages colour them, by the days that the settings say."""
    due, amber, red = settings.CONFIRMATION_DUE_DAYS, settings.CONFIRMATION_AMBER_DAYS, settings.CONFIRMATION_RED_DAYS
    return [
        (Warmth.FRESH.value, f"In the last {due} days"),
        (Warmth.DUE.value, f"More than {due} days ago"),
        (Warmth.AGING.value, f"{amber} days ago or more"),
        (Warmth.STALE.value, f"{red} days ago or more"),
        (Warmth.NEVER.value, "Never"),
    ]


class BoardFilterSet(StrictFilterSet):
    """Filters on the sites of one board, with their `shown_status`. `today` decides how old a confirmation is."""

    words = filters.CharFilter(method="saying", label="Site, town or region", max_length=200)
    status = OneStatusFilter()
    country = CountryFilter("facility__", label="Country")
    confirmed = filters.ChoiceFilter(method="confirmed_then", choices=confirmed_choices, label="Last confirmed")

    def __init__(self, data, queryset, *, today: date, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.today = today

    def saying(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Each word somewhere in the name or the place, or a town by another name. One trial's sites are few enough."""
        asked, towns = search_key(words).split(), TOWN_NAMES.get(compact(words), ())

        def is_meant(name: str, city: str, *region: str) -> bool:
            text = search_key(" ".join([name, city, *region]))
            return all(word in text for word in asked) or search_key(city) in towns

        places = queryset.order_by().values_list("pk", *PLACE)
        return queryset.filter(pk__in=[pk for pk, *place in places if is_meant(*place)])

    def confirmed_then(self, queryset: QuerySet, name: str, warmth: str) -> QuerySet:
        """Older than a threshold takes in what is older still. Nothing is told of a status that is not shown."""
        if warmth == Warmth.NEVER:
            return queryset.filter(last_confirmed_on__isnull=True)
        queryset = queryset.exclude(shown_status="")
        if warmth == Warmth.FRESH:
            return queryset.confirmed_since(self.today - timedelta(days=settings.CONFIRMATION_DUE_DAYS))
        days = {
            Warmth.DUE: settings.CONFIRMATION_DUE_DAYS + 1,
            Warmth.AGING: settings.CONFIRMATION_AMBER_DAYS,
            Warmth.STALE: settings.CONFIRMATION_RED_DAYS,
        }[Warmth(warmth)]
        return queryset.filter(last_confirmed_on__lte=self.today - timedelta(days=days))
