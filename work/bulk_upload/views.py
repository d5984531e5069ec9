"""Views of the bulk update: upload, template, selected sites, preview, apply, result and undo."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import dates
from common.query_params import QueryState
from sites.models import TrialSite
from trials.models import Trial
from trials.text_search import trial_key
from work.assignments import assigned_sites
from work.bulk_upload import context
from work.bulk_upload.forms import SelectedSitesForm, TableForm
from work.bulk_upload.services import apply as apply_bulk
from work.bulk_upload.services import create_for_selection, create_from_rows, run_dry_run
from work.bulk_upload.services import undo as undo_bulk
from work.bulk_upload.site_matching import with_list_fields
from work.bulk_upload.template_files import as_csv, as_workbook, template_lines
from work.models import BulkChange

RECENT_COUNT = 10
FILE_FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Upload or paste a table; lists previous uploads."""
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if request.method == "POST" and form.is_valid():
        return redirect(create_from_rows(user=request.user, **form.bulk_change))
    recent = BulkChange.objects.of(request.user).defer("entries")[:RECENT_COUNT]
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
    trial = Trial.objects.visible_to(user).with_key(trial_key(key))
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
    return _page(request, get_object_or_404(BulkChange.objects.of(request.user), pk=pk))


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply all rows, or only the valid ones."""
    bulk = get_object_or_404(BulkChange.objects.of(request.user), pk=pk)
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
    bulk = get_object_or_404(BulkChange.objects.of(request.user), pk=pk)
    if not bulk.applied_at:
        messages.info(request, "Nothing to undo: this bulk change was not applied.")
    return redirect(undo_bulk(bulk, request.user))


def _page(request: HttpRequest, bulk: BulkChange, refusal: str = "") -> HttpResponse:
    query, today = QueryState.from_request(request).for_path(bulk.get_absolute_url()), dates.today()
    if bulk.applied_at:
        return render(
            request, "work/bulk_upload/result.html", context.result_context(bulk, request.user, query, on=today)
        )
    page = context.dry_run_context(bulk, run_dry_run(bulk, request.user, on=today), query) | {"refusal": refusal}
    return render(request, "work/bulk_upload/dry_run.html", page, status=409 if refusal else 200)
