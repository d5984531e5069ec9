"""One's drafts, and what happens to a form whose token is too old."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.csrf import csrf_failure as refuse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.drafts import storage
from accounts.drafts.middleware import save_draft_and_redirect


@require_safe
@login_required
@never_cache
def drafts(request):
    """The forms that wait for their sender, with the page of each."""
    return render(request, "account/drafts.html", {"drafts": storage.drafts_of(request)})


@require_POST
@login_required
def discard(request, pk):
    get_object_or_404(storage.drafts_of(request), pk=pk).delete()
    messages.success(request, "Discarded.")
    return redirect("drafts")


def csrf_failure(request, reason=""):
    """A form that was open while somebody signed in elsewhere is shown again; one from another site is refused."""
    return save_draft_and_redirect(request) or refuse(request, reason)
