"""Declares the free-text fields of imports that may name people: reasons, file names and error texts."""

from contacts.erasure.free_text.fields import FreeTextField, register_free_text
from registries.models import Conflict, ImportRun, QuarantinedRecord

register_free_text(
    FreeTextField(
        model=Conflict,
        fields=("reason",),
        label="Reason for resolving a registry difference",
        location=lambda conflict: str(conflict.trial),
        related=("trial",),
    ),
    FreeTextField(
        model=ImportRun,
        fields=("source",),
        label="Source of an import",
        location=lambda run: f"{run.started_at:%-d %B %Y}",
    ),
    FreeTextField(
        model=QuarantinedRecord,
        fields=("place", "reason", "decision_reason"),
        label="Error of a rejected record",
        location=lambda record: record.nct_id or f"{record.run.started_at:%-d %B %Y}",
        related=("run",),
    ),
)
