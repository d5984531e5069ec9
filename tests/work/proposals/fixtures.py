"""A site with its coordinators, and form data of change requests."""

from tests.factories import a_site, a_user, assign
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago


def make_site_and_users():
    """(site, site coordinator, trial coordinator)."""
    site = a_confirmed_site(a_recruiting_trial(1), 1, 2)
    ana, lead = a_user("ana", first_name="Ana", last_name="Lyon"), a_user("lead", first_name="Leo", last_name="Lead")
    assign(ana, site=site)
    assign(lead, trial=site.trial)
    return site, ana, lead


def proposed_status(site, to: str = "TERMINATED", **more) -> dict:
    post_data = {
        "to": to, "effective_on": days_ago(0).isoformat(), "version": site.version, "why": "The ward closes",
        "first_status": "ACTIVE_NOT_RECRUITING", "first_since": days_ago(1).isoformat(),
    }  # fmt: skip
    return post_data | more


def propose_facility_correction(site, **more) -> dict:
    names = ("name", "city", "state", "zip", "country")
    values = {name: getattr(site.facility, name) for name in names}
    return values | {"name": "Harbour Hospital", "why": "Renamed in May", "version": site.facility.version} | more


def make_other_site(facility, number: int = 9):
    return a_site(a_recruiting_trial(number), facility)
