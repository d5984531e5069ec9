"""Views that change the status of a site, the overall status of a trial, and the sites that do not match it."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from history.authorship import actor_names
from history.optimistic_locking import StaleVersion
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from sites.permissions import authority_over
from sites.services import Authority, change_status, current_event
from trials.models import Trial
from trials.services import change_overall_status
from work.models import Proposal
from work.proposals.services import propose_status
from work.status_change.forms import OverallStatusForm, StatusChangeForm
from work.status_change.public_effects import count_contacts, count_site_contacts
from work.status_change.site_closing import SharedFieldsForm, SiteStatusForm, closing_options
from work.status_change.suggestions import StatusSuggestion, suggest_statuses

#: Maximum number of sites on one page.
MAX_SITES = 200


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_site_status(request: HttpRequest, pk: int) -> HttpResponse:
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
        if _is_already_saved(form, site, request.user):
            return redirect("work_changed", site.pk)
        if form.data.get("version") == str(site.version) and form.is_valid():
            try:
                return _save(request, site, form, authority)
            except StaleVersion:
                site.refresh_from_db()
            except ValidationError as error:
                form.refuse(error)
    return _status_change_page(request, site, form)


@login_required
@never_cache
@require_safe
def site_status_changed(request: HttpRequest, pk: int) -> HttpResponse:
    """The current status of the site and the suggested overall status of its trial."""
    site = _get_site(request, pk)
    suggestions = suggest_statuses([site.trial], on=dates.today())
    context = {
        "site": site,
        "needs_confirmation": needs_confirmation(site),
        "suggestion": suggestions[0] if suggestions else None,
        "may_decide": _can_decide(request, site),
    }
    return render(request, "work/status_change/site_status_changed.html", context)


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


def _is_already_saved(form: StatusChangeForm, site: TrialSite, user) -> bool:
    """Whether the same change is already saved, so that a repeated request has no effect."""
    submitted = form.data.get("to"), form.day_of("effective_on")
    last = current_event(site)
    if last is None or last.author != user.actor or form.data.get("version") == str(site.version):
        return False
    return submitted == (last.status, last.effective_on)


def _status_change_page(request: HttpRequest, site: TrialSite, form: StatusChangeForm) -> HttpResponse:
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
    return render(request, "work/status_change/site_status.html", context, status=409 if stale else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overall_status(request: HttpRequest, key: str) -> HttpResponse:
    """Show the current status, the suggestion and its deadline, and the form."""
    trial = get_editable_trial(request, key)
    suggestion = next(iter(suggest_statuses([trial], on=dates.today())), None)
    form = OverallStatusForm(
        request.POST or None, trial=trial, suggested_status=suggestion.status if suggestion else ""
    )
    if form.is_bound:
        if _is_overall_already_saved(form):
            return redirect("work_closing", trial.key)
        if not _is_overall_form_stale(form) and form.is_valid():
            try:
                change_overall_status(trial, author=request.user.actor, **form.service_kwargs)
            except StaleVersion:
                form.trial = get_editable_trial(request, key)
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(request, "Overall status saved.")
                return redirect("work_closing", trial.key)
    return _overall_status_page(request, form, suggestion)


def get_editable_trial(request: HttpRequest, key: str) -> Trial:
    """The trial; 404 if the user cannot edit it."""
    trial = Trial.objects.editable_by(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    return trial


def _is_overall_form_stale(form: OverallStatusForm) -> bool:
    return form.data.get("version") != str(form.trial.version)


def _is_overall_already_saved(form: OverallStatusForm) -> bool:
    """Whether the same change is already saved, so that a repeated request has no effect."""
    return _is_overall_form_stale(form) and not form.differences()


def _overall_status_page(
    request: HttpRequest, form: OverallStatusForm, suggestion: StatusSuggestion | None
) -> HttpResponse:
    today, stale = dates.today(), form.is_bound and _is_overall_form_stale(form)
    differences = form.differences() if stale else []
    if stale:
        form.reset_to_current()
    statuses = list(form.trial.trial_sites.order_by().values_list("status", flat=True))
    context = {
        "trial": form.trial,
        "shown": form.trial.status_on(today),
        "form": form,
        "suggestion": suggestion,
        "stale": stale,
        "differences": differences,
        "common_rule_texts": form.common_rule_texts(statuses, on=today),
        "options": list(form.options(statuses, count_contacts(form.trial, on=today), on=today)),
    }
    return render(request, "work/status_change/overall_status.html", context, status=409 if stale else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close_sites(request: HttpRequest, key: str) -> HttpResponse:
    """Change each selected site; those with errors stay on the page with their input."""
    trial = get_editable_trial(request, key)
    authority = Authority.MANAGER if request.user.is_manager else Authority.TRIAL_COORDINATOR
    options = closing_options(trial, authority)
    shared, today = SharedFieldsForm(request.POST or None), dates.today()
    rows = [SiteStatusForm(request.POST or None, option=option, today=today) for option in options[:MAX_SITES]]
    if shared.is_bound and shared.is_valid():
        changed, refused = _save_selected(rows, author=request.user.actor, authority=authority, shared=shared)
        _add_closing_messages(request, changed)
        if not refused:
            return redirect("work_closing", trial.key)
        rows = [row for row in rows if row.errors or not row.is_selected]
    context = {
        "trial": trial,
        "shared": shared,
        "rows": rows,
        "has_opening_dates": any("opened_on" in row.fields for row in rows),
        "hidden_count": max(0, len(options) - MAX_SITES),
        "refused_count": sum(bool(row.errors) for row in rows if row.is_selected),
    }
    return render(request, "work/status_change/site_closing.html", context)


def _save_selected(rows: Iterable[SiteStatusForm], **options) -> tuple[int, int]:
    """Change the selected sites one by one; returns the numbers of (changed, refused)."""
    outcomes = [row.change(**options) for row in rows if row.is_selected]
    return outcomes.count(True), outcomes.count(False)


def _add_closing_messages(request: HttpRequest, changed: int) -> None:
    if changed:
        messages.success(request, f"{changed} site{'' if changed == 1 else 's'} updated.")
    else:
        messages.info(request, "No site was updated.")
