"""Endpoints used by forms while the user types."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import dates
from common.date_parsing import AmbiguousDateError, UnreadableDateError, format_iso_date, parse_date

_LONGEST = 100  # characters of the text that is parsed


@never_cache
@require_safe
def read_date(request: HttpRequest) -> JsonResponse:
    """How the server reads a date: `{"value", "words"}`, or `{"error", "readings": [{"value", "words"}]}`.

    Public: the response depends only on the parameter `text`.
    """
    text = request.GET.get("text", "")[:_LONGEST]
    try:
        value = parse_date(text, day_first=dates.day_first())
    except AmbiguousDateError as error:
        readings = [{"value": reading, "words": format_iso_date(reading)} for reading in error.readings]
        return JsonResponse({"error": str(error), "readings": readings})
    except UnreadableDateError as error:
        return JsonResponse({"error": str(error), "readings": []})
    return JsonResponse({"value": value, "words": format_iso_date(value)})
