"""What search engines read: `robots.txt`, and the sitemap of public trials, facilities and countries in parts.

A part covers a range of primary keys, so that each is one query by an index and stays the same as rows are added.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from common.slugs import name_slug
from publishing.models import TrialDocument
from publishing.search.form import published_countries
from publishing.staleness import publish_pending
from sites.models import Facility
from sites.models.facility import facility_slug

#: Primary keys in a part; a sitemap may have 50,000 addresses.
PART_SIZE = 10_000
PRIVATE_PATHS = ("/accounts/", "/admin/", "/api/", "/confirm/", "/people/", "/registry/", "/work/")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
Address = tuple[str, datetime | None]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Robots may read all public pages, but neither pages behind sign-in nor the many pages of filtered lists."""
    context = {"paths": PRIVATE_PATHS, "sitemap": request.build_absolute_uri(reverse("sitemap"))}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The addresses of the parts."""
    publish_pending()
    parts = [("countries", 1)]
    for kind, rows in (("trials", TrialDocument.objects.visible_to(None)), ("facilities", Facility.objects.all())):
        last = rows.aggregate(last=Max("pk"))["last"]
        parts += [(kind, number) for number in range(1, last // PART_SIZE + 2)] if last else []
    addresses = ((reverse("sitemap_part", args=part), None) for part in parts)
    return _xml(request, "sitemapindex", "sitemap", addresses)


@require_safe
def sitemap_part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The addresses of one kind whose primary keys are in the range of the part."""
    addresses_of = {"trials": _trials, "facilities": _facilities, "countries": _countries}.get(kind)
    if addresses_of is None or not 1 <= number <= 100_000 or (kind == "countries" and number > 1):
        raise Http404
    publish_pending()
    return _xml(request, "urlset", "url", addresses_of(number))


def _trials(number: int) -> Iterator[Address]:
    documents = _in_part(TrialDocument.objects.visible_to(None), number)
    for pk, nct_id, changed_at in documents.values_list("pk", "trial__nct_id", "changed_at").iterator():
        yield reverse("trial", args=[nct_id or f"trial-{pk}"]), changed_at


def _facilities(number: int) -> Iterator[Address]:
    """Without those whose name is withheld, which say nothing beyond their trial."""
    facilities = _in_part(Facility.objects.visible_to(None).surviving(), number).filter(is_masked=False)
    for pk, name, city in facilities.values_list("pk", "name", "city").iterator():
        yield reverse("facility", args=[facility_slug(pk, name, city)]), None


def _countries(number: int) -> Iterator[Address]:
    return ((reverse("country", args=[slug]), None) for name in published_countries() if (slug := name_slug(name)))


def _in_part(rows: QuerySet, number: int) -> QuerySet:
    return rows.filter(pk__gte=(number - 1) * PART_SIZE, pk__lt=number * PART_SIZE).order_by("pk")


def _xml(request: HttpRequest, root: str, element: str, addresses: Iterable[Address]) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n'
        for path, changed_at in addresses:
            changed = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
            yield f"<{element}><loc>{escape(request.build_absolute_uri(path))}</loc>{changed}</{element}>\n"
        yield f"</{root}>\n"

    return StreamingHttpResponse(lines(), content_type="application/xml; charset=utf-8")
