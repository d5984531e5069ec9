"""Filters of the sites of all trials."""

import django_filters as filters
from django.db.models import QuerySet

from sites.board.filters import BoardFilterSet
from trials.models import Trial
from trials.text_search import contains_words_q, trial_key
from work.overview.coordinators import NO_COORDINATOR, responsible_q
from work.overview.filters import CoordinatorFilter

LATE_CHOICES = [("confirmation", "Confirmation overdue")]
PLACE = ("name", "city", "state", "country")


class BoardsFilterSet(BoardFilterSet):
    """The filters of a trial's board, and those of several trials."""

    trial = filters.CharFilter(method="filter_trial", label="Trial", max_length=30)
    coordinator = CoordinatorFilter(method="filter_coordinator")
    late = filters.ChoiceFilter(method="filter_late", choices=LATE_CHOICES, label="Late")

    def filter_words(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Sites with each word in the name or the place, compared by the database."""
        for word in words.split():
            conditions = [contains_words_q(f"facility__{column}", word) for column in PLACE]
            queryset = queryset.filter(conditions[0] | conditions[1] | conditions[2] | conditions[3])
        return queryset

    def filter_trial(self, queryset: QuerySet, name: str, key: str) -> QuerySet:
        return queryset.filter(trial__in=Trial.objects.by_key(trial_key(key)).order_by().values("pk"))

    def filter_coordinator(self, queryset: QuerySet, name: str, coordinator) -> QuerySet:
        user = None if coordinator == NO_COORDINATOR else coordinator
        return queryset.filter(responsible_q(user, on=self.today))

    def filter_late(self, queryset: QuerySet, name: str, kind: str) -> QuerySet:
        return queryset.overdue(self.today)
