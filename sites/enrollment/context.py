"""Template contexts of the enrollment pages."""

from collections.abc import Sequence
from datetime import date

from django.core.paginator import Page

from common.pagination import page_links
from common.partial_dates import PartialDate
from common.query_params import QueryState
from history.authorship import actor_names
from sites.enrollment.grid import GridRow, GridState, grid_rows
from sites.enrollment.month_status import month_reports
from sites.enrollment.overview import Overview
from sites.enrollment.parsing import add_months, month_of
from sites.enrollment.reports import ReportedCounts
from sites.models import MonthLock, TrialSite
from sites.permissions import TrialSection, order_by_name
from sites.rules import CUMULATIVE

MONTHS_OF_A_SITE = 18


def overview_context(
    section: TrialSection, query_state: QueryState, filterset, page: Page, *, count: str, today: date
) -> dict:
    """The overview: one count by site and month."""
    overview = Overview(section.trial, filterset.qs, count=count, until=query_state.value("until"), today=today)
    return page_links(query_state, page) | {
        "overview": overview,
        "month_reports": month_reports(list(order_by_name(section.sites)), today=today),
        "rows": overview.rows(page),
        "search_text": query_state.value("words"),
        "result_count": page.paginator.count,
        "is_filtered": filterset.has_filters,
        "all_url": query_state.path,
        "counts": [(name, name.capitalize()) for name in CUMULATIVE],
        "count": count,
        "earlier_url": query_state.with_params(until=add_months(overview.months[0], -1)).url,
        "later_url": query_state.without("until").url if query_state.value("until") else "",
        "next_month": add_months(month_of(today), -1),
        "can_edit": section.editable.exists(),
        "csv_url": query_state.without("page", "count", "until").with_params(format="csv").url,
    }


def month_context(
    section: TrialSection, query_state: QueryState, page: Page, month: PartialDate, *, today: date
) -> dict:
    """One month, with a row for each site of the page."""
    sites = list(page)
    rows = grid_rows([(site, month) for site in sites], grid_state(section, sites))
    header = page_links(query_state, page) | month_header_context(section, month, today=today)
    return header | {
        "rows": rows,
        "search_text": query_state.value("words"),
        "can_edit": any(row.is_open for row in rows),
        "has_more": page.has_next(),
        "page_number": page.number,
    }


def month_header_context(section: TrialSection, month: PartialDate, *, today: date) -> dict:
    """The neighbouring months and the locks of a month."""
    locks = list(MonthLock.objects.filter(trial=section.trial, month=month))
    names = actor_names([*(lock.locked_by for lock in locks), *filter(None, (lock.unlocked_by for lock in locks))])
    return {
        "month": month,
        "month_before": add_months(month, -1),
        "month_after": add_months(month, 1) if add_months(month, 1) <= month_of(today) else "",
        "is_locked": any(lock.unlocked_at is None for lock in locks),
        "is_over": month.last_day < today,
        "locks": [(lock, names[lock.locked_by], names.get(lock.unlocked_by, "")) for lock in locks],
    }


def grid_state(section: TrialSection, sites: Sequence[TrialSite], reports: ReportedCounts | None = None) -> GridState:
    """The saved reports of the sites, and which of them the user may edit."""
    editable = section.editable.filter(pk__in=[site.pk for site in sites]).values_list("pk", flat=True)
    return GridState(reports or ReportedCounts(sites), editable=frozenset(editable))


def site_context(section: TrialSection, site: TrialSite, *, until: str, today: date) -> dict:
    """The months of one site, with links to earlier and later ones."""
    rows = site_rows(section, site, until=until, today=today)
    earliest = site.enrollment_reports.order_by("month").values_list("month", flat=True).first()
    first = rows[0].month if rows else ""
    return {
        "rows": rows,
        "can_edit": any(row.is_open for row in rows),
        "earlier_url": f"?until={add_months(first, -1)}" if earliest and first and earliest < first else "",
        "later_url": "?" if until else "",
    }


def site_rows(section: TrialSection, site: TrialSite, *, until: str, today: date) -> list[GridRow]:
    """The rows of a site since its first report, oldest first, at most `MONTHS_OF_A_SITE`."""
    reports = ReportedCounts([site])
    last = PartialDate(until) if until else max([month_of(today), *reports.months(site.pk)])
    first = min([*reports.months(site.pk), add_months(month_of(today), -1)])
    months = [month for offset in range(1 - MONTHS_OF_A_SITE, 1) if (month := add_months(last, offset)) >= first]
    return grid_rows([(site, month) for month in months], grid_state(section, [site], reports))
