"""Template contexts of the preview and the result of a bulk change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.urls import reverse

from common.numbers import parse_whole_number
from common.pagination import page_links
from common.query_params import QueryState
from sites.permissions import authorities_over, may_edit_targets
from sites.status_transitions import Authority
from trials.models import Trial
from work.assignments import TRIAL_LIST_FIELDS
from work.bulk_upload.dry_run import TARGET_LABELS, DryRun, RowState
from work.models import BulkChange, BulkChangeRow
from work.trial_status.suggestions import suggest_statuses

PAGE_SIZE = 100
STATE_LABELS = {
    RowState.ERROR: ("with errors", "is-bad"),
    RowState.WARNING: ("with a warning", "is-paused"),
    RowState.CHANGE: ("to change", "is-open"),
    RowState.NOTHING: ("unchanged", "is-ended"),
}
OUTCOME_LABELS = {
    BulkChangeRow.Outcome.DONE: ("done", "is-open"),
    BulkChangeRow.Outcome.LEFT: ("not done", "is-bad"),
    BulkChangeRow.Outcome.NOTHING: ("unchanged", "is-ended"),
}


@dataclass(frozen=True, slots=True)
class CountLink:
    """A row count by state and the link that filters by it."""

    label: str
    hue: str
    count: int
    url: str
    is_selected: bool


def dry_run_context(bulk: BulkChange, run: DryRun, query_state: QueryState) -> dict:
    show = _get_show_param(query_state, STATE_LABELS)
    rows = [row for row in run.rows if row.state == show] if show else list(run.rows)
    return _page_context(query_state, rows) | {
        "bulk": bulk,
        "run": run,
        "total": len(run.rows),
        "ready_count": len(run.ready),
        "tally": _count_links(query_state, STATE_LABELS, run.state_counts),
        "upload_url": reverse("bulk"),
    }


def result_context(bulk: BulkChange, user, query_state: QueryState, *, on: date) -> dict:
    """Hides the site and its changes if the user can no longer edit it, and notes that they can no longer read."""
    show = _get_show_param(query_state, OUTCOME_LABELS)
    lines = bulk.rows.select_related("trial_site__trial", "trial_site__facility").order_by("number")
    counts = dict(bulk.rows.order_by().values_list("outcome").annotate(Count("pk")))
    context = _page_context(query_state, lines.filter(outcome=show) if show else lines)
    mine = authorities_over(user, [row.trial_site for row in context["rows"] if row.trial_site])
    _hide_notes(context["rows"], mine)
    return context | {
        "bulk": bulk,
        "mine": mine,
        "total": sum(counts.values()),
        "done_count": counts.get(BulkChangeRow.Outcome.DONE, 0),
        "kept_count": 0 if not bulk.undone_at else _count_not_undone(bulk),
        "advised": len(suggest_statuses(_decidable_trials(bulk, user), on=on)),
        "tally": _count_links(query_state, OUTCOME_LABELS, counts),
    }


def _hide_notes(rows: Iterable[BulkChangeRow], mine: dict[int, Authority]) -> None:
    """Remove notes that the user could read when they were written but no longer can."""
    for row in rows:
        if row.trial_site_id in mine and not may_edit_targets(mine[row.trial_site_id]):
            row.changes = [change for change in row.changes if change[0] != TARGET_LABELS["internal_note"]]


def _count_not_undone(bulk: BulkChange) -> int:
    return bulk.rows.exclude(undo_message__in=("", BulkChangeRow.UNDONE)).count()


def _decidable_trials(bulk: BulkChange, user):
    """The changed trials whose overall status the user can change."""
    done = bulk.rows.filter(outcome=BulkChangeRow.Outcome.DONE).order_by()
    return Trial.objects.editable_by(user).filter(pk__in=done.values("trial_site__trial")).only(*TRIAL_LIST_FIELDS)


def _get_show_param(query_state: QueryState, known) -> str:
    """The value of `show`; BadRequest for an unknown value or parameter."""
    if not {*query_state.names} <= {"show", "page"} or query_state.value("show") not in {"", *known}:
        raise BadRequest("Unknown filter or parameter.")
    return query_state.value("show")


def _page_context(query_state: QueryState, rows) -> dict:
    pages = Paginator(rows, PAGE_SIZE)
    number = parse_whole_number(query_state.value("page") or "1")
    if number not in pages.page_range:
        raise BadRequest("This page does not exist.")
    page: Page = pages.page(number)
    return page_links(query_state, page) | {
        "rows": list(page),
        "show": query_state.value("show"),
        "all_url": query_state.path,
    }


def _count_links(query_state: QueryState, known, counts) -> list[CountLink]:
    return [
        CountLink(
            label,
            hue,
            counts[name],
            query_state.without("page").with_params(show=name).url,
            query_state.value("show") == name,
        )
        for name, (label, hue) in known.items()
        if counts.get(name)
    ]
