"""The overall status of a trial as of a past day, from the versions of its public document."""

from django.db.models import TextField
from django.db.models.fields.json import JSONField, KeyTextTransform
from django.db.models.functions import Cast

from common.as_of import AsOf
from trials.choices import NOT_KNOWN
from trials.models import Trial


def overall_status_as_of(trial: Trial, as_of: AsOf) -> str:
    """As recorded: the status that was published at the end of the day. NOT_KNOWN without a version on record.

    In force: not known, because the overall status has no dated history of its own. At most two queries.
    """
    if not as_of.is_recorded:
        return NOT_KNOWN
    documents = Trial._meta.get_field("document").related_model.objects
    for rows in (
        trial.document_versions.standing_at(as_of.ends_at),
        documents.filter(trial=trial, changed_at__lt=as_of.ends_at),
    ):
        status = KeyTextTransform("overall_status", Cast("document", JSONField()))
        for is_public, text in rows.annotate(published_status=Cast(status, TextField())).values_list(
            "is_public", "published_status"
        )[:1]:
            return text if is_public else NOT_KNOWN
    return NOT_KNOWN
