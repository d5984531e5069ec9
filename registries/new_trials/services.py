"""Adds trials by NCT number or by manual entry, and assigns the user as their coordinator."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Assignment, AssignmentKind, User
from common import dates
from history.authorship import authored
from registries.ctgov.client import fetch_studies
from registries.ctgov.parser import find_nct_id
from registries.imports import apply_preview, preview_upload, records_of_upload
from registries.models import ImportRun
from trials.models import Trial
from trials.services import add_trial


def preview_numbers(nct_ids: Sequence[str], *, user: User) -> ImportRun:
    """Fetch studies and run them dry; the run stores the fetched records. ValidationError, SourceError.

    Existing trials can be updated only by users who may edit them.
    """
    _reject_trials_of_others(nct_ids, user)
    content = b"\n".join(raw.received.replace(b"\n", b" ").replace(b"\r", b" ") for raw in fetch_studies(nct_ids))
    return preview_upload(content=content, name=", ".join(nct_ids), author=user.actor)


def apply_numbers(preview: ImportRun, *, user: User, reason: str = "") -> ImportRun:
    """Import the previewed records; the user becomes coordinator of new trials from today. ValidationError."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=preview.pk)
        if locked.upload is None:
            raise ValidationError("These records were applied already.", code="applied")
        _reject_trials_of_others([find_nct_id(raw.received) for raw in records_of_upload(locked)], user)
        run = apply_preview(locked, author=user.actor, reason=reason)
        for trial in Trial.objects.filter(versions__run=run, versions__number=1):
            assign_as_coordinator(trial, user=user)
    return run


@transaction.atomic
def add_own_trial(*, user: User, reason: str = "", **values) -> Trial:
    """A trial entered manually, with the user as coordinator from today. ValidationError."""
    trial = add_trial(author=user.actor, reason=reason, **values)
    assign_as_coordinator(trial, user=user)
    return trial


def assign_as_coordinator(trial: Trial, *, user: User) -> None:
    """Assign the user as coordinator from today, unless they may edit the trial already."""
    if Trial.objects.editable_by(user).filter(pk=trial.pk).exists():
        return
    kind = AssignmentKind.TRIAL_COORDINATOR
    with authored(user.actor, reason="Added the trial"):
        Assignment.objects.create(user=user, trial=trial, kind=kind, starts_on=dates.today(), granted_by=user.actor)


def _reject_trials_of_others(nct_ids: Sequence[str], user: User) -> None:
    existing = Trial.objects.filter(nct_id__in=nct_ids)
    others = existing.exclude(pk__in=Trial.objects.editable_by(user).order_by().values("pk"))
    numbers = sorted(others.values_list("nct_id", flat=True))
    if numbers:
        raise ValidationError(
            f"{', '.join(numbers)}: exists already. Only its coordinators can update it.", code="not-yours"
        )
