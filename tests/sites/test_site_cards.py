"""Site groups by country and region, open sites first."""

import random
from datetime import date

from sites.models import Facility, TrialSite
from sites.site_cards import FOLD_THRESHOLD, REGION_THRESHOLD, SiteGroups, group_sites
from trials.models import Trial

TODAY = date(2026, 3, 15)


def site(status="", country="France", state="", name="Hospital 1", **values) -> TrialSite:
    facility = Facility(name=name, city="Town 1", country=country, state=state)
    trial_site = TrialSite(facility=facility, status=status, **values)
    trial_site.shown_roles, trial_site.confirmed_as = [], ""
    return trial_site


def group(*sites: TrialSite) -> SiteGroups:
    return group_sites(Trial(overall_status="RECRUITING"), sites, today=TODAY)


def test_all_sites_are_grouped_whatever_their_order():
    sites = [site(status, country, state, f"Hospital {n}") for n, (status, country, state) in enumerate(
        (status, country, state)
        for status in ("RECRUITING", "COMPLETED", "")
        for country in ("France", "Chile", "")
        for state in ("North", "")
    )]  # fmt: skip
    first = group(*sites)
    random.Random(1).shuffle(sites)
    second = group(*sites)
    assert first.total == second.total == 18
    assert sum(country.total for country in first.countries) == 18
    assert [country.name for country in first.countries] == ["Chile", "France", ""]
    assert [names(country) for country in first.countries] == [names(country) for country in second.countries]


def names(country) -> list[str]:
    return [card.site.facility.name for region in country.regions for card in region.cards]


def test_an_older_name_of_a_country_is_the_same_country():
    assert [country.total for country in group(site(country="Turkey"), site(country="Turkey (Türkiye)")).countries] == [
        2
    ]


def test_countries_without_a_slug_have_distinct_anchors():
    countries = group(site(country="中国"), site(country=""), site(country="Norway")).countries
    assert len({country.anchor for country in countries}) == 3


def test_confirmations_are_counted_by_capacity():
    by_site, by_office, never = (site("RECRUITING", name=f"Hospital {number}") for number in range(3))
    by_site.last_confirmed_on = by_office.last_confirmed_on = date(2026, 3, 1)
    by_site.confirmed_as, by_office.confirmed_as = "SITE", "TRIAL_OFFICE"
    assert group(by_site, by_office, never).confirmation_text == (
        "Site statuses: 1 confirmed by the site; 1 confirmed by the trial office; "
        "1 never confirmed, shown as imported or last recorded."
    )


def test_only_long_lists_are_collapsed():
    assert not group(*[site(country=f"Country {n % 2}") for n in range(FOLD_THRESHOLD)]).is_folded
    assert group(*[site(country=f"Country {n % 2}") for n in range(FOLD_THRESHOLD + 1)]).is_folded
    one_country = group(*[site(state=f"State {n % 9}") for n in range(FOLD_THRESHOLD + 1)])
    assert (one_country.is_folded, one_country.countries[0].is_folded) == (False, True)


def test_a_region_of_many_sites_gets_a_heading():
    regions = (
        group(*[site(state="A")] * REGION_THRESHOLD, *[site(state="B")] * (REGION_THRESHOLD + 1)).countries[0].regions
    )
    assert [region.has_heading for region in regions] == [False, True]
