"""The signed link of a reminder mail, by which its recipient confirms the sites of that mail without signing in.

The token names the user, the sites and the mail. It is bound to the address the mail was sent to, and expires.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from sites.models import TrialSite
from work.models import Reminder, RequestedReminder

LIFETIME = timedelta(days=7)
_SALT = "work.mail_confirmation"
#: The mails by the letter that stands for them in a token.
_MAILS = {"d": Reminder, "r": RequestedReminder}
_KEYS = {"user", "to", "mail", "day", "sites"}


@dataclass(frozen=True, slots=True)
class MailLink:
    """What a valid token allows: these sites, for this user, who is active. `mailed_on` is the day of the mail."""

    user: User
    site_ids: tuple[int, ...]
    mailed_on: date

    @property
    def valid_until(self) -> date:
        return self.mailed_on + LIFETIME


def mail_link(mail: Reminder | RequestedReminder, sites: Iterable[TrialSite], *, on: date) -> str:
    """The URL for a mail that names these sites; "" without sites, if switched off or too long."""
    site_ids = sorted({site.pk for site in sites})
    if not settings.CONFIRM_BY_MAIL or not site_ids:
        return ""
    letter = next(letter for letter, model in _MAILS.items() if isinstance(mail, model))
    content = {
        "user": mail.user_id, "to": _address_digest(mail.user), "mail": f"{letter}{mail.pk}", "day": on.isoformat(),
        "sites": site_ids,
    }  # fmt: skip
    path = reverse("confirm_by_mail", args=[_signer().sign_object(content, compress=True)])
    return settings.PUBLIC_URL.rstrip("/") + path if len(path) <= settings.LONGEST_ADDRESS else ""


def read_token(token: str) -> MailLink | None:
    """The link of a token; None where it is invalid, expired, of a deleted mail, or of a user who is not active."""
    try:
        content = _signer().unsign_object(token, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    if not isinstance(content, dict) or content.keys() != _KEYS:
        return None
    user = User.objects.filter(pk=content["user"], is_active=True).first()
    if user is None or not constant_time_compare(content["to"], _address_digest(user)):
        return None
    mail = _MAILS[content["mail"][0]].objects.filter(pk=int(content["mail"][1:]), user=user)
    if not mail.exists():
        return None
    return MailLink(user, tuple(content["sites"]), date.fromisoformat(content["day"]))


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)


def _address_digest(user: User) -> str:
    """A keyed digest of the user's e-mail address: a link ends with the address it was sent to."""
    return salted_hmac(_SALT, f"{user.pk}:{user.email.lower()}", algorithm="sha256").hexdigest()[:16]
