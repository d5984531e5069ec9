"""Middleware that stores forms whose user has to sign in again, and fills them in afterwards."""

from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from accounts.drafts import storage
from accounts.drafts.field_labels import lines_of
from accounts.drafts.models import DRAFT_LIFETIME
from accounts.drafts.restore import fill_in_form
from common.numbers import parse_whole_number

NOT_SAVED = (
    "Not saved yet: you had to sign in again. Your entries are kept in the form below. "
    'Check them, then save the form. <a href="{}">Discard entries</a>'
)
#: The path of /confirm/ is the secret of a mail: it is not stored.
EXCLUDED_PREFIXES = ("/accounts/", "/api/", "/confirm/")


class DraftMiddleware:
    """Runs after the messages middleware and before middleware that redirects to sign in.

    A draft is never submitted automatically: the page is shown filled in, and the user saves it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/api/"):
            return self.get_response(request)
        user_before = request.user.pk
        draft = self._find_draft(request)
        if draft:
            messages.warning(request, _not_saved_message())
        response = self.get_response(request)
        if request.method == "POST" and not request.path.startswith(EXCLUDED_PREFIXES):
            response = self._after_post(request, response)
        elif draft:
            response = _fill_in(request, response, draft)
        storage.update_browser_cookie(request, response, user_before)
        return response

    def process_view(self, request, view, args, kwargs):
        """Adds the draft's files to the request, and removes the draft's id from its data."""
        if request.method != "POST" or request.path.startswith(EXCLUDED_PREFIXES) or "_draft" not in request.POST:
            return
        request.POST = request.POST.copy()
        request.draft = storage.draft_of(request, parse_whole_number(request.POST.pop("_draft")[-1]))
        content = request.draft and storage.content_of(request.draft)
        for file in content.files if content else ():
            if file.field not in request.FILES:
                request.FILES.appendlist(file.field, file.uploaded())

    def _find_draft(self, request):
        """The draft of this page; one query, only for browsers with the drafts cookie."""
        if (
            request.method != "GET"
            or storage.HAS_DRAFTS_COOKIE not in request.COOKIES
            or "HX-Request" in request.headers
        ):
            return None
        if not request.user.is_authenticated or request.path.startswith(EXCLUDED_PREFIXES):
            return None
        return storage.drafts_of(request).filter(page=request.path).first()

    def _after_post(self, request, response):
        target = _redirect_path(response)
        if target in _sign_in_pages():
            return _save_before_sign_in(request, response, target)
        draft = getattr(request, "draft", None)
        if draft and target:
            draft.delete()
        return response


def save_draft_and_redirect(request):
    """Store a form with an expired CSRF token and redirect to its page; None when it cannot be stored."""
    content = None if request.path.startswith(EXCLUDED_PREFIXES) else storage.save_draft(request)
    if content is None:
        return None
    request.is_draft_saved = True
    response = redirect(content.page if request.user.is_authenticated else _sign_in_url(content.page))
    storage.set_drafts_cookie(response, int(DRAFT_LIFETIME.total_seconds()))
    return response


def _save_before_sign_in(request, response, target: str):
    content = None if getattr(request, "is_draft_saved", False) else storage.save_draft(request)
    if content:
        if target != reverse("second_factor_set_up"):
            response.headers["Location"] = _sign_in_url(content.page)
        storage.set_drafts_cookie(response, int(DRAFT_LIFETIME.total_seconds()))
    return response


def _sign_in_url(page: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': page})}"


def _redirect_path(response) -> str:
    """The path that a response redirects to; "" for other responses."""
    return urlsplit(response.headers.get("Location", "")).path if response.status_code == 302 else ""


def _sign_in_pages() -> set[str]:
    names = ("account_login", "admin:login", "account_reauthenticate", "second_factor_set_up")
    return {reverse(name) for name in names}


def _not_saved_message() -> str:
    return format_html(NOT_SAVED, reverse("drafts"))


def _fill_in(request, response, draft):
    """The page with its form filled in, or, when the form is gone, a list of the entries, shown once."""
    content = storage.content_of(draft)
    is_page = response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")
    html = fill_in_form(response.content.decode(), content, draft.pk) if content and is_page else None
    if html is not None:
        response.content = html
    elif content and _redirect_path(response) not in _sign_in_pages():
        context = {"lines": lines_of(content), "messages": _other_messages(request)}
        response = render(request, "account/draft.html", context)
        draft.delete()
    else:
        for message in _other_messages(request):
            messages.add_message(request, message.level, message.message, message.extra_tags)
    return response


def _other_messages(request) -> list:
    """All messages but the one about the draft; reading removes them from the queue."""
    return [message for message in messages.get_messages(request) if message.message != _not_saved_message()]
