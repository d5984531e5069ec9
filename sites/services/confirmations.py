"""Saying that a status is still true, and taking that back."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from common import dates
from history.authorship import authored
from history.versioning import StaleVersion
from sites.confirmation_source import confirmation_capacity
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
    """Say of each site that its status is still true `on` a day (today). All or none; gives the new confirmations.

    `versions` are those that the author saw, by site id: what changed meanwhile is not confirmed unseen (StaleVersion).
    `authorities` are the author's over each site, by its id: they say whether the site or the trial's office confirms.
    ValidationError for a site without a status and for a day to come.
    """
    day = on or dates.today()
    if day > dates.today():
        raise ValidationError("A status is confirmed today at the latest.", code="confirmed-ahead")
    current = _lock_sites(sites, versions or {})
    without_status = [str(site) for site in current if not site.status]
    if without_status:
        raise ValidationError(f"Set a status first: {'; '.join(without_status)}.", code="nothing-to-confirm")
    known = authorities or {}
    with authored(author):
        return Confirmation.objects.bulk_create(
            Confirmation(
                trial_site=site, status=site.status, confirmed_on=day, author=author,
                confirmed_as=confirmation_capacity(known.get(site.pk)),
            )
            for site in current
        )  # fmt: skip


@transaction.atomic
def undo_confirmation(confirmation: Confirmation, *, author: str, reason: str = "") -> Confirmation:
    """Take a confirmation back; its row stays, marked. ValidationError when it is undone already."""
    current = Confirmation.objects.select_for_update().get(pk=confirmation.pk)
    if current.undone_at:
        raise ValidationError("This confirmation has been undone already.", code="undone-once")
    with authored(author, reason=reason):
        current.undone_at = timezone.now()
        current.save(update_fields=["undone_at"])
    return current


def _lock_sites(sites: Iterable[TrialSite], versions: Mapping[int, int]) -> list[TrialSite]:
    """In the order of their ids, so that two people who confirm the same sites do not wait for each other."""
    ids = {site.pk for site in sites}
    rows = TrialSite.objects.filter(pk__in=ids).select_related("trial", "facility").order_by("pk")
    current = list(rows.select_for_update(of=("self",)))
    for site in current:
        if versions.get(site.pk, site.version) != site.version:
            raise StaleVersion(site)
    return current
