"""What My work says of records that an import held, to those who decide them and to those whose trials they are."""

from django.db.models import QuerySet
from django.urls import reverse

from registries.models import QuarantinedRecord
from work.assignments import assigned_trials
from work.listing.notices import Notice, tell_in_my_work


def held_records_notice(user) -> Notice | None:
    """The same record held by several imports counts once."""
    number = _held_for(user).values("nct_id", "digest").distinct().count()
    if not number:
        return None
    held = "1 record from the registry is" if number == 1 else f"{number} records from the registry are"
    words = f"{held} held because {'it' if number == 1 else 'they'} would empty parts of a trial."
    if not user.is_administrator:
        return Notice(f"{words} An administrator decides.")
    return Notice(words, f"{reverse('admin:registries_importrun_changelist')}?held=waiting", "Decide")


def _held_for(user) -> QuerySet[QuarantinedRecord]:
    waiting = QuarantinedRecord.objects.waiting().order_by()
    return (
        waiting
        if user.is_administrator
        else waiting.filter(nct_id__in=assigned_trials(user).order_by().values("nct_id"))
    )


tell_in_my_work(held_records_notice)
