"""The doors to a bulk change: a sheet to fill in and bring back, or sites chosen on a board.

A bulk change: see what it would do, apply it, read the receipt, undo it.
"""

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
from work.bulk_upload import context as pages
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
    """Paste or upload a table; what one brought before."""
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
    """The sheet to fill in: the user's sites, or those of one trial that are the user's."""
    if kind not in FILE_FORMATS:
        raise Http404
    asked = QueryState.from_request(request)
    if not {*asked.names} <= {"trial"}:
        raise BadRequest("A sheet is of all your sites, or of one trial.")
    write, content_type = FILE_FORMATS[kind]
    response = HttpResponse(
        write(template_lines(_template_sites(request.user, asked.value("trial")), request.user)), content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{asked.value("trial") or "my"}-sites.{kind}"'
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
    """One change for sites of a board at the versions that it showed: ticked (`site=7:3`), or `all` (`7:3,8:1`).

    A board sends its choice by POST too, marked `choose`: an address has no room for a page of sites.
    """
    sent = request.POST if request.method == "POST" else request.GET
    chosen = sent["all"].split(",") if sent.get("all") else sent.getlist("site")
    versions = dict(_parse_site_version(text) for text in chosen)
    sites = list(with_list_fields(TrialSite.objects.editable_by(request.user).filter(pk__in=versions)))
    if len(sites) != len(versions):
        raise Http404
    is_filled_in = request.method == "POST" and "choose" not in request.POST
    form = SelectedSitesForm(request.POST) if is_filled_in else SelectedSitesForm()
    if form.is_bound and versions and form.is_valid():
        return redirect(create_for_selection(versions, form.cells, request.user))
    context = {"form": form, "sites": [(site, versions[site.pk]) for site in sites], "back": _board_url(sites)}
    return render(request, "work/bulk_upload/change_selected.html", context, status=400 if form.errors else 200)


def _board_url(sites) -> str:
    """Where one came from; nothing where the sites are of several trials."""
    keys = {site.trial.key: site.trial for site in sites}
    return f"{keys.popitem()[1].get_absolute_url()}sites/" if len(keys) == 1 else ""


def _parse_site_version(text: str) -> tuple[int, int]:
    numbers = text.split(":")
    if len(numbers) != 2 or not all(one.isascii() and one.isdigit() and len(one) < 10 for one in numbers):
        raise BadRequest("A site is chosen at the version that was seen.")
    return int(numbers[0]), int(numbers[1])


@login_required
@never_cache
@require_safe
def bulk_change(request: HttpRequest, pk: int) -> HttpResponse:
    """What the table would do; once it is applied, the receipt."""
    return _page(request, get_object_or_404(BulkChange.objects.of(request.user), pk=pk))


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply all rows, or only the valid ones."""
    bulk = get_object_or_404(BulkChange.objects.of(request.user), pk=pk)
    which = request.POST.get("which", "")
    if which not in ("all", "valid"):
        raise BadRequest("Apply all rows, or only the valid ones.")
    read = bool(request.POST.get("accept_warnings"))
    try:
        bulk = apply_bulk(bulk, request.user, only_valid=which == "valid", accept_warnings=read, on=dates.today())
    except ValidationError as error:
        return _page(request, bulk, refusal=" ".join(error.messages))
    return redirect(bulk)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what still is as the bulk change left it."""
    bulk = get_object_or_404(BulkChange.objects.of(request.user), pk=pk)
    if not bulk.applied_at:
        messages.info(request, "This was not applied, so there is nothing to undo.")
    return redirect(undo_bulk(bulk, request.user))


def _page(request: HttpRequest, bulk: BulkChange, refusal: str = "") -> HttpResponse:
    asked, today = QueryState.from_request(request).for_path(bulk.get_absolute_url()), dates.today()
    if bulk.applied_at:
        return render(
            request, "work/bulk_upload/result.html", pages.result_context(bulk, request.user, asked, on=today)
        )
    context = pages.dry_run_context(bulk, run_dry_run(bulk, request.user, on=today), asked) | {"refusal": refusal}
    return render(request, "work/bulk_upload/dry_run.html", context, status=409 if refusal else 200)
