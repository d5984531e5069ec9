"""The list of the user's drafts, and the handler of expired CSRF tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.csrf import csrf_failure as csrf_failure_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.drafts import middleware
from accounts.drafts.middleware import save_draft_and_redirect


@require_safe
@login_required
@never_cache
def drafts(request):
    """The user's drafts, with a link to the page of each."""
    return render(request, "account/drafts.html", {"drafts": middleware.drafts_of(request)})


@require_POST
@login_required
def discard(request, pk):
    get_object_or_404(middleware.drafts_of(request), pk=pk).delete()
    messages.success(request, "Form discarded.")
    return redirect("drafts")


def csrf_failure(request, reason=""):
    """Shows a form with an expired token again, filled in; a form of another site gets Django's 403 response."""
    return save_draft_and_redirect(request) or csrf_failure_response(request, reason)
