"""People's reports on My work."""

from collections.abc import Iterator
from datetime import date

from work.items import Item, Kind
from work.models import PublicReport


def reports_of(user, *, today: date) -> Iterator[Item]:
    """One query. Oldest first."""
    rows = PublicReport.objects.open().addressed_to(user).select_related("trial", "trial_site__facility")
    for report in rows.order_by("reported_at", "pk"):
        what = f"Somebody says: {report.get_fault_display().lower()}"
        place = report.trial_site.facility.title if report.trial_site else "The whole study"
        rule = f"{place}. Reported on {report.reported_at:%-d %B %Y} from the public page."
        yield Item(Kind.REPORT, report.trial, what, rule, url=report.get_absolute_url(), act="Look at it")
