"""The list of open conflicts: filters, template context, and rules that resolve many conflicts at once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import django_filters
from django.conf import settings
from django.core.paginator import Page
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from common import dates, query_params
from common.query_params import StrictFilterSet
from registries.choices import ConflictCategory, Decision
from registries.conflicts.editors import editor_for
from registries.conflicts.services import MAX_CONFLICTS_PER_REQUEST, OpenConflict, load_open_conflicts
from registries.display import ValueDisplay, format_value, highlight_changes, is_status_target
from registries.models import Conflict
from trials.models import Trial
from trials.text_search import trial_key

OVERALL_STATUS_PATH = "protocolSection.statusModule.overallStatus"


@dataclass(frozen=True, slots=True)
class BulkRule:
    """`filter_conflicts` filters open conflicts, as of a day, to those that the rule resolves with `decision`."""

    id: str
    text: str
    decision: Decision
    filter_conflicts: Callable[[QuerySet, date], QuerySet]


def _at_unconfirmed_sites(conflicts: QuerySet, today: date) -> QuerySet:
    since = today - timedelta(days=settings.CONFIRMATION_AMBER_DAYS)
    unconfirmed = Q(trial_site__last_confirmed_on__isnull=True) | Q(trial_site__last_confirmed_on__lt=since)
    return conflicts.filter(unconfirmed, category=ConflictCategory.SITE_STATUS)


def _at_confirmed_sites(conflicts: QuerySet, today: date) -> QuerySet:
    since = today - timedelta(days=settings.CONFIRMATION_DUE_DAYS)
    return conflicts.filter(category=ConflictCategory.SITE_STATUS, trial_site__last_confirmed_on__gte=since)


def _except_statuses(conflicts: QuerySet, today: date) -> QuerySet:
    return conflicts.exclude(category=ConflictCategory.SITE_STATUS).exclude(path=OVERALL_STATUS_PATH)


RULES = [
    BulkRule(
        "theirs-where-unconfirmed",
        f"Use the registry status for sites not confirmed for {settings.CONFIRMATION_AMBER_DAYS} days",
        Decision.THEIRS,
        _at_unconfirmed_sites,
    ),
    BulkRule(
        "ours-where-confirmed",
        f"Keep the local status for sites confirmed within {settings.CONFIRMATION_DUE_DAYS} days",
        Decision.OURS,
        _at_confirmed_sites,
    ),
    BulkRule("theirs-but-status", "Use the registry value for all except status", Decision.THEIRS, _except_statuses),
]


AGE_CHOICES = [("7", "More than 7 days"), ("30", "More than 30 days"), ("90", "More than 90 days")]


class ConflictFilterSet(StrictFilterSet):
    """Filters on open conflicts; `rule`: those that a rule would resolve."""

    trial = django_filters.CharFilter(label="Trial", method="of_trial")
    category = django_filters.ChoiceFilter(label="Field group", choices=ConflictCategory)
    open_for = django_filters.ChoiceFilter(label="Open for", choices=AGE_CHOICES, method="open_since")
    rule = django_filters.ChoiceFilter(label="Rule", choices=[(rule.id, rule.text) for rule in RULES], method="by_rule")

    class Meta(StrictFilterSet.Meta):
        model = Conflict
        fields: list[str] = []

    def of_trial(self, conflicts, name, key):
        trial = Trial.objects.first_by_key(trial_key(key))
        return conflicts.filter(trial=trial) if trial else conflicts.none()

    def open_since(self, conflicts, name, days):
        return conflicts.filter(raised_at__lte=timezone.now() - timedelta(days=int(days)))

    def by_rule(self, conflicts, name, rule_id):
        return RULES_BY_ID[rule_id].filter_conflicts(conflicts, dates.today())


RULES_BY_ID = {rule.id: rule for rule in RULES}


PAGE_SIZE = 50
PAGE_PARAMS = ("page",)
#: Columns of Trial that labels need; long texts are not loaded.
TRIAL_LABEL_FIELDS = ("nct_id", "org_study_id", "brief_title", "official_title", "acronym")


@dataclass
class ConflictRow:
    """A conflict with its three values: last import, registry and local."""

    open_conflict: OpenConflict
    is_ticked: bool = False

    @property
    def conflict(self) -> Conflict:
        return self.open_conflict.conflict

    @property
    def base(self) -> ValueDisplay:
        return self._display(self.conflict.base)

    @property
    def theirs(self) -> ValueDisplay:
        return self._display(self.conflict.theirs)

    @property
    def ours(self) -> ValueDisplay:
        return self._display(self.open_conflict.ours)

    @property
    def is_editable(self) -> bool:
        return not self.open_conflict.is_target_missing and editor_for(self.open_conflict.target) is not None

    def _display(self, value) -> ValueDisplay:
        target = self.open_conflict.target
        if is_status_target(target):
            return ValueDisplay("", value or "")
        return ValueDisplay(highlight_changes(self._base_text, format_value(target, value)))

    @cached_property
    def _base_text(self) -> str:
        return format_value(self.open_conflict.target, self.conflict.base)


def visible_conflicts(user) -> QuerySet[Conflict]:
    """The open conflicts that a user may read, by trial and site; those about the trial itself come first."""
    columns = [field.attname for field in Conflict._meta.concrete_fields]
    columns += [f"trial__{name}" for name in TRIAL_LABEL_FIELDS]
    columns += ["trial_site__last_confirmed_on", "trial_site__position"]
    conflicts = Conflict.objects.open().visible_to(user).select_related("trial", "trial_site")
    position = F("trial_site__position").asc(nulls_first=True)
    return conflicts.only(*columns).order_by("trial", position, "trial_site", "category", "path")


def conflict_rows(conflicts: Iterable[Conflict], user, *, ticked: Collection[int] = ()) -> list[ConflictRow]:
    """Rows in the same order; a fixed number of queries."""
    conflicts = list(conflicts)
    keys = [conflict.pk for conflict in conflicts]
    decidable = set(Conflict.objects.decidable_by(user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    open_conflicts = load_open_conflicts(conflicts, decidable=decidable)
    return [ConflictRow(open_conflict, open_conflict.conflict.pk in ticked) for open_conflict in open_conflicts]


def conflicts_context(filterset: ConflictFilterSet, page: Page, query_state: query_params.QueryState, user) -> dict:
    """The context of the list, its filters and its bulk rules."""
    rule = RULES_BY_ID.get(query_state.value("rule"))
    return query_params.page_links(query_state, page) | {
        "rows": conflict_rows(page, user, ticked=[conflict.pk for conflict in page] if rule else ()),
        "total": page.paginator.count,
        "rule": rule,
        "rules": _rule_choices(filterset, query_state),
        "without_rule_url": query_state.without("rule", "page").url,
        "is_narrowed": filterset.has_filters,
        "all_url": query_state.path,
        "current_url": query_state.url,
        "today": dates.today(),
        "may_decide": Conflict.objects.open().decidable_by(user).exists(),
    }


def filter_choices(query_state: query_params.QueryState, user) -> list[dict]:
    """The fields of the filter form, each with its label, options and selected value."""
    open_conflicts = Conflict.objects.open().visible_to(user).order_by().values("trial")
    trials = (
        Trial.objects.filter(pk__in=open_conflicts)
        .only(*TRIAL_LABEL_FIELDS)
        .order_by("nct_id", "pk")[:MAX_CONFLICTS_PER_REQUEST]
    )
    options = [
        ("trial", "Trial", [(trial.key, str(trial)) for trial in trials]),
        ("category", "Field group", list(ConflictFilterSet.field_of("category").choices)[1:]),
        ("open_for", "Open for", AGE_CHOICES),
    ]
    return [
        {"name": name, "label": label, "options": [("", "All"), *choices], "selected": query_state.value(name)}
        for name, label, choices in options
    ]


def _rule_choices(
    filterset: ConflictFilterSet, query_state: query_params.QueryState
) -> list[tuple[BulkRule, int, str]]:
    """(rule, number of filtered conflicts that it resolves, URL of its preview), without rules that resolve none."""
    today, without_rule = dates.today(), query_state.without("rule", "page")
    conflicts = ConflictFilterSet(without_rule.query, filterset.queryset, without=PAGE_PARAMS).qs
    choices = [
        (rule, rule.filter_conflicts(conflicts, today).count(), without_rule.with_params(rule=rule.id).url)
        for rule in RULES
    ]
    return [choice for choice in choices if choice[1]]
