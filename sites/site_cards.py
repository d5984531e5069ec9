"""A trial's sites for its page, by country and region, open ones first, each with its contacts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sites.choices import OPEN, STATUS_ORDER, ConfirmedAs, Listing, SiteStatus, StatusPublication
from sites.placeholder_names import current_country_name
from sites.public_status import is_trial_joinable, status_publication
from sites.status_summary import StatusSummary, count_sites, summarize_statuses
from trials.models import Trial
from trials.page.contact_cards import ContactCard, contact_cards

#: Lists with more sites than this are collapsed by country and by region.
FOLD_THRESHOLD = 100
#: Regions with more sites than this get a heading.
REGION_THRESHOLD = 2

_CONFIRMED_BY = {
    ConfirmedAs.SITE: gettext_noop("{n} confirmed by the site"),
    ConfirmedAs.TRIAL_OFFICE: gettext_noop("{n} confirmed by the trial office"),
    "": gettext_noop("{n} confirmed"),
}


@dataclass(frozen=True, slots=True)
class SiteCard:
    """One site. `status` is its public status, blank where none is shown; `publication` says why."""

    site: object
    people: list[ContactCard]
    status: str
    publication: StatusPublication

    @property
    def is_ahead(self) -> bool:
        return self.publication is StatusPublication.AHEAD_OF_TRIAL

    @property
    def is_held_back(self) -> bool:
        return self.publication is StatusPublication.HELD_BACK

    @property
    def is_delisted(self) -> bool:
        return self.site.listing == Listing.DELISTED


@dataclass(frozen=True, slots=True)
class RegionGroup:
    """The sites of one region; `name` is "" where the record has no state or region."""

    name: str
    cards: list[SiteCard]

    @property
    def open(self) -> int:
        return sum(card.status in OPEN for card in self.cards)

    @property
    def total(self) -> int:
        return len(self.cards)

    @property
    def has_heading(self) -> bool:
        return self.total > REGION_THRESHOLD


@dataclass(frozen=True, slots=True)
class CountryGroup:
    """The sites of one country; `name` is "" where the record has none, `anchor` is the id within the page."""

    name: str
    anchor: str
    regions: list[RegionGroup]

    @property
    def open(self) -> int:
        return sum(region.open for region in self.regions)

    @property
    def total(self) -> int:
        return sum(region.total for region in self.regions)

    @property
    def is_folded(self) -> bool:
        """Whether each of its regions is collapsed."""
        return self.total > FOLD_THRESHOLD and len(self.regions) > 1


@dataclass(frozen=True, slots=True)
class SiteGroups:
    """All sites of a trial. `tally` has each public status with its count, without the `held_back` sites.

    `is_joinable`: people could join the trial, so that contacts are published; `has_contact`: a site has one.
    """

    countries: list[CountryGroup]
    tally: list[tuple[str, int]]
    total: int
    held_back: int
    has_statuses: bool
    confirmed_by: dict[str, int]
    summary: StatusSummary
    is_joinable: bool
    has_contact: bool

    @property
    def is_folded(self) -> bool:
        return self.total > FOLD_THRESHOLD and len(self.countries) > 1

    @property
    def confirmation_text(self) -> str:
        """The numbers of statuses confirmed by the site, by the trial office, and never confirmed."""
        counts = [(self.confirmed_by.get(code, 0), text) for code, text in _CONFIRMED_BY.items()]
        parts = [_(text).format(n=f"{number:,}") for number, text in counts if number]
        rest = sum(count for status, count in self.tally if status) - sum(self.confirmed_by.values())
        if rest:
            parts.append(_("{n} never confirmed, shown as imported or last recorded").format(n=f"{rest:,}"))
        return _("Site statuses: {numbers}.").format(numbers="; ".join(parts))


def group_sites(trial: Trial, sites: Sequence, *, today: date, is_past: bool = False) -> SiteGroups:
    """The groups of a trial's sites, which have `facility`, `shown_roles` and `confirmed_as` loaded.

    `is_past`: with the statuses of a past day (`TrialSite.show_past_status`); what is held back today stays so.
    """
    overall, last_known = trial.overall_status, trial.last_known_status
    publication = partial(status_publication, overall, last_known)
    if is_past:
        cards = [_past_card(site, publication(site.status_today)) for site in sites]
    else:
        cards = [_card(site, publication(site.status)) for site in sites]
    shown = [card for card in cards if not card.is_held_back]
    counts = Counter(card.status for card in shown)
    pairs = [(site.status, site.last_confirmed_on) for site in sites]
    return SiteGroups(
        countries=_countries(cards),
        tally=sorted(counts.items(), key=lambda item: STATUS_ORDER[item[0]]),
        total=len(cards),
        held_back=len(cards) - len(shown),
        has_statuses=any(counts.keys()),
        confirmed_by=Counter(card.site.confirmed_as for card in shown if card.status and card.site.last_confirmed_on),
        is_joinable=is_trial_joinable(overall, last_known),
        has_contact=any(person.contact_details for card in cards for person in card.people),
        summary=_past_summary(counts, len(cards))
        if is_past
        else summarize_statuses(
            count_sites(overall, last_known, pairs), shown_status=trial.status_on(today), today=today
        ),
    )


def _card(site, publication: StatusPublication) -> SiteCard:
    status = "" if publication is StatusPublication.HELD_BACK else site.status
    return SiteCard(site, contact_cards(site.shown_roles), status, publication)


def _past_card(site, publication_today: StatusPublication) -> SiteCard:
    is_held_back = publication_today is StatusPublication.HELD_BACK
    return _card(site, publication_today if is_held_back else StatusPublication.SHOWN)


def _past_summary(counts: Counter[str], total: int) -> StatusSummary:
    recruiting = counts[SiteStatus.RECRUITING]
    share = ngettext("{n} of {total} site", "{n} of {total} sites", total).format(
        n=f"{recruiting:,}", total=f"{total:,}"
    )
    return StatusSummary(_("{share} recruiting").format(share=share) if total else "")


def _countries(cards: Iterable[SiteCard]) -> list[CountryGroup]:
    by_name = defaultdict(list)
    for card in cards:
        by_name[current_country_name(card.site.facility.country)].append(card)
    countries = [
        CountryGroup(name, f"country-{slugify(name) or number}", _regions(group))
        for number, (name, group) in enumerate(by_name.items())
    ]
    return sorted(countries, key=lambda country: (country.open == 0, not country.name, country.name))


def _regions(cards: Iterable[SiteCard]) -> list[RegionGroup]:
    by_name = defaultdict(list)
    for card in cards:
        by_name[card.site.facility.state].append(card)
    regions = [RegionGroup(name, sorted(group, key=_sort_key)) for name, group in by_name.items()]
    return sorted(regions, key=lambda region: (region.open == 0, not region.name, region.name))


def _sort_key(card: SiteCard) -> tuple:
    """Open sites first, delisted ones last, listings of one facility together."""
    site, facility = card.site, card.site.facility
    return card.is_delisted, STATUS_ORDER[card.status], facility.city, facility.name, facility.pk, site.duplicate_index
