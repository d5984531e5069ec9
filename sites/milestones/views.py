"""The pages of activation: every site of a trial with its stages, and one site to edit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import dates
from common.pagination import get_page, page_links
from common.query_params import QueryState, bad_params_response
from history.versioning import StaleVersion
from sites.board.filters import BoardFilterSet
from sites.choices import ActivationStage
from sites.milestones.forms import MilestonesForm
from sites.milestones.progress import progress_of, stage_counts
from sites.models import EnrollmentReport, TrialSite
from sites.permissions import SITES_ON_A_PAGE, get_trial_section, order_by_name
from sites.services import set_milestones, set_target


@login_required
@never_cache
@require_safe
def activation(request: HttpRequest, key: str) -> HttpResponse:
    """Sites × stages, with what comes next and how late it is."""
    room, asked, today = get_trial_section(request.user, key), QueryState.from_request(request), dates.today()
    found = BoardFilterSet(asked.query, _with_enrolled(room.sites), today=today, without=("page",))
    page = get_page(found, asked, size=SITES_ON_A_PAGE, order=order_by_name)
    if page is None:
        return bad_params_response(request, asked, found)
    context = page_links(asked, page) | {
        "room": room,
        "trial": room.trial,
        "rows": progress_of(page, today=today),
        "stages": list(ActivationStage),
        "tally": stage_counts(room.sites),
        "found": page.paginator.count,
        "is_narrowed": found.has_filters,
        "asked_words": asked.value("words"),
        "all_url": asked.path,
    }
    return render(request, "sites/milestones/overview.html", context)


def _with_enrolled(sites: QuerySet[TrialSite]) -> QuerySet[TrialSite]:
    known = EnrollmentReport.objects.filter(trial_site=OuterRef("pk"), enrolled__isnull=False).order_by("-month")
    return sites.select_related("trial").annotate(enrolled=Subquery(known.values("enrolled")[:1]))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_activation(request: HttpRequest, key: str, site: int) -> HttpResponse:
    """One site's milestones: the trial's coordinator edits them, the site's coordinator reads them."""
    room, today = get_trial_section(request.user, key), dates.today()
    place = _with_enrolled(room.sites).filter(pk=site).first()
    if place is None or (request.method == "POST" and not room.may_edit_trial):
        raise Http404
    form = MilestonesForm.from_request(place, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _save(request, form):
        messages.success(request, "Saved.")
        return redirect("activation_site", key=room.trial.key, site=site)
    may_propose = not room.may_edit_trial and room.editable.filter(pk=site).exists()
    context = {"room": room, "trial": room.trial, "site": place, "form": form, "may_propose": may_propose}
    [context["progress"]] = progress_of([place], today=today)
    status = 409 if form.edits and form.is_stale else 200
    return render(request, "sites/milestones/site.html", context, status=status)


def _save(request: HttpRequest, form: MilestonesForm) -> bool:
    """All of the page or nothing of it; what refuses goes into the form."""
    said, target = form.milestone_dates(), form.target_value()
    if form.errors or form.is_stale:
        return False
    who = {"author": request.user.actor, "reason": request.POST.get("why", "").strip()}
    try:
        with transaction.atomic():
            if said:
                set_milestones(form.site, said, accept_warnings="accept" in request.POST, **who)
            if form.target != form.seen_target:
                set_target(form.site, target=target, expected_target=form.site.enrollment_target, **who)
    except ValidationError as error:
        form.errors.extend(error.error_list)
    except StaleVersion:
        form.known = {milestone.stage: milestone for milestone in form.site.milestones.all()}
        form.site.refresh_from_db(fields=["enrollment_target"])
    else:
        return True
    return False
