"""Filters of the overview of trials."""

from collections import Counter
from datetime import date
from functools import cached_property

import django_filters as filters
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from accounts.models import User
from common.query_params import StrictFilterSet
from sites.filters import NOT_PUBLISHED, CountryFilter
from sites.models import TrialSite
from sites.text_search import in_country
from trials.choices import OverallStatus, Phase
from trials.models import Trial
from trials.text_search import contains_words_q, search_trials
from work.overview.coordinators import NO_COORDINATOR, coordinated_trial_q, coordinators_in_scope
from work.overview.figures import missing_reports

LATE_CHOICES = [
    ("any", "Anything late"),
    ("confirmation", "Confirmations overdue"),
    ("report", "Enrollment not reported"),
    ("verification", "Record verification overdue"),
]


class CoordinatorFilter(filters.ModelChoiceFilter):
    """One of the coordinators whom the filter set's user may see, or NO_COORDINATOR."""

    def __init__(self, **kwargs):
        super().__init__(null_label="No coordinator", null_value=NO_COORDINATOR, label="Coordinator", **kwargs)

    @property
    def field(self):
        """Made anew each time: the choices are those of one user."""
        self.__dict__.pop("_field", None)
        return super().field

    def get_queryset(self, request):
        filterset = getattr(self, "parent", None)
        return coordinators_in_scope(filterset.user, on=filterset.today) if filterset else User.objects.none()


class OverviewFilterSet(StrictFilterSet):
    """Filters on trials annotated with `shown_status`; `today` is the date for what is late."""

    words = filters.CharFilter(method="filter_words", label="Number or title", max_length=200)
    status = filters.ChoiceFilter(
        method="filter_status", choices=[*OverallStatus.choices, (NOT_PUBLISHED, "Not published")], label="Status"
    )
    sponsor = filters.CharFilter(method="filter_sponsor", label="Sponsor", max_length=200)
    condition = filters.CharFilter(method="filter_condition", label="Condition", max_length=200)
    country = CountryFilter(method="filter_country", label="Country")
    phase = filters.ChoiceFilter(method="filter_phase", choices=Phase.choices, label="Phase")
    coordinator = CoordinatorFilter(method="filter_coordinator")
    late = filters.ChoiceFilter(method="filter_late", choices=LATE_CHOICES, label="Late")

    def __init__(self, data, queryset, *, today: date, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.today = today

    @cached_property
    def missing_by_trial(self) -> Counter[int]:
        """The number of sites without the report of last month, for every trial that the user oversees."""
        trials = Trial.objects.overseen_by(self.user).order_by().values("pk")
        return missing_reports(TrialSite.objects.filter(trial__in=trials), self.today)

    def filter_words(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        return search_trials(queryset, words)

    def filter_status(self, queryset: QuerySet, name: str, status: str) -> QuerySet:
        return queryset.filter(shown_status="" if status == NOT_PUBLISHED else status)

    def filter_sponsor(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        return queryset.filter(contains_words_q("lead_sponsor", words))

    def filter_condition(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        text = Func(F("conditions"), Value("; "), function="array_to_string", output_field=TextField())
        return queryset.alias(conditions_text=text).filter(contains_words_q("conditions_text", words))

    def filter_country(self, queryset: QuerySet, name: str, country: str) -> QuerySet:
        at_site = TrialSite.objects.filter(in_country(country, "facility__"), trial=OuterRef("pk")).order_by()
        return queryset.filter(Exists(at_site))

    def filter_phase(self, queryset: QuerySet, name: str, phase: str) -> QuerySet:
        return queryset.filter(phases__contains=[phase])

    def filter_coordinator(self, queryset: QuerySet, name: str, coordinator) -> QuerySet:
        user = None if coordinator == NO_COORDINATOR else coordinator
        return queryset.filter(coordinated_trial_q(user, on=self.today))

    def filter_late(self, queryset: QuerySet, name: str, kind: str) -> QuerySet:
        late = Q()
        if kind in ("any", "confirmation"):
            late |= Q(Exists(TrialSite.objects.overdue(self.today).filter(trial=OuterRef("pk")).order_by()))
        if kind in ("any", "report"):
            late |= Q(pk__in=list(self.missing_by_trial))
        if kind in ("any", "verification"):
            late |= Q(pk__in=Trial.objects.verification_overdue(self.today).order_by().values("pk"))
        return queryset.filter(late)
