"""The publication of a site's status, for every pair of overall and site status."""

from itertools import product

import pytest

from contacts.models import Role
from sites.choices import OPEN, SiteStatus, StatusPublication
from sites.models import TrialSite
from sites.public_status import (
    entered_status,
    held_back_q,
    is_site_joinable,
    joinable_sites_q,
    public_status,
    status_publication,
)
from tests.factories import a_contact, a_facility, a_site, a_trial
from trials.choices import OverallStatus

SHOWN, AHEAD, HELD = StatusPublication.SHOWN, StatusPublication.AHEAD_OF_TRIAL, StatusPublication.HELD_BACK
OVERALL = ("", *OverallStatus.values)
STATUSES = ("", *SiteStatus.values)
PAIRS = list(product(OVERALL, STATUSES))
#: Overall status → the site statuses that are held back; all others are shown.
NYR, REC, EBI, ANR, SUSP, COMP, TERM, WITHD, AVAIL = SiteStatus.values
STILL_OPEN = {NYR, REC, EBI, AVAIL}
HELD_BACK = {
    "ENROLLING_BY_INVITATION": {REC},
    "ACTIVE_NOT_RECRUITING": STILL_OPEN,
    "SUSPENDED": {REC, EBI, AVAIL},
    "COMPLETED": STILL_OPEN | {ANR, SUSP},
    "TERMINATED": STILL_OPEN | {ANR, SUSP},
    "WITHDRAWN": STILL_OPEN | {ANR, SUSP, COMP, TERM},
    "NO_LONGER_AVAILABLE": STILL_OPEN,
    "TEMPORARILY_NOT_AVAILABLE": STILL_OPEN,
    "APPROVED_FOR_MARKETING": STILL_OPEN,
    "UNKNOWN": set(SiteStatus.values),
    "WITHHELD": set(SiteStatus.values),
}


@pytest.mark.parametrize(("overall", "status"), PAIRS)
def test_every_pair_of_statuses_is_shown_ahead_or_held_back(overall, status):
    expected = HELD if status in HELD_BACK.get(overall, ()) else SHOWN
    if overall == NYR and status not in ("", NYR, WITHD):
        expected = AHEAD
    assert status_publication(overall, "", status) is expected
    assert public_status(overall, "", status) == ("" if expected is HELD else status)


@pytest.mark.parametrize(("last_known", "status"), PAIRS)
def test_an_unknown_trial_follows_its_last_known_status(last_known, status):
    known = last_known or "UNKNOWN"
    assert entered_status("UNKNOWN", last_known) == known
    assert status_publication("UNKNOWN", last_known, status) is status_publication(known, "", status)
    assert is_site_joinable("UNKNOWN", last_known, status) == is_site_joinable(known, "", status)


@pytest.mark.parametrize(("overall", "status"), PAIRS)
def test_contacts_are_published_only_where_people_can_join(overall, status):
    """Source: the table of contacts in docs/rules.md; a held back status never has a contact beside it."""
    joinable = (overall in ("", NYR, REC) and status in (NYR, REC)) or (overall, status) in (
        (NYR, ""), (AVAIL, ""), (AVAIL, AVAIL),
    )  # fmt: skip
    assert is_site_joinable(overall, "", status) == joinable
    assert not (joinable and status_publication(overall, "", status) is HELD)


@pytest.mark.parametrize(("overall", "status"), PAIRS)
def test_a_trial_that_is_closed_shows_no_open_site(overall, status):
    closed = set(OVERALL) - {"", "NOT_YET_RECRUITING", "RECRUITING", "ENROLLING_BY_INVITATION", "AVAILABLE"}
    if overall in closed:
        assert public_status(overall, "", status) not in OPEN


@pytest.mark.django_db
def test_the_conditions_match_the_functions_for_every_pair():
    hospital = a_facility()
    for number, (overall, known) in enumerate([*product(OVERALL, [""]), *product(["UNKNOWN"], OverallStatus.values)]):
        trial = a_trial(number + 1, overall_status=overall, last_known_status=known)
        for index, status in enumerate(STATUSES):
            a_contact(site=a_site(trial, hospital, duplicate_index=index + 1, status=status))
    sites = list(TrialSite.objects.with_shown_status().select_related("trial"))
    held_back, joinable = (
        set(TrialSite.objects.filter(rows()).values_list("pk", flat=True)) for rows in (held_back_q, joinable_sites_q)
    )
    published = set(Role.objects.publishable().values_list("trial_site", flat=True))
    for site in sites:
        pair = site.trial.overall_status, site.trial.last_known_status, site.status
        assert (site.pk in held_back) == (status_publication(*pair) is HELD), pair
        assert site.shown_status == public_status(*pair), pair
        assert (site.pk in joinable) == (site.pk in published) == is_site_joinable(*pair), pair
    for status in STATUSES:
        expected = {site.pk for site in sites if site.shown_status == status}
        assert set(TrialSite.objects.publicly_in([status]).values_list("pk", flat=True)) == expected
