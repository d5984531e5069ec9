"""The queue of open conflicts as a page shows it: three columns in words, grouped by trial and site."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page
from django.db.models import F, QuerySet
from django.utils.safestring import SafeString

from common import dates
from common.pagination import pager
from common.query_params import Asked
from registries.conflicts.display import in_words, marked, status_at
from registries.conflicts.filters import AGES, RULES, RULES_BY_ID, AcceptRule, ConflictFilterSet
from registries.conflicts.manual_value import answer_for
from registries.conflicts.open_conflicts import Question, questions_of
from registries.conflicts.services import AT_ONCE
from registries.models import Conflict
from trials.models import Trial

SIZE = 50
PARAMETERS = ("page",)
#: What the page tells of a trial and of a site; texts stay where they are.
TOLD = ("nct_id", "org_study_id", "brief_title", "official_title", "acronym")


@dataclass(frozen=True, slots=True)
class Cell:
    """One side: a status with its mark, or words."""

    words: SafeString | str
    status: str | None = None


@dataclass
class Row:
    """A conflict with its three sides."""

    question: Question
    is_ticked: bool = False

    @property
    def conflict(self) -> Conflict:
        return self.question.conflict

    @property
    def base(self) -> Cell:
        return self._cell(self.conflict.base)

    @property
    def theirs(self) -> Cell:
        return self._cell(self.conflict.theirs)

    @property
    def ours(self) -> Cell:
        return self._cell(self.question.ours)

    @property
    def is_editable(self) -> bool:
        return not self.question.is_gone and answer_for(self.question.target) is not None

    def _cell(self, value) -> Cell:
        target = self.question.target
        if status_at(target):
            return Cell("", value or "")
        return Cell(marked(self._base_words, in_words(target, value)))

    @cached_property
    def _base_words(self) -> str:
        return in_words(self.question.target, self.conflict.base)


def queue_of(user) -> QuerySet[Conflict]:
    """The open conflicts that a user may read, trial by trial, what is about the trial itself before its sites."""
    told = [f"trial__{name}" for name in TOLD] + ["trial_site__last_confirmed_on", "trial_site__position"]
    conflicts = Conflict.objects.open().visible_to(user).select_related("trial", "trial_site")
    own = [field.attname for field in Conflict._meta.concrete_fields]
    place = F("trial_site__position").asc(nulls_first=True)
    return conflicts.only(*own, *told).order_by("trial", place, "trial_site", "thing", "path")


def asked_of(asked: Asked, user, *, trial: Trial | None = None) -> ConflictFilterSet:
    conflicts = queue_of(user).filter(trial=trial) if trial else queue_of(user)
    return ConflictFilterSet(asked.query, conflicts, without=PARAMETERS)


def rows_of(conflicts: Iterable[Conflict], user, *, ticked: Collection[int] = ()) -> list[Row]:
    """Rows in the same order; a fixed number of queries."""
    conflicts = list(conflicts)
    keys = [conflict.pk for conflict in conflicts]
    decidable = set(Conflict.objects.decidable_by(user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    return [Row(one, one.conflict.pk in ticked) for one in questions_of(conflicts, decidable=decidable)]


def context_of(filterset: ConflictFilterSet, page: Page, asked: Asked, user) -> dict:
    """The context of the list, of its filters and of the rules."""
    rule = RULES_BY_ID.get(asked.value("rule"))
    return pager(asked, page) | {
        "rows": rows_of(page, user, ticked=[conflict.pk for conflict in page] if rule else ()),
        "total": page.paginator.count,
        "rule": rule,
        "rules": _rules(filterset, asked),
        "without_rule_url": asked.without("rule", "page").url,
        "is_narrowed": filterset.is_narrowing,
        "all_url": asked.path,
        "here": asked.url,
        "today": dates.today(),
        "may_decide": Conflict.objects.open().decidable_by(user).exists(),
    }


def size_of(asked: Asked) -> int:
    """A rule is looked at as a whole."""
    return AT_ONCE if asked.value("rule") else SIZE


def choices(asked: Asked, user) -> list[dict]:
    """The form of filters: each with its label, its options and the one chosen."""
    waiting = Conflict.objects.open().visible_to(user).order_by().values("trial")
    trials = Trial.objects.filter(pk__in=waiting).only(*TOLD).order_by("nct_id", "pk")[:AT_ONCE]
    options = [
        ("trial", "Trial", [(trial.key, str(trial)) for trial in trials]),
        ("thing", "Kind of thing", list(ConflictFilterSet.field_of("thing").choices)[1:]),
        ("open_for", "Open for", AGES),
    ]
    return [
        {"name": name, "label": label, "options": [("", "All"), *known], "chosen": asked.value(name)}
        for name, label, known in options
    ]


def _rules(filterset: ConflictFilterSet, asked: Asked) -> list[tuple[AcceptRule, int, str]]:
    """Each rule, how many of what the page would show without one it decides, and where that is shown."""
    today, plain = dates.today(), asked.without("rule", "page")
    whole = ConflictFilterSet(plain.query, filterset.queryset, without=PARAMETERS).qs
    counted = [(rule, rule.picks(whole, today).count(), plain.saying(rule=rule.id).url) for rule in RULES]
    return [found for found in counted if found[1]]
