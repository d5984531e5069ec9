"""The overall status of a trial: what the rules demand of it, and the one act that changes it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from history.versioning import StaleVersion
from trials.models import Trial
from trials.services import change_overall_status
from work.trial_status.forms import OverallForm
from work.trial_status.preview import contacts_of
from work.trial_status.suggestions import Advice, advice_on


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overall(request: HttpRequest, key: str) -> HttpResponse:
    """Now and then, the rules, the clock, and what everybody will see."""
    trial = trial_of(request, key)
    advice = next(iter(advice_on([trial], on=dates.today())), None)
    form = OverallForm(request.POST or None, trial=trial, advised=advice.status if advice else "")
    if form.is_bound:
        if _is_done_already(form):
            return redirect("work_closing", trial.key)
        if not _is_stale(form) and form.is_valid():
            try:
                change_overall_status(trial, author=request.user.actor, **form.asked)
            except StaleVersion:
                form.trial = trial_of(request, key)
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(request, "Saved: the overall status is changed.")
                return redirect("work_closing", trial.key)
    return _form_page(request, form, advice)


def trial_of(request: HttpRequest, key: str) -> Trial:
    """Somebody else's trial answers like a missing one."""
    trial = Trial.objects.editable_by(request.user).with_key(key)
    if trial is None:
        raise Http404
    return trial


def _is_stale(form: OverallForm) -> bool:
    return form.data.get("version") != str(form.trial.version)


def _is_done_already(form: OverallForm) -> bool:
    """Whether a repeated post asks for exactly what stands there."""
    return _is_stale(form) and not form.differences()


def _form_page(request: HttpRequest, form: OverallForm, advice: Advice | None) -> HttpResponse:
    today, stale = dates.today(), form.is_bound and _is_stale(form)
    differences = form.differences() if stale else []
    if stale:
        form.begin_again()
    statuses = list(form.trial.trial_sites.order_by().values_list("status", flat=True))
    context = {
        "trial": form.trial,
        "shown": form.trial.status_on(today),
        "form": form,
        "advice": advice,
        "stale": stale,
        "differences": differences,
        "always": form.wants_always(statuses, on=today),
        "options": list(form.options(statuses, contacts_of(form.trial, on=today), on=today)),
    }
    return render(request, "work/overall/overall.html", context, status=409 if stale else 200)
