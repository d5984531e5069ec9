"""The overview of trials: filtered, grouped and sorted by the database; figures are read for the shown rows only.

Every sort order is total, so that pages never overlap.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Cast, Coalesce, Lower, NullIf

from common.query_params import QueryState
from common.rule_types import Level
from sites.choices import OPEN, SiteStatus
from sites.enrollment.parsing import add_months, month_of
from sites.models import EnrollmentReport, TrialSite
from sites.querysets import overdue_q
from trials.choices import EnrollmentType
from trials.models import Trial
from work.health.inputs import trial_health
from work.health.scores import HealthScore
from work.models import Finding
from work.overview.figures import TrialFigures, figures_of, recently_confirmed_q
from work.overview.filters import OverviewFilterSet
from work.overview.groups import GROUPINGS, Grouping, status_rank

DEFAULT_ORDER = "-late"
#: Sort parameter → labels of the ascending and the descending order.
ORDERS = {
    "late": ("Least late first", "Most late first"),
    "trial": ("Title (A–Z)", "Title (Z–A)"),
    "status": ("Recruiting first", "Recruiting last"),
    "open": ("Fewest open sites first", "Most open sites first"),
    "confirmed": ("Least confirmed first", "Most confirmed first"),
    "enrolled": ("Least enrolled of target first", "Most enrolled of target first"),
    "findings": ("Fewest errors first", "Most errors first"),
}
TRIALS_ON_A_PAGE = 50
PARAMETERS = ("sort", "group", "page", "format")
FORMATS = ("", "csv", "xlsx")
#: The columns of a trial that the overview shows; long texts are not read.
SHOWN_FIELDS = (
    "nct_id", "org_study_id", "brief_title", "official_title", "acronym", "overall_status", "last_known_status",
    "start_on", "start_type", "primary_completion_on", "primary_completion_type", "completion_on", "completion_type",
    "verified_on", "enrollment_count", "enrollment_type", "lead_sponsor", "phases", "is_public",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A trial in its group, with its figures."""

    group: str
    figures: TrialFigures
    health: HealthScore

    @property
    def trial(self) -> Trial:
        return self.figures.trial


@dataclass(slots=True)
class Overview:
    """The overview before its rows are read. Invalid parameters are in `filterset.errors`."""

    user: object
    today: date
    filterset: OverviewFilterSet
    order: str
    grouping: Grouping | None

    @property
    def report_month(self) -> str:
        """The month whose missing reports are late, as text."""
        return add_months(month_of(self.today), -1).as_text()

    def in_order(self, trials: QuerySet) -> QuerySet:
        """Pairs of a trial's id and its group's value, in order; one pair for each trial without grouping."""
        if self.grouping is None:
            trials = trials.annotate(group_value=Value(""))
            return trials.order_by(*self._sort_expressions()).values_list("pk", "group_value")
        grouped = self.grouping.annotate(trials)
        expressions = [*self.grouping.order(), *self._sort_expressions()]
        return grouped.order_by(*expressions).values_list("pk", "group_value").distinct()

    def rows(self, pairs: Iterable[tuple[int, str]]) -> list[OverviewRow]:
        """The rows of these pairs, with all figures in a constant number of queries."""
        pairs = list(pairs)
        trials = Trial.objects.only(*SHOWN_FIELDS).in_bulk({pk for pk, _ in pairs})
        missing = vars(self.filterset).get("missing_by_trial")  # where the filter or the order needed them
        figures = figures_of(list(trials.values()), user=self.user, today=self.today, missing=missing)
        heading = self.grouping.heading if self.grouping else str
        health = trial_health(list(trials.values()), user=self.user, today=self.today)
        return [OverviewRow(heading(value), figures[pk], health[pk].score) for pk, value in pairs]

    def _sort_expressions(self) -> list:
        name, is_descending = self.order.removeprefix("-"), self.order.startswith("-")
        key = OrderBy(self._sort_key(name), descending=is_descending, nulls_last=True)
        return [key, Lower("brief_title"), "pk"]

    def _sort_key(self, name: str):
        sites = TrialSite.objects.showing_counts_to(self.user).filter(trial=OuterRef("pk"))
        return {
            "late": lambda: self._late_key(sites),
            "trial": lambda: NullIf(Lower("brief_title"), Value("")),
            "status": status_rank,
            "open": lambda: _count(sites.filter(status__in=OPEN)),
            "confirmed": lambda: _confirmed_share(sites, self.today),
            "enrolled": lambda: _enrolled_share(sites),
            "findings": self._findings_key,
        }[name]()

    def _late_key(self, sites: QuerySet):
        """The number of late items, as `TrialFigures.late` counts them."""
        trials_by_count = defaultdict(list)
        for trial, number in self.filterset.missing_by_trial.items():
            trials_by_count[number].append(trial)
        missing = Case(
            *(When(pk__in=trials, then=Value(number)) for number, trials in trials_by_count.items()),
            default=Value(0),
            output_field=IntegerField(),
        )
        unverified = Trial.objects.verification_overdue(self.today).filter(pk=OuterRef("pk")).order_by()
        verification = Case(When(Exists(unverified), then=1), default=0, output_field=IntegerField())
        return _count(sites.filter(overdue_q(self.today))) + missing + verification

    def _findings_key(self):
        """Errors first, then warnings."""
        findings = Finding.objects.visible_to(self.user).open().filter(trial=OuterRef("pk"))
        errors, warnings = (_count(findings.filter(level=level)) for level in (Level.ERROR, Level.WARNING))
        return errors * 100_000 + warnings


def get_overview(query_state: QueryState, *, user, today: date) -> Overview:
    """The overview of the trials that the user oversees, with its filters, order and grouping."""
    trials = Trial.objects.overseen_by(user).with_status_on(today)
    filterset = OverviewFilterSet(query_state.query, trials, today=today, without=PARAMETERS, user=user)
    order, group = query_state.value("sort") or DEFAULT_ORDER, query_state.value("group")
    if order not in dict(order_choices()):
        filterset.add_param_error("sort", "Choose one of the sort orders.")
    if group and group not in GROUPINGS:
        filterset.add_param_error("group", "Choose status, sponsor, country or phase.")
    if query_state.value("format") not in FORMATS:
        filterset.add_param_error("format", "The format can be csv, xlsx or left out.")
    return Overview(user, today, filterset, order, GROUPINGS.get(group))


def order_choices() -> list[tuple[str, str]]:
    """The values of the parameter `sort` with their labels: a column, or a minus and a column."""
    return [(sign + name, labels[index]) for name, labels in ORDERS.items() for index, sign in enumerate(("", "-"))]


def group_choices() -> Sequence[tuple[str, str]]:
    return [("", "None"), *((name, grouping.label) for name, grouping in GROUPINGS.items())]


def _count(rows: QuerySet) -> Coalesce:
    """The number of rows of a subquery on the trial."""
    counted = rows.order_by().values("trial").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _confirmed_share(sites: QuerySet, today: date):
    """The share of recruiting sites that were confirmed recently; NULL where none recruits."""
    recruiting = sites.filter(status=SiteStatus.RECRUITING).order_by().values("trial")
    confirmed = Count("pk", filter=recently_confirmed_q(today))
    share = ExpressionWrapper(Cast(confirmed, FloatField()) / Count("pk"), FloatField())
    return Subquery(recruiting.annotate(share=share).values("share"))


def _enrolled_share(sites: QuerySet):
    """Enrolled of the target as in `TrialFigures`; NULL without one of them."""
    reports = EnrollmentReport.objects.filter(trial_site=OuterRef("pk"), enrolled__isnull=False)
    latest = Subquery(reports.order_by("-month").values("enrolled")[:1])
    enrolled = sites.order_by().annotate(latest=latest).values("trial").annotate(sum=Sum("latest")).values("sum")
    target = sites.order_by().values("trial").annotate(sum=Sum("enrollment_target")).values("sum")
    planned = Case(When(~Q(enrollment_type=EnrollmentType.ACTUAL), then=F("enrollment_count")))
    whole = NullIf(Coalesce(Subquery(target), planned), Value(0))
    return ExpressionWrapper(Cast(Subquery(enrolled), FloatField()) / whole, FloatField())
