"""Screens of enrollment, locked months and milestones."""

from datetime import timedelta

from django.utils import timezone

from common.partial_dates import PartialDate
from sites.models import EnrollmentReport, TrialSite
from sites.services import lock_month, report_enrollment, set_target
from tests.browser.screens.stage import at, follow, press

FOLDERS = ["sites/enrollment", "sites/milestones"]
ELSEWHERE: dict[str, str] = {}
LEAD, READER = "trialcoordinator", "inspector"
TRIAL = "/trials/NCT00000001/"


def last_month() -> str:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).isoformat()[:7]


def a_site() -> TrialSite:
    counted = EnrollmentReport.objects.filter(trial_site__trial__nct_id="NCT00000001").order_by("trial_site")
    return counted.first().trial_site


def month(stage):
    page = stage.go(f"{TRIAL}enrollment/", LEAD)
    return follow(page, page.locator("main a.btn.first").first)


def month_with_errors(stage):
    page = month(stage)
    page.locator("[data-cell]").nth(0).fill("3")
    page.locator("[data-cell]").nth(1).fill("99")
    page.locator("[data-cell]").nth(2).fill("many")
    return press(page, "Save", exact=True)


def pasted(stage):
    page = month(stage)
    if page.locator("#table:visible").count() == 0:
        page.locator("details:has(#table) summary").click()
    page.fill("#table", "120\t110\t104\t2\t40\t9\t9\n121\t110\n")
    return press(page, "Fill table")


def months_of_a_site(stage):
    return stage.go(f"{TRIAL}enrollment/{a_site().pk}/", LEAD)


def months_of_stale(stage):
    """Another user saves a month before the form is submitted."""
    site, page = a_site(), months_of_a_site(stage)
    cell = page.locator("[data-cell]").last
    line = cell.get_attribute("id").partition("-")[2]
    report_enrollment(
        site, month=line.partition("-")[2] or last_month(), author="user:1", screened=990, accept_warnings=True
    )
    cell.fill("1")
    return press(page, "Save", exact=True)


def site_with_locked_month(stage):
    site = a_site()
    lock_month(site.trial, month=PartialDate(last_month()), author="user:1")
    return stage.go(f"{TRIAL}enrollment/?month={last_month()}", LEAD)


def stages_with_errors(stage):
    page = stage.go(f"{TRIAL}activation/{a_site().pk}/", LEAD)
    boxes = page.locator("main table input[type=date]")
    boxes.nth(2).fill("2099-02-28")
    boxes.nth(5).fill("2001-02-28")
    page.fill("#target", "many")
    return press(page, "Save")


def stages_of_stale(stage):
    site = a_site()
    page = stage.go(f"{TRIAL}activation/{site.pk}/", LEAD)
    set_target(site, target="77", expected_target=site.enrollment_target, author="user:1")
    page.fill("#target", "88")
    return press(page, "Save")


SCREENS = {
    "enrollment": at(f"{TRIAL}enrollment/", LEAD),
    "enrollment-read": at(f"{TRIAL}enrollment/", READER),
    "enrollment-none": at("/trials/NCT00000003/enrollment/", LEAD),
    "enrollment-no-match": at(f"{TRIAL}enrollment/?words=nowhere", LEAD),
    "month": month,
    "month-with-errors": month_with_errors,
    "month-pasted": pasted,
    "months-of-a-site": months_of_a_site,
    "months-of-stale": months_of_stale,
    "month-locked": site_with_locked_month,
    "month-locked-read": at(f"{TRIAL}enrollment/?month={last_month()}", READER),
    "activation": at(f"{TRIAL}activation/", LEAD),
    "activation-young": at("/trials/NCT00000003/activation/", LEAD),
    "stages": lambda stage: stage.go(f"{TRIAL}activation/{a_site().pk}/", LEAD),
    "stages-read": lambda stage: stage.go(f"{TRIAL}activation/{a_site().pk}/", READER),
    "stages-with-errors": stages_with_errors,
    "stages-of-stale": stages_of_stale,
}
