"""The page of a flag: answer or withdraw it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from history.authorship import actor_names
from work.flags.forms import AnswerForm
from work.flags.services import close_flag
from work.models import Flag


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """A flag; its coordinators can answer it, its author can withdraw it."""
    flags = Flag.objects.visible_to(request.user).select_related("trial", "trial_site__facility")
    raised = get_object_or_404(flags, pk=pk)
    may_answer = Flag.objects.answerable_by(request.user).filter(pk=pk).exists()
    may_withdraw = raised.raised_by == request.user.actor
    form = AnswerForm(request.POST if "answer" in request.POST else None)
    if may_withdraw and "take_back" in request.POST:
        return _close(request, raised)
    if may_answer and form.is_valid():
        return _close(request, raised, form.cleaned_data["answer"])
    names = actor_names(filter(None, (raised.raised_by, raised.closed_by)))
    context = {
        "flag": raised,
        "form": form,
        "may_answer": may_answer,
        "may_withdraw": may_withdraw,
        "raised_by": names[raised.raised_by],
        "closed_by": names.get(raised.closed_by, ""),
    }
    return render(request, "work/flag.html", context)


def _close(request: HttpRequest, raised: Flag, answer: str = "") -> HttpResponse:
    try:
        close_flag(raised, author=request.user.actor, answer=answer)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(raised)
    messages.success(request, "Answer saved." if answer else "Flag withdrawn.")
    return redirect("work" if answer else raised)
