"""Proposing a correction of a site's hospital or target; whoever decides it saves it by the same form."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from history.versioning import StaleVersion
from sites.models import TrialSite
from trials.models import Trial
from work.models import Proposal
from work.proposals.forms import FORMS, CorrectionOfSite, flat
from work.proposals.kinds import KINDS
from work.proposals.services import open_proposal, propose


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
