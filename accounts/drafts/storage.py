"""Storing, finding and deleting drafts, by a signed cookie with the browser's last user.

The cookie outlives the session: drafts are shown to this user only.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.signing import BadSignature
from django.utils.crypto import get_random_string

from accounts.drafts.models import DraftContent, FormDraft
from accounts.models import User

BROWSER_COOKIE, SALT = "sitelight_browser", "accounts.drafts.browser"  # the salt of existing cookies
HAS_DRAFTS_COOKIE = "sitelight_drafts"
COOKIE_DAYS = 30


@dataclass(frozen=True)
class Browser:
    user: int
    key: str


def browser_of(request) -> Browser | None:
    """The browser of a valid cookie, or None."""
    try:
        user, key = request.get_signed_cookie(BROWSER_COOKIE, salt=SALT, max_age=COOKIE_DAYS * 86_400).split(":")
    except (KeyError, BadSignature, ValueError):
        return None
    return Browser(int(user), key)


def update_browser_cookie(request, response, user_before: int | None) -> None:
    """Set the browser cookie when a user signs in, and delete the cookies of drafts on sign-out."""
    user = request.user.pk if request.user else None
    if user_before and not user:
        for name in (BROWSER_COOKIE, HAS_DRAFTS_COOKIE):
            response.delete_cookie(name, samesite="Lax")
    elif user:
        current = browser_of(request)
        if current is None or current.user != user:
            value = f"{user}:{get_random_string(32)}"
            max_age = COOKIE_DAYS * 86_400
            response.set_signed_cookie(BROWSER_COOKIE, value, salt=SALT, max_age=max_age, **_cookie_options())


def set_drafts_cookie(response, seconds: int) -> None:
    response.set_cookie(HAS_DRAFTS_COOKIE, "1", max_age=seconds, **_cookie_options())


def _cookie_options() -> dict:
    return {"httponly": True, "secure": settings.SESSION_COOKIE_SECURE, "samesite": "Lax"}


MAX_DRAFTS = 5  # of one user


def save_draft(request) -> DraftContent | None:
    """Store the form of a request for the user who last signed in with this browser.

    None when that user is unknown, or there is nothing to store.
    """
    browser = browser_of(request)
    if (
        browser is None
        or not _is_same_origin(request)
        or not User.objects.filter(pk=browser.user, is_active=True).exists()
    ):
        return None
    previous = getattr(request, "draft", None)
    content = DraftContent.from_request(request, page_of(request))
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


def page_of(request) -> str:
    """The URL of the page with the form: the referrer, or the request's own URL."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host() or referer.path.startswith("/accounts/"):
        return request.get_full_path()
    return f"{referer.path}?{referer.query}" if referer.query else referer.path


def drafts_of(request):
    """The drafts of the signed-in user in this browser."""
    browser = browser_of(request)
    if browser is None or browser.user != request.user.pk:
        return FormDraft.objects.none()
    return FormDraft.objects.current().filter(user=request.user, browser=browser.key)


def draft_of(request, pk: int | None) -> FormDraft | None:
    """A draft of this browser, whether or not its user is signed in; None for any other draft."""
    browser = browser_of(request)
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
