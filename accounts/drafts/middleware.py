"""Middleware that stores forms whose user has to sign in again, and fills them in afterwards.

Drafts belong to the last user of the browser, named by a signed cookie that outlives the session.
"""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.html import format_html

from accounts.drafts.models import DRAFT_LIFETIME, DraftContent, FormDraft
from accounts.drafts.restore import fill_in_form, lines_of
from accounts.models import User
from common.form_fields import parse_whole_number

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
        _update_browser_cookie(request, response, user_before)
        return response

    def process_view(self, request, view, args, kwargs):
        """Adds the draft's files to the request, and removes the draft's id from its data."""
        if request.method != "POST" or request.path.startswith(EXCLUDED_PREFIXES) or "_draft" not in request.POST:
            return
        request.POST = request.POST.copy()
        request.draft = _draft_of(request, parse_whole_number(request.POST.pop("_draft")[-1]))
        content = request.draft and content_of(request.draft)
        for file in content.files if content else ():
            if file.field not in request.FILES:
                request.FILES.appendlist(file.field, file.uploaded())

    def _find_draft(self, request):
        """The draft of this page; one query, only for browsers with the drafts cookie."""
        if request.method != "GET" or HAS_DRAFTS_COOKIE not in request.COOKIES or "HX-Request" in request.headers:
            return None
        if not request.user.is_authenticated or request.path.startswith(EXCLUDED_PREFIXES):
            return None
        return drafts_of(request).filter(page=request.path).first()

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
    content = None if request.path.startswith(EXCLUDED_PREFIXES) else _save_draft(request)
    if content is None:
        return None
    request.is_draft_saved = True
    response = redirect(content.page if request.user.is_authenticated else _sign_in_url(content.page))
    _set_drafts_cookie(response, int(DRAFT_LIFETIME.total_seconds()))
    return response


def _save_before_sign_in(request, response, target: str):
    content = None if getattr(request, "is_draft_saved", False) else _save_draft(request)
    if content:
        if target != reverse("second_factor_set_up"):
            response.headers["Location"] = _sign_in_url(content.page)
        _set_drafts_cookie(response, int(DRAFT_LIFETIME.total_seconds()))
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
    content = content_of(draft)
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


BROWSER_COOKIE, SALT = "sitelight_browser", "accounts.drafts.browser"  # the salt of existing cookies
HAS_DRAFTS_COOKIE = "sitelight_drafts"
COOKIE_DAYS = 30


@dataclass(frozen=True)
class Browser:
    user: int
    key: str


def _browser_of(request) -> Browser | None:
    """The browser of a valid cookie, or None."""
    try:
        user, key = request.get_signed_cookie(BROWSER_COOKIE, salt=SALT, max_age=COOKIE_DAYS * 86_400).split(":")
    except (KeyError, BadSignature, ValueError):
        return None
    return Browser(int(user), key)


def _update_browser_cookie(request, response, user_before: int | None) -> None:
    """Set the browser cookie when a user signs in, and delete the cookies of drafts on sign-out."""
    user = request.user.pk if request.user else None
    if user_before and not user:
        for name in (BROWSER_COOKIE, HAS_DRAFTS_COOKIE):
            response.delete_cookie(name, samesite="Lax")
    elif user:
        current = _browser_of(request)
        if current is None or current.user != user:
            value = f"{user}:{get_random_string(32)}"
            max_age = COOKIE_DAYS * 86_400
            response.set_signed_cookie(BROWSER_COOKIE, value, salt=SALT, max_age=max_age, **_cookie_options())


def _set_drafts_cookie(response, seconds: int) -> None:
    response.set_cookie(HAS_DRAFTS_COOKIE, "1", max_age=seconds, **_cookie_options())


def _cookie_options() -> dict:
    return {"httponly": True, "secure": settings.SESSION_COOKIE_SECURE, "samesite": "Lax"}


MAX_DRAFTS = 5  # of one user


def _save_draft(request) -> DraftContent | None:
    """Store the form of a request for the user who last signed in with this browser.

    None when that user is unknown, or there is nothing to store.
    """
    browser = _browser_of(request)
    if (
        browser is None
        or not _is_same_origin(request)
        or not User.objects.filter(pk=browser.user, is_active=True).exists()
    ):
        return None
    previous = getattr(request, "draft", None)
    content = DraftContent.from_request(request, _page_of(request))
    FormDraft.objects.expired().delete()
    if content is None:
        return None
    if previous:
        previous.delete()
    path = urlsplit(content.page).path
    FormDraft.objects.create(user_id=browser.user, browser=browser.key, page=path, encrypted_content=content.encrypt())
    older = FormDraft.objects.filter(user_id=browser.user).order_by("-id").values_list("pk", flat=True)[MAX_DRAFTS:]
    FormDraft.objects.filter(pk__in=list(older)).delete()
    return content


def _page_of(request) -> str:
    """The URL of the page with the form: the referrer, or the request's own URL."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host() or referer.path.startswith("/accounts/"):
        return request.get_full_path()
    return f"{referer.path}?{referer.query}" if referer.query else referer.path


def drafts_of(request):
    """The drafts of the signed-in user in this browser."""
    browser = _browser_of(request)
    if browser is None or browser.user != request.user.pk:
        return FormDraft.objects.none()
    return FormDraft.objects.current().filter(user=request.user, browser=browser.key)


def _draft_of(request, pk: int | None) -> FormDraft | None:
    """A draft of this browser, whether or not its user is signed in; None for any other draft."""
    browser = _browser_of(request)
    if browser is None or pk is None or request.user.pk not in (None, browser.user):
        return None
    return FormDraft.objects.current().filter(pk=pk, user_id=browser.user, browser=browser.key).first()


def content_of(draft: FormDraft) -> DraftContent | None:
    """The decrypted content; None when the server's key has changed."""
    try:
        return DraftContent.decrypt(draft.encrypted_content)
    except InvalidToken:
        return None


def _is_same_origin(request) -> bool:
    """Whether the form was sent from a page of this site."""
    fetch_site = request.headers.get("Sec-Fetch-Site", "")
    origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "").netloc
    return fetch_site in ("", "same-origin") and origin in ("", request.get_host())
