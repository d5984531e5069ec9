"""The page of a mail's unsubscribe link. A GET request changes nothing; the browser's session is not used."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.query_params import QueryState
from work.reminders.changes_mail import unsubscribe, user_of_token


@csrf_exempt  # RFC 8058: mail programs send the POST without cookies; the signed link is the authorization
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """A button that turns the weekly mail off; 404 for a link that is not valid."""
    if QueryState.from_request(request).names:
        raise BadRequest("This address has no parameters.")
    user = user_of_token(token)
    if user is None:
        response = render(request, "work/reminders/unsubscribe_invalid.html", status=404)
    else:
        if request.method == "POST":
            unsubscribe(user)
        response = render(request, "work/reminders/unsubscribe.html", {"is_done": request.method == "POST"})
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
