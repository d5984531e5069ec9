"""Adding trials as their future coordinator: by NCT number from the registry, or by hand."""

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
    """Fetch some studies and run them dry; the run keeps what was fetched. ValidationError, SourceError.

    A trial that is here already is brought up to date by those who coordinate it.
    """
    _reject_trials_of_others(nct_ids, user)
    content = b"\n".join(raw.received.replace(b"\n", b" ").replace(b"\r", b" ") for raw in fetch_studies(nct_ids))
    return preview_upload(content=content, name=", ".join(nct_ids), author=user.actor)


def apply_numbers(preview: ImportRun, *, user: User, reason: str = "") -> ImportRun:
    """Import what was looked at; whoever added a trial coordinates it from today. ValidationError."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=preview.pk)
        if locked.upload is None:
            raise ValidationError("This has been applied already.", code="applied")
        _reject_trials_of_others([find_nct_id(raw.received) for raw in records_of_upload(locked)], user)
        run = apply_preview(locked, author=user.actor, reason=reason)
        for trial in Trial.objects.filter(versions__run=run, versions__number=1):
            assign_as_coordinator(trial, user=user)
    return run


@transaction.atomic
def add_own_trial(*, user: User, reason: str = "", **values) -> Trial:
    """A trial entered by hand, which the user coordinates from today. ValidationError."""
    trial = add_trial(author=user.actor, reason=reason, **values)
    assign_as_coordinator(trial, user=user)
    return trial


def assign_as_coordinator(trial: Trial, *, user: User) -> None:
    """Make the user its coordinator from today, unless they edit it anyway."""
    if Trial.objects.editable_by(user).filter(pk=trial.pk).exists():
        return
    kind = AssignmentKind.TRIAL_COORDINATOR
    with authored(user.actor, reason="Added the trial"):
        Assignment.objects.create(user=user, trial=trial, kind=kind, starts_on=dates.today(), granted_by=user.actor)


def _reject_trials_of_others(nct_ids: Sequence[str], user: User) -> None:
    here = Trial.objects.filter(nct_id__in=nct_ids)
    others = here.exclude(pk__in=Trial.objects.editable_by(user).order_by().values("pk"))
    numbers = sorted(others.values_list("nct_id", flat=True))
    if numbers:
        raise ValidationError(
            f"{', '.join(numbers)}: here already. Its coordinators bring it up to date.", code="not-yours"
        )
