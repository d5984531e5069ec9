"""Views that correct a site or request a change, and the list and pages of change requests."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from common.query_params import QueryState, StrictFilterSet, bad_params_response, get_page, page_links
from history.authorship import actor_names
from history.optimistic_locking import StaleVersion
from sites.models import TrialSite
from trials.models import Trial
from work.models import Proposal
from work.proposals.forms import FORMS, DecisionForm, SiteCorrectionForm, flatten_errors
from work.proposals.services import AlreadyDecidedError, accept, acknowledge, decline, open_proposal, propose, withdraw
from work.proposals.types import PROPOSAL_TYPES, get_proposal_type, new_site_name, proposal_summary

PAGE_SIZE = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Correct a site, or request the change if it needs approval. `what` is a key of `FORMS`."""
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
    data = form.cleaned_data
    proposal = propose(
        site, kind=form.kind, new=form.new, why=data["why"], author=request.user.actor, version=data["version"]
    )
    messages.success(request, "Submitted for approval. Nothing changes until it is decided.")
    return redirect(proposal)


def _save(request: HttpRequest, site: TrialSite, form: SiteCorrectionForm) -> HttpResponse:
    data = form.cleaned_data
    PROPOSAL_TYPES[form.kind].apply(
        site, form.new, user=request.user, reason=data["why"], version=data["version"], accept_warnings=True
    )
    messages.success(request, "Saved.")
    return redirect("work_change", site.pk)


def _add_errors(form: SiteCorrectionForm, error: ValidationError) -> None:
    for name, errors in getattr(error, "error_dict", {None: flatten_errors(error)}).items():
        form.add_error(name if name in form.fields else None, errors)


def _form_page(request: HttpRequest, form: SiteCorrectionForm, *, decides: bool) -> HttpResponse:
    stale, labels = form.is_stale, PROPOSAL_TYPES[form.kind].labels
    versions = [(labels[name], form.data.get(name, ""), text) for name, text in form.current_values.items()]
    if stale:
        form.reset_to_current()
    waiting = None if decides else open_proposal(form.site, form.kind)
    context = {
        "site": form.site,
        "form": form,
        "decides": decides,
        "stale": stale,
        "versions": [row for row in versions if row[1] != row[2]],
        "waiting": waiting,
        "can_view_waiting": waiting and Proposal.objects.visible_to(request.user).filter(pk=waiting.pk).exists(),
    }
    return render(request, "work/proposals/correct.html", context, status=409 if stale else 200)


@login_required
@never_cache
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Requests about the user's sites: open ones first, then the latest decisions."""
    query = QueryState.from_request(request)
    rows = Proposal.objects.visible_to(request.user).with_places().order_by("-decided_at", "-proposed_at", "-pk")
    filterset = StrictFilterSet(query.query, rows, without=("page",))
    page = get_page(filterset, query, size=PAGE_SIZE)
    if page is None:
        return bad_params_response(request, query, filterset)
    summaries = [(proposal, proposal_summary(proposal)) for proposal in page]
    names = actor_names([actor for proposal in page for actor in (proposal.proposed_by, proposal.decided_by) if actor])
    return render(
        request, "work/proposals/list.html", page_links(query, page) | {"proposals": summaries, "names": names}
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """A change request with its old, current and requested values, and the actions of the user."""
    current = get_object_or_404(Proposal.objects.visible_to(request.user).with_places(), pk=pk)
    form = DecisionForm(request.POST or None, initial={"version": _subject(current).version})
    stale = False
    if request.method == "POST":
        try:
            if _perform_action(request, current, form):
                return redirect(current)
        except StaleVersion:
            current, stale = Proposal.objects.with_places().get(pk=pk), True
            form.data = form.data.copy()
            form.data["version"] = str(_subject(current).version)
        except AlreadyDecidedError as error:
            _add_already_decided_message(request, error.proposal)
            return redirect(current)
    return render(
        request, "work/proposals/proposal.html", _context(request, current, form, stale), status=_status_code(stale)
    )


def _perform_action(request: HttpRequest, current: Proposal, form: DecisionForm) -> bool:
    """Perform the requested action; returns whether it succeeded. 404 for an action of another user."""
    action = ACTIONS.get(request.POST.get("act", ""))
    if action is None:
        raise BadRequest("Unknown action.")
    if not form.is_valid():
        return False
    try:
        action(request.user, current, form)
    except ValidationError as error:
        form.refuse(error, "decision_note" if action is _decline else None)
    return not form.errors


def _accept(user, current: Proposal, form: DecisionForm) -> None:
    _require(current.can_be_decided_by(user))
    data = {name: form.cleaned_data[name] for name in ("version", "accept_warnings", "decision_note")}
    accept(current, user=user, **data)


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
        messages.warning(request, f"Already {decided.get_decision_display().lower()} by {name}.")


def _status_code(stale: bool) -> int:
    return 409 if stale else 200


def _context(request: HttpRequest, current: Proposal, form: DecisionForm, stale: bool) -> dict:
    user, site = request.user, current.trial_site
    names = actor_names(actor for actor in (current.proposed_by, current.decided_by) if actor)
    return {
        "proposal": current,
        "new_site": new_site_name(current) if current.is_new_site else "",
        "site": site,
        "rows": _comparison_rows(current),
        "is_outdated": current.is_open and _is_outdated(current),
        "stale": stale,
        "effect": get_proposal_type(current).effect(site, current.new, on=dates.today()),
        "proposer": names[current.proposed_by],
        "decider": names.get(current.decided_by, ""),
        "form": form,
        "decides": current.is_open and current.can_be_decided_by(user),
        "is_own": current.proposed_by == user.actor,
    }


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One field for display: `old` as shown to the requester, `current` as of today or before the decision."""

    label: str
    old: str
    current: str
    proposed: str

    @property
    def is_changed(self) -> bool:
        return self.proposed != self.current


def _comparison_rows(proposal: Proposal) -> Sequence[ComparisonRow]:
    """The fields that the request is about, and the other old values."""
    kind = get_proposal_type(proposal)
    old = proposal.old
    current = kind.current_values(proposal.trial_site) if proposal.is_open else old
    names = [name for name in kind.labels if name in old or proposal.new.get(name)]

    def text(values, name):
        return kind.format_value(name, values.get(name, ""))

    return [
        ComparisonRow(kind.labels[name], text(old, name), text(current, name), text(current | proposal.new, name))
        for name in names
    ]


def _is_outdated(proposal: Proposal) -> bool:
    """Whether the values changed after the request."""
    return get_proposal_type(proposal).current_values(proposal.trial_site) != proposal.old
