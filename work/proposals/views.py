"""Proposing a correction of a site's hospital or target; whoever decides it saves it by the same form.

Proposals: the page of one, where it is decided, and the list of them.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from common.pagination import get_page, page_links
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from history.actor_names import actor_names
from history.versioning import StaleVersion
from sites.models import TrialSite
from trials.models import Trial
from work.models import Proposal
from work.proposals.display import comparison_rows, is_outdated, proposal_summary
from work.proposals.forms import FORMS, DecisionForm, SiteCorrectionForm, flatten_errors
from work.proposals.services import AlreadyDecidedError, accept, acknowledge, decline, open_proposal, propose, withdraw
from work.proposals.types import PROPOSAL_TYPES, get_proposal_type


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """`what` is a key of `FORMS`."""
    site = _get_site(request, pk)
    decides = Trial.objects.editable_by(request.user).filter(pk=site.trial_id).exists()
    if what not in FORMS:
        raise Http404
    form = FORMS[what](request.POST or None, site=site)
    if form.is_bound and not form.is_stale and form.is_valid():
        try:
            return _save(request, site, form) if decides else _propose(request, site, form)
        except StaleVersion:
            form = FORMS[what](request.POST, site=_get_site(request, pk))
        except ValidationError as error:
            _add_errors(form, error)
    return _form_page(request, form, decides=decides)


def _get_site(request: HttpRequest, pk: int) -> TrialSite:
    sites = TrialSite.objects.editable_by(request.user).select_related("trial", "facility")
    return get_object_or_404(sites, pk=pk)


def _propose(request: HttpRequest, site: TrialSite, form: SiteCorrectionForm) -> HttpResponse:
    said = form.cleaned_data
    proposal = propose(
        site, kind=form.kind, new=form.new, why=said["why"], author=request.user.actor, version=said["version"]
    )
    messages.success(request, "Proposed. Until it is decided, everything stays as it is.")
    return redirect(proposal)


def _save(request: HttpRequest, site: TrialSite, form: SiteCorrectionForm) -> HttpResponse:
    said = form.cleaned_data
    PROPOSAL_TYPES[form.kind].apply(
        site, form.new, user=request.user, reason=said["why"], version=said["version"], accept_warnings=True
    )
    messages.success(request, "Saved.")
    return redirect("work_change", site.pk)


def _add_errors(form: SiteCorrectionForm, error: ValidationError) -> None:
    for name, found in getattr(error, "error_dict", {None: flatten_errors(error)}).items():
        form.add_error(name if name in form.fields else None, found)


def _form_page(request: HttpRequest, form: SiteCorrectionForm, *, decides: bool) -> HttpResponse:
    stale, labels = form.is_stale, PROPOSAL_TYPES[form.kind].labels
    theirs = [(labels[name], form.data.get(name, ""), text) for name, text in form.current_values.items()]
    if stale:
        form.reset_to_current()
    waiting = None if decides else open_proposal(form.site, form.kind)
    context = {
        "site": form.site,
        "form": form,
        "decides": decides,
        "stale": stale,
        "versions": [row for row in theirs if row[1] != row[2]],
        "waiting": waiting,
        "sees_it": waiting and Proposal.objects.visible_to(request.user).filter(pk=waiting.pk).exists(),
    }
    return render(request, "work/proposals/correct.html", context, status=409 if stale else 200)


PAGE_SIZE = 50


@login_required
@never_cache
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Those about one's sites: open ones first, then as they came."""
    asked = QueryState.from_request(request)
    rows = Proposal.objects.visible_to(request.user).with_places().order_by("-decided_at", "-proposed_at", "-pk")
    filterset = StrictFilterSet(asked.query, rows, without=("page",))
    page = get_page(filterset, asked, size=PAGE_SIZE)
    if page is None:
        return bad_params_response(request, asked, filterset)
    told = [(proposal, proposal_summary(proposal)) for proposal in page]
    names = actor_names([actor for proposal in page for actor in (proposal.proposed_by, proposal.decided_by) if actor])
    return render(request, "work/proposals/list.html", page_links(asked, page) | {"proposals": told, "names": names})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What was, what is, what is proposed; and the acts of those who may."""
    found = get_object_or_404(Proposal.objects.visible_to(request.user).with_places(), pk=pk)
    form = DecisionForm(request.POST or None, initial={"version": _subject(found).version})
    stale = False
    if request.method == "POST":
        try:
            if _perform_action(request, found, form):
                return redirect(found)
        except StaleVersion:
            found, stale = Proposal.objects.with_places().get(pk=pk), True
            form.data = form.data.copy()
            form.data["version"] = str(_subject(found).version)
        except AlreadyDecidedError as error:
            _add_already_decided_message(request, error.proposal)
            return redirect(found)
    return render(
        request, "work/proposals/proposal.html", _context(request, found, form, stale), status=_status_code(stale)
    )


def _perform_action(request: HttpRequest, current: Proposal, form: DecisionForm) -> bool:
    """Whether the act that was asked for is done; the form says why not. Http404 for somebody else's act."""
    act = ACTIONS.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest("No such act.")
    if not form.is_valid():
        return False
    try:
        act(request.user, current, form)
    except ValidationError as error:
        form.refuse(error, "decision_note" if act is _decline else None)
    return not form.errors


def _accept(user, current: Proposal, form: DecisionForm) -> None:
    _require(current.can_be_decided_by(user))
    said = {name: form.cleaned_data[name] for name in ("version", "accept_warnings", "decision_note")}
    accept(current, user=user, **said)


def _decline(user, current: Proposal, form: DecisionForm) -> None:
    _require(current.can_be_decided_by(user))
    decline(current, author=user.actor, decision_note=form.cleaned_data["decision_note"])


def _withdraw(user, current: Proposal, form: DecisionForm) -> None:
    _require(current.proposed_by == user.actor)
    withdraw(current, author=user.actor)


def _acknowledge(user, current: Proposal, form: DecisionForm) -> None:
    _require(current.proposed_by == user.actor and not current.is_open)
    acknowledge(current, author=user.actor)


ACTIONS = {"accept": _accept, "decline": _decline, "withdraw": _withdraw, "note": _acknowledge}


def _require(is_theirs: bool) -> None:
    if not is_theirs:
        raise Http404


def _subject(current: Proposal):
    return get_proposal_type(current).versioned_object(current.trial_site)


def _add_already_decided_message(request: HttpRequest, decided: Proposal) -> None:
    if decided.decided_by != request.user.actor:
        name = actor_names([decided.decided_by])[decided.decided_by]
        messages.warning(request, f"{name} was quicker: {decided.get_decision_display().lower()}.")


def _status_code(stale: bool) -> int:
    return 409 if stale else 200


def _context(request: HttpRequest, current: Proposal, form: DecisionForm, stale: bool) -> dict:
    user, site = request.user, current.trial_site
    names = actor_names(actor for actor in (current.proposed_by, current.decided_by) if actor)
    return {
        "proposal": current,
        "site": site,
        "rows": comparison_rows(current),
        "overtaken": current.is_open and is_outdated(current),
        "stale": stale,
        "effect": get_proposal_type(current).effect(site, current.new, on=dates.today()),
        "proposer": names[current.proposed_by],
        "decider": names.get(current.decided_by, ""),
        "form": form,
        "decides": current.is_open and current.can_be_decided_by(user),
        "is_own": current.proposed_by == user.actor,
    }
