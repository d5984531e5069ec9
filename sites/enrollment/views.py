"""The enrollment pages: the overview of a trial, one month of its sites, and the months of one site."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import dates
from common.pagination import get_page
from common.partial_dates import PartialDate
from common.query_params import QueryState, bad_params_response
from sites.board.filters import BoardFilterSet
from sites.enrollment import context as pages
from sites.enrollment.export import grid_csv
from sites.enrollment.parsing import month_of, parse_iso_month
from sites.enrollment.submit import GridSubmission
from sites.permissions import SITES_ON_A_PAGE, TrialSection, get_trial_section, order_by_name
from sites.rules import CUMULATIVE
from sites.services import lock_month, unlock_month

PARAMETERS = ("month", "until", "count", "page", "format")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment(request: HttpRequest, key: str) -> HttpResponse:
    """The enrollment of a trial by site and month; with `month`, a form of that month for every site."""
    section, query_state = get_trial_section(request.user, key), QueryState.from_request(request)
    month = parse_iso_month(query_state.value("month"))
    if request.method == "POST":
        return _handle_month_post(request, section, month, query_state)
    today = dates.today()
    filterset = _filterset(section, query_state, today)
    page = get_page(filterset, query_state, size=SITES_ON_A_PAGE, order=order_by_name)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    if query_state.value("format"):
        return grid_csv(section.trial, filterset.qs)
    if month:
        context = pages.month_context(section, query_state, page, month, today=today)
        return render(request, "sites/enrollment/month.html", {"section": section, "trial": section.trial} | context)
    count = query_state.value("count") or "enrolled"
    context = pages.overview_context(section, query_state, filterset, page, count=count, today=today)
    return render(request, "sites/enrollment/overview.html", {"section": section, "trial": section.trial} | context)


def _filterset(section: TrialSection, query_state: QueryState, today) -> BoardFilterSet:
    filterset = BoardFilterSet(query_state.query, section.sites, today=today, without=PARAMETERS)
    for name in ("month", "until"):
        if query_state.value(name) and (parse_iso_month(query_state.value(name)) or "9999") > month_of(today):
            filterset.add_param_error(name, "Enter a past month as YYYY-MM.")
    if query_state.value("count") not in ("", *CUMULATIVE):
        filterset.add_param_error("count", "Choose one of the five counts.")
    if query_state.value("format") not in ("", "csv"):
        filterset.add_param_error("format", "The format can be csv or left out.")
    return filterset


def _handle_month_post(
    request: HttpRequest, section: TrialSection, month: PartialDate | None, query_state: QueryState
) -> HttpResponse:
    if month is None:
        raise BadRequest("Month missing. Give it as YYYY-MM.")
    submission = GridSubmission(list(order_by_name(section.editable)), request.POST, month)
    next_page = request.POST.get("next-page")
    next_state = query_state.with_params(page=next_page) if next_page else query_state
    context = {"section": section, "trial": section.trial} | pages.month_header_context(
        section, month, today=dates.today()
    )
    return _handle_submission(request, submission, next_state.url, "sites/enrollment/month.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_enrollment(request: HttpRequest, key: str, site: int) -> HttpResponse:
    """The enrollment of one site, a row for each month."""
    section, query_state = get_trial_section(request.user, key), QueryState.from_request(request)
    trial_site, until = section.site(site), query_state.value("until")
    today = dates.today()
    context = {"section": section, "trial": section.trial, "site": trial_site, "month": None}
    if request.method == "POST":
        submission = GridSubmission(list(section.editable.filter(pk=site)), request.POST)
        return _handle_submission(request, submission, query_state.url, "sites/enrollment/site.html", context)
    if set(query_state.names) - {"until"} or (until and parse_iso_month(until) is None):
        raise BadRequest("Choose the last month to show, as YYYY-MM.")
    context |= pages.site_context(section, trial_site, until=until, today=today)
    return render(request, "sites/enrollment/site.html", context)


def _handle_submission(
    request: HttpRequest, submission: GridSubmission, next_url: str, template: str, context: dict
) -> HttpResponse:
    """Apply a pasted table, or save: redirect when saved, else show the form with all entries."""
    submission.read()
    context |= {"can_edit": True}
    if request.POST.get("act") == "paste":
        filled_count = submission.paste()
        context |= {"filled_count": filled_count, "rejected_rows": submission.rejected_rows}
        context |= {"table": request.POST.get("table", ""), "other_months": submission.other_months}
        return render(request, template, context | {"rows": submission.rows(), "is_review": True})
    result = submission.save(author=request.user.actor, on=dates.today())
    if result.is_saved:
        _add_saved_message(request, result.saved)
        return redirect(next_url)
    rows = submission.rows(result.errors)
    context |= {"rows": rows, "stale": result.stale, "has_warnings": any(row.warned_values for row in rows)}
    context |= {"error_rows": [row for row in rows if result.errors.get(row.key)], "form_errors": result.errors.get("")}
    return render(request, template, context | {"is_review": True}, status=409 if result.stale else 200)


def _add_saved_message(request: HttpRequest, saved: int) -> None:
    if saved:
        messages.success(request, f"{saved} row{'' if saved == 1 else 's'} saved.")
    else:
        messages.info(request, "No changes to save.")


@login_required
@require_POST
def lock(request: HttpRequest, key: str) -> HttpResponse:
    """Lock a month, or unlock it with a reason; for trial coordinators."""
    section, month = get_trial_section(request.user, key), parse_iso_month(request.POST.get("month", ""))
    if not section.may_edit_trial:
        raise Http404
    if month is None:
        raise BadRequest("Month missing. Give it as YYYY-MM.")
    try:
        if request.POST.get("act") == "unlock":
            unlock_month(section.trial, month=month, author=request.user.actor, reason=request.POST.get("reason", ""))
        else:
            lock_month(section.trial, month=month, author=request.user.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{section.trial.get_absolute_url()}enrollment/?month={month}")
