"""The activation pages: the progress of every site of a trial through its milestones, and the form of one site."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from common.query_params import QueryState, bad_params_response, get_page, page_links
from common.rule_types import Level, Rule, violations
from history.optimistic_locking import StaleVersion
from sites.choices import ActivationStage
from sites.filters import BoardFilterSet
from sites.milestones.forms import MilestonesForm
from sites.milestones.funnel import funnel_view
from sites.models import EnrollmentReport, Milestone, TrialSite
from sites.permissions import SITES_ON_A_PAGE, get_trial_access, order_by_name
from sites.rules import MILESTONE_RULES
from sites.services import set_milestones, set_target
from sites.services.sites import milestone_input


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of one site; the actual date has precedence over the forecast, and the forecast over the plan."""

    stage: ActivationStage
    milestone: Milestone | None
    today: date

    @property
    def is_done(self) -> bool:
        return bool(self.milestone and self.milestone.actual_on)

    @property
    def expected_on(self) -> date | None:
        """The actual, else the forecast, else the planned date."""
        return self.milestone and (self.milestone.actual_on or self.milestone.forecast_on or self.milestone.planned_on)

    @property
    def kind(self) -> str:
        if self.is_done:
            return "actual"
        return "forecast" if self.milestone and self.milestone.forecast_on else "planned"

    @property
    def days_late(self) -> int:
        """The delay against the plan: of the actual date, else of the later of forecast and today. 0 without a plan."""
        if not self.milestone or not self.milestone.planned_on:
            return 0
        expected_on = self.milestone.actual_on or max(filter(None, (self.milestone.forecast_on, self.today)))
        return max(0, (expected_on - self.milestone.planned_on).days)


@dataclass(frozen=True, slots=True)
class Progress:
    """A site's steps, and the rules of level note that they violate."""

    site: TrialSite
    steps: Sequence[Step]
    notes: Sequence[Rule]

    @property
    def next_step(self) -> Step | None:
        """The step after the latest one with an actual date; None after the last one."""
        latest = max((index for index, step in enumerate(self.steps) if step.is_done), default=-1)
        return self.steps[latest + 1] if latest + 1 < len(self.steps) else None


def _progress_of(sites: Iterable[TrialSite], *, today: date) -> list[Progress]:
    """The progress of each site; one query for any number of sites."""
    sites = list(sites)
    milestones = defaultdict(dict)
    for milestone in Milestone.objects.filter(trial_site__in=sites).order_by():
        milestones[milestone.trial_site_id][milestone.stage] = milestone
    return [_progress(site, milestones[site.pk], today) for site in sites]


def _progress(site: TrialSite, milestones: dict[str, Milestone], today: date) -> Progress:
    steps = [Step(stage, milestones.get(stage), today) for stage in ActivationStage]
    rule_input = milestone_input(site, milestones.values(), enrolled=getattr(site, "enrolled", None))
    notes = [rule for rule in violations(MILESTONE_RULES, rule_input, on=today) if rule.level is Level.NOTE]
    return Progress(site, steps, notes)


@login_required
@never_cache
@require_safe
def activation(request: HttpRequest, key: str) -> HttpResponse:
    """The milestones of every site, with the next one and its delay."""
    access, query_state, today = get_trial_access(request.user, key), QueryState.from_request(request), dates.today()
    filterset = BoardFilterSet(query_state.query, _with_enrolled(access.sites), today=today, without=("page",))
    page = get_page(filterset, query_state, size=SITES_ON_A_PAGE, order=order_by_name)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    context = page_links(query_state, page) | {
        "access": access,
        "trial": access.trial,
        "rows": _progress_of(page, today=today),
        "stages": list(ActivationStage),
        "stage_counts": _stage_counts(access.sites),
        "funnel": None if filterset.has_filters else funnel_view(access.sites, today=today),
        "result_count": page.paginator.count,
        "is_filtered": filterset.has_filters,
        "search_text": query_state.value("words"),
        "all_url": query_state.path,
    }
    return render(request, "sites/milestones/overview.html", context)


def _stage_counts(sites: QuerySet) -> list[tuple[str, int]]:
    """Counts of sites by stage in order, those without a stage first. One query."""
    counts = Counter(sites.order_by().values_list("stage", flat=True))
    return [(stage, counts[stage]) for stage in ("", *ActivationStage.values) if counts[stage]]


def _with_enrolled(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    reports = EnrollmentReport.objects.filter(trial_site=OuterRef("pk"), enrolled__isnull=False).order_by("-month")
    return sites.select_related("trial").annotate(enrolled=Subquery(reports.values("enrolled")[:1]))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_activation(request: HttpRequest, key: str, site: int) -> HttpResponse:
    """One site's milestones; trial coordinators edit them, site coordinators read them."""
    access, today = get_trial_access(request.user, key), dates.today()
    trial_site = _with_enrolled(access.sites).filter(pk=site).first()
    if trial_site is None or (request.method == "POST" and not access.may_edit_trial):
        raise Http404
    form = MilestonesForm.from_request(trial_site, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _save(request, form):
        messages.success(request, "Saved.")
        return redirect("activation_site", key=access.trial.key, site=site)
    can_request_change = not access.may_edit_trial and access.editable.filter(pk=site).exists()
    context = {"access": access, "trial": access.trial, "site": trial_site, "form": form}
    context["can_request_change"] = can_request_change
    [context["progress"]] = _progress_of([trial_site], today=today)
    status = 409 if form.edits and form.is_stale else 200
    return render(request, "sites/milestones/site.html", context, status=status)


def _save(request: HttpRequest, form: MilestonesForm) -> bool:
    """Save all changes or none; errors are added to the form."""
    milestone_dates, target = form.milestone_dates(), form.target_value()
    if form.errors or form.is_stale:
        return False
    authorship = {"author": request.user.actor, "reason": request.POST.get("why", "").strip()}
    try:
        with transaction.atomic():
            if milestone_dates:
                set_milestones(form.site, milestone_dates, accept_warnings="accept" in request.POST, **authorship)
            if form.target != form.seen_target:
                set_target(form.site, target=target, expected_target=form.site.enrollment_target, **authorship)
    except ValidationError as error:
        form.errors.extend(error.error_list)
    except StaleVersion:
        form.saved = {milestone.stage: milestone for milestone in form.site.milestones.all()}
        form.site.refresh_from_db(fields=["enrollment_target"])
    else:
        return True
    return False
