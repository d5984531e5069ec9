"""Forms of a trial: confirming several sites, reminding, verifying the record, adding and requesting a site."""

from django.contrib.auth import get_user_model

from sites.models import TrialSite
from tests.browser.screens.stage import at, change_as_other_user, press
from trials.models import Trial

LEAD, SITE = "trialcoordinator", "coordinator"
VERIFICATION, NEW_SITE = "/work/trials/NCT00000001/verification/", "/work/trials/NCT00000001/new-site/"


def own_site() -> TrialSite:
    coordinator = get_user_model().objects.get(username=SITE)
    return TrialSite.objects.editable_by(coordinator).filter(status="RECRUITING").order_by("pk").first()


def review_of_several(stage):
    return stage.go("/work/confirm/review/", LEAD)


def reminder_request(stage):
    """One site that is overdue, and one that is not."""
    sites = TrialSite.objects.filter(trial__nct_id="NCT00000001", last_confirmed_on__isnull=False).order_by(
        "last_confirmed_on"
    )
    return stage.go(f"/work/remind/?site={sites.first().pk}&site={sites.last().pk}", LEAD)


def verification_with_errors(stage):
    page = stage.go(VERIFICATION, LEAD)
    page.fill("[name=verified_on]", "2099-01")
    return press(page, "Verify the record")


def verification_of_stale(stage):
    page = stage.go(VERIFICATION, LEAD)
    change_as_other_user(Trial.objects.get(nct_id="NCT00000001"), acronym="HARBOUR")
    return press(page, "Verify the record")


def new_site_found(stage):
    page = stage.go(NEW_SITE, LEAD)
    page.fill("[name=words]", "hospital")
    return press(page, "Search")


def new_site_with_errors(stage):
    page = stage.go(NEW_SITE, LEAD)
    page.fill("[name=contact_email]", "nobody at nowhere")
    return press(page, "Add the site")


def site_request(stage):
    return stage.go(f"/work/trials/{own_site().trial.key}/new-site/", SITE)


def site_request_with_errors(stage):
    return press(site_request(stage), "Request the site")


def site_request_waiting(stage):
    page = site_request(stage)
    page.fill("[name=name]", "Hospital of the Harbour")
    page.fill("[name=city]", "Nantes")
    page.fill("[name=country]", "France")
    page.fill("[name=why]", "Half of our patients live there.")
    press(page, "Request the site")
    return site_request(stage)


SCREENS = {
    "review-of-several": review_of_several,
    "review-of-none": at("/work/confirm/review/", "newcomer"),
    "reminder-request": reminder_request,
    "verification": at(VERIFICATION, LEAD),
    "verification-with-errors": verification_with_errors,
    "verification-of-stale": verification_of_stale,
    "new-site": at(NEW_SITE, LEAD),
    "new-site-found": new_site_found,
    "new-site-with-errors": new_site_with_errors,
    "site-request": site_request,
    "site-request-with-errors": site_request_with_errors,
    "site-request-waiting": site_request_waiting,
}
