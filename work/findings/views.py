"""The findings page of a trial, for users who can edit some of it and for managers, who can add flags."""

from datetime import datetime, timedelta

import django_filters
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from common.form_fields import StrictIntegerField
from common.permissions import reads_everything
from common.query_params import QueryState, StrictFilterSet, bad_params_response, get_page, page_links
from common.rule_types import Level
from sites.models import TrialSite
from trials.models import Trial
from work.findings.evaluate import evaluate_pending_batch
from work.flags import FlagForm, raise_flag
from work.models import Finding, Flag

RESOLVED_VISIBLE_FOR = timedelta(days=90)
OPEN, RESOLVED = "open", "mended"

PAGE_SIZE = 100
PAGE_PARAMS = ("page",)


class WholeNumberFilter(django_filters.NumberFilter):
    field_class = StrictIntegerField


class FindingFilterSet(StrictFilterSet):
    """`state`: open (default) or resolved within 90 days; `site`: the id of one site."""

    state = django_filters.ChoiceFilter(choices=[(OPEN, "Open"), (RESOLVED, "Resolved")], method="in_state")
    site = WholeNumberFilter("trial_site", min_value=1, max_value=2**63 - 1)

    class Meta(StrictFilterSet.Meta):
        model = Finding
        fields = ()

    @property
    def shows_resolved(self) -> bool:
        return self.data.get("state") == RESOLVED

    @property
    def qs(self):
        return super().qs if self.shows_resolved else super().qs.open()

    def in_state(self, findings, name, state):
        return findings.closed_since(_resolved_since()) if state == RESOLVED else findings


def _resolved_since() -> datetime:
    return timezone.now() - RESOLVED_VISIBLE_FOR


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trial_findings(request: HttpRequest, key: str) -> HttpResponse:
    """Findings of a trial and its open flags. 404 if the user cannot see them."""
    query, subject = QueryState.from_request(request), _trials_with_visible_findings(request.user).first_by_key(key)
    if subject is None or (request.method == "POST" and not request.user.is_manager):
        raise Http404
    canonical = query.for_path(reverse("work_trial", args=[subject.key]))
    if canonical.path != query.path or query.has_blanks:
        return redirect(canonical.url)
    form = FlagForm(request.POST or None, trial=subject) if request.user.is_manager else None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        raise_flag(trial=subject, site=data["site"], text=data["text"], author=request.user.actor)
        messages.success(request, "Flag added. The responsible coordinators see it in their tasks.")
        return redirect(canonical.path)
    return _page(request, subject, query, form)


def _trials_with_visible_findings(user) -> QuerySet[Trial]:
    """The trials whose findings a user can read: those in which they can edit something, or all."""
    if reads_everything(user):
        return Trial.objects.all()
    of_sites = TrialSite.objects.editable_by(user).order_by().values("trial")
    return Trial.objects.filter(Q(pk__in=Trial.objects.editable_by(user).values("pk")) | Q(pk__in=of_sites))


def _page(request: HttpRequest, subject: Trial, query_state: QueryState, form: FlagForm | None) -> HttpResponse:
    is_behind = evaluate_pending_batch(Trial.objects.filter(pk=subject.pk), on=dates.today())
    findings = Finding.objects.visible_to(request.user).filter(trial=subject)
    flags = Flag.objects.visible_to(request.user).filter(trial=subject).open()
    filterset = FindingFilterSet(query_state.query, _with_row_fields(findings, request.user), without=PAGE_PARAMS)
    page = get_page(filterset, query_state, size=PAGE_SIZE, order=_by_severity)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    context = {
        "trial": subject,
        "page": page,
        "filterset": filterset,
        "is_behind": is_behind,
        "flags": flags.select_related("trial_site__facility"),
        "form": form,
        "today": dates.today(),
        "sees_whole_trial": request.user.reads_everything
        or Trial.objects.editable_by(request.user).filter(pk=subject.pk).exists(),
    }
    return render(request, "work/trial_findings.html", context | page_links(query_state, page))


def _with_row_fields(findings: QuerySet, user) -> QuerySet:
    """With the related rows and annotations that a table row shows."""
    return findings.with_may_fix(user).select_related("trial_site__facility", "role__person")


def _by_severity(findings: QuerySet) -> QuerySet:
    """By level, then due date; resolved ones by the time they were closed, newest first."""
    severity = Case(
        *(When(level=level, then=Value(rank)) for rank, level in enumerate(Level)), output_field=IntegerField()
    )
    return findings.order_by(F("closed_at").desc(), severity, F("due_on").asc(nulls_last=True), "rule", "pk")
