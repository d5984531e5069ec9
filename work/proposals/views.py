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
from common.pagination import numbered_page, pager
from common.query_params import Asked, StrictFilterSet, refused
from history.actor_names import names_of
from history.versioning import StaleVersion
from sites.models import TrialSite
from trials.models import Trial
from work.models import Proposal
from work.proposals.display import headline, is_overtaken, rows_of
from work.proposals.forms import FORMS, CorrectionOfSite, DecisionForm, flat
from work.proposals.services import DecidedAlreadyError, accept, decline, note, open_proposal, propose, withdraw
from work.proposals.types import KINDS, kind_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """`what` is a key of `FORMS`."""
    site = _site_of(request, pk)
    decides = Trial.objects.editable_by(request.user).filter(pk=site.trial_id).exists()
    if what not in FORMS:
        raise Http404
    form = FORMS[what](request.POST or None, site=site)
    if form.is_bound and not form.is_stale and form.is_valid():
        try:
            return _saved(request, site, form) if decides else _proposed(request, site, form)
        except StaleVersion:
            form = FORMS[what](request.POST, site=_site_of(request, pk))
        except ValidationError as error:
            _refuse(form, error)
    return _form_page(request, form, decides=decides)


def _site_of(request: HttpRequest, pk: int) -> TrialSite:
    sites = TrialSite.objects.editable_by(request.user).select_related("trial", "facility")
    return get_object_or_404(sites, pk=pk)


def _proposed(request: HttpRequest, site: TrialSite, form: CorrectionOfSite) -> HttpResponse:
    said = form.cleaned_data
    proposal = propose(
        site, kind=form.kind, new=form.new, why=said["why"], author=request.user.actor, version=said["version"]
    )
    messages.success(request, "Proposed. Until it is decided, everything stays as it is.")
    return redirect(proposal)


def _saved(request: HttpRequest, site: TrialSite, form: CorrectionOfSite) -> HttpResponse:
    said = form.cleaned_data
    KINDS[form.kind].apply(
        site, form.new, user=request.user, reason=said["why"], version=said["version"], accept_warnings=True
    )
    messages.success(request, "Saved.")
    return redirect("work_change", site.pk)


def _refuse(form: CorrectionOfSite, error: ValidationError) -> None:
    for name, found in getattr(error, "error_dict", {None: flat(error)}).items():
        form.add_error(name if name in form.fields else None, found)


def _form_page(request: HttpRequest, form: CorrectionOfSite, *, decides: bool) -> HttpResponse:
    stale, labels = form.is_stale, KINDS[form.kind].labels
    theirs = [(labels[name], form.data.get(name, ""), text) for name, text in form.present.items()]
    if stale:
        form.begin_again()
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


ON_A_PAGE = 50


@login_required
@never_cache
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Those about one's sites: open ones first, then as they came."""
    asked = Asked.of(request)
    rows = Proposal.objects.visible_to(request.user).with_places().order_by("-decided_at", "-proposed_at", "-pk")
    filterset = StrictFilterSet(asked.query, rows, without=("page",))
    page = numbered_page(filterset, asked, size=ON_A_PAGE)
    if page is None:
        return refused(request, asked, filterset)
    told = [(proposal, headline(proposal)) for proposal in page]
    names = names_of([actor for proposal in page for actor in (proposal.proposed_by, proposal.decided_by) if actor])
    return render(request, "work/proposals/list.html", pager(asked, page) | {"proposals": told, "names": names})


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
            if _did(request, found, form):
                return redirect(found)
        except StaleVersion:
            found, stale = Proposal.objects.with_places().get(pk=pk), True
            form.data = form.data.copy()
            form.data["version"] = str(_subject(found).version)
        except DecidedAlreadyError as error:
            _tell_who_was_quicker(request, error.proposal)
            return redirect(found)
    return render(request, "work/proposals/proposal.html", _context(request, found, form, stale), status=_code(stale))


def _did(request: HttpRequest, found: Proposal, form: DecisionForm) -> bool:
    """Whether the act that was asked for is done; the form says why not. Http404 for somebody else's act."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest("No such act.")
    if not form.is_valid():
        return False
    try:
        act(request.user, found, form)
    except ValidationError as error:
        form.refuse(error, "words" if act is _decline else None)
    return not form.errors


def _accept(user, found: Proposal, form: DecisionForm) -> None:
    _demand(found.is_decided_by(user))
    said = {name: form.cleaned_data[name] for name in ("version", "accept_warnings", "words")}
    accept(found, user=user, **said)


def _decline(user, found: Proposal, form: DecisionForm) -> None:
    _demand(found.is_decided_by(user))
    decline(found, author=user.actor, words=form.cleaned_data["words"])


def _withdraw(user, found: Proposal, form: DecisionForm) -> None:
    _demand(found.proposed_by == user.actor)
    withdraw(found, author=user.actor)


def _note(user, found: Proposal, form: DecisionForm) -> None:
    _demand(found.proposed_by == user.actor and not found.is_open)
    note(found, author=user.actor)


ACTS = {"accept": _accept, "decline": _decline, "withdraw": _withdraw, "note": _note}


def _demand(is_theirs: bool) -> None:
    if not is_theirs:
        raise Http404


def _subject(found: Proposal):
    return kind_of(found).subject(found.trial_site)


def _tell_who_was_quicker(request: HttpRequest, decided: Proposal) -> None:
    if decided.decided_by != request.user.actor:
        name = names_of([decided.decided_by])[decided.decided_by]
        messages.warning(request, f"{name} was quicker: {decided.get_decision_display().lower()}.")


def _code(stale: bool) -> int:
    return 409 if stale else 200


def _context(request: HttpRequest, found: Proposal, form: DecisionForm, stale: bool) -> dict:
    user, site = request.user, found.trial_site
    names = names_of(actor for actor in (found.proposed_by, found.decided_by) if actor)
    return {
        "proposal": found,
        "site": site,
        "rows": rows_of(found),
        "overtaken": found.is_open and is_overtaken(found),
        "stale": stale,
        "effect": kind_of(found).effect(site, found.new, on=dates.today()),
        "proposer": names[found.proposed_by],
        "decider": names.get(found.decided_by, ""),
        "form": form,
        "decides": found.is_open and found.is_decided_by(user),
        "is_own": found.proposed_by == user.actor,
    }
