"""The texts of imports that may name people: why conflicts were decided, names of files, why records were refused."""

from contacts.erasure.free_text.registry import FreeTextField, register_free_text
from registries.models import Conflict, ImportRun, QuarantinedRecord

register_free_text(
    FreeTextField(
        model=Conflict,
        fields=("reason",),
        label="Reason of a decision about the registry",
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
        label="Why a record was refused",
        location=lambda record: record.nct_id or f"{record.run.started_at:%-d %B %Y}",
        related=("run",),
    ),
)
