"""A trial's board: one row for each site, as of a date, in a constant number of queries.

Every sort order is total, so that pages never overlap.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OrderBy,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Lower, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.as_of import AS_OF_PARAMETERS, AsOf
from common.query_params import QueryState
from common.rule_types import Level, level_counts_text
from common.text import fold
from sites.choices import StatusPublication
from sites.confirmation_age import is_overdue
from sites.coordinators import Coordinators, coordinators_of, last_reminders
from sites.enrollment.overview import MonthReports, month_reports
from sites.filters import BoardFilterSet, status_rank
from sites.models import EnrollmentReport, StatusEvent, TrialSite
from sites.permissions import order_by_name
from sites.public_status import is_site_joinable, status_publication
from sites.status_as_of import enrolled_as_of, events_as_of
from sites.status_timeline import StatusTimeline, build_timeline
from trials.choices import NOT_KNOWN
from trials.models import Trial
from trials.page.contact_cards import ContactCard, contact_cards
from trials.verification import verification_of

DEFAULT_ORDER = "status"
#: Sort parameter → labels of the ascending and the descending order.
ORDERS = {
    "status": (gettext_noop("Open sites first"), gettext_noop("Closed sites first")),
    "site": (gettext_noop("Name (A–Z)"), gettext_noop("Name (Z–A)")),
    "place": (gettext_noop("Country, city (A–Z)"), gettext_noop("Country, city (Z–A)")),
    "since": (gettext_noop("Oldest status first"), gettext_noop("Newest status first")),
    "confirmed": (gettext_noop("Least recently confirmed first"), gettext_noop("Most recently confirmed first")),
    "enrolled": (gettext_noop("Fewest enrolled first"), gettext_noop("Most enrolled first")),
}
COUNTED_LEVELS = (Level.ERROR, Level.WARNING)

SITES_ON_A_PAGE = 200
PARAMETERS = ("sort", "page", "format", *AS_OF_PARAMETERS)
FORMATS = ("", "csv")


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """Counts of open findings by level, and of errors and warnings by site id."""

    by_level: Counter[str] = field(default_factory=Counter)
    by_site: Counter[int] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        return level_counts_text(self.by_level) or "no open issues"


def count_findings(trial: Trial, user) -> FindingCounts:
    """Counts of the trial's open findings visible to the user; one query."""
    counts, findings = FindingCounts(), trial.findings.visible_to(user).open().order_by()
    for site_id, level, number in findings.values_list("trial_site", "level").annotate(Count("pk")):
        counts.by_level[level] += number
        if level in COUNTED_LEVELS and site_id:
            counts.by_site[site_id] += number
    return counts


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One site. `status` is the status shown to the reader, `publication` how it is published; `findings` counts those
    visible to the reader; `no_contacts_text` says why no contact is shown. Coordinators and reminders are set only for
    users who may see them.
    """

    site: TrialSite
    people: list[ContactCard]
    status: str
    publication: StatusPublication
    timeline: StatusTimeline
    findings: int
    no_contacts_text: str
    coordinators: Coordinators | None = None
    reminded_on: date | None = None
    is_overdue: bool = False


@dataclass(slots=True)
class Board:
    """A trial's board before its rows are read. Invalid parameters are in `filterset.errors`.

    With `as_of` the board is that of a past day, which `today` then is; contacts, findings, coordinators and whatever
    is edited belong to today and are left out.
    """

    trial: Trial
    today: date
    filterset: BoardFilterSet
    order: str
    orders: list[tuple[str, str]]
    shows_enrollment: bool
    may_edit_trial: bool = False
    shows_coordinators: bool = False
    may_remind: bool = False
    tally: Counter[str] = field(default_factory=Counter)
    countries: list[str] = field(default_factory=list)
    finding_counts: FindingCounts = field(default_factory=FindingCounts)
    month_reports: MonthReports | None = None
    as_of: AsOf | None = None

    @property
    def total(self) -> int:
        return self.tally.total()

    def in_order(self, sites: QuerySet) -> QuerySet:
        return _order_sites(sites, self.order, is_past=self.as_of is not None).select_related("facility")

    def rows(self, sites: Iterable[TrialSite]) -> list[BoardRow]:
        sites = list(sites)
        if self.as_of:
            return [self._past_row(site) for site in sites]
        coordinators = coordinators_of(sites, on=self.today) if self.shows_coordinators else {}
        reminded = last_reminders(sites) if self.shows_coordinators else {}
        return [self._row(site, coordinators.get(site.pk), reminded.get(site.pk)) for site in sites]

    def _row(self, site: TrialSite, coordinators: Coordinators | None, reminded_on: date | None) -> BoardRow:
        statuses = self.trial.overall_status, self.trial.last_known_status, site.status
        timeline = public_timeline(site, self.today)
        people, findings = contact_cards(site.shown_roles), self.finding_counts.by_site[site.pk]
        no_contacts_text = (
            _("No contact listed") if is_site_joinable(*statuses) else _("Contacts are shown while the site recruits")
        )
        return BoardRow(
            site, people, site.shown_status, status_publication(*statuses), timeline, findings, no_contacts_text,
            coordinators,
            reminded_on, is_overdue(site, on=self.today),
        )  # fmt: skip

    def _past_row(self, site: TrialSite) -> BoardRow:
        """The row as of the day; a status that the public does not see today is not shown of a past day either."""
        publication = status_publication(self.trial.overall_status, self.trial.last_known_status, site.status)
        site.show_past_status()
        site.is_editable = False
        if site.status == NOT_KNOWN:
            publication = StatusPublication.NOT_KNOWN
        elif site.shown_status == site.status:
            publication = StatusPublication.SHOWN
        timeline = build_timeline(site.events_in_force if site.shown_status == site.status else [], today=self.today)
        return BoardRow(site, [], site.shown_status, publication, timeline, 0, _("Not shown for a past day"))


def get_board(trial: Trial, query_state: QueryState, *, user, today: date, as_of: AsOf | None = None) -> Board:
    """The board of a trial visible to the user, with its filters, order and counts, today or as of a past day."""
    today = as_of.day if as_of else today
    sites = TrialSite.objects.visible_to(user).filter(trial=trial)
    of_trial = TrialSite.objects.filter(trial=trial)
    shows_enrollment = of_trial.showing_counts_to(user).exists()
    if as_of:
        sites = sites.with_status_as_of(as_of)
    sites = sites.with_shown_status(as_entered=shows_enrollment).with_confirmed_as()
    with_row_data = _with_row_data(sites, user, today, as_of)
    filterset = BoardFilterSet(query_state.query, with_row_data, today=today, without=PARAMETERS)
    orders = _order_choices(with_enrolled=shows_enrollment)
    order = query_state.value("sort") or DEFAULT_ORDER
    if order not in dict(orders):
        filterset.add_param_error("sort", _("Choose one of the sort orders."))
    if query_state.value("format") not in FORMATS:
        filterset.add_param_error("format", _("The format can be csv or left out."))
    board = Board(trial, today, filterset, order, orders, shows_enrollment, as_of=as_of)
    board.tally, board.countries = _status_counts_and_countries(sites)
    if as_of:
        return board
    board.shows_coordinators = of_trial.showing_coordinators_to(user).exists()
    board.may_remind = board.shows_coordinators and of_trial.remindable_by(user).exists()
    if shows_enrollment:  # findings are visible to the same users
        board.finding_counts = count_findings(trial, user)
        board.month_reports = month_reports(list(order_by_name(_with_facility(of_trial, user))), today=today)
        if verification_of(trial).due_on:
            board.may_edit_trial = Trial.objects.editable_by(user).filter(pk=trial.pk).exists()
    return board


def _with_facility(of_trial: QuerySet, user) -> QuerySet:
    """Sites whose counts the user may see, with the columns that a list of them shows."""
    facility = ("name", "city", "state", "country", "is_masked")
    columns = ("trial", "status", "duplicate_index", *(f"facility__{name}" for name in facility))
    return of_trial.showing_counts_to(user).select_related("facility").only(*columns)


def _with_row_data(sites: QuerySet, user, today: date, as_of: AsOf | None) -> QuerySet:
    """Sites with the data of their rows; `enrolled` is set only where the user may see counts."""
    with_counts = TrialSite.objects.showing_counts_to(user).filter(pk=OuterRef("pk"))
    editable = TrialSite.objects.editable_by(user).filter(pk=OuterRef("pk"))
    return sites.annotate(
        shows_counts=Exists(with_counts),
        is_editable=Exists(editable),
        enrolled=Case(
            When(shows_counts=True, then=enrolled_as_of(sites, as_of) if as_of else _latest_enrolled()),
            output_field=IntegerField(),
        ),
    ).prefetch_related(*public_row_data(today, as_of))


def public_row_data(today: date, as_of: AsOf | None = None) -> tuple[Prefetch, Prefetch]:
    """What public lists show of sites: `shown_roles`, the contacts that may be shown, and `events_in_force`."""
    roles = TrialSite._meta.get_field("roles").related_model.objects.shown_on(today)
    events = _events_shown(as_of)
    return Prefetch("roles", roles, to_attr="shown_roles"), Prefetch("status_events", events, to_attr="events_in_force")


def public_timeline(site: TrialSite, today: date) -> StatusTimeline:
    """The status history of a site with `shown_status` and `events_in_force`; empty while its status is not shown."""
    return build_timeline(site.events_in_force if site.shown_status == site.status else [], today=today)


def _latest_enrolled() -> Subquery:
    reports = EnrollmentReport.objects.filter(trial_site=OuterRef("pk"), enrolled__isnull=False)
    return Subquery(reports.order_by("-month").values("enrolled")[:1])


def _events_shown(as_of: AsOf | None) -> QuerySet:
    if as_of:
        return events_as_of(StatusEvent.objects.all(), as_of)
    return StatusEvent.objects.filter(corrected_by__isnull=True).order_by("as_of", "id")


def _status_counts_and_countries(sites: QuerySet) -> tuple[Counter[str], list[str]]:
    """Counts of sites by shown status, and their countries in order. One query."""
    counts, countries = Counter(), set()
    for status, country, count in (
        sites.order_by().values_list("shown_status", "facility__country").annotate(Count("pk"))
    ):
        counts[status] += count
        countries.add(country)
    return counts, sorted(filter(None, countries), key=lambda name: fold(name).casefold())


def _order_choices(*, with_enrolled: bool) -> list[tuple[str, str]]:
    """The values of the parameter `sort` with their labels: a column, or a minus and a column."""
    columns = [name for name in ORDERS if with_enrolled or name != "enrolled"]
    return [(sign + name, ORDERS[name][index]) for name in columns for index, sign in enumerate(("", "-"))]


def _order_sites(sites: QuerySet, order: str, *, is_past: bool = False) -> QuerySet:
    """The sites in an order of `_order_choices`; `is_past`: with the annotations of `with_status_as_of`."""
    name, is_descending = order.removeprefix("-"), order.startswith("-")
    expressions = [_ordering_expression(part, name, is_descending) for part in _ordering_parts(name, is_past)]
    return sites.order_by(
        *expressions, status_rank(), "facility__country", "facility__city", _name(), "duplicate_index", "pk"
    )


def _ordering_parts(name: str, is_past: bool) -> list:
    return {
        "status": [status_rank()],
        "site": [_name()],
        "place": [_lower_or_null("facility__country"), _lower_or_null("facility__city"), _name()],
        "since": [F("since_then" if is_past else "status_since")],
        "confirmed": [F("last_confirmed_then" if is_past else "last_confirmed_on")],
        "enrolled": [F("enrolled")],
    }[name]


def _ordering_expression(part, name: str, is_descending: bool) -> OrderBy:
    """The expression with unknown values last; never confirmed sorts before any confirmation."""
    if is_descending:
        return OrderBy(part, descending=True, nulls_last=True)
    return OrderBy(part, nulls_first=True) if name == "confirmed" else OrderBy(part, nulls_last=True)


def _name():
    return _lower_or_null("facility__name")


def _lower_or_null(column: str):
    """A text column in lower case, with blank as NULL."""
    return NullIf(Lower(column), Value(""))
