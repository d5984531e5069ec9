"""Notice in My work about held records, for administrators and the coordinators of the trials."""

from django.db.models import QuerySet
from django.urls import reverse

from registries.models import QuarantinedRecord
from work.assignments import assigned_trials
from work.my_work.items import Notice, register_notice_source


def held_records_notice(user) -> Notice | None:
    """The number of held records; the same record held by several imports counts once."""
    number = _held_for(user).values("nct_id", "digest").distinct().count()
    if not number:
        return None
    subject = "1 record from the registry is" if number == 1 else f"{number} records from the registry are"
    text = f"{subject} held because {'it' if number == 1 else 'they'} would empty fields of a trial."
    if not user.is_administrator:
        return Notice(f"{text} An administrator can apply or discard {'it' if number == 1 else 'them'}.")
    return Notice(text, f"{reverse('admin:registries_importrun_changelist')}?held=waiting", "Review")


def _held_for(user) -> QuerySet[QuarantinedRecord]:
    held = QuarantinedRecord.objects.waiting().order_by()
    if user.is_administrator:
        return held
    return held.filter(nct_id__in=assigned_trials(user).order_by().values("nct_id"))


register_notice_source(held_records_notice)
