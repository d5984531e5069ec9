"""The registry and us: the queue of conflicts over all trials and of one, and deciding them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import dates
from common.numbers import parse_whole_number
from common.pagination import get_page
from common.query_params import QueryState, bad_params_response
from history.actor_names import actor_names
from registries.choices import Decision
from registries.conflicts import context as queue
from registries.conflicts.manual_value import ManualResolution
from registries.conflicts.open_conflicts import load_open_conflicts
from registries.conflicts.services import MAX_CONFLICTS_PER_REQUEST, ResolutionResult, resolve_conflicts
from registries.differences.context import differences_context, may_compare
from registries.models import Conflict
from registries.querysets import comparable_trials


@login_required
@never_cache
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Every open conflict of the user's trials."""
    return _conflict_list(request, "registries/conflicts.html")


@login_required
@never_cache
@require_safe
def registry_of_trial(request: HttpRequest, key: str) -> HttpResponse:
    """One trial's conflicts, and what would change at the registry. Another spelling leads to the one address."""
    trial = comparable_trials(request.user).with_key(key)
    if trial is None:
        raise Http404
    here = QueryState.from_request(request).for_path(f"{trial.get_absolute_url()}registry/")
    if here.path != request.path:
        return redirect(here.url, permanent=True)
    return _conflict_list(request, "registries/trial.html", trial=trial)


def _conflict_list(request: HttpRequest, template: str, *, trial=None) -> HttpResponse:
    asked = QueryState.from_request(request)
    if asked.has_blanks:
        return redirect(asked.url)
    filterset = queue.conflict_filterset(asked, request.user, trial=trial)
    page = get_page(filterset, asked, size=queue.page_size(asked))
    if page is None:
        return bad_params_response(request, asked, filterset)
    context = queue.conflicts_context(filterset, page, asked, request.user)
    if trial:
        context |= {"trial": trial, "may_compare": may_compare(trial, request.user)}
        context |= differences_context(trial, request.user)
    else:
        context["choices"] = queue.filter_choices(asked, request.user)
    return render(request, template, context)


@login_required
@require_POST
def decide_conflicts(request: HttpRequest) -> HttpResponse:
    """Decide one row (`only`), or the ticked ones; what changed since it was seen is shown anew, nothing else lost."""
    seen, chosen, decision = _parse_decision_form(request)
    if not chosen:
        messages.info(request, "Nothing was ticked, so nothing was decided.")
        return redirect(_safe_next_url(request))
    reason = request.POST.get("reason", "").strip()
    try:
        outcome = resolve_conflicts(request.user, {pk: seen[pk] for pk in chosen}, decision, reason=reason)
    except LookupError:
        raise Http404 from None
    _add_messages(request, outcome, decision)
    if outcome.changed:
        return _stale_response(request, outcome, reason)
    return redirect(_safe_next_url(request))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A third value, typed."""
    conflict = get_object_or_404(Conflict.objects.decidable_by(request.user).select_related("trial"), pk=pk)
    if conflict.decision:
        return _already_decided_response(request, conflict)
    question = load_open_conflicts([conflict])[0]
    try:
        third = ManualResolution(question, request)
    except LookupError:
        raise Http404 from None
    seen = request.POST.get("seen", question.state_digest)
    outcome = third.save(seen) if request.method == "POST" and seen == question.state_digest else None
    if outcome and outcome.decided:
        messages.success(request, "Saved, and decided.")
        return redirect(f"{conflict.trial.get_absolute_url()}registry/")
    row = queue.conflict_rows([conflict], request.user)[0]
    is_stale = seen != row.open_conflict.state_digest
    answer = third.editor
    context = {"row": row, "answer": answer, "form": answer.form, "is_stale": is_stale, "trial": conflict.trial}
    return render(request, "registries/edit.html", context, status=409 if is_stale else 200)


def _parse_decision_form(request: HttpRequest) -> tuple[dict[int, str], list[int], Decision]:
    """What the page showed, which conflicts are meant, and for whom."""
    seen = {_parse_id(pk): digest for pk, _, digest in (text.partition(":") for text in request.POST.getlist("seen"))}
    decision, _, only = request.POST.get("decision", "").partition(":")
    chosen = [_parse_id(only)] if only else [_parse_id(text) for text in request.POST.getlist("conflict")]
    if (
        decision not in (Decision.OURS, Decision.THEIRS)
        or not set(chosen) <= set(seen)
        or len(chosen) > MAX_CONFLICTS_PER_REQUEST
    ):
        raise BadRequest("A conflict is decided for ours or theirs, as it was seen.")
    return seen, list(dict.fromkeys(chosen)), Decision(decision)


def _add_messages(request: HttpRequest, outcome: ResolutionResult, decision: Decision) -> None:
    number = len(outcome.decided)
    if number:
        kept = "Ours stays" if decision == Decision.OURS else "The registry’s version is ours now"
        messages.success(request, f"{kept}: {number} difference{'' if number == 1 else 's'} decided.")
    if outcome.already_decided:
        names = actor_names(conflict.decided_by for conflict in outcome.already_decided)
        others = {names[conflict.decided_by] or "a later record" for conflict in outcome.already_decided}
        messages.info(request, f"Decided already, by {', '.join(sorted(others))}: {len(outcome.already_decided)}.")


def _stale_response(request: HttpRequest, outcome: ResolutionResult, reason: str) -> HttpResponse:
    """What was not decided, as it is now."""
    conflicts = Conflict.objects.filter(pk__in=[question.conflict.pk for question in outcome.changed])
    conflicts = conflicts.select_related("trial", "trial_site").order_by("trial", "trial_site", "pk")
    rows = queue.conflict_rows(conflicts, request.user, ticked=[conflict.pk for conflict in conflicts])
    context = {
        "rows": rows,
        "reason": reason,
        "here": _safe_next_url(request),
        "may_decide": True,
        "today": dates.today(),
    }
    return render(request, "registries/stale.html", context, status=409)


def _already_decided_response(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    messages.info(request, f"This is decided: {conflict.get_decision_display().lower()}.")
    return redirect(f"{conflict.trial.get_absolute_url()}registry/")


def _safe_next_url(request: HttpRequest) -> str:
    """The page to go back to, on this site only."""
    asked = request.POST.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, None) and asked.startswith("/") else "/registry/"


def _parse_id(text: str) -> int:
    number = parse_whole_number(text)
    if number is None:
        raise BadRequest("Not a number.")
    return number
