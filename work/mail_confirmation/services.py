"""The signed link of a reminder mail, the sites that it shows, and their confirmation without signing in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from history.authorship import authored
from sites.choices import StatusPublication
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from sites.public_status import status_publication
from work.models import Reminder, RequestedReminder
from work.my_work.confirmations import ConfirmationResult, confirm_sites

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


ROUTE = "mail link"
REASON = "Confirmed with the link of a reminder mail"


class SiteState(StrEnum):
    """What can be done about a site with the link."""

    OPEN = "open"
    DONE = "done"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A site with a public status."""

    site: TrialSite
    state: SiteState

    @property
    def shown(self) -> str:
        """The site and the status that the page shows, as the form sends them back."""
        return f"{self.site.pk}:{self.site.status}"


@dataclass(frozen=True, slots=True)
class MailedSites:
    """The sites of a link that the user may still edit; `has_private` if the status of some is not public."""

    listed: Sequence[ListedSite]
    has_private: bool
    is_complete: bool

    @property
    def open(self) -> list[ListedSite]:
        return [one for one in self.listed if one.state is SiteState.OPEN]


def sites_of_link(link: MailLink) -> MailedSites:
    """The sites of the mail in the order of their trials and names."""
    editable = TrialSite.objects.editable_by(link.user).filter(pk__in=link.site_ids)
    ordered = editable.select_related("trial", "facility").with_confirmed_as()
    sites = list(ordered.order_by("trial", "facility__name", "pk"))
    listed = [ListedSite(site, _state(site, link)) for site in sites if _is_status_public(site)]
    return MailedSites(listed, len(listed) < len(sites), len(sites) == len(link.site_ids))


def _is_status_public(site: TrialSite) -> bool:
    """Whether visitors see the status of the site as it was entered."""
    trial = site.trial
    publication = status_publication(trial.overall_status, trial.last_known_status, site.status)
    return trial.is_public and bool(site.status) and publication is not StatusPublication.HELD_BACK


def _state(site: TrialSite, link: MailLink) -> SiteState:
    if not needs_confirmation(site):
        return SiteState.FINAL
    is_done = site.last_confirmed_on is not None and site.last_confirmed_on >= link.mailed_on
    return SiteState.DONE if is_done else SiteState.OPEN


@transaction.atomic
def confirm_shown(link: MailLink, shown: Mapping[int, str], *, on: date, request_id: str = "") -> ConfirmationResult:
    """Confirm sites in the statuses that the page showed, by site id; sites in another status are `changed`.

    LookupError if one of them is not of the link, not the user's any more, or has no public status.
    """
    rows = TrialSite.objects.editable_by(link.user).filter(pk__in=set(shown) & set(link.site_ids))
    sites = list(rows.select_related("trial", "facility").order_by("pk").select_for_update(of=("self",)))
    if len(sites) != len(shown) or not all(map(_is_status_public, sites)):
        raise LookupError("Not all of these sites can be confirmed with this link.")
    same = [site for site in sites if site.status == shown[site.pk] and _state(site, link) is not SiteState.FINAL]
    changed = [site for site in sites if site not in same]
    pending = {site.pk: site.version for site in same if _state(site, link) is SiteState.OPEN}
    with authored(link.user.actor, reason=REASON, route=ROUTE, request_id=request_id):
        result = confirm_sites(link.user, pending, on=on, is_joint=len(shown) > 1)
    return ConfirmationResult(result.confirmed, [*changed, *result.changed], result.needs_review)
