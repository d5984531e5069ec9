"""Views of a status change and of the overall status check after it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from history.authorship import actor_names
from history.versioning import StaleVersion
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from sites.permissions import authority_over
from sites.services import change_status, current_event
from sites.status_transitions import Authority
from trials.models import Trial
from work.models import Proposal
from work.proposals.services import propose_status
from work.status_change.forms import StatusChangeForm
from work.status_change.preview import count_site_contacts
from work.trial_status.suggestions import suggest_statuses


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the next status and its effective date."""
    site, today = _get_site(request, pk), dates.today()
    authority = authority_over(request.user, site)
    shows_only = "show" in request.POST
    initial = StatusChangeForm.initial_from_post(request.POST) if shows_only else {"effective_on": f"{today:%-d %b %Y}"}
    form = StatusChangeForm(
        None if shows_only else request.POST or None, site=site, authority=authority, initial=initial,
        contacts=count_site_contacts(site, on=today),
    )  # fmt: skip
    if shows_only:
        form.show_requirements(on=today)
    elif request.method == "POST":
        if _is_already_applied(form, site, request.user):
            return redirect("work_changed", site.pk)
        if form.data.get("version") == str(site.version) and form.is_valid():
            try:
                return _save(request, site, form, authority)
            except StaleVersion:
                site.refresh_from_db()
            except ValidationError as error:
                form.refuse(error)
    return _form_page(request, site, form)


@login_required
@never_cache
@require_safe
def changed(request: HttpRequest, pk: int) -> HttpResponse:
    """The current status of the site and the suggested overall status of its trial."""
    site = _get_site(request, pk)
    suggestions = suggest_statuses([site.trial], on=dates.today())
    context = {
        "site": site,
        "needs_confirmation": needs_confirmation(site),
        "advice": suggestions[0] if suggestions else None,
        "may_decide": _can_decide(request, site),
    }
    return render(request, "work/status_changed.html", context)


def _get_site(request: HttpRequest, pk: int) -> TrialSite:
    """404 if the user cannot edit the site."""
    sites = TrialSite.objects.editable_by(request.user).select_related("trial", "facility")
    return get_object_or_404(sites, pk=pk)


def _can_decide(request: HttpRequest, site: TrialSite) -> bool:
    """Whether the user can edit the trial."""
    return Trial.objects.editable_by(request.user).filter(pk=site.trial_id).exists()


def _save(request: HttpRequest, site: TrialSite, form: StatusChangeForm, authority: Authority) -> HttpResponse:
    """Save the change or the change request, and redirect."""
    params = form.service_kwargs | {"interim": form.cleaned_data["interim"]}
    if form.is_proposal:
        proposal = propose_status(site, author=request.user.actor, **params)
        messages.success(request, "Submitted for approval. Nothing changes until it is decided.")
        return redirect(proposal)
    change_status(site, author=request.user.actor, authority=authority, **params)
    messages.success(request, "Status saved and confirmed today.")
    return redirect("work_changed", site.pk)


def _is_already_applied(form: StatusChangeForm, site: TrialSite, user) -> bool:
    """Whether the same change is already saved, so that a repeated request has no effect."""
    submitted = form.data.get("to"), form.day_of("effective_on")
    last = current_event(site)
    if last is None or last.author != user.actor or form.data.get("version") == str(site.version):
        return False
    return submitted == (last.status, last.effective_on)


def _form_page(request: HttpRequest, site: TrialSite, form: StatusChangeForm) -> HttpResponse:
    stale = form.is_bound and form.data.get("version") != str(site.version)
    if stale:
        form.reset_to_current(site)
    in_force = current_event(site)
    context = {
        "site": site,
        "form": form,
        "stale": stale,
        "in_force": in_force,
        "author": actor_names([in_force.author])[in_force.author] if in_force else "",
        "may_decide": _can_decide(request, site),
        "proposals": Proposal.objects.visible_to(request.user).open().about(site),
    }
    return render(request, "work/change_status.html", context, status=409 if stale else 200)
