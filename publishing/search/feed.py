"""The Atom feed of a search: the public trials that match, those first whose public record changed last."""

from datetime import datetime
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import dates
from common.enum_labels import choice_label
from common.query_params import QueryState, bad_params_response
from publishing.models import TrialRow
from publishing.search.filters import TrialFilterSet
from publishing.search.form import filter_text
from publishing.search.results import RESULT_FIELDS, row_columns
from publishing.staleness import publish_pending
from sites.status_summary import summarize_statuses
from trials.templatetags.trials import plain_text

ENTRIES = 50


@require_safe
def search_feed(request: HttpRequest) -> HttpResponse:
    """The feed for the filters of the search page; the same for everybody. Four queries for any number of trials."""
    publish_pending()
    query_state = QueryState.from_request(request)
    filterset = TrialFilterSet(query_state.query, TrialRow.objects.visible_to(None))
    if not filterset.is_valid():
        return bad_params_response(request, query_state, filterset)
    feed = Atom1Feed(
        title=_title(query_state, filterset),
        link=request.build_absolute_uri(query_state.for_path(reverse("search")).url),
        description="",
        feed_url=request.build_absolute_uri(query_state.url),
    )
    for row, changed_at in _changed_last(filterset.qs):
        _add_entry(feed, request, row, changed_at)
    return _response(request, feed.writeString("utf-8"))


def _title(query_state: QueryState, filterset: TrialFilterSet) -> str:
    filters = [filter_text(filterset, name, query_state.values(name)) for name in query_state.names]
    return f"Sitelight: {'; '.join(filters) or _('all trials')}"


def _changed_last(rows) -> list[tuple[TrialRow, datetime]]:
    newest = rows.order_by("-trial__document__changed_at", "-trial_id").values_list(
        "trial_id", "trial__document__changed_at"
    )
    changed = dict(newest[:ENTRIES])
    shown = [f"trial__{name}" for name in RESULT_FIELDS]
    by_pk = TrialRow.objects.select_related("trial").only(*row_columns(), *shown).in_bulk(changed)
    return [(by_pk[pk], changed_at) for pk, changed_at in changed.items() if pk in by_pk and changed_at]


def _add_entry(feed: Atom1Feed, request: HttpRequest, row: TrialRow, changed_at: datetime) -> None:
    trial = row.trial
    url = request.build_absolute_uri(trial.get_absolute_url())
    summary = summarize_statuses(row.counts, shown_status=row.status, today=dates.today())
    texts = (choice_label(row.status, "OverallStatus"), summary.sites, summary.confirmed_short)
    feed.add_item(
        title=f"{trial.number}: {plain_text(trial.title)}",
        link=url,
        unique_id=url,
        updateddate=changed_at,
        description=" · ".join(filter(None, texts)),
    )


def _response(request: HttpRequest, content: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    etag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=300"
    return get_conditional_response(request, etag=etag, response=response)
