"""Filter sets of sites and facilities for pages and the API, and counts by status that link to a filter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.form_fields import DayField, StrictFloatField
from common.query_params import QueryState, StrictFilterSet
from common.search_tokens import compact
from common.text import search_key
from sites.choices import STATUS_ORDER, Listing, SiteStatus
from sites.city_names import CITY_NAMES
from sites.confirmation_age import AgeLevel
from sites.places.circle import DEFAULT_WITHIN, MAX_WITHIN, MIN_WITHIN, Circle
from sites.places.resolve import parse_point
from sites.public_status import held_back_q
from sites.text_search import in_city, in_country, named_q
from trials.choices import NOT_KNOWN
from trials.form_fields import ANY_NAME, CountryField
from trials.models import Trial
from trials.text_search import trial_key

NOT_PUBLISHED = "NOT_PUBLISHED"
HOW_TO_WRITE_A_POINT = "Write latitude and longitude in degrees as 45.76,4.84."


class SiteStatusFilter(filters.MultipleChoiceFilter):
    """Filters by public status: codes of SiteStatus, or NOT_PUBLISHED."""

    def filter(self, queryset, values):
        statuses = ["" if value == NOT_PUBLISHED else value for value in values]
        return queryset.publicly_in(statuses) if values else queryset


class DayFilter(filters.Filter):
    field_class = DayField


class PlaceFilter(filters.CharFilter):
    """Filters by a place name, ignoring case, accents and punctuation."""

    def __init__(self, **kwargs):
        super().__init__(max_length=200, **kwargs)

    def filter(self, queryset, value):
        return queryset.filter(**{f"{self.field_name}__plain": search_key(value)}) if value else queryset


class CityFilter(PlaceFilter):
    """Filters by a city under any of its names; `path` is the lookup prefix of the facility."""

    def __init__(self, path: str = "", **kwargs):
        super().__init__(**kwargs)
        self.path = path

    def filter(self, queryset, value):
        return queryset.filter(in_city(value, self.path)) if value else queryset


class CountryFilter(filters.CharFilter):
    """Filters by a country under any of its names, refusing unknown ones; `path` is the facility's lookup prefix."""

    field_class = CountryField

    def __init__(self, path: str = "", **kwargs):
        super().__init__(max_length=200, **kwargs)
        self.path = path

    def filter(self, queryset, value):
        return queryset.filter(in_country(value, self.path)) if value else queryset


class PointField(forms.CharField):
    """Latitude and longitude in degrees: `45.76,4.84`. The value is a pair of floats."""

    def clean(self, value):
        text = super().clean(value)
        if text and not (point := parse_point(text)):
            raise ValidationError(HOW_TO_WRITE_A_POINT)
        return point if text else None


class PointFilter(filters.Filter):
    field_class = PointField


class KilometresFilter(filters.Filter):
    field_class = StrictFloatField


class NearFilterSet(StrictFilterSet):
    """The filter by a circle around a point, on a queryset with a method `within`."""

    near = PointFilter(
        method="within_circle",
        label="Near",
        max_length=40,
        help_text="Latitude and longitude in degrees, `45.76,4.84`: sites at most `within_km` from there, by the "
        "facility's point, or its city's where it has none.",
    )
    within_km = KilometresFilter(
        method="with_near",
        label="Within kilometres",
        min_value=MIN_WITHIN,
        max_value=MAX_WITHIN,
        help_text=f"Kilometres around `near`, {DEFAULT_WITHIN} unless given. Only together with `near`.",
    )

    def __init__(self, data, queryset, **kwargs):
        super().__init__(data, queryset, **kwargs)
        if "within_km" in self.data and "near" not in self.data:
            self.add_param_error("within_km", "Only together with near.")

    def within_circle(self, queryset, name, point):
        return queryset.within(Circle(*point, self.form.cleaned_data.get("within_km") or DEFAULT_WITHIN))

    def with_near(self, queryset, name, value):
        return queryset


class SiteFilterSet(NearFilterSet):
    """Filters on sites; all of them apply to the same site."""

    trial = filters.CharFilter(
        method="of_trial", label="Trial", max_length=30, help_text="The trial's key: its NCT number."
    )
    facility = filters.CharFilter(
        method="at_facility", label="Facility", max_length=120, help_text="The facility's slug."
    )
    status = SiteStatusFilter(
        choices=[*SiteStatus.choices, (NOT_PUBLISHED, "Not published")],
        label="Status",
        help_text="Recruitment status of the site.",
    )
    country = CountryFilter("facility__", label="Country", help_text=f"The site's country. {ANY_NAME}")
    city = CityFilter("facility__", label="City", help_text="The site's city, in any usual language: Munich, München.")
    confirmed_since = DayFilter(
        method="publicly_confirmed_since",
        label="Confirmed since",
        help_text="Last confirmed on that day or later.",
    )
    is_listed = filters.ChoiceFilter(
        method="in_the_record",
        choices=[("true", "Yes"), ("false", "No")],
        label="In the registry's record",
        help_text="true: the registry's record lists the site now; false: not, or no longer.",
    )

    def publicly_confirmed_since(self, queryset, name, day):
        return queryset.confirmed_since(day).exclude(held_back_q())

    def of_trial(self, queryset, name, key):
        return queryset.filter(trial__in=Trial.objects.by_key(trial_key(key)).order_by().values("pk"))

    def at_facility(self, queryset, name, slug):
        facilities = queryset.model._meta.get_field("facility").related_model.objects
        return queryset.at(facilities.by_slug(slug))

    def in_the_record(self, queryset, name, value):
        listed = {"listing": Listing.LISTED}
        return queryset.filter(**listed) if value == "true" else queryset.exclude(**listed)


class FacilityFilterSet(StrictFilterSet):
    """Filters on facilities."""

    name = filters.CharFilter(
        method="named",
        max_length=200,
        label="Name",
        help_text="Words of the name, or of another name of the facility, or parts of words.",
    )
    country = CountryFilter(label="Country", help_text=ANY_NAME)
    city = CityFilter(label="City", help_text="In any usual language: Munich, München.")
    state = PlaceFilter(field_name="state", label="State or region")
    site_status = filters.MultipleChoiceFilter(
        method="with_site_in", choices=SiteStatus.choices, label="Site status", help_text="Has a site in this status."
    )

    def named(self, queryset, name, words):
        return queryset.filter(named_q(words))

    def with_site_in(self, queryset, name, values):
        sites = queryset.model._meta.get_field("trial_sites").related_model.objects
        in_status = sites.visible_to(self.user).publicly_in(values)
        own, merged = (in_status.filter(**{path: OuterRef("pk")}) for path in ("facility", "facility__merged_into"))
        return queryset.filter(Exists(own) | Exists(merged)) if values else queryset


@dataclass(frozen=True, slots=True)
class StatusCount:
    """One status with its count; `url` filters by the status, or removes the filter when it is selected."""

    status: str
    count: int
    is_selected: bool
    url: str


def status_count_links(counts: Mapping[str, int], query_state: QueryState) -> list[StatusCount]:
    """The counts in display order, open statuses first."""
    return [
        _status_count(status, counts[status], query_state) for status in sorted(counts, key=STATUS_ORDER.__getitem__)
    ]


def _status_count(status: str, count: int, query_state: QueryState) -> StatusCount:
    code = status or NOT_PUBLISHED
    is_selected = query_state.value("status") == code
    return StatusCount(
        status,
        count,
        is_selected,
        query_state.without("page", "format").with_params(status="" if is_selected else code).url,
    )


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
