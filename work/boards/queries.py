"""The sites of all trials that a user oversees, filtered: a row for each site, in a constant number of queries.

Every sort order is total, so that pages never overlap.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import django_filters as filters
from django.db.models import Case, F, Min, OrderBy, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Lower, NullIf

from accounts.models import User
from common.query_params import QueryState
from common.rule_types import Level
from sites.choices import ENDED
from sites.confirmation_age import confirmation_due_on, is_overdue, needs_confirmation
from sites.coordinators import Coordinators, coordinators_of, last_reminders
from sites.enrollment.overview import month_reports
from sites.filters import BoardFilterSet, status_rank
from sites.models import TrialSite
from trials.models import Trial
from trials.text_search import contains_words_q, trial_key
from work.assignments import TRIAL_LIST_FIELDS
from work.models import Finding
from work.overview.filters import NO_COORDINATOR, CoordinatorFilter, responsible_q

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


@dataclass(frozen=True, slots=True)
class DueDate:
    """A task with its due day."""

    due_on: date
    task: str

    def days_overdue(self, today: date) -> int:
        return max(0, (today - self.due_on).days)


def _next_due_dates(sites: Collection[TrialSite], *, user, today: date) -> dict[int, DueDate]:
    """The earliest due date by site id; only sites with one. At most five queries."""
    due_dates: dict[int, list[DueDate]] = {site.pk: [] for site in sites}
    for site in filter(needs_confirmation, sites):
        due_dates[site.pk].append(DueDate(confirmation_due_on(site), "Confirmation"))
    reports = month_reports(list(sites), today=today)
    for site in reports.missing_sites:
        due_dates[site.pk].append(DueDate(reports.due_on, f"Enrollment of {reports.month.as_text()}"))
    for site_id, due_on in _error_due_dates(due_dates, user):
        due_dates[site_id].append(DueDate(due_on, "Data check error"))
    return {pk: min(dates, key=lambda due: due.due_on) for pk, dates in due_dates.items() if dates}


def _error_due_dates(site_ids: Collection[int], user):
    errors = (
        Finding.objects.visible_to(user)
        .open()
        .filter(trial_site__in=list(site_ids), level=Level.ERROR, due_on__isnull=False)
    )
    return errors.order_by().values_list("trial_site").annotate(Min("due_on"))


DEFAULT_ORDER = "confirmed"
#: Sort parameter → labels of the ascending and the descending order.
ORDERS = {
    "confirmed": ("Least recently confirmed first", "Most recently confirmed first"),
    "site": ("Name (A–Z)", "Name (Z–A)"),
    "trial": ("Trial (A–Z)", "Trial (Z–A)"),
    "status": ("Open sites first", "Closed sites first"),
}
GROUPS = {"trial": "Trial", "country": "Country", "coordinator": "Coordinator"}
SITES_ON_A_PAGE = 200
PARAMETERS = ("sort", "group", "page", "format")
FORMATS = ("", "csv")
FACILITY_FIELDS = ("name", "city", "state", "country", "is_masked")
SITE_FIELDS = (
    "trial", "facility", "duplicate_index", "listing", "status", "status_since", "status_as_of", "last_confirmed_on",
    "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoardsRow:
    """A site of a trial in its group, with who is responsible, the last reminder and what is due next."""

    group: str
    site: TrialSite
    coordinators: Coordinators
    reminded_on: date | None
    is_overdue: bool
    next_due: DueDate | None
    days_overdue: int


@dataclass(slots=True)
class Boards:
    """The sites before their rows are read. Invalid parameters are in `filterset.errors`."""

    user: object
    today: date
    filterset: BoardsFilterSet
    order: str
    group: str

    @property
    def may_remind(self) -> bool:
        """Whether the user may have coordinators reminded: managers and trial coordinators."""
        return self.user.is_manager or self.user.coordinates_trials

    def in_order(self, sites: QuerySet) -> QuerySet | list[tuple[int, str]]:
        """Pairs of a site's id and its group's value; a site with several coordinators is in the group of each."""
        if self.group == "coordinator":
            return self._by_coordinator(sites)
        values = {"trial": F("trial_id"), "country": F("facility__country"), "": Value("")}
        grouped = sites.annotate(group_value=Cast(values[self.group], TextField()))
        return grouped.order_by(*_group_order(self.group), *self._sort_expressions()).values_list("pk", "group_value")

    def _by_coordinator(self, sites: QuerySet) -> list[tuple[int, str]]:
        """By who is responsible as `coordinators_of` decides, by user name; sites without anybody last."""
        ordered = list(sites.order_by(*self._sort_expressions()).values_list("pk", "trial_id", named=True))
        coordinators, sites_of = coordinators_of(ordered, on=self.today), defaultdict(list)
        for site in ordered:
            for user in coordinators[site.pk].responsible or [None]:
                sites_of[user].append(site.pk)
        users = sorted(sites_of, key=lambda user: (user is None, user.username if user else ""))
        return [(pk, str(user.pk) if user else "") for user in users for pk in sites_of[user]]

    def rows(self, pairs: Iterable[tuple[int, str]]) -> list[BoardsRow]:
        pairs = list(pairs)
        sites = _for_rows(TrialSite.objects.filter(pk__in={pk for pk, _ in pairs})).in_bulk()
        coordinators, reminded = coordinators_of(sites.values(), on=self.today), last_reminders(sites.values())
        due_dates = _next_due_dates(sites.values(), user=self.user, today=self.today)
        headings = self._headings({value for _, value in pairs})
        return [
            self._row(headings[value], sites[pk], coordinators[pk], reminded.get(pk), due_dates.get(pk))
            for pk, value in pairs
        ]

    def _row(self, group: str, site: TrialSite, coordinators, reminded_on, next_due: DueDate | None) -> BoardsRow:
        days_overdue = next_due.days_overdue(self.today) if next_due else 0
        return BoardsRow(
            group, site, coordinators, reminded_on, is_overdue(site, on=self.today), next_due, days_overdue
        )

    def _headings(self, values: Iterable[str]) -> dict[str, str]:
        """The heading of each group value; one query, or none."""
        if self.group == "trial":
            trials = Trial.objects.only(*TRIAL_LIST_FIELDS).in_bulk([int(value) for value in values])
            return {str(pk): f"{trial.number} · {trial.acronym or trial.title}" for pk, trial in trials.items()}
        if self.group == "coordinator":
            users = User.objects.in_bulk([int(value) for value in values if value])
            return {"": "No coordinator"} | {str(pk): str(user) for pk, user in users.items()}
        return {value: value or ("No country" if self.group else "") for value in values}

    def _sort_expressions(self) -> list:
        """By confirmation, sites never confirmed come before any other, and those that need none last."""
        name, is_descending = self.order.removeprefix("-"), self.order.startswith("-")
        site_name, trial_name = NullIf(Lower("facility__name"), Value("")), _trial_name()
        rest = (trial_name, site_name, "facility__city", "duplicate_index", "pk")
        if name == "confirmed":
            nulls = {"nulls_last": True} if is_descending else {"nulls_first": True}
            needs_none = Case(When(status__in=["", *ENDED], then=1), default=0)
            return [needs_none, OrderBy(F("last_confirmed_on"), descending=is_descending, **nulls), *rest]
        key = {"site": site_name, "trial": trial_name, "status": status_rank()}[name]
        return [OrderBy(key, descending=is_descending, nulls_last=True), *rest]


def get_boards(query_state: QueryState, *, user, today: date) -> Boards:
    """The sites of the trials that the user oversees, with their filters, order and grouping."""
    sites = TrialSite.objects.showing_coordinators_to(user).with_shown_status(as_entered=True)
    filterset = BoardsFilterSet(query_state.query, sites, today=today, without=PARAMETERS, user=user)
    order, group = query_state.value("sort") or DEFAULT_ORDER, query_state.value("group")
    if order not in dict(order_choices()):
        filterset.add_param_error("sort", "Choose one of the sort orders.")
    if group and group not in GROUPS:
        filterset.add_param_error("group", "Choose trial, country or coordinator.")
    if query_state.value("format") not in FORMATS:
        filterset.add_param_error("format", "The format can be csv or left out.")
    return Boards(user, today, filterset, order, group)


def order_choices() -> list[tuple[str, str]]:
    """The values of the parameter `sort` with their labels: a column, or a minus and a column."""
    return [(sign + name, labels[index]) for name, labels in ORDERS.items() for index, sign in enumerate(("", "-"))]


def _for_rows(sites: QuerySet) -> QuerySet:
    """With the columns that rows show, and the capacity of the last confirmation."""
    columns = [*SITE_FIELDS, *(f"trial__{name}" for name in TRIAL_LIST_FIELDS)]
    columns += [f"facility__{name}" for name in FACILITY_FIELDS]
    return sites.select_related("trial", "facility").only(*columns).with_confirmed_as()


def _trial_name() -> Lower:
    return Lower(Coalesce(NullIf("trial__acronym", Value("")), "trial__brief_title"))


def _with_group(sites: QuerySet, group: str) -> QuerySet:
    """Annotate `group_value`: the trial, the country, or "" without groups."""
    values = {"trial": F("trial_id"), "country": F("facility__country"), "": Value("")}
    return sites.annotate(group_value=Cast(values[group], TextField()))


def _group_order(group: str) -> Sequence:
    if group == "trial":
        return [_trial_name(), F("trial_id")]
    if group == "country":
        return [Case(When(group_value="", then=1), default=0), Lower("group_value"), F("group_value")]
    return []
