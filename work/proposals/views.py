"""Proposals: the page of one, where it is decided, and the list of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from history.names import names_of
from history.versioning import StaleVersion
from trials.asking.asked import Asked
from trials.asking.numbered import numbered_page, pager
from trials.asking.refusing import refused
from trials.asking.strict_filters import StrictFilterSet
from work.models import Proposal
from work.proposals.forms import DecisionForm
from work.proposals.kinds import kind_of
from work.proposals.reading import headline, is_overtaken, rows_of
from work.proposals.services import DecidedAlreadyError, accept, decline, note, withdraw

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
