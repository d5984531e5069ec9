"""What the pages of a bulk change show around their rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.urls import reverse

from common.pagination import pager
from common.query_params import Asked
from sites.permissions import authorities_over, may_plan
from sites.status_transitions import Authority
from trials.models import Trial
from work.assignments import TOLD_OF_A_TRIAL
from work.bulk_upload.dry_run import PLANS, DryRun, State
from work.models import BulkChange, BulkDeed
from work.trial_status.suggestions import advice_on

ROWS_ON_A_PAGE = 100
STATES = {
    State.ERROR: ("with errors", "is-bad"),
    State.WARNING: ("with a warning", "is-paused"),
    State.CHANGE: ("to change", "is-open"),
    State.NOTHING: ("unchanged", "is-ended"),
}
OUTCOMES = {
    BulkDeed.Outcome.DONE: ("done", "is-open"),
    BulkDeed.Outcome.LEFT: ("not done", "is-bad"),
    BulkDeed.Outcome.NOTHING: ("unchanged", "is-ended"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One count, and the way to these rows only."""

    words: str
    hue: str
    count: int
    url: str
    is_asked: bool


def dry_run_context(bulk: BulkChange, run: DryRun, asked: Asked) -> dict:
    show = _one_of(asked, STATES)
    rows = [row for row in run.rows if row.state == show] if show else list(run.rows)
    return _paged(asked, rows) | {
        "bulk": bulk,
        "run": run,
        "total": len(run.rows),
        "ready_count": len(run.ready),
        "tally": _tally(asked, STATES, run.tally),
        "bring_url": reverse("bulk"),
    }


def receipt_context(bulk: BulkChange, user, asked: Asked, *, on: date) -> dict:
    """A site that is no longer the user's is told without its name and what was changed there, a note only to those
    who may still read it.
    """
    show = _one_of(asked, OUTCOMES)
    lines = bulk.deeds.select_related("trial_site__trial", "trial_site__facility").order_by("number")
    counts = dict(bulk.deeds.order_by().values_list("outcome").annotate(Count("pk")))
    context = _paged(asked, lines.filter(outcome=show) if show else lines)
    mine = authorities_over(user, [deed.trial_site for deed in context["rows"] if deed.trial_site])
    _withhold_notes(context["rows"], mine)
    return context | {
        "bulk": bulk,
        "mine": mine,
        "total": sum(counts.values()),
        "done_count": counts.get(BulkDeed.Outcome.DONE, 0),
        "kept_count": 0 if not bulk.undone_at else _kept(bulk),
        "advised": len(advice_on(_trials_of(bulk, user), on=on)),
        "tally": _tally(asked, OUTCOMES, counts),
    }


def _withhold_notes(deeds: Iterable[BulkDeed], mine: dict[int, Authority]) -> None:
    """From somebody who was the trial's coordinator when it was written, and now is only the site's."""
    for deed in deeds:
        if deed.trial_site_id in mine and not may_plan(mine[deed.trial_site_id]):
            deed.changes = [change for change in deed.changes if change[0] != PLANS["internal_note"]]


def _kept(bulk: BulkChange) -> int:
    return bulk.deeds.exclude(undone__in=("", BulkDeed.UNDONE)).count()


def _trials_of(bulk: BulkChange, user):
    """Those whose overall status the user decides."""
    done = bulk.deeds.filter(outcome=BulkDeed.Outcome.DONE).order_by()
    return Trial.objects.editable_by(user).filter(pk__in=done.values("trial_site__trial")).only(*TOLD_OF_A_TRIAL)


def _one_of(asked: Asked, known) -> str:
    """What is shown of the rows; an unknown word or parameter is refused."""
    if not {*asked.names} <= {"show", "page"} or asked.value("show") not in {"", *known}:
        raise BadRequest("These rows can be shown by what becomes of them, and by page.")
    return asked.value("show")


def _paged(asked: Asked, rows) -> dict:
    pages = Paginator(rows, ROWS_ON_A_PAGE)
    number = asked.value("page") or "1"
    if not (number.isascii() and number.isdigit() and len(number) < 7 and int(number) in pages.page_range):
        raise BadRequest("There is no such page.")
    page: Page = pages.page(int(number))
    return pager(asked, page) | {"rows": list(page), "show": asked.value("show"), "all_url": asked.path}


def _tally(asked: Asked, known, counts) -> list[Told]:
    return [
        Told(words, hue, counts[name], asked.without("page").saying(show=name).url, asked.value("show") == name)
        for name, (words, hue) in known.items()
        if counts.get(name)
    ]
