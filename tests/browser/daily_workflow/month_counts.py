"""A month's numbers of three sites, as somebody has them in a spreadsheet."""

from datetime import date

from common.partial_dates import PartialDate
from sites.models import EnrollmentReport, TrialSite

SITES = ("Hospital Santa Clara", "Hyogo East Hospital", "Ysbyty Glan y Morfa")  # of HARBOR-2
HEADINGS = ("Site", "Screened", "Consented", "Enrolled", "Withdrawn", "Completed")


def reported(site: TrialSite) -> EnrollmentReport:
    return site.enrollment_reports.order_by("month").last()


def counts_after(report: EnrollmentReport) -> list[int]:
    """One more joined."""
    return [report.screened + 2, report.consented + 1, report.enrolled + 1, report.withdrawn, report.completed]


def table_of(sites) -> str:
    """Copied with its headings."""
    lines = [[site.facility.name, *map(str, counts_after(reported(site)))] for site in sites]
    return "\n".join("\t".join(line) for line in [HEADINGS, *lines])


def month_of(day: date) -> PartialDate:
    return PartialDate(f"{day:%Y-%m}")
