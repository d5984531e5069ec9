"""Views of the bulk update: upload, template, selected sites, preview, apply, result and undo."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import dates
from common.form_fields import parse_whole_number
from common.query_params import QueryState, page_links
from sites.models import TrialSite
from sites.permissions import authorities_over, may_edit_targets
from sites.status_transitions import Authority
from trials.models import Trial
from trials.text_search import trial_key
from work.assignments import TRIAL_LIST_FIELDS, assigned_sites
from work.bulk_upload.dry_run import TARGET_LABELS, DryRun, RowState
from work.bulk_upload.forms import SelectedSitesForm, TableForm
from work.bulk_upload.services import apply as apply_bulk
from work.bulk_upload.services import create_for_selection, create_from_rows, run_dry_run
from work.bulk_upload.services import undo as undo_bulk
from work.bulk_upload.site_matching import with_list_fields
from work.bulk_upload.template_files import as_csv, as_workbook, template_lines
from work.models import BulkChange, BulkChangeRow
from work.status_change.suggestions import suggest_statuses

RECENT_COUNT = 10
FILE_FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}

ROWS_ON_A_PAGE = 100
STATE_LABELS = {
    RowState.ERROR: ("with errors", "is-bad"),
    RowState.WARNING: ("with a warning", "is-paused"),
    RowState.CHANGE: ("to change", "is-open"),
    RowState.NOTHING: ("unchanged", "is-ended"),
}
OUTCOME_LABELS = {
    BulkChangeRow.Outcome.DONE: ("done", "is-open"),
    BulkChangeRow.Outcome.SKIPPED: ("not done", "is-bad"),
    BulkChangeRow.Outcome.NOTHING: ("unchanged", "is-ended"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Upload or paste a table; lists previous uploads."""
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if request.method == "POST" and form.is_valid():
        return redirect(create_from_rows(user=request.user, **form.bulk_change))
    recent = BulkChange.objects.authored_by(request.user).defer("entries")[:RECENT_COUNT]
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "work/bulk_upload/upload.html", {"form": form, "recent": recent}, status=status)


@login_required
@never_cache
@require_safe
def download_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The template with the user's sites, optionally of one trial only."""
    if kind not in FILE_FORMATS:
        raise Http404
    query = QueryState.from_request(request)
    if not {*query.names} <= {"trial"}:
        raise BadRequest("The only parameter is a trial.")
    write, content_type = FILE_FORMATS[kind]
    response = HttpResponse(
        write(template_lines(_template_sites(request.user, query.value("trial")), request.user)), content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{query.value("trial") or "my"}-sites.{kind}"'
    return response


def _template_sites(user, key: str):
    if not key:
        return TrialSite.objects.filter(pk__in=assigned_sites(user).order_by().values("pk"))
    trial = Trial.objects.visible_to(user).first_by_key(trial_key(key))
    sites = TrialSite.objects.editable_by(user).filter(trial=trial)
    if trial is None or not sites.exists():
        raise Http404
    return sites


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_selected(request: HttpRequest) -> HttpResponse:
    """One change for sites at the versions shown: selected (`site=7:3`), or `all` (`7:3,8:1`).

    The Sites page sends its selection by POST, marked `choose`, because a URL is too short for a page of sites.
    """
    params = request.POST if request.method == "POST" else request.GET
    selected = params["all"].split(",") if params.get("all") else params.getlist("site")
    versions = dict(_parse_site_version(text) for text in selected)
    sites = list(with_list_fields(TrialSite.objects.editable_by(request.user).filter(pk__in=versions)))
    if len(sites) != len(versions):
        raise Http404
    is_filled_in = request.method == "POST" and "choose" not in request.POST
    form = SelectedSitesForm(request.POST) if is_filled_in else SelectedSitesForm()
    if form.is_bound and versions and form.is_valid():
        return redirect(create_for_selection(versions, form.cells, request.user))
    page = {"form": form, "sites": [(site, versions[site.pk]) for site in sites], "back": _board_url(sites)}
    return render(request, "work/bulk_upload/change_selected.html", page, status=400 if form.errors else 200)


def _board_url(sites) -> str:
    """The Sites page of the trial; blank if the sites are of several trials."""
    keys = {site.trial.key: site.trial for site in sites}
    return f"{keys.popitem()[1].get_absolute_url()}sites/" if len(keys) == 1 else ""


def _parse_site_version(text: str) -> tuple[int, int]:
    numbers = text.split(":")
    if len(numbers) != 2 or not all(one.isascii() and one.isdigit() and len(one) < 10 for one in numbers):
        raise BadRequest("A site is selected at the version that was shown.")
    return int(numbers[0]), int(numbers[1])


@login_required
@never_cache
@require_safe
def bulk_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview, or once applied, the result."""
    return _page(request, get_object_or_404(BulkChange.objects.authored_by(request.user), pk=pk))


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply all rows, or only the valid ones."""
    bulk = get_object_or_404(BulkChange.objects.authored_by(request.user), pk=pk)
    which = request.POST.get("which", "")
    if which not in ("all", "valid"):
        raise BadRequest("Apply all rows, or only the valid ones.")
    accepted = bool(request.POST.get("accept_warnings"))
    try:
        bulk = apply_bulk(bulk, request.user, only_valid=which == "valid", accept_warnings=accepted, on=dates.today())
    except ValidationError as error:
        return _page(request, bulk, refusal=" ".join(error.messages))
    return redirect(bulk)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the changes that were not changed again later."""
    bulk = get_object_or_404(BulkChange.objects.authored_by(request.user), pk=pk)
    if not bulk.applied_at:
        messages.info(request, "Nothing to undo: this bulk change was not applied.")
    return redirect(undo_bulk(bulk, request.user))


def _page(request: HttpRequest, bulk: BulkChange, refusal: str = "") -> HttpResponse:
    query, today = QueryState.from_request(request).for_path(bulk.get_absolute_url()), dates.today()
    if bulk.applied_at:
        return render(request, "work/bulk_upload/result.html", _result_context(bulk, request.user, query, on=today))
    page = _dry_run_context(bulk, run_dry_run(bulk, request.user, on=today), query) | {"refusal": refusal}
    return render(request, "work/bulk_upload/dry_run.html", page, status=409 if refusal else 200)


@dataclass(frozen=True, slots=True)
class CountLink:
    """A row count by state and the link that filters by it."""

    label: str
    hue: str
    count: int
    url: str
    is_selected: bool


def _dry_run_context(bulk: BulkChange, run: DryRun, query_state: QueryState) -> dict:
    show = _get_show_param(query_state, STATE_LABELS)
    rows = [row for row in run.rows if row.state == show] if show else list(run.rows)
    return _rows_context(query_state, rows) | {
        "bulk": bulk,
        "run": run,
        "total": len(run.rows),
        "ready_count": len(run.ready),
        "tally": _count_links(query_state, STATE_LABELS, run.state_counts),
        "upload_url": reverse("bulk"),
    }


def _result_context(bulk: BulkChange, user, query_state: QueryState, *, on: date) -> dict:
    """Hides the site and its changes if the user can no longer edit it, and notes that they can no longer read."""
    show = _get_show_param(query_state, OUTCOME_LABELS)
    lines = bulk.rows.select_related("trial_site__trial", "trial_site__facility").order_by("number")
    counts = dict(bulk.rows.order_by().values_list("outcome").annotate(Count("pk")))
    context = _rows_context(query_state, lines.filter(outcome=show) if show else lines)
    authorities = authorities_over(user, [row.trial_site for row in context["rows"] if row.trial_site])
    _hide_notes(context["rows"], authorities)
    return context | {
        "bulk": bulk,
        "authorities": authorities,
        "total": sum(counts.values()),
        "done_count": counts.get(BulkChangeRow.Outcome.DONE, 0),
        "not_undone_count": 0 if not bulk.undone_at else _count_not_undone(bulk),
        "suggestion_count": len(suggest_statuses(_decidable_trials(bulk, user), on=on)),
        "tally": _count_links(query_state, OUTCOME_LABELS, counts),
    }


def _hide_notes(rows: Iterable[BulkChangeRow], authorities: dict[int, Authority]) -> None:
    """Remove notes that the user could read when they were written but no longer can."""
    for row in rows:
        if row.trial_site_id in authorities and not may_edit_targets(authorities[row.trial_site_id]):
            row.changes = [change for change in row.changes if change[0] != TARGET_LABELS["internal_note"]]


def _count_not_undone(bulk: BulkChange) -> int:
    return bulk.rows.exclude(undo_message__in=("", BulkChangeRow.UNDONE)).count()


def _decidable_trials(bulk: BulkChange, user):
    """The changed trials whose overall status the user can change."""
    done = bulk.rows.filter(outcome=BulkChangeRow.Outcome.DONE).order_by()
    return Trial.objects.editable_by(user).filter(pk__in=done.values("trial_site__trial")).only(*TRIAL_LIST_FIELDS)


def _get_show_param(query_state: QueryState, known) -> str:
    """The value of `show`; BadRequest for an unknown value or parameter."""
    if not {*query_state.names} <= {"show", "page"} or query_state.value("show") not in {"", *known}:
        raise BadRequest("Unknown filter or parameter.")
    return query_state.value("show")


def _rows_context(query_state: QueryState, rows) -> dict:
    pages = Paginator(rows, ROWS_ON_A_PAGE)
    number = parse_whole_number(query_state.value("page") or "1")
    if number not in pages.page_range:
        raise BadRequest("This page does not exist.")
    page: Page = pages.page(number)
    return page_links(query_state, page) | {
        "rows": list(page),
        "show": query_state.value("show"),
        "all_url": query_state.path,
    }


def _count_links(query_state: QueryState, known, counts) -> list[CountLink]:
    return [
        CountLink(
            label,
            hue,
            counts[name],
            query_state.without("page").with_params(show=name).url,
            query_state.value("show") == name,
        )
        for name, (label, hue) in known.items()
        if counts.get(name)
    ]
