"""A bulk change: see what it would do, apply it, read the receipt, undo it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import dates
from trials.asking.asked import Asked
from work.bulk import pages
from work.bulk.applying import apply as apply_bulk
from work.bulk.beginning import tried
from work.bulk.undoing import undo as undo_bulk
from work.models import BulkChange


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
    asked, today = Asked.of(request).at(bulk.get_absolute_url()), dates.today()
    if bulk.applied_at:
        return render(request, "work/bulk/receipt.html", pages.receipt_context(bulk, request.user, asked, on=today))
    context = pages.dry_run_context(bulk, tried(bulk, request.user, on=today), asked) | {"refusal": refusal}
    return render(request, "work/bulk/dry_run.html", context, status=409 if refusal else 200)
