"""The page that adds a site with its status, contact and target to a trial, or requests one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.form_fields import parse_whole_number
from common.partial_dates import PartialDate
from contacts.choices import ContactRole, RoleKind
from contacts.services import add_person, give_role
from sites.models import Facility, TrialSite
from sites.services import Authority, add_site, change_status, find_or_add_facility
from sites.text_search import search_facilities
from trials.models import Trial
from work.models import ProposalKind
from work.proposals.services import open_proposal, propose
from work.site_requests.forms import NewSiteForm, SiteRequestForm

MAX_FACILITIES = 20


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_site(request: HttpRequest, key: str) -> HttpResponse:
    """Add a site (trial coordinators) or request one (site coordinators)."""
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    if Trial.objects.editable_by(request.user).filter(pk=trial.pk).exists():
        return _add(request, trial)
    site = TrialSite.objects.editable_by(request.user).filter(trial=trial).select_related("facility", "trial").first()
    if site is None:
        raise Http404
    return _request(request, trial, site)


def _add(request: HttpRequest, trial: Trial) -> HttpResponse:
    search_text = request.POST.get("words", request.GET.get("words", "")).strip()
    facilities = Facility.objects.surviving().order_by("name", "city", "pk")
    results = search_facilities(facilities, search_text) if search_text else Facility.objects.none()
    listed = list(results[: MAX_FACILITIES + 1])
    offered, chosen = listed[:MAX_FACILITIES], _selected_facility(request)
    if chosen and chosen not in offered:
        offered.insert(0, chosen)
    is_search = "search" in request.POST
    initial = NewSiteForm.initial_from_post(request.POST, is_offered=bool(offered)) if is_search else None
    form = NewSiteForm(None if is_search else request.POST or None, trial=trial, facilities=offered, initial=initial)
    if request.method == "POST" and not is_search and form.is_valid():
        try:
            site = _add_site_with_details(trial=trial, author=request.user.actor, **form.details)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{site.facility.title} was added to this trial.")
            return redirect(f"{trial.get_absolute_url()}sites/")
    sites = trial.trial_sites.filter(facility__in=offered).select_related("trial", "facility").order_by("position")
    context = {
        "trial": trial,
        "form": form,
        "words": search_text,
        "found": listed,
        "is_cut": len(listed) > MAX_FACILITIES,
        "already": dict.fromkeys([*sites, *(form.existing_sites if form.is_bound else ())]),
    }
    return render(request, "work/site_requests/add.html", context)


def _selected_facility(request: HttpRequest) -> Facility | None:
    """The facility selected before a further search; it stays in the list."""
    pk = parse_whole_number(request.POST.get("facility", ""))
    return Facility.objects.filter(pk=pk).first() if pk else None


def _request(request: HttpRequest, trial: Trial, site: TrialSite) -> HttpResponse:
    form = SiteRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = {name: text for name, text in form.place.items() if text}
        try:
            proposal = propose(
                site, kind=ProposalKind.SITE, new=new, why=form.cleaned_data["why"], author=request.user.actor,
                version=site.version,
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "Request submitted. A trial coordinator will decide.")
            return redirect(proposal)
    waiting = open_proposal(site, ProposalKind.SITE)
    return render(request, "work/site_requests/request.html", {"trial": trial, "form": form, "waiting": waiting})


@transaction.atomic
def _add_site_with_details(
    *,
    trial: Trial,
    facility: Facility | dict[str, str],
    author: str,
    reason: str = "",
    status: str = "",
    effective_on: PartialDate | None = None,
    contact: dict[str, str] | None = None,
    target: int | None = None,
    takes_part_again: bool = False,
    accept_warnings: bool = False,
) -> TrialSite:
    """Add a site in one transaction. `facility` is an existing one, or the values by which one is found or added.

    ValidationError if a rule rejects the facility, the site, its status or its contact.
    """
    authorship = {"author": author, "reason": reason}
    facility = facility if isinstance(facility, Facility) else find_or_add_facility(**facility, **authorship)
    site = add_site(
        trial=trial, facility=facility, takes_part_again=takes_part_again, enrollment_target=target, **authorship
    )
    if status:
        change_status(
            site, to=status, effective_on=effective_on, authority=Authority.TRIAL_COORDINATOR,
            accept_warnings=accept_warnings, **authorship,
        )  # fmt: skip
    if contact:
        person = add_person(**contact, **authorship)
        give_role(person, kind=RoleKind.SITE_CONTACT, role=ContactRole.CONTACT, trial_site=site, **authorship)
    site.refresh_from_db()
    return site
