"""The statuses, confirmations and enrollment of sites as of a past day, as SQL annotations; read by pages, CSV and API.

Querysets are arguments: `sites.querysets` calls this module, and models import querysets.
"""

from datetime import timedelta

from django.db.models import CharField, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from common.as_of import AsOf
from common.partial_dates import PartialDateField
from trials.choices import NOT_KNOWN


def events_as_of(events: QuerySet, as_of: AsOf) -> QuerySet:
    """The status events that count on that day, in the order in which they became known; the last one decides.

    In force: uncorrected ones whose first day is not later; without a date, the day on which it became known counts.
    Recorded: those recorded by the end of the day, unless a correction was recorded by then too.
    """
    events = events.order_by("as_of", "id")
    if as_of.is_recorded:
        corrections = events.model.objects.filter(corrects=OuterRef("pk"), recorded_at__lt=as_of.ends_at)
        return events.filter(~Exists(corrections), recorded_at__lt=as_of.ends_at)
    # The first day of a partial date is not later than a day exactly when its text is not greater by bytes.
    begins_on = Coalesce(F("effective_on"), F("as_of"), output_field=TextField())
    return events.alias(begins_on=begins_on).filter(corrected_by__isnull=True, begins_on__lte=as_of.day.isoformat())


def with_status_as_of(sites: QuerySet, as_of: AsOf) -> QuerySet:
    """Annotate `status_then`, `since_then`, `known_on_then`, `last_confirmed_then` and `confirmed_as_then`.

    `status_then` is NOT_KNOWN where nothing is on record for the day, and blank for a status not published.
    """
    events = events_as_of(_related(sites, "status_events"), as_of)
    latest = events.filter(trial_site=OuterRef("pk")).order_by("-as_of", "-id")
    status = Subquery(latest.values("status")[:1], output_field=CharField())
    sites = sites.annotate(
        status_then=Coalesce(status, Value(NOT_KNOWN), output_field=CharField()),
        since_then=Subquery(latest.values("effective_on")[:1], output_field=PartialDateField()),
        known_on_then=Subquery(latest.values("as_of")[:1], output_field=PartialDateField()),
    )
    confirmed = _confirmations_as_of(_related(sites, "confirmations"), events, as_of)
    confirmed_as = Subquery(confirmed.values("confirmed_as")[:1], output_field=CharField())
    return sites.annotate(
        last_confirmed_then=Subquery(confirmed.values("confirmed_on")[:1], output_field=DateField()),
        confirmed_as_then=Coalesce(confirmed_as, Value(""), output_field=CharField()),
    )


def enrolled_as_of(sites: QuerySet, as_of: AsOf) -> Subquery | Value:
    """The enrolled of the last month that had ended on that day; NULL as recorded, because reports are not dated."""
    if as_of.is_recorded:
        return Value(None)
    first_of_next = (as_of.day + timedelta(days=1)).replace(day=1)
    month = (first_of_next - timedelta(days=1)).isoformat()[:7]
    reports = _related(sites, "enrollment_reports").filter(enrolled__isnull=False, month__lte=month)
    return Subquery(reports.filter(trial_site=OuterRef("pk")).order_by("-month").values("enrolled")[:1])


def _related(sites: QuerySet, name: str) -> QuerySet:
    return sites.model._meta.get_field(name).related_model.objects.all()


def _confirmations_as_of(confirmations: QuerySet, events: QuerySet, as_of: AsOf) -> QuerySet:
    """Confirmations by that day of the status then, not interrupted by another status, newest first."""
    recorded_by = Q(recorded_at__lt=as_of.ends_at) & (Q(undone_at=None) | Q(undone_at__gte=as_of.ends_at))
    day_text = Func(F("confirmed_on"), Value("YYYY-MM-DD"), function="to_char", output_field=TextField())
    interrupting = events.filter(trial_site=OuterRef("trial_site"), as_of__gt=OuterRef("day_text"))
    return (
        confirmations.filter(recorded_by if as_of.is_recorded else Q(undone_at=None))
        .alias(day_text=day_text)
        .filter(~Exists(interrupting.exclude(status=OuterRef("status"))), confirmed_on__lte=as_of.day)
        .filter(trial_site=OuterRef("pk"), status=OuterRef("status_then"))
        .order_by("-confirmed_on", "-pk")
    )
