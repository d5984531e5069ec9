"""Pages of registry differences: open conflicts, resolving them, pending updates, and the record of a trial."""

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import dates, form_fields, query_params
from common.permissions import reads_everything
from history.authorship import actor_names
from registries.choices import Decision
from registries.conflicts.editors import ManualResolution
from registries.conflicts.filters import (
    PAGE_PARAMS,
    PAGE_SIZE,
    ConflictFilterSet,
    conflict_rows,
    conflicts_context,
    filter_choices,
    visible_conflicts,
)
from registries.conflicts.services import (
    MAX_CONFLICTS_PER_REQUEST,
    ResolutionResult,
    load_open_conflicts,
    resolve_conflicts,
)
from registries.ctgov.export import export_records
from registries.differences import count_differences, differences_context, may_compare, public_differences
from registries.models import Conflict
from sites.models import TrialSite
from trials.models import Trial

DIFFERENCES_PAGE_SIZE = 20


@login_required
@never_cache
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Every open conflict of the user's trials."""
    return _conflict_list(request, "registries/conflicts.html")


@require_safe
def differences_of_trial(request: HttpRequest, key: str) -> HttpResponse:
    """What differs between a published trial and its latest registry record, for everybody."""
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    query_state = query_params.QueryState.from_request(request)
    canonical = query_state.for_path(f"{trial.get_absolute_url()}differences/")
    filterset = query_params.StrictFilterSet(query_state.query, Trial.objects.none())
    if not filterset.is_valid():
        return query_params.bad_params_response(request, query_state, filterset)
    if canonical.path != request.path:
        return redirect(canonical.url, permanent=True)
    version, differences, site_count = public_differences(trial)
    context = {"trial": trial, "version": version, "differences": differences, "site_count": site_count}
    return render(request, "registries/public_differences.html", context)


@login_required
@never_cache
@require_safe
def registry_of_trial(request: HttpRequest, key: str) -> HttpResponse:
    """One trial's conflicts and pending updates. Other spellings of the key redirect to the canonical URL."""
    trial = _comparable_trials(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    canonical = query_params.QueryState.from_request(request).for_path(f"{trial.get_absolute_url()}registry/")
    if canonical.path != request.path:
        return redirect(canonical.url, permanent=True)
    return _conflict_list(request, "registries/trial.html", trial=trial)


def _comparable_trials(user) -> QuerySet:
    """Trials for which the user may open the registry comparison."""
    if reads_everything(user):
        return Trial.objects.all()
    trials_of_sites = TrialSite.objects.editable_by(user).order_by().values("trial")
    editable = Trial.objects.editable_by(user).order_by().values("pk")
    return Trial.objects.filter(Q(pk__in=editable) | Q(pk__in=trials_of_sites))


def _conflict_list(request: HttpRequest, template: str, *, trial=None) -> HttpResponse:
    query_state = query_params.QueryState.from_request(request)
    if query_state.has_blanks:
        return redirect(query_state.url)
    filterset = _conflict_filterset(query_state, request.user, trial=trial)
    page = query_params.get_page(filterset, query_state, size=_page_size(query_state))
    if page is None:
        return query_params.bad_params_response(request, query_state, filterset)
    context = conflicts_context(filterset, page, query_state, request.user)
    if trial:
        context |= {"trial": trial, "may_compare": may_compare(trial, request.user)}
        context |= differences_context(trial, request.user)
    else:
        context["choices"] = filter_choices(query_state, request.user)
    return render(request, template, context)


def _conflict_filterset(query_state: query_params.QueryState, user, *, trial: Trial | None = None) -> ConflictFilterSet:
    conflicts = visible_conflicts(user).filter(trial=trial) if trial else visible_conflicts(user)
    return ConflictFilterSet(query_state.query, conflicts, without=PAGE_PARAMS)


def _page_size(query_state: query_params.QueryState) -> int:
    """Conflicts on a page; the preview of a rule shows as many as one request can resolve."""
    return MAX_CONFLICTS_PER_REQUEST if query_state.value("rule") else PAGE_SIZE


@login_required
@require_POST
def decide_conflicts(request: HttpRequest) -> HttpResponse:
    """Resolve one row or the selected rows; conflicts that changed meanwhile are shown again."""
    seen, selected, decision = _parse_decision_form(request)
    if not selected:
        messages.info(request, "No difference was selected. Select at least one.")
        return redirect(_safe_next_url(request))
    reason = request.POST.get("reason", "").strip()
    try:
        result = resolve_conflicts(request.user, {pk: seen[pk] for pk in selected}, decision, reason=reason)
    except LookupError:
        raise Http404 from None
    _add_messages(request, result, decision)
    if result.changed:
        return _stale_response(request, result, reason)
    return redirect(_safe_next_url(request))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Resolve a conflict with another value."""
    conflict = get_object_or_404(Conflict.objects.decidable_by(request.user).select_related("trial"), pk=pk)
    if conflict.decision:
        return _already_decided_response(request, conflict)
    open_conflict = load_open_conflicts([conflict])[0]
    try:
        resolution = ManualResolution(open_conflict, request)
    except LookupError:
        raise Http404 from None
    seen = request.POST.get("seen", open_conflict.state_digest)
    result = resolution.save(seen) if request.method == "POST" and seen == open_conflict.state_digest else None
    if result and result.decided:
        messages.success(request, "Difference resolved with another value.")
        return redirect(f"{conflict.trial.get_absolute_url()}registry/")
    row = conflict_rows([conflict], request.user)[0]
    is_stale = seen != row.open_conflict.state_digest
    editor = resolution.editor
    context = {"row": row, "editor": editor, "form": editor.form, "is_stale": is_stale, "trial": conflict.trial}
    return render(request, "registries/conflict_edit.html", context, status=409 if is_stale else 200)


def _parse_decision_form(request: HttpRequest) -> tuple[dict[int, str], list[int], Decision]:
    """(id → digest of each conflict on the page, ids of the selected conflicts, decision)."""
    seen = {_parse_id(pk): digest for pk, _, digest in (text.partition(":") for text in request.POST.getlist("seen"))}
    decision, _, row = request.POST.get("decision", "").partition(":")
    selected = [_parse_id(row)] if row else [_parse_id(text) for text in request.POST.getlist("conflict")]
    if (
        decision not in (Decision.OURS, Decision.THEIRS)
        or not set(selected) <= set(seen)
        or len(selected) > MAX_CONFLICTS_PER_REQUEST
    ):
        raise BadRequest("Choose a value for the differences on this page.")
    return seen, list(dict.fromkeys(selected)), Decision(decision)


def _add_messages(request: HttpRequest, result: ResolutionResult, decision: Decision) -> None:
    number = len(result.decided)
    if number:
        messages.success(request, f"{decision.label}: {number} difference{'' if number == 1 else 's'} resolved.")
    if result.already_decided:
        names = actor_names(conflict.decided_by for conflict in result.already_decided)
        others = {names[conflict.decided_by] or "a later record" for conflict in result.already_decided}
        messages.info(request, f"Already resolved by {', '.join(sorted(others))}: {len(result.already_decided)}.")


def _stale_response(request: HttpRequest, result: ResolutionResult, reason: str) -> HttpResponse:
    """The conflicts that were not resolved, with their current values."""
    conflicts = Conflict.objects.filter(pk__in=[open_conflict.conflict.pk for open_conflict in result.changed])
    conflicts = conflicts.select_related("trial", "trial_site").order_by("trial", "trial_site", "pk")
    rows = conflict_rows(conflicts, request.user, ticked=[conflict.pk for conflict in conflicts])
    context = {
        "rows": rows,
        "reason": reason,
        "current_url": _safe_next_url(request),
        "may_decide": True,
        "today": dates.today(),
    }
    return render(request, "registries/conflicts_stale.html", context, status=409)


def _already_decided_response(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    messages.info(request, f"Already resolved: {conflict.get_decision_display().lower()}.")
    return redirect(f"{conflict.trial.get_absolute_url()}registry/")


def _safe_next_url(request: HttpRequest) -> str:
    """The path to return to; only paths of this site."""
    url = request.POST.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, None) and url.startswith("/") else "/registry/"


def _parse_id(text: str) -> int:
    number = form_fields.parse_whole_number(text)
    if number is None:
        raise BadRequest("Not a number.")
    return number


@login_required
@never_cache
@require_safe
def all_differences(request: HttpRequest) -> HttpResponse:
    """The user's trials with the number of differences from the last imported record."""
    query_state = query_params.QueryState.from_request(request)
    user = request.user
    trials = Trial.objects.all() if reads_everything(user) else Trial.objects.editable_by(user)
    trials = trials.filter(registry_link__isnull=False).order_by("nct_id", "pk")
    trials = trials.only("nct_id", "org_study_id", "brief_title", "official_title", "acronym", "overall_status")
    filterset = query_params.StrictFilterSet(query_state.query, trials, without=PAGE_PARAMS)
    page = query_params.get_page(filterset, query_state, size=DIFFERENCES_PAGE_SIZE)
    if page is None:
        return query_params.bad_params_response(request, query_state, filterset)
    counts = count_differences(list(page))
    context = query_params.page_links(query_state, page) | {"rows": [(trial, counts[trial.pk]) for trial in page]}
    return render(request, "registries/differences.html", context)


@login_required
@never_cache
@require_safe
def record(request: HttpRequest, key: str) -> HttpResponse:
    """One trial's record with our values, as a download."""
    trial = Trial.objects.first_by_key(key)
    if trial is None or not trial.nct_id or not may_compare(trial, request.user):
        raise Http404
    (study,) = export_records(Trial.objects.filter(pk=trial.pk))
    response = HttpResponse(orjson.dumps(study, option=orjson.OPT_INDENT_2), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{trial.nct_id}.json"'
    return response
