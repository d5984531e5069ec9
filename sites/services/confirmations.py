"""Confirming the current status of sites, and undoing a confirmation."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from common import dates
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.choices import ConfirmedAs
from sites.models import Confirmation, TrialSite
from sites.status_transitions import Authority


@transaction.atomic
def confirm(
    sites: Iterable[TrialSite],
    *,
    author: str,
    on: date | None = None,
    versions: Mapping[int, int] | None = None,
    authorities: Mapping[int, Authority] | None = None,
) -> list[Confirmation]:
    """Confirm the current status of each site `on` a date (today). All or none; returns the new confirmations.

    `versions` are the versions the author saw, by site id (StaleVersion when one has changed). `authorities` are the
    author's, by site id: they decide whether the site or the trial office confirms.
    ValidationError for a site without a status and for a future date.
    """
    day = on or dates.today()
    if day > dates.today():
        raise ValidationError("The confirmation date cannot be in the future.", code="confirmed-ahead")
    current = _lock_sites(sites, versions or {})
    without_status = [str(site) for site in current if not site.status]
    if without_status:
        raise ValidationError(f"Set a status first: {'; '.join(without_status)}.", code="nothing-to-confirm")
    authority_by_site = authorities or {}
    with authored(author):
        return Confirmation.objects.bulk_create(
            Confirmation(
                trial_site=site, status=site.status, confirmed_on=day, author=author,
                confirmed_as=confirmation_capacity(authority_by_site.get(site.pk)),
            )
            for site in current
        )  # fmt: skip


@transaction.atomic
def undo_confirmation(confirmation: Confirmation, *, author: str, reason: str = "") -> Confirmation:
    """Mark a confirmation as undone. ValidationError when it is undone already."""
    current = Confirmation.objects.select_for_update().get(pk=confirmation.pk)
    if current.undone_at:
        raise ValidationError("This confirmation has been undone already.", code="undone-once")
    with authored(author, reason=reason):
        current.undone_at = timezone.now()
        current.save(update_fields=["undone_at"])
    return current


def _lock_sites(sites: Iterable[TrialSite], versions: Mapping[int, int]) -> list[TrialSite]:
    """Lock the sites in id order, which prevents deadlocks. StaleVersion when a version differs."""
    ids = {site.pk for site in sites}
    rows = TrialSite.objects.filter(pk__in=ids).select_related("trial", "facility").order_by("pk")
    current = list(rows.select_for_update(of=("self",)))
    for site in current:
        if versions.get(site.pk, site.version) != site.version:
            raise StaleVersion(site)
    return current


def confirmation_capacity(authority: Authority | None) -> str:
    """The capacity in which a user with this authority confirms a site; blank without an authority."""
    if authority is None:
        return ""
    return ConfirmedAs.SITE if authority is Authority.SITE_COORDINATOR else ConfirmedAs.TRIAL_OFFICE
