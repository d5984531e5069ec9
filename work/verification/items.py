"""Records that must be verified soon, on My work of the trial's coordinators."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from trials.codes import OverallStatus
from trials.verification import verification_of
from work.items import Item, Kind
from work.scope import TOLD_OF_A_TRIAL, trials_of

RULE = (
    "The whole record is verified every 12 months. After its completion date, a record not verified for two years is "
    "shown as unknown. Confirming sites does not verify the record."
)


def verifications_due(user, *, today: date) -> Iterator[Item]:
    """One query. A status that the registry itself holds as unknown is changed, not only verified."""
    for trial in trials_of(user).only(*TOLD_OF_A_TRIAL).order_by("pk"):
        verification = verification_of(trial)
        if not verification.is_pressing(today):
            continue
        kind = Kind.OVERDUE if verification.due_on < today else Kind.DUE
        page, act = "work_verification", "Verify the record"
        if trial.overall_status == OverallStatus.UNKNOWN:
            page, act = "work_overall", "Update the overall status"
        url = reverse(page, args=[trial.key])
        yield Item(kind, trial, verification.in_words(today), RULE, verification.due_on, url=url, act=act)
