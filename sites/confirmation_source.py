"""Who confirmed a site's status last: the site itself, or the trial's office."""

from django.db.models import F, QuerySet

from sites.choices import ConfirmedAs
from sites.models import Confirmation
from sites.status_transitions import Authority


def confirmation_capacity(authority: Authority | None) -> str:
    """In which capacity somebody with this authority over a site confirms it; blank where it is not known."""
    if authority is None:
        return ""
    return ConfirmedAs.SITE if authority is Authority.SITE_COORDINATOR else ConfirmedAs.TRIAL_OFFICE


def confirmed_as_by_site(sites: QuerySet) -> dict[int, str]:
    """The capacity in which the confirmation was made that `last_confirmed_on` tells of, by site. One query."""
    confirmed = Confirmation.objects.filter(
        trial_site__in=sites.order_by(), undone_at=None,
        confirmed_on=F("trial_site__last_confirmed_on"), status=F("trial_site__status"),
    )  # fmt: skip
    return dict(confirmed.order_by("pk").values_list("trial_site", "confirmed_as"))
