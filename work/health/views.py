"""The page of a trial's health: its score by part, comparison with trials of the same kind, and the scores of sites."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import dates
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from sites.models import TrialSite
from trials.models import Trial
from work.health.comparison import MIN_TRIALS, Quartiles, compare
from work.health.inputs import trial_health
from work.health.scores import PARTS, PartScore

#: Sites with the lowest scores that are listed.
MAX_SITES = 200


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part with the address of the rows behind it, and the quartiles of trials of the same kind."""

    part: PartScore
    rows_url: str
    rows_label: str
    quartiles: Quartiles | None


@login_required
@never_cache
@require_safe
def trial_health_page(request: HttpRequest, key: str) -> HttpResponse:
    """Readable by users who see the figures of every site of the trial; 404 for others."""
    trial = Trial.objects.overseen_by(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    query_state, today = QueryState.from_request(request), dates.today()
    filterset = StrictFilterSet(query_state.query, Trial.objects.none())
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    if trial.key != key:
        return redirect("trial_health", trial.key)
    figures = trial_health([trial], user=request.user, today=today)[trial.pk]
    comparison = compare(trial)
    listed = sorted(figures.sites.items(), key=lambda pair: (pair[1].total is None, pair[1].total, pair[0]))[:MAX_SITES]
    sites = TrialSite.objects.select_related("facility").in_bulk([pk for pk, _ in listed])
    context = {
        "trial": trial,
        "today": today,
        "score": figures.score,
        "parts": [_part_row(trial, part, comparison.quartiles.get(part.name)) for part in figures.score.parts],
        "comparison": comparison,
        "min_trials": MIN_TRIALS,
        "site_parts": [rule.label for rule in PARTS.values() if rule.applies_to_sites],
        "sites": [(sites[pk], score) for pk, score in listed],
        "more_sites": len(figures.sites) - len(listed),
    }
    return render(request, "work/health/trial.html", context)


def _part_row(trial: Trial, part: PartScore, quartiles: Quartiles | None) -> PartRow:
    base = trial.get_absolute_url()
    url, label = {
        "freshness": (f"{reverse('boards')}?trial={trial.key}&status=RECRUITING", "Recruiting sites"),
        "findings": (reverse("work_trial", args=[trial.key]), "Data checks"),
        "enrollment": (f"{base}enrollment/", "Enrollment"),
        "timeline": (f"{base}#timeline", "Dates of the trial"),
        "activation": (f"{base}activation/", "Activation"),
        "contacts": (f"{base}contacts/", "Recruiting sites with contacts"),
        "reach": (f"{reverse('boards')}?trial={trial.key}&group=country", "Sites by country"),
    }[part.name]
    return PartRow(part, url, label, quartiles)
