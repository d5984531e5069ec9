"""Error handlers (HTML pages, and JSON below `/api/`), and the health check for monitoring."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.request_logging import current_request_id


def is_api(request: HttpRequest) -> bool:
    """Whether the URL belongs to the API, except its documentation page."""
    return request.path.startswith("/api/") and request.path != reverse("api-docs")


def bad_request(request: HttpRequest, exception) -> HttpResponse:
    """In the API the format of validation errors: lists of messages by name."""
    if is_api(request):
        return JsonResponse({"detail": ["The request cannot be read."]}, status=400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception) -> HttpResponse:
    return _json_error(403, "Not allowed.") if is_api(request) else defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception) -> HttpResponse:
    return _json_error(404, "Not found.") if is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without details of the error; the page shows the request's id. No context processors, which may fail too."""
    if is_api(request):
        return _json_error(500, "Something went wrong. We have logged the error.")
    page = get_template("500.html").render({"request_id": current_request_id()})
    return HttpResponseServerError(page)


def address_too_long(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return _json_error(414, "The address is too long.")
    return render(request, "414.html", status=414)


def _json_error(status: int, detail: str) -> JsonResponse:
    return JsonResponse({"detail": detail}, status=status)


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Public: 200 "ok" when the database responds, otherwise 503 without details."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("not ok", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
