"""Flags, questions of managers to coordinators: forms, services, and the page of a flag."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from history.authorship import actor_names, authored
from sites.models import TrialSite
from trials.models import Trial
from work.models import Flag

MAX_LENGTH = 500


class FlagForm(forms.Form):
    """A question about the trial or one of its sites."""

    site = forms.ModelChoiceField(TrialSite.objects.none(), required=False, empty_label="Whole trial")
    text = forms.CharField(
        label="Question or issue",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter a question or describe the issue."},
    )

    def __init__(self, *args, trial: Trial, **kwargs):
        super().__init__(*args, **kwargs)
        sites = TrialSite.objects.filter(trial=trial).select_related("facility").order_by("facility__name", "pk")
        self.fields["site"].queryset = sites
        self.fields["site"].label_from_instance = _site_label


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Answer",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter an answer."},
    )


def _site_label(site: TrialSite) -> str:
    return ", ".join(filter(None, (site.facility.title, *site.facility.place)))


@transaction.atomic
def raise_flag(*, trial: Trial, site: TrialSite | None = None, text: str, author: str) -> Flag:
    """Add a flag. ValidationError if the site belongs to another trial."""
    if site and site.trial_id != trial.pk:
        raise ValidationError("This site belongs to another trial.", code="site-of-another-trial")
    with authored(author, reason=text):
        return Flag.objects.create(trial=trial, trial_site=site, text=text, raised_by=author)


@transaction.atomic
def close_flag(flag: Flag, *, author: str, answer: str = "") -> Flag:
    """Close a flag with an answer, or without one by its author. ValidationError if it is already closed."""
    current = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if current.closed_at:
        raise ValidationError("This flag is already closed.", code="flag-closed-once")
    if not answer and current.raised_by != author:
        raise ValidationError("Enter an answer.", code="flag-needs-an-answer")
    with authored(author, reason=answer or "Withdrawn"):
        current.answer, current.closed_by, current.closed_at = answer, author, timezone.now()
        current.save(update_fields=["answer", "closed_by", "closed_at"])
    return current


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
    if may_withdraw and "withdraw" in request.POST:
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
