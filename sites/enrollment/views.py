"""The enrollment pages: the overview of a trial, one month of its sites, and the months of one site."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common import dates
from common.partial_dates import PartialDate
from common.query_params import QueryState, bad_params_response, get_page, page_links
from history.authorship import actor_names
from sites.csv_export import enrollment_csv
from sites.enrollment.charts import panels_chart, progress_chart
from sites.enrollment.forecast_view import forecast_view
from sites.enrollment.grid import GridRow, GridState, grid_rows
from sites.enrollment.overview import Overview, month_reports
from sites.enrollment.parsing import add_months, month_of, parse_iso_month
from sites.enrollment.plan import site_plans
from sites.enrollment.reports import ReportedCounts
from sites.enrollment.submit import GridSubmission
from sites.filters import BoardFilterSet
from sites.models import MonthLock, TrialSite
from sites.permissions import SITES_ON_A_PAGE, TrialAccess, get_trial_access, order_by_name
from sites.rules import CUMULATIVE
from sites.services import lock_month, unlock_month

PARAMETERS = ("month", "until", "count", "by", "page", "format")

MONTHS_OF_A_SITE = 18


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment(request: HttpRequest, key: str) -> HttpResponse:
    """The enrollment of a trial by site and month; with `month`, a form of that month for every site."""
    access, query_state = get_trial_access(request.user, key), QueryState.from_request(request)
    month = parse_iso_month(query_state.value("month"))
    if request.method == "POST":
        return _handle_month_post(request, access, month, query_state)
    today = dates.today()
    filterset = _filterset(access, query_state, today)
    page = get_page(filterset, query_state, size=SITES_ON_A_PAGE, order=order_by_name)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    if query_state.value("format"):
        return enrollment_csv(access.trial, filterset.qs)
    if month:
        context = _month_context(access, query_state, page, month, today=today)
        return render(request, "sites/enrollment/month.html", {"access": access, "trial": access.trial} | context)
    count = query_state.value("count") or "enrolled"
    context = _overview_context(access, query_state, filterset, page, count=count, today=today)
    return render(request, "sites/enrollment/overview.html", {"access": access, "trial": access.trial} | context)


def _filterset(access: TrialAccess, query_state: QueryState, today) -> BoardFilterSet:
    filterset = BoardFilterSet(query_state.query, access.sites, today=today, without=PARAMETERS)
    for name in ("month", "until"):
        if query_state.value(name) and (parse_iso_month(query_state.value(name)) or "9999") > month_of(today):
            filterset.add_param_error(name, "Enter a past month as YYYY-MM.")
    if query_state.value("count") not in ("", *CUMULATIVE):
        filterset.add_param_error("count", "Choose one of the five counts.")
    if query_state.value("by") not in ("", "country", "site"):
        filterset.add_param_error("by", "Choose country or site, or leave it out.")
    if query_state.value("format") not in ("", "csv"):
        filterset.add_param_error("format", "The format can be csv or left out.")
    return filterset


def _handle_month_post(
    request: HttpRequest, access: TrialAccess, month: PartialDate | None, query_state: QueryState
) -> HttpResponse:
    if month is None:
        raise BadRequest("Month missing. Give it as YYYY-MM.")
    submission = GridSubmission(list(order_by_name(access.editable)), request.POST, month)
    next_page = request.POST.get("next-page")
    next_state = query_state.with_params(page=next_page) if next_page else query_state
    context = {"access": access, "trial": access.trial} | _month_header_context(access, month, today=dates.today())
    return _handle_submission(request, submission, next_state.url, "sites/enrollment/month.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_enrollment(request: HttpRequest, key: str, site: int) -> HttpResponse:
    """The enrollment of one site, a row for each month."""
    access, query_state = get_trial_access(request.user, key), QueryState.from_request(request)
    trial_site, until = access.site(site), query_state.value("until")
    today = dates.today()
    context = {"access": access, "trial": access.trial, "site": trial_site, "month": None}
    if request.method == "POST":
        submission = GridSubmission(list(access.editable.filter(pk=site)), request.POST)
        return _handle_submission(request, submission, query_state.url, "sites/enrollment/site.html", context)
    if set(query_state.names) - {"until"} or (until and parse_iso_month(until) is None):
        raise BadRequest("Choose the last month to show, as YYYY-MM.")
    context |= _site_context(access, trial_site, until=until, today=today)
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
    access, month = get_trial_access(request.user, key), parse_iso_month(request.POST.get("month", ""))
    if not access.may_edit_trial:
        raise Http404
    if month is None:
        raise BadRequest("Month missing. Give it as YYYY-MM.")
    try:
        if request.POST.get("act") == "unlock":
            unlock_month(access.trial, month=month, author=request.user.actor, reason=request.POST.get("reason", ""))
        else:
            lock_month(access.trial, month=month, author=request.user.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{access.trial.get_absolute_url()}enrollment/?month={month}")


def _overview_context(
    access: TrialAccess, query_state: QueryState, filterset, page: Page, *, count: str, today: date
) -> dict:
    """The overview: one count by site and month."""
    overview = Overview(access.trial, filterset.qs, count=count, until=query_state.value("until"), today=today)
    plans = site_plans(filterset.qs)
    by = query_state.value("by")
    has_forecast = count == "enrolled" and not by and not filterset.has_filters
    return page_links(query_state, page) | {
        "overview": overview,
        "progress_chart": progress_chart(overview, plans, is_filtered=filterset.has_filters),
        "panels": panels_chart(overview, plans, by=by) if by else None,
        "by": by,
        "forecast": forecast_view(access.sites, overview, plans, today=today) if has_forecast else None,
        "by_urls": _choice_urls(query_state, "by", (("", "All sites"), ("country", "By country"), ("site", "By site"))),
        "month_reports": month_reports(list(order_by_name(access.sites)), today=today),
        "rows": overview.rows(page),
        "search_text": query_state.value("words"),
        "result_count": page.paginator.count,
        "is_filtered": filterset.has_filters,
        "all_url": query_state.path,
        "counts": [(name, name.capitalize()) for name in CUMULATIVE],
        "count": count,
        "earlier_url": query_state.with_params(until=add_months(overview.months[0], -1)).url,
        "later_url": query_state.without("until").url if query_state.value("until") else "",
        "next_month": add_months(month_of(today), -1),
        "can_edit": access.editable.exists(),
        "csv_url": query_state.without("page", "count", "until", "by").with_params(format="csv").url,
    }


def _choice_urls(query_state: QueryState, name: str, choices: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Value, label and address of each choice of a parameter."""
    base = query_state.without("page", name)
    return [(value, label, (base.with_params(**{name: value}) if value else base).url) for value, label in choices]


def _month_context(
    access: TrialAccess, query_state: QueryState, page: Page, month: PartialDate, *, today: date
) -> dict:
    """One month, with a row for each site of the page."""
    sites = list(page)
    rows = grid_rows([(site, month) for site in sites], _grid_state(access, sites))
    header = page_links(query_state, page) | _month_header_context(access, month, today=today)
    return header | {
        "rows": rows,
        "search_text": query_state.value("words"),
        "can_edit": any(row.is_open for row in rows),
        "has_more": page.has_next(),
        "page_number": page.number,
    }


def _month_header_context(access: TrialAccess, month: PartialDate, *, today: date) -> dict:
    """The neighbouring months and the locks of a month."""
    locks = list(MonthLock.objects.filter(trial=access.trial, month=month))
    names = actor_names([*(lock.locked_by for lock in locks), *filter(None, (lock.unlocked_by for lock in locks))])
    return {
        "month": month,
        "month_before": add_months(month, -1),
        "month_after": add_months(month, 1) if add_months(month, 1) <= month_of(today) else "",
        "is_locked": any(lock.unlocked_at is None for lock in locks),
        "is_over": month.last_day < today,
        "locks": [(lock, names[lock.locked_by], names.get(lock.unlocked_by, "")) for lock in locks],
    }


def _grid_state(access: TrialAccess, sites: Sequence[TrialSite], reports: ReportedCounts | None = None) -> GridState:
    """The saved reports of the sites, and which of them the user may edit."""
    editable = access.editable.filter(pk__in=[site.pk for site in sites]).values_list("pk", flat=True)
    return GridState(reports or ReportedCounts(sites), editable=frozenset(editable))


def _site_context(access: TrialAccess, site: TrialSite, *, until: str, today: date) -> dict:
    """The months of one site, with links to earlier and later ones."""
    rows = _site_rows(access, site, until=until, today=today)
    earliest = site.enrollment_reports.order_by("month").values_list("month", flat=True).first()
    first = rows[0].month if rows else ""
    return {
        "rows": rows,
        "can_edit": any(row.is_open for row in rows),
        "earlier_url": f"?until={add_months(first, -1)}" if earliest and first and earliest < first else "",
        "later_url": "?" if until else "",
    }


def _site_rows(access: TrialAccess, site: TrialSite, *, until: str, today: date) -> list[GridRow]:
    """The rows of a site since its first report, oldest first, at most `MONTHS_OF_A_SITE`."""
    reports = ReportedCounts([site])
    last = PartialDate(until) if until else max([month_of(today), *reports.months(site.pk)])
    first = min([*reports.months(site.pk), add_months(month_of(today), -1)])
    months = [month for offset in range(1 - MONTHS_OF_A_SITE, 1) if (month := add_months(last, offset)) >= first]
    return grid_rows([(site, month) for month in months], _grid_state(access, [site], reports))
