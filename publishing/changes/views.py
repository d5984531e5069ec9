"""What changed since a day or since the last visit: as a page by day and trial, as CSV and as an Atom feed."""

from datetime import datetime, timedelta
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from common.csv_response import csv_response
from common.localized import language_tag
from common.query_params import QueryState, bad_params_response
from publishing.changes.forms import ChangesForm
from publishing.changes.queries import KIND_LABELS, changes
from publishing.changes.sentences import ChangeLine, change_lines
from publishing.staleness import publish_pending

CHANGES_ON_A_PAGE = 100
CHANGES_IN_A_FEED = 100
CHANGES_IN_A_FILE = 10_000
VISIT_COOKIE = "changes_visits"
#: Visits within this time are one.
_SAME_VISIT = timedelta(hours=1)
FEED_TYPE = "application/atom+xml; charset=utf-8"


@require_safe
@vary_on_cookie
def changes_page(request: HttpRequest) -> HttpResponse:
    """The changes that the user may read, newest first, by day and trial."""
    query_state = QueryState.from_request(request)
    if query_state.has_blanks:
        return redirect(query_state.url)
    form = ChangesForm(query_state.query, user=request.user)
    if not form.is_valid():
        return bad_params_response(request, query_state, form)
    publish_pending()
    number = form.cleaned_data["page"] or 1
    lines = _lines(request, form, (number - 1) * CHANGES_ON_A_PAGE, CHANGES_ON_A_PAGE + 1)
    context = _page_context(form, lines[:CHANGES_ON_A_PAGE], query_state)
    if len(lines) > CHANGES_ON_A_PAGE:
        context["next_url"] = query_state.with_params(page=str(number + 1)).url
    if number > 1:
        context["previous_url"] = query_state.with_params(page="" if number == 2 else str(number - 1)).url
    context["last_visit_url"] = _last_visit_url(request, query_state)
    response = render(request, "publishing/changes.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    if request.user.is_authenticated:
        _remember_visit(request, response)
    return response


@require_safe
@vary_on_cookie
def changes_csv(request: HttpRequest) -> HttpResponse:
    """All changes of the filter as CSV, at most CHANGES_IN_A_FILE."""
    form, refusal = _form_of_file(request)
    if refusal:
        return refusal
    shows_authors = form.reads_authors
    columns = ["Time", "Kind", "Trial", "Site", "City", "Country", "Change"]
    columns += ["Changed by", "Reason"] if shows_authors else []
    lines = _lines(request, form, 0, CHANGES_IN_A_FILE)
    return csv_response("changes.csv", columns, (_cells(line, shows_authors) for line in lines))


@require_safe
@vary_on_cookie
def changes_feed(request: HttpRequest) -> HttpResponse:
    """The newest changes of the filter as an Atom feed; ids stay the same."""
    form, refusal = _form_of_file(request)
    if refusal:
        return refusal
    feed = Atom1Feed(
        title=_("What changed") + " · Sitelight",
        link=request.build_absolute_uri(reverse("changes")),
        description=_("Changes of recruitment statuses at trials and their sites"),
        language=language_tag(get_language()),
        author_name="Sitelight",
        feed_url=request.build_absolute_uri(),
        feed_guid=_tag(request, "changes"),
    )
    for line in _lines(request, form, 0, CHANGES_IN_A_FEED):
        feed.add_item(
            title=" · ".join(filter(None, (line.trial.acronym or line.trial.number, line.site_name, line.text))),
            link=request.build_absolute_uri(line.url),
            description="\n".join(filter(None, (line.text, line.user_name, line.reason))),
            unique_id=_tag(request, line.key),
            pubdate=line.at,
            updateddate=line.at,
            categories=[line.label],
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=FEED_TYPE)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _form_of_file(request: HttpRequest) -> tuple[ChangesForm, HttpResponse | None]:
    """The form without pages, and the response to invalid parameters."""
    query_state = QueryState.from_request(request)
    form = ChangesForm(query_state.query, user=request.user, has_pages=False)
    if not form.is_valid():
        return form, bad_params_response(request, query_state, form)
    publish_pending()
    return form, None


def _lines(request: HttpRequest, form: ChangesForm, start: int, size: int) -> list[ChangeLine]:
    return change_lines(changes(request.user, form.change_filter())[start : start + size])


def _page_context(form: ChangesForm, lines: list[ChangeLine], query_state: QueryState) -> dict:
    files = query_state.without("page")
    return {
        "form": form,
        "days": _by_day_and_trial(lines),
        "count": len(lines),
        "since": form.cleaned_data["since"],
        "since_text": query_state.value("since")[:10],
        "kinds": [
            (kind.value, _(label), kind.value in form.cleaned_data["kind"]) for kind, label in KIND_LABELS.items()
        ],
        "people": form.person_choices(),
        "filter_values": {name: query_state.value(name) for name in ("trial", "country", "person")},
        "is_filtered": bool(set(query_state.names) - {"page"}),
        "csv_url": files.for_path(reverse("changes_csv")).url,
        "feed_url": files.for_path(reverse("changes_feed")).url,
    }


def _by_day_and_trial(lines: list[ChangeLine]) -> list[tuple]:
    """(day, [(trial, lines)]) with the newest day first; trials of a day in the order of their newest change."""
    days = []
    for day, of_day in groupby(lines, key=lambda line: line.day):
        by_trial: dict[int, list[ChangeLine]] = {}
        for line in of_day:
            by_trial.setdefault(line.trial.pk, []).append(line)
        days.append((day, [(group[0].trial, group) for group in by_trial.values()]))
    return days


def _cells(line: ChangeLine, shows_authors: bool) -> list[str]:
    facility = line.site.facility if line.site else None
    place = [facility.title, facility.city, facility.country] if facility else ["", "", ""]
    authors = [line.user_name, line.reason] if shows_authors else []
    return [
        timezone.localtime(line.at).isoformat(timespec="seconds"),
        line.label,
        line.trial.key,
        *place,
        line.text,
        *authors,
    ]


def _tag(request: HttpRequest, key: str) -> str:
    """A tag URI (RFC 4151), independent of scheme and port."""
    return f"tag:{request.get_host().partition(':')[0]},2026:{key}"


def _visits(request: HttpRequest) -> list[datetime]:
    """The last visit before this one and the latest, from the cookie; empty when it is missing or invalid."""
    try:
        visits = [datetime.fromisoformat(text) for text in request.COOKIES.get(VISIT_COOKIE, "").split("|")]
    except ValueError:
        return []
    return visits if all(map(timezone.is_aware, visits)) else []


def _remember_visit(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the latest visit and the one before; visits within an hour are one."""
    now, visits = timezone.now(), _visits(request)
    latest = visits[-1] if visits else now
    moments = [latest, now] if now - latest > _SAME_VISIT else [*visits[:1], now][-2:]
    value = "|".join(moment.isoformat(timespec="seconds") for moment in moments)
    response.set_cookie(
        VISIT_COOKIE, value, max_age=timedelta(days=400), path=reverse("changes"), secure=request.is_secure(),
        httponly=True, samesite="Lax",
    )  # fmt: skip


def _last_visit_url(request: HttpRequest, query_state: QueryState) -> str:
    """The changes since the last visit of a signed-in user; blank on the first one."""
    visits = _visits(request) if request.user.is_authenticated else []
    if not visits or visits[0] > timezone.now():
        return ""
    text = visits[0].astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    return query_state.without("page").with_params(since=text).url
