"""The doors to a bulk change: a sheet to fill in and bring back, or sites chosen on a board."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sites.models import TrialSite
from trials.asking.asked import Asked
from trials.models import Trial
from trials.searching import trial_key
from work.bulk.beginning import begin, begin_with_chosen
from work.bulk.forms import ChosenForm, TableForm
from work.bulk.matching import told_sites
from work.bulk.template_sheets import as_csv, as_workbook, template_lines
from work.models import BulkChange
from work.scope import sites_of

RECENT = 10
KINDS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Paste or upload a table; what one brought before."""
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if request.method == "POST" and form.is_valid():
        return redirect(begin(user=request.user, **form.bulk_change))
    recent = BulkChange.objects.of(request.user).defer("entries")[:RECENT]
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "work/bulk/bring.html", {"form": form, "recent": recent}, status=status)


@login_required
@never_cache
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The sheet to fill in: the user's sites, or those of one trial that are the user's."""
    if kind not in KINDS:
        raise Http404
    asked = Asked.of(request)
    if not {*asked.names} <= {"trial"}:
        raise BadRequest("A sheet is of all your sites, or of one trial.")
    write, content_type = KINDS[kind]
    response = HttpResponse(
        write(template_lines(_sites_of(request.user, asked.value("trial")), request.user)), content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{asked.value("trial") or "my"}-sites.{kind}"'
    return response


def _sites_of(user, key: str):
    if not key:
        return TrialSite.objects.filter(pk__in=sites_of(user).order_by().values("pk"))
    trial = Trial.objects.visible_to(user).with_key(trial_key(key))
    sites = TrialSite.objects.editable_by(user).filter(trial=trial)
    if trial is None or not sites.exists():
        raise Http404
    return sites


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """One change for sites of a board at the versions that it showed: ticked (`site=7:3`), or `all` (`7:3,8:1`).

    A board sends its choice by POST too, marked `choose`: an address has no room for a page of sites.
    """
    sent = request.POST if request.method == "POST" else request.GET
    chosen = sent["all"].split(",") if sent.get("all") else sent.getlist("site")
    versions = dict(_pair(text) for text in chosen)
    sites = list(told_sites(TrialSite.objects.editable_by(request.user).filter(pk__in=versions)))
    if len(sites) != len(versions):
        raise Http404
    is_filled_in = request.method == "POST" and "choose" not in request.POST
    form = ChosenForm(request.POST) if is_filled_in else ChosenForm()
    if form.is_bound and versions and form.is_valid():
        return redirect(begin_with_chosen(versions, form.cells, request.user))
    context = {"form": form, "sites": [(site, versions[site.pk]) for site in sites], "back": _board_of(sites)}
    return render(request, "work/bulk/choose.html", context, status=400 if form.errors else 200)


def _board_of(sites) -> str:
    """Where one came from; nothing where the sites are of several trials."""
    keys = {site.trial.key: site.trial for site in sites}
    return f"{keys.popitem()[1].get_absolute_url()}sites/" if len(keys) == 1 else ""


def _pair(text: str) -> tuple[int, int]:
    numbers = text.split(":")
    if len(numbers) != 2 or not all(one.isascii() and one.isdigit() and len(one) < 10 for one in numbers):
        raise BadRequest("A site is chosen at the version that was seen.")
    return int(numbers[0]), int(numbers[1])
