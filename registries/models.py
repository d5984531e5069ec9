"""Import runs, records as received, quarantined records, conflicts and registry checks."""

from collections import Counter

from django.db import models
from django.db.models import Q
from django.utils import timezone

from registries.choices import ConflictCategory, Decision, HeldDecision
from registries.display import path_label
from registries.querysets import ConflictQuerySet, QuarantinedRecordQuerySet
from sites.models import TrialSite
from trials.models import Trial


class ImportRun(models.Model):
    """One import: author, source, state and counts."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Stopped early"

    author = models.CharField("author", max_length=80)
    source = models.TextField("source", help_text="File name or NCT numbers.")
    is_dry = models.BooleanField("dry run", default=False)
    state = models.CharField("state", max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField("started", db_default=models.functions.Now())
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    created = models.PositiveIntegerField("created", default=0)
    updated = models.PositiveIntegerField("updated", default=0)
    unchanged = models.PositiveIntegerField("unchanged", default=0)
    quarantined = models.PositiveIntegerField("quarantined", default=0)
    report = models.JSONField("preview of a dry run", default=list, blank=True, editable=False)
    upload = models.BinaryField("file of a dry run, stored until it is applied", null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} · {self.summary}"

    @property
    def summary(self) -> str:
        """The last line that an import prints."""
        return (
            f"created={self.created} updated={self.updated} unchanged={self.unchanged} quarantined={self.quarantined}"
        )


class StudyVersion(models.Model):
    """A study's record as received. Append-only: it replaces the audit trail of bulk-inserted rows.

    `received` is the record's own JSON text. `id_allocation` has the ids of the rows that were bulk-inserted without
    audit trail; with the record, `registries.ctgov.history_replay` rebuilds these rows. NULL: all rows of this version
    are in the audit trail.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="versions")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("version")
    received = models.TextField("record as received")
    digest = models.BinaryField("digest of the record", max_length=32)
    id_allocation = models.JSONField("ids of the rows inserted", null=True)
    delisted_sites = models.JSONField("delisted sites: id → index in the version before", default=dict)
    received_at = models.DateTimeField("received", db_default=models.functions.Now())

    class Meta:
        ordering = ["trial", "-number"]
        constraints = [models.UniqueConstraint(fields=["trial", "number"], name="study_version_number")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.trial_id}"


class RegistryLink(models.Model):
    """Links a trial to its registry record and the last imported version."""

    trial = models.OneToOneField(Trial, models.PROTECT, primary_key=True, related_name="registry_link")
    nct_id = models.CharField("NCT number", max_length=11, unique=True)
    latest = models.OneToOneField(StudyVersion, models.PROTECT, related_name="latest_of")
    digest = models.BinaryField("digest of the latest version", max_length=32)

    def __str__(self) -> str:
        return self.nct_id


class QuarantinedRecord(models.Model):
    """A record that was rejected or held, with its place in the source, the reason and the record itself.

    A rejected record is invalid. A held one is incomplete (`losses`: the paths that it would empty): a person applies
    or discards it. Until then the same record received again stays one row, of the latest `run` that received it; dry
    runs have their own rows.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="quarantined_records")
    place = models.TextField("place in the source")
    nct_id = models.CharField("NCT number", max_length=11, blank=True, default="")
    reason = models.TextField("error")
    received = models.BinaryField("record as received")
    digest = models.BinaryField("digest of the record as received", max_length=32, default=b"")
    losses = models.JSONField("fields that it would empty", default=list, blank=True)
    first_seen_at = models.DateTimeField("first seen", default=timezone.now)
    last_seen_at = models.DateTimeField("last seen", default=timezone.now)
    decision = models.CharField("decision", max_length=10, choices=HeldDecision, blank=True, default="")
    decided_by = models.CharField("decided by", max_length=80, blank=True, default="")
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    decision_reason = models.TextField("reason of the decision", blank=True, default="")

    objects = QuarantinedRecordQuerySet.as_manager()

    class Meta:
        ordering = ["run", "id"]
        indexes = [models.Index(fields=["nct_id"], name="quarantined_record_nct_id")]

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"

    @property
    def same_record(self) -> tuple[str, bytes]:
        """The key of a record that is received again."""
        return self.nct_id, bytes(self.digest)

    @property
    def is_held(self) -> bool:
        return bool(self.losses)


class Conflict(models.Model):
    """A value that the registry and people changed differently since the last import. Ours is kept until resolved.

    `path` addresses the value by row ids (`ctgov.path_resolution`); `category` and `trial_site` are derived from it for
    filters. While the conflict is open, `theirs` is the value of the last imported record.
    """

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="registry_conflicts")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="conflicts")
    path = models.TextField("path in the record")
    category = models.CharField(
        "field group", max_length=20, choices=ConflictCategory, default=ConflictCategory.PROTOCOL
    )
    trial_site = models.ForeignKey(
        TrialSite, models.CASCADE, null=True, related_name="registry_conflicts", verbose_name="site"
    )
    raised_at = models.DateTimeField("raised", db_default=models.functions.Now())
    base = models.JSONField("last import", null=True)
    theirs = models.JSONField("registry value", null=True)
    ours = models.JSONField("local value", null=True)
    decision = models.CharField("decision", max_length=10, choices=Decision, blank=True, default="")
    decided_by = models.CharField("decided by", max_length=80, blank=True, default="")
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    reason = models.TextField("reason for change", blank=True, default="")

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "path"], condition=Q(decision=""), name="conflict_open_once"),
        ]

    def __str__(self) -> str:
        return path_label(self.path, self.trial_site.facility.title if self.trial_site else "")


class SyncRun(models.Model):
    """One check of the followed trials, with its progress and counts. `requested_nct_ids` empty: all trials."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Interrupted"

    requested_nct_ids = models.JSONField("requested NCT numbers", default=list, blank=True)
    state = models.CharField("state", max_length=10, choices=State, default=State.RUNNING)
    position = models.CharField("last completed NCT number", max_length=11, blank=True, default="")
    started_at = models.DateTimeField("started", default=timezone.now)
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    checked = models.PositiveIntegerField("checked", default=0)
    created = models.PositiveIntegerField("created", default=0)
    updated = models.PositiveIntegerField("updated", default=0)
    unchanged = models.PositiveIntegerField("unchanged", default=0)
    quarantined = models.PositiveIntegerField("quarantined", default=0)
    missing = models.PositiveIntegerField("not at the registry", default=0)

    class Meta:
        verbose_name = "registry check"
        verbose_name_plural = "registry checks"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.summary

    @property
    def counts(self) -> Counter[str]:
        names = ("created", "updated", "unchanged", "quarantined", "missing")
        return Counter({name: getattr(self, name) for name in names})

    @property
    def summary(self) -> str:
        """As `ImportRun.summary`; `missing`: numbers that the registry no longer has."""
        return " ".join(f"{name}={count}" for name, count in self.counts.items())
