"""The errors that the rules found at somebody's trials, sites and contacts, as items of their list."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from sites.models import TrialSite
from trials.models import Trial
from trials.rule import Level
from trials.status_looks import NOT_PUBLISHED
from trials.words import code_in_words
from work.findings.broken import ADVISED
from work.items import Item, Kind
from work.models import Finding
from work.overall.advice import PROPOSING, Advice, advice_on
from work.scope import TOLD_OF_A_TRIAL, findings_at, sites_of


def findings_of(user, *, today: date) -> Iterator[Item]:
    """Each with where it is mended; at most four queries. What the overall status should be is one item a trial."""
    told = findings_at(user).open().filter(Q(level=Level.ERROR) | Q(rule=PROPOSING))
    findings = list(told.select_related("role__person").order_by("since", "pk"))
    around = _around(user, findings)
    advised = [finding for finding in findings if finding.rule in ADVISED]
    yield from _advised(advised, around, today)
    for finding in findings:
        if finding.rule not in ADVISED and finding.broken:
            yield _item(finding, around, today)


@dataclass(frozen=True, slots=True)
class _Around:
    """The trials and sites of findings, by their ids."""

    trials: dict[int, Trial]
    sites: dict[int, TrialSite]


def _around(user, findings: Collection[Finding]) -> _Around:
    trials = Trial.objects.only(*TOLD_OF_A_TRIAL).in_bulk({finding.trial_id for finding in findings})
    sites = {finding.trial_site_id for finding in findings if finding.trial_site_id}
    return _Around(trials, sites_of(user).in_bulk(sites) if sites else {})


def _item(finding: Finding, around: _Around, today: date) -> Item:
    return Item(
        _kind(finding.due_on, today),
        around.trials[finding.trial_id],
        finding.text,
        finding.broken.source,
        finding.due_on,
        around.sites.get(finding.trial_site_id),
        url=finding.mended_at,
        act="Mend it",
        for_staff=True,
    )


def _advised(findings: Collection[Finding], around: _Around, today: date) -> Iterator[Item]:
    """The day is that of the finding: a later change of a site does not move it."""
    due = {finding.trial_id: finding.due_on for finding in findings}
    for advice in advice_on([around.trials[pk] for pk in due], on=today) if due else ():
        due_on = due[advice.trial.pk] or advice.due_on
        url = reverse("work_overall", args=[advice.trial.key])
        rule = " ".join(rule.text for rule in advice.rules)
        yield Item(_kind(due_on, today), advice.trial, _what(advice), rule, due_on, url=url, act="Decide")


def _what(advice: Advice) -> str:
    now = code_in_words(advice.trial.overall_status, "OverallStatus") or NOT_PUBLISHED
    then = code_in_words(advice.status, "OverallStatus")
    return f"Overall status: {now} → {then}" if then else f"Overall status: {now} no longer fits its sites"


def _kind(due_on: date | None, today: date) -> Kind:
    return Kind.OVERDUE if due_on and due_on < today else Kind.INVALID
