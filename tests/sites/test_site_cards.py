"""Sites by country and region, open ones first, none lost."""

import random
from datetime import date

from sites.models import Facility, TrialSite
from sites.site_cards import FOLD_THRESHOLD, REGION_THRESHOLD, SiteGroups, group_sites
from trials.models import Trial

TODAY = date(2026, 3, 15)


def site(status="", country="France", state="", name="Hospital 1", **values) -> TrialSite:
    facility = Facility(name=name, city="Town 1", country=country, state=state)
    made = TrialSite(facility=facility, status=status, **values)
    made.shown_roles, made.confirmed_as = [], ""
    return made


def where(*sites: TrialSite) -> SiteGroups:
    return group_sites(Trial(overall_status="RECRUITING"), sites, today=TODAY)


def test_nothing_is_lost_and_the_order_of_the_record_does_not_matter():
    sites = [site(status, country, state, f"Hospital {n}") for n, (status, country, state) in enumerate(
        (status, country, state)
        for status in ("RECRUITING", "COMPLETED", "")
        for country in ("France", "Chile", "")
        for state in ("North", "")
    )]  # fmt: skip
    first = where(*sites)
    random.Random(1).shuffle(sites)
    again = where(*sites)
    assert first.total == again.total == 18
    assert sum(country.total for country in first.countries) == 18
    assert [country.name for country in first.countries] == ["Chile", "France", ""]
    assert [names(country) for country in first.countries] == [names(country) for country in again.countries]


def names(country) -> list[str]:
    return [card.site.facility.name for region in country.regions for card in region.cards]


def test_an_older_name_of_a_country_is_the_same_country():
    assert [country.total for country in where(site(country="Turkey"), site(country="Turkey (Türkiye)")).countries] == [
        2
    ]


def test_countries_that_cannot_be_spelt_in_an_address_have_one_each():
    found = where(site(country="中国"), site(country=""), site(country="Norway")).countries
    assert len({country.anchor for country in found}) == 3


def test_who_confirmed_is_counted_and_what_nobody_confirmed_is_said():
    by_site, by_office, never = (site("RECRUITING", name=f"Hospital {number}") for number in range(3))
    by_site.last_confirmed_on = by_office.last_confirmed_on = date(2026, 3, 1)
    by_site.confirmed_as, by_office.confirmed_as = "SITE", "TRIAL_OFFICE"
    assert where(by_site, by_office, never).confirmation_text == (
        "Site statuses: 1 confirmed by the site; 1 confirmed by the trial office; "
        "1 never confirmed, shown as imported or last recorded."
    )


def test_only_long_lists_are_folded():
    assert not where(*[site(country=f"Country {n % 2}") for n in range(FOLD_THRESHOLD)]).is_folded
    assert where(*[site(country=f"Country {n % 2}") for n in range(FOLD_THRESHOLD + 1)]).is_folded
    one_country = where(*[site(state=f"State {n % 9}") for n in range(FOLD_THRESHOLD + 1)])
    assert (one_country.is_folded, one_country.countries[0].is_folded) == (False, True)


def test_a_region_of_many_sites_gets_a_row_of_its_own():
    regions = (
        where(*[site(state="A")] * REGION_THRESHOLD, *[site(state="B")] * (REGION_THRESHOLD + 1)).countries[0].regions
    )
    assert [region.has_heading for region in regions] == [False, True]
