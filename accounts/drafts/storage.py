"""Keeping, finding and clearing drafts."""

from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken

from accounts.drafts.browser import browser_of
from accounts.drafts.content import DraftContent
from accounts.drafts.models import FormDraft
from accounts.models import User

MAX_DRAFTS = 5  # of one user


def save_draft(request) -> DraftContent | None:
    """Keep the form that the request sent, for the user who was signed in with this browser before.

    None where that is unknown, or there is nothing to keep.
    """
    browser = browser_of(request)
    if (
        browser is None
        or not _is_same_origin(request)
        or not User.objects.filter(pk=browser.user, is_active=True).exists()
    ):
        return None
    former = getattr(request, "draft", None)
    content = DraftContent.from_request(request, page_of(request))
    FormDraft.objects.expired().delete()
    if content is None:
        return None
    if former:
        former.delete()
    path = urlsplit(content.page).path
    FormDraft.objects.create(user_id=browser.user, browser=browser.key, page=path, encrypted_content=content.encrypt())
    older = FormDraft.objects.filter(user_id=browser.user).order_by("-id").values_list("pk", flat=True)[MAX_DRAFTS:]
    FormDraft.objects.filter(pk__in=list(older)).delete()
    return content


def page_of(request) -> str:
    """The page that showed the form: where it was sent from, or the address itself."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host() or referer.path.startswith("/accounts/"):
        return request.get_full_path()
    return f"{referer.path}?{referer.query}" if referer.query else referer.path


def drafts_of(request):
    """Those of the user who is signed in, of this browser."""
    browser = browser_of(request)
    if browser is None or browser.user != request.user.pk:
        return FormDraft.objects.none()
    return FormDraft.objects.current().filter(user=request.user, browser=browser.key)


def draft_of(request, pk: int | None) -> FormDraft | None:
    """One draft that was made in this browser, whether or not its user is signed in now."""
    browser = browser_of(request)
    if browser is None or pk is None or request.user.pk not in (None, browser.user):
        return None
    return FormDraft.objects.current().filter(pk=pk, user_id=browser.user, browser=browser.key).first()


def content_of(draft: FormDraft) -> DraftContent | None:
    """None where the server's key has changed."""
    try:
        return DraftContent.decrypt(draft.encrypted_content)
    except InvalidToken:
        return None


def _is_same_origin(request) -> bool:
    """Other sites cannot have a form of theirs kept and shown as ours."""
    sent_from = request.headers.get("Sec-Fetch-Site", "")
    origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "").netloc
    return sent_from in ("", "same-origin") and origin in ("", request.get_host())
