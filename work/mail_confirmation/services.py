"""The sites that a mail's link shows, and their confirmation as the page showed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction

from history.authorship import authored
from sites.choices import StatusPublication
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from sites.public_status import status_publication
from work.mail_confirmation.tokens import MailLink
from work.my_work.confirmations import ConfirmationResult, confirm_sites

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
    listed = [ListedSite(site, _state(site, link)) for site in sites if is_status_public(site)]
    return MailedSites(listed, len(listed) < len(sites), len(sites) == len(link.site_ids))


def is_status_public(site: TrialSite) -> bool:
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
    if len(sites) != len(shown) or not all(map(is_status_public, sites)):
        raise LookupError("Not all of these sites can be confirmed with this link.")
    same = [site for site in sites if site.status == shown[site.pk] and _state(site, link) is not SiteState.FINAL]
    changed = [site for site in sites if site not in same]
    pending = {site.pk: site.version for site in same if _state(site, link) is SiteState.OPEN}
    with authored(link.user.actor, reason=REASON, route=ROUTE, request_id=request_id):
        result = confirm_sites(link.user, pending, on=on, is_joint=len(shown) > 1)
    return ConfirmationResult(result.confirmed, [*changed, *result.changed], result.needs_review)
