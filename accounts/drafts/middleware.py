"""What was typed comes back: forms are kept when their sender has to sign in, and shown again afterwards."""

from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from accounts.drafts import browser, storage
from accounts.drafts.models import DRAFT_LIFETIME
from accounts.drafts.restore import fill_in_form
from accounts.drafts.wording import lines_of
from common.numbers import parse_whole_number

NOT_SAVED = (
    "Nothing is saved yet. You had to sign in again, and what you sent is kept in the form below. "
    'Check it, then save it. <a href="{}">Discard what was sent</a>'
)
EXCLUDED_PREFIXES = ("/accounts/", "/api/")


class DraftMiddleware:
    """Stands after the messages, and before whatever leads somebody away to sign in. A draft is never sent by itself:
    the page is shown filled in, and the person saves it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/api/"):
            return self.get_response(request)
        was = request.user.pk
        draft = self._find_draft(request)
        if draft:
            messages.warning(request, _not_saved_message())
        response = self.get_response(request)
        if request.method == "POST" and not request.path.startswith(EXCLUDED_PREFIXES):
            response = self._after_post(request, response)
        elif draft:
            response = _fill_in(request, response, draft)
        return _update_browser_cookie(request, response, was)

    def process_view(self, request, view, args, kwargs):
        """Files that came with the draft go with the form again; no view sees the draft's number."""
        if request.method != "POST" or request.path.startswith(EXCLUDED_PREFIXES) or "_draft" not in request.POST:
            return
        request.POST = request.POST.copy()
        request.draft = storage.draft_of(request, parse_whole_number(request.POST.pop("_draft")[-1]))
        content = request.draft and storage.content_of(request.draft)
        for file in content.files if content else ():
            if file.field not in request.FILES:
                request.FILES.appendlist(file.field, file.uploaded())

    def _find_draft(self, request):
        """The draft of this page; a query only for browsers that have one."""
        if request.method != "GET" or browser.HAS_DRAFTS not in request.COOKIES or "HX-Request" in request.headers:
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
    """After a form whose token was too old: to its page, filled in; None where the form cannot be kept."""
    content = None if request.path.startswith(EXCLUDED_PREFIXES) else storage.save_draft(request)
    if content is None:
        return None
    request.is_kept = True
    is_in = request.user.is_authenticated
    response = redirect(content.page if is_in else _sign_in_url(content.page))
    browser.set_drafts_cookie(response, int(DRAFT_LIFETIME.total_seconds()))
    return response


def _save_before_sign_in(request, response, target: str):
    content = None if getattr(request, "is_kept", False) else storage.save_draft(request)
    if content:
        if target != reverse("second_factor_set_up"):
            response.headers["Location"] = _sign_in_url(content.page)
        browser.set_drafts_cookie(response, int(DRAFT_LIFETIME.total_seconds()))
    return response


def _sign_in_url(page: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': page})}"


def _redirect_path(response) -> str:
    """Where a response leads; blank where it leads nowhere."""
    return urlsplit(response.headers.get("Location", "")).path if response.status_code == 302 else ""


def _sign_in_pages() -> set[str]:
    names = ("account_login", "admin:login", "account_reauthenticate", "second_factor_set_up")
    return {reverse(name) for name in names}


def _not_saved_message() -> str:
    return format_html(NOT_SAVED, reverse("drafts"))


def _fill_in(request, response, draft):
    """The page with its form filled in; where it has none any more, what was sent as a list, once."""
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
    """All but the one about the form below; read here, they are shown nowhere else."""
    return [message for message in messages.get_messages(request) if message.message != _not_saved_message()]


def _update_browser_cookie(request, response, was: int | None):
    """Whose browser it is, from the sign-in to the sign-out."""
    now = request.user.pk if request.user else None
    if was and not now:
        browser.delete_cookies(response)
    elif now:
        known = browser.browser_of(request)
        if known is None or known.user != now:
            browser.set_browser_cookie(response, now)
    return response
