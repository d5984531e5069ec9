"""The pages of a condition, a sponsor, a country and an investigator: trials by status, those that recruit first."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import django_filters as filters
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from common import dates
from common.countries import canonical_country_name
from common.localized import country_name
from common.query_params import QueryState, StrictFilterSet, bad_params_response, get_page, page_links
from common.slugs import name_slug
from contacts.officials import officials_named
from publishing.models import TrialRow
from publishing.search.form import published_countries
from publishing.search.results import PAGE_SIZE, RESULT_FIELDS, row_columns
from publishing.search.sql import GROUPS
from publishing.search.terms import TermType
from publishing.staleness import publish_pending
from publishing.topics import queries
from publishing.topics.queries import Topic
from sites.filters import StatusCount
from trials.choices import OverallStatus

_STATUSES = list(OverallStatus.values)


class TopicFilterSet(StrictFilterSet):
    """Filters on the trials of one page."""

    status = filters.ChoiceFilter(choices=OverallStatus.choices, label=gettext_noop("Status"), null_label=None)


@require_safe
def condition(request: HttpRequest, slug: str) -> HttpResponse:
    """The trials of a condition: among their conditions, their MeSH terms or the ancestors of these."""
    return _named_page(request, slug, "condition", TermType.CONDITION_SLUG, queries.condition)


@require_safe
def sponsor(request: HttpRequest, slug: str) -> HttpResponse:
    """The trials of an organization, as sponsor or collaborator."""
    return _named_page(request, slug, "sponsor", TermType.SPONSOR_SLUG, queries.sponsor)


@require_safe
def country(request: HttpRequest, slug: str) -> HttpResponse:
    """The trials with a site in a country; another name of the country redirects."""
    if known := canonical_country_name(slug.replace("-", " ")):
        name = known
    else:
        name = {name_slug(name): name for name in published_countries()}.get(name_slug(slug), "")
    if not name:
        raise Http404
    if name_slug(name) != slug:
        return redirect("country", name_slug(name), permanent=True)
    publish_pending()
    return _page(request, "country", Topic(name), queries.trials_of(request.user, TermType.COUNTRY, name))


@require_safe
def investigator(request: HttpRequest, slug: str) -> HttpResponse:
    """The trials whose records name an official so; another spelling of the slug redirects."""
    canonical = name_slug(slug)
    if not canonical:
        raise Http404
    if canonical != slug:
        return redirect("investigator", canonical, permanent=True)
    publish_pending()
    officials = officials_named([slug], on=dates.today())
    trials = {role.trial_id for role in officials}
    rows = TrialRow.objects.visible_to(request.user).filter(trial__in=trials)
    return _page(request, "investigator", queries.investigator(officials, rows), rows)


def _named_page(
    request: HttpRequest, slug: str, kind: str, term: TermType, find: Callable[[QuerySet, str], Topic | None]
) -> HttpResponse:
    """The page of a name; another spelling of its slug redirects."""
    canonical = name_slug(slug)
    if not canonical:
        raise Http404
    if canonical != slug:
        return redirect(kind, canonical, permanent=True)
    publish_pending()
    rows = queries.trials_of(request.user, term, slug)
    topic = find(rows, slug)
    if topic is None:
        raise Http404
    return _page(request, kind, topic, rows)


def _page(request: HttpRequest, kind: str, topic: Topic, rows: QuerySet[TrialRow]) -> HttpResponse:
    query_state = QueryState.from_request(request)
    counts = queries.counts_by_status(rows)
    if not counts:
        raise Http404
    columns = [f"trial__{name}" for name in RESULT_FIELDS]
    listed = queries.recruiting_first(rows).select_related("trial").only(*row_columns(), *columns)
    filterset = TopicFilterSet(query_state.query, listed, without=("page",))
    page = get_page(filterset, query_state, size=PAGE_SIZE)
    if page is None:
        return bad_params_response(request, query_state, filterset)
    context = page_links(query_state, page) | {
        "kind": kind,
        "topic": topic,
        "shown_name": country_name(topic.name) if kind == "country" else topic.name,
        "rows": page.object_list,
        "today": dates.today(),
        "total": sum(counts.values()),
        "status_counts": [_status_count(status, counts[status], query_state) for status in _ordered(counts)],
        "search_url": "" if kind == "investigator" else f"{reverse('search')}?{urlencode({kind: topic.name})}",
        "canonical": request.build_absolute_uri(query_state.url),
    }
    if kind == "country":
        context["recruiting_url"] = f"{reverse('search')}?{urlencode({'recruiting_in': topic.name})}"
    return render(request, "topics/topic.html", context)


def _ordered(counts: Mapping[str, int]) -> list[str]:
    """The statuses, those first in which one can join; without trials that have none."""
    place = {status: place for place, group in enumerate(GROUPS, start=1) for status in group}
    return sorted(filter(None, counts), key=lambda status: (-place.get(status, 0), _STATUSES.index(status)))


def _status_count(status: str, count: int, query_state: QueryState) -> StatusCount:
    is_selected = query_state.value("status") == status
    url = query_state.without("page").with_params(status="" if is_selected else status).url
    return StatusCount(status, count, is_selected, url)
