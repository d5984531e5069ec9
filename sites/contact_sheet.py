"""The contact sheet of a trial: one printable page of its recruiting sites with whom to call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import dates
from common.query_params import QueryState, StrictFilterSet, bad_params_response
from sites.choices import SiteStatus
from sites.models import TrialSite
from sites.site_cards import SiteCard, group_sites
from trials.models import Trial
from trials.page.contact_cards import ContactCard, contact_cards


@dataclass(frozen=True, slots=True)
class CountrySheet:
    """The recruiting sites of one country, each with the people to call; `name` is "" where the record has none."""

    name: str
    sites: list[tuple[SiteCard, list[ContactCard]]]


@require_safe
def contact_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet; another spelling of the trial's key redirects."""
    trial = Trial.objects.visible_to(request.user).first_by_key(key)
    if trial is None:
        raise Http404
    query_state = QueryState.from_request(request).for_path(f"{trial.get_absolute_url()}contacts/")
    if query_state.path != request.path:
        return redirect(query_state.url, permanent=True)
    filterset = StrictFilterSet(query_state.query, queryset=Trial.objects.none())
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    today = dates.today()
    context = {
        "trial": trial,
        "today": today,
        "status": trial.status_on(today),
        "central_contacts": _central_contacts(trial, today),
        "countries": (countries := list(_recruiting_by_country(trial, today))),
        "total": sum(len(country.sites) for country in countries),
        "page_url": request.build_absolute_uri(query_state.path),
    }
    return render(request, "sites/contact_sheet.html", context)


def _central_contacts(trial: Trial, today: date) -> list[ContactCard]:
    return contact_cards(role for role in trial.roles.shown_on(today) if role.kind == "CENTRAL_CONTACT")


def _recruiting_by_country(trial: Trial, today: date) -> Iterable[CountrySheet]:
    """The sites whose public status is recruiting. Two queries."""
    roles = TrialSite._meta.get_field("roles").related_model.objects.shown_on(today)
    sites = trial.trial_sites.recruiting().with_confirmed_as().select_related("facility")
    groups = group_sites(
        trial, list(sites.prefetch_related(Prefetch("roles", roles, to_attr="shown_roles"))), today=today
    )
    for country in groups.countries:
        cards = [card for region in country.regions for card in region.cards if card.status == SiteStatus.RECRUITING]
        if cards:
            yield CountrySheet(country.name, [(card, _people_to_call(card.people)) for card in cards])


def _people_to_call(people: list[ContactCard]) -> list[ContactCard]:
    """Those with a phone or an e-mail; all when nobody has one."""
    return [person for person in people if person.contact_details] or people
