"""Filters of the overview of trials, and the coordinators who may be chosen in them."""

from collections import Counter
from datetime import date
from functools import cached_property

import django_filters as filters
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from accounts.models import Assignment, AssignmentKind, User
from common.query_params import StrictFilterSet
from sites.filters import NOT_PUBLISHED, CountryFilter
from sites.models import TrialSite
from sites.text_search import in_country
from trials.choices import OverallStatus, Phase
from trials.models import Trial
from trials.text_search import contains_words_q, search_trials
from work.overview.figures import missing_reports

COORDINATOR_KINDS = (AssignmentKind.SITE_COORDINATOR, AssignmentKind.TRIAL_COORDINATOR)
#: The value of the filter for trials and sites without a coordinator.
NO_COORDINATOR = "none"


def coordinators_in_scope(user, *, on: date) -> QuerySet[User]:
    """The active coordinators of the trials that the user oversees, and of their sites, by user name."""
    trials = Trial.objects.overseen_by(user).order_by().values("pk")
    sites = TrialSite.objects.showing_coordinators_to(user).order_by().values("pk")
    in_scope = _in_force(on).filter(Q(trial__in=trials) | Q(trial_site__in=sites))
    return User.objects.filter(pk__in=in_scope.values("user")).order_by("username")


def _coordinated_trial_q(coordinator: User | None, *, on: date) -> Q:
    """Filter trials by a coordinator of the trial or of one of its sites; None: trials without any coordinator."""
    assignments = _in_force(on) if coordinator is None else _in_force(on).filter(user=coordinator)
    of_trial = Exists(assignments.filter(trial=OuterRef("pk")))
    of_site = Exists(assignments.filter(trial_site__trial=OuterRef("pk")))
    return ~(Q(of_trial) | Q(of_site)) if coordinator is None else Q(of_trial) | Q(of_site)


def responsible_q(coordinator: User | None, *, on: date) -> Q:
    """Filter sites by who is responsible: the site's coordinators, or without any the trial's; None: nobody."""
    of_site = _in_force(on).filter(trial_site=OuterRef("pk"))
    of_trial = _in_force(on).filter(trial=OuterRef("trial"))
    if coordinator is None:
        return ~Q(Exists(of_site)) & ~Q(Exists(of_trial))
    through_trial = ~Q(Exists(of_site)) & Q(Exists(of_trial.filter(user=coordinator)))
    return Q(Exists(of_site.filter(user=coordinator))) | through_trial


def _in_force(on: date) -> QuerySet[Assignment]:
    """The assignments of active coordinators, as `sites.coordinators` reads them."""
    return Assignment.objects.in_force(on).filter(user__is_active=True, kind__in=COORDINATOR_KINDS).order_by()


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
        return queryset.filter(_coordinated_trial_q(user, on=self.today))

    def filter_late(self, queryset: QuerySet, name: str, kind: str) -> QuerySet:
        late = Q()
        if kind in ("any", "confirmation"):
            late |= Q(Exists(TrialSite.objects.overdue(self.today).filter(trial=OuterRef("pk")).order_by()))
        if kind in ("any", "report"):
            late |= Q(pk__in=list(self.missing_by_trial))
        if kind in ("any", "verification"):
            late |= Q(pk__in=Trial.objects.verification_overdue(self.today).order_by().values("pk"))
        return queryset.filter(late)
