"""A trial's sites as its page tells them: by country and region, open ones first, each with its people. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from sites.codes import Listing, SiteStatus
from sites.places import country_today
from sites.querysets import OPEN
from trials.page.people import Named, in_roles

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


@dataclass(frozen=True, slots=True)
class Card:
    """One site. `days` is the age of its last confirmation, None when nobody confirmed it."""

    site: object
    people: list[Named]
    days: int | None

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
        return sum(card.site.status in OPEN for card in self.cards)

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
    """All sites of a trial. `tally` is each status with its count; `days` the age of the freshest confirmation."""

    countries: list[Country]
    tally: list[tuple[str, int]]
    total: int
    recruiting: int
    is_told: bool
    confirmed: int
    days: int | None

    @property
    def is_folded(self) -> bool:
        return self.total > MANY and len(self.countries) > 1


def whereabouts_of(sites: Sequence, *, today: date) -> Whereabouts:
    """The sites, with their `facility` and `shown_roles` loaded, as of a day."""
    cards = [Card(site, in_roles(site.shown_roles), _days(site.last_confirmed_on, today)) for site in sites]
    counts = Counter(site.status for site in sites)
    ages = [card.days for card in cards if card.days is not None]
    return Whereabouts(
        countries=_countries(cards),
        tally=sorted(counts.items(), key=lambda told: STATUS_ORDER[told[0]]),
        total=len(cards),
        recruiting=counts[SiteStatus.RECRUITING],
        is_told=any(counts.keys()),
        confirmed=len(ages),
        days=min(ages, default=None),
    )


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
    return card.is_delisted, STATUS_ORDER[site.status], facility.city, facility.name, facility.pk, site.twin


def _days(day: date | None, today: date) -> int | None:
    return None if day is None else (today - day).days
