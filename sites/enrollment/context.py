"""What the pages of enrollment show."""

from collections.abc import Sequence
from datetime import date

from django.core.paginator import Page

from common.pagination import pager
from common.partial_dates import PartialDate
from common.query_params import Asked
from history.actor_names import names_of
from sites.enrollment.grid import Line, Standing, lines_of
from sites.enrollment.month_status import month_reports
from sites.enrollment.overview import Overview
from sites.enrollment.parsing import month_of, shifted
from sites.enrollment.reports import Reported
from sites.models import MonthLock, TrialSite
from sites.permissions import Room, by_name
from sites.rules.enrollment import CUMULATIVE

MONTHS_OF_A_SITE = 18


def overview_context(room: Room, asked: Asked, found, page: Page, *, count: str, today: date) -> dict:
    """Months × sites, one count of each."""
    overview = Overview(room.trial, found.qs, count=count, until=asked.value("until"), today=today)
    return pager(asked, page) | {
        "overview": overview,
        "month_reports": month_reports(list(by_name(room.sites)), today=today),
        "rows": overview.rows(page),
        "asked_words": asked.value("words"),
        "found": page.paginator.count,
        "is_narrowed": found.is_narrowing,
        "all_url": asked.path,
        "counts": [(name, name.capitalize()) for name in CUMULATIVE],
        "count": count,
        "earlier_url": asked.saying(until=shifted(overview.months[0], -1)).url,
        "later_url": asked.without("until").url if asked.value("until") else "",
        "next_month": shifted(month_of(today), -1),
        "may_type": room.editable.exists(),
        "csv_url": asked.without("page", "count", "until").saying(format="csv").url,
    }


def month_context(room: Room, asked: Asked, page: Page, month: PartialDate, *, today: date) -> dict:
    """One month, a line for each site of the page."""
    sites = list(page)
    lines = lines_of([(site, month) for site in sites], standing_of(room, sites))
    around = pager(asked, page) | month_frame(room, month, today=today)
    return around | {
        "lines": lines,
        "asked_words": asked.value("words"),
        "may_type": any(line.is_open for line in lines),
        "has_more": page.has_next(),
        "page_number": page.number,
    }


def month_frame(room: Room, month: PartialDate, *, today: date) -> dict:
    """What stands around the lines of a month: its neighbours, and who locked it."""
    locks = list(MonthLock.objects.filter(trial=room.trial, month=month))
    names = names_of([*(lock.locked_by for lock in locks), *filter(None, (lock.unlocked_by for lock in locks))])
    return {
        "month": month,
        "month_before": shifted(month, -1),
        "month_after": shifted(month, 1) if shifted(month, 1) <= month_of(today) else "",
        "is_locked": any(lock.unlocked_at is None for lock in locks),
        "is_over": month.last_day < today,
        "locks": [(lock, names[lock.locked_by], names.get(lock.unlocked_by, "")) for lock in locks],
    }


def standing_of(room: Room, sites: Sequence[TrialSite], reported: Reported | None = None) -> Standing:
    mine = room.editable.filter(pk__in=[site.pk for site in sites]).values_list("pk", flat=True)
    return Standing(reported or Reported(sites), editable=frozenset(mine))


def site_context(room: Room, site: TrialSite, *, until: str, today: date) -> dict:
    """The months of one site, with the way to earlier ones."""
    lines = site_lines(room, site, until=until, today=today)
    known = site.enrollment_reports.order_by("month").values_list("month", flat=True).first()
    first = lines[0].month if lines else ""
    return {
        "lines": lines,
        "may_type": any(line.is_open for line in lines),
        "earlier_url": f"?until={shifted(first, -1)}" if known and first and known < first else "",
        "later_url": "?" if until else "",
    }


def site_lines(room: Room, site: TrialSite, *, until: str, today: date) -> list[Line]:
    """Months down, the newest at the bottom: those since the first report, as far as the page has room."""
    reported = Reported([site])
    last = PartialDate(until) if until else max([month_of(today), *reported.months(site.pk)])
    first = min([*reported.months(site.pk), shifted(month_of(today), -1)])
    months = [month for by in range(1 - MONTHS_OF_A_SITE, 1) if (month := shifted(last, by)) >= first]
    return lines_of([(site, month) for month in months], standing_of(room, [site], reported))
