"""The texts of imports that may name people: why conflicts were decided, names of files, why records were refused."""

from contacts.erasure.free_text.registry import Texts, may_name_people
from registries.models import Conflict, ImportRun, QuarantinedRecord

may_name_people(
    Texts(
        model=Conflict,
        fields=("reason",),
        words="Reason of a decision about the registry",
        where=lambda conflict: str(conflict.trial),
        related=("trial",),
    ),
    Texts(
        model=ImportRun,
        fields=("source",),
        words="Source of an import",
        where=lambda run: f"{run.started_at:%-d %B %Y}",
    ),
    Texts(
        model=QuarantinedRecord,
        fields=("place", "reason", "decision_reason"),
        words="Why a record was refused",
        where=lambda record: record.nct_id or f"{record.run.started_at:%-d %B %Y}",
        related=("run",),
    ),
)
