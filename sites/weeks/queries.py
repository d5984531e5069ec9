"""The sites of a trial with their status events and confirmations, as the reader may see them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from sites.models import Confirmation, StatusEvent, TrialSite
from trials.models import Trial


def sites_with_history(trial: Trial, user) -> QuerySet[TrialSite]:
    """Three queries when it is read, for any number of sites; `shown_history` reads each."""
    as_entered = TrialSite.objects.filter(trial=trial).showing_counts_to(user).exists()
    events = StatusEvent.objects.filter(corrected_by__isnull=True).order_by("as_of", "id")
    confirmations = Confirmation.objects.filter(undone_at=None).order_by("confirmed_on")
    return (
        TrialSite.objects.visible_to(user)
        .filter(trial=trial)
        .with_shown_status(as_entered=as_entered)
        .select_related("facility")
        .prefetch_related(
            Prefetch("status_events", events, to_attr="events_in_force"),
            Prefetch("confirmations", confirmations, to_attr="standing_confirmations"),
        )
    )


def shown_history(site: TrialSite) -> tuple[Iterable[StatusEvent], list[tuple[date, str]]]:
    """The events and the confirmations (day, status); both empty where the site's status is not shown to the reader."""
    if site.shown_status != site.status:
        return [], []
    return site.events_in_force, [(one.confirmed_on, one.status) for one in site.standing_confirmations]
