"""Pages for adding a trial, for trial coordinators and managers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from registries.ctgov.source_files import SourceError
from registries.forms import NewTrialForm, NumbersForm
from registries.models import ImportRun
from registries.services import (
    add_own_trial,
    apply_fetched_trials,
    imported_trials,
    preview_fetched_trials,
    previews_of,
)
from trials.models import Trial

MAX_REJECTED_SHOWN = 100  # on the page; all are stored


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_trial(request: HttpRequest) -> HttpResponse:
    """Two forms: NCT numbers are fetched and previewed; a manually entered trial is saved at once."""
    _require_permission(request.user)
    is_by_hand, is_post = request.POST.get("act") == "by-hand", request.method == "POST"
    numbers = NumbersForm(request.POST if is_post and not is_by_hand else None)
    by_hand = NewTrialForm(request.POST if is_by_hand else None)
    response = None
    if is_post:
        response = _save_by_hand(request, by_hand) if is_by_hand else _fetch(request, numbers)
    return response or render(request, "registries/new_trials/add.html", {"numbers": numbers, "by_hand": by_hand})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fetched_trials(request: HttpRequest, pk: int) -> HttpResponse:
    """Preview of the fetched records, and their import. Only for the user who fetched them."""
    _require_permission(request.user)
    run = get_object_or_404(ImportRun.objects.defer("upload"), pk=pk, author=request.user.actor, is_dry=True)
    if request.method == "POST":
        try:
            import_run = apply_fetched_trials(run, user=request.user, reason=request.POST.get("why", "")[:500])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _success_message(import_run))
            return redirect(_trial_page_url(import_run))
    context = {
        "run": run,
        "can_be_applied": ImportRun.objects.filter(pk=pk, upload__isnull=False).exists()
        and run.created + run.updated > 0,
        "rejected": run.quarantined_records.defer("received")[:MAX_REJECTED_SHOWN],
        "previews": previews_of(run.report),
    }
    return render(request, "registries/new_trials/preview.html", context)


def _require_permission(user) -> None:
    if not (user.is_manager or user.coordinates_trials):
        raise Http404


def _fetch(request: HttpRequest, form: NumbersForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        run = preview_fetched_trials(form.cleaned_data["numbers"], user=request.user)
    except SourceError as error:
        form.add_error("numbers", str(error))
    except ValidationError as error:
        form.add_error("numbers", error)
    else:
        return redirect("fetched_trials", run.pk)
    return None


def _save_by_hand(request: HttpRequest, form: NewTrialForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        trial = add_own_trial(user=request.user, reason=form.cleaned_data["why"], **form.values)
    except ValidationError as error:
        form.refuse(error)
        return None
    messages.success(request, f"{trial.number} added. You are its coordinator. Add its first site now.")
    return redirect("work_new_site", trial.key)


def _success_message(run: ImportRun) -> SafeString:
    """The counts, and each trial with its link."""
    trials = [
        (trial.get_absolute_url(), trial.number, "created" if is_new else "updated")
        for trial, is_new in imported_trials(run)
    ]
    links = format_html_join(", ", '<a href="{}">{}</a> {}', trials)
    return format_html("Imported: {} created, {} updated. {}", run.created, run.updated, links)


def _trial_page_url(run: ImportRun) -> str:
    """The sites page of a single imported trial; My work for several."""
    trials = list(Trial.objects.filter(versions__run=run)[:2])
    return f"{trials[0].get_absolute_url()}sites/" if len(trials) == 1 else "/work/"
