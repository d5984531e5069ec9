"""What the list of a trial's findings can be asked.

What the rules say about a trial, to those who may edit something of it and to managers, who may flag it.
"""

from datetime import datetime, timedelta

import django_filters
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import dates
from common.number_fields import StrictIntegerField
from common.pagination import numbered_page, pager
from common.query_params import Asked, StrictFilterSet, refused
from common.rules import Level
from trials.models import Trial
from work.assignments import trials_told_to
from work.findings.evaluate import catch_up
from work.flags.forms import FlagForm
from work.flags.services import raise_flag
from work.models import Finding, Flag

IN_VIEW = timedelta(days=90)
OPEN, MENDED = "open", "mended"


class WholeNumberFilter(django_filters.NumberFilter):
    field_class = StrictIntegerField


class FindingFilterSet(StrictFilterSet):
    """`state`: what is open (unless asked otherwise) or what was mended within 90 days; `site`: one of them."""

    state = django_filters.ChoiceFilter(choices=[(OPEN, "Open"), (MENDED, "Mended")], method="in_state")
    site = WholeNumberFilter("trial_site", min_value=1, max_value=2**63 - 1)

    class Meta(StrictFilterSet.Meta):
        model = Finding
        fields = ()

    @property
    def shows_mended(self) -> bool:
        return self.data.get("state") == MENDED

    @property
    def qs(self):
        return super().qs if self.shows_mended else super().qs.open()

    def in_state(self, findings, name, state):
        return findings.closed_since(_moment()) if state == MENDED else findings


def _moment() -> datetime:
    return timezone.now() - IN_VIEW


SHOWN = 100
PAGE = ("page",)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """Its findings, open or mended within 90 days, and its flags; somebody else's trial looks like a missing one."""
    asked, found = Asked.of(request), trials_told_to(request.user).with_key(key)
    if found is None or (request.method == "POST" and not request.user.is_manager):
        raise Http404
    here = asked.at(reverse("work_trial", args=[found.key]))
    if here.path != asked.path or asked.has_blanks:
        return redirect(here.url)
    form = FlagForm(request.POST or None, trial=found) if request.user.is_manager else None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        raise_flag(trial=found, site=said["site"], sentence=said["sentence"], author=request.user.actor)
        messages.success(request, "Flagged. It stands on the list of whoever looks after it.")
        return redirect(here.path)
    return _page(request, found, asked, form)


def _page(request: HttpRequest, found: Trial, asked: Asked, form: FlagForm | None) -> HttpResponse:
    is_behind = catch_up(Trial.objects.filter(pk=found.pk), on=dates.today())
    findings = Finding.objects.visible_to(request.user).filter(trial=found)
    flags = Flag.objects.visible_to(request.user).filter(trial=found).open()
    filterset = FindingFilterSet(asked.query, _told(findings, request.user), without=PAGE)
    page = numbered_page(filterset, asked, size=SHOWN, order=_gravest_first)
    if page is None:
        return refused(request, asked, filterset)
    context = {
        "trial": found,
        "page": page,
        "filterset": filterset,
        "is_behind": is_behind,
        "flags": flags.select_related("trial_site__facility"),
        "form": form,
        "today": dates.today(),
        "sees_whole_trial": request.user.reads_everything
        or Trial.objects.editable_by(request.user).filter(pk=found.pk).exists(),
    }
    return render(request, "work/trial.html", context | pager(asked, page))


def _told(findings: QuerySet, user) -> QuerySet:
    """With everything that a row shows."""
    return findings.saying_mendable_by(user).select_related("trial_site__facility", "role__person")


def _gravest_first(findings: QuerySet) -> QuerySet:
    """Errors first, then what is due first; the newest of what was mended."""
    gravity = Case(
        *(When(level=level, then=Value(rank)) for rank, level in enumerate(Level)), output_field=IntegerField()
    )
    return findings.order_by(F("closed_at").desc(), gravity, F("due_on").asc(nulls_last=True), "rule", "pk")
