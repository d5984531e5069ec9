"""A trial's sites as its page tells them: by country and region, open ones first, each with its people. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from sites.choices import OPEN, ConfirmedAs, Listing, SiteStatus, StatusPublication
from sites.place_names import country_today
from sites.public_status import publication_of, trial_takes_calls
from sites.status_summary import Headline, counts_of, headline_of
from trials.models import Trial
from trials.page.contact_cards import Named, in_roles

#: From here on a list is folded by country, and by region.
MANY = 100
#: A region of more sites gets a row of its own.
FEW = 2

#: Open ones first, ended ones last; a status that is not published in between.
STATUS_ORDER = {
    status: rank
    for rank, status in enumerate(
        (
            SiteStatus.RECRUITING,
            SiteStatus.AVAILABLE,
            SiteStatus.ENROLLING_BY_INVITATION,
            SiteStatus.NOT_YET_RECRUITING,
            "",
            SiteStatus.SUSPENDED,
            SiteStatus.ACTIVE_NOT_RECRUITING,
            SiteStatus.COMPLETED,
            SiteStatus.TERMINATED,
            SiteStatus.WITHDRAWN,
        )
    )
}


_CONFIRMED_BY = {ConfirmedAs.SITE: "by the site", ConfirmedAs.TRIAL_OFFICE: "by the trial’s office", "": ""}


@dataclass(frozen=True, slots=True)
class Card:
    """One site. `status` is the one that the public sees, blank where none is shown, and `publication` why."""

    site: object
    people: list[Named]
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
class Region:
    """`name` is "" for sites whose record names no state or region."""

    name: str
    cards: list[Card]

    @property
    def open(self) -> int:
        return sum(card.status in OPEN for card in self.cards)

    @property
    def total(self) -> int:
        return len(self.cards)

    @property
    def is_wide(self) -> bool:
        return self.total > FEW


@dataclass(frozen=True, slots=True)
class Country:
    """`name` is "" for sites whose record names none. `anchor` is its address within the page."""

    name: str
    anchor: str
    regions: list[Region]

    @property
    def open(self) -> int:
        return sum(region.open for region in self.regions)

    @property
    def total(self) -> int:
        return sum(region.total for region in self.regions)

    @property
    def is_folded(self) -> bool:
        """Whether its regions are folded one by one."""
        return self.total > MANY and len(self.regions) > 1


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """All sites of a trial. `tally` is each status that is shown with its count; `held_back` are in none of them.

    `takes_calls`: somebody could join the trial, so that contacts are published; `has_contact`: a site has one.
    """

    countries: list[Country]
    tally: list[tuple[str, int]]
    total: int
    held_back: int
    is_told: bool
    confirmed_by: dict[str, int]
    headline: Headline
    takes_calls: bool
    has_contact: bool

    @property
    def is_folded(self) -> bool:
        return self.total > MANY and len(self.countries) > 1

    @property
    def confirmed_in_words(self) -> str:
        """How many statuses are shown as the site confirmed them, as the trial's office did, and as imported."""
        told = [(self.confirmed_by.get(code, 0), words) for code, words in _CONFIRMED_BY.items()]
        parts = [f"{number:,} confirmed {words}".strip() for number, words in told if number]
        rest = sum(count for status, count in self.tally if status) - sum(self.confirmed_by.values())
        if rest:
            parts.append(f"{rest:,} never confirmed, shown as imported or last recorded")
        return f"Site statuses: {'; '.join(parts)}."


def whereabouts_of(trial: Trial, sites: Sequence, *, today: date) -> Whereabouts:
    """The sites, with their `facility`, `shown_roles` and `confirmed_as` loaded, as of a day."""
    overall, last_known = trial.overall_status, trial.last_known_status
    cards = [_card(site, publication_of(overall, last_known, site.status)) for site in sites]
    shown = [card for card in cards if not card.is_held_back]
    counts = Counter(card.status for card in shown)
    pairs = [(site.status, site.last_confirmed_on) for site in sites]
    return Whereabouts(
        countries=_countries(cards),
        tally=sorted(counts.items(), key=lambda told: STATUS_ORDER[told[0]]),
        total=len(cards),
        held_back=len(cards) - len(shown),
        is_told=any(counts.keys()),
        confirmed_by=Counter(card.site.confirmed_as for card in shown if card.status and card.site.last_confirmed_on),
        takes_calls=trial_takes_calls(overall, last_known),
        has_contact=any(person.reaches for card in cards for person in card.people),
        headline=headline_of(counts_of(overall, last_known, pairs), shown_status=trial.status_on(today), today=today),
    )


def _card(site, publication: StatusPublication) -> Card:
    status = "" if publication is StatusPublication.HELD_BACK else site.status
    return Card(site, in_roles(site.shown_roles), status, publication)


def _countries(cards: Iterable[Card]) -> list[Country]:
    by_name = defaultdict(list)
    for card in cards:
        by_name[country_today(card.site.facility.country)].append(card)
    countries = [
        Country(name, f"country-{slugify(name) or number}", _regions(found))
        for number, (name, found) in enumerate(by_name.items())
    ]
    return sorted(countries, key=lambda country: (country.open == 0, not country.name, country.name))


def _regions(cards: Iterable[Card]) -> list[Region]:
    by_name = defaultdict(list)
    for card in cards:
        by_name[card.site.facility.state].append(card)
    regions = [Region(name, sorted(found, key=_in_order)) for name, found in by_name.items()]
    return sorted(regions, key=lambda region: (region.open == 0, not region.name, region.name))


def _in_order(card: Card) -> tuple:
    """Open ones first, what left the record last; twins side by side."""
    site, facility = card.site, card.site.facility
    return card.is_delisted, STATUS_ORDER[card.status], facility.city, facility.name, facility.pk, site.twin
