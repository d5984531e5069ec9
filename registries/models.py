"""What registries sent us: runs, the records as received, and what was refused."""

from collections import Counter

from django.db import models
from django.db.models import Q
from django.utils import timezone

from registries.choices import ConflictCategory, Decision, HeldDecision
from registries.path_labels import path_label
from registries.querysets import ConflictQuerySet, QuarantinedRecordQuerySet
from sites.models import TrialSite
from trials.models import Trial


class ImportRun(models.Model):
    """One import: who, from where, and how it ended."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Stopped early"

    author = models.CharField("author", max_length=80)
    source = models.TextField("source", help_text="File name or numbers asked for.")
    is_dry = models.BooleanField("dry run", default=False)
    state = models.CharField("state", max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField("started", db_default=models.functions.Now())
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    created = models.PositiveIntegerField("created", default=0)
    updated = models.PositiveIntegerField("updated", default=0)
    unchanged = models.PositiveIntegerField("unchanged", default=0)
    quarantined = models.PositiveIntegerField("quarantined", default=0)
    report = models.JSONField("what a dry run found", default=list, blank=True, editable=False)
    upload = models.BinaryField("file of a dry run, kept until it is applied", null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source} · {self.summary}"

    @property
    def summary(self) -> str:
        """The contract's last line of an import."""
        return (
            f"created={self.created} updated={self.updated} unchanged={self.unchanged} quarantined={self.quarantined}"
        )


class StudyVersion(models.Model):
    """A study's record as received. Append-only: it is the trail of what the bulk road inserted.

    `received` is the record's own JSON text. `id_allocation` holds the ids that the import gave to the rows it inserted
    without a trail row each; with the record they are those rows again (`registries.ctgov.study_to_rows`). NULL: every row of
    this version went through the trail.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="versions")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("version")
    received = models.TextField("record as received")
    digest = models.BinaryField("digest of the record", max_length=32)
    id_allocation = models.JSONField("ids of the rows inserted", null=True)
    delisted_sites = models.JSONField("sites that left with it: id → place in the version before", default=dict)
    received_at = models.DateTimeField("received", db_default=models.functions.Now())

    class Meta:
        ordering = ["trial", "-number"]
        constraints = [models.UniqueConstraint(fields=["trial", "number"], name="study_version_number")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.trial_id}"


class RegistryLink(models.Model):
    """Which record of the registry a trial is, and the version last taken in."""

    trial = models.OneToOneField(Trial, models.PROTECT, primary_key=True, related_name="registry_link")
    nct_id = models.CharField("NCT number", max_length=11, unique=True)
    latest = models.OneToOneField(StudyVersion, models.PROTECT, related_name="latest_of")
    digest = models.BinaryField("digest of the latest version", max_length=32)

    def __str__(self) -> str:
        return self.nct_id


class QuarantinedRecord(models.Model):
    """A record that was refused or held: where it stood, what is wrong, and the record itself, so that nothing is lost.

    A refused record cannot go in. A held one is only a part of a record (`losses`: what it would empty, as paths): a
    person applies or discards it. Until then the same record coming again stays one row, of the latest `run` that met
    it; a dry run has its own.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="quarantined_records")
    place = models.TextField("where in the source")
    nct_id = models.CharField("NCT number", max_length=11, blank=True, default="")
    reason = models.TextField("what is wrong")
    received = models.BinaryField("record as received")
    digest = models.BinaryField("digest of the record as it came", max_length=32, default=b"")
    losses = models.JSONField("what it would empty", default=list, blank=True)
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
        """What a record that comes again has in common with it."""
        return self.nct_id, bytes(self.digest)

    @property
    def is_held(self) -> bool:
        return bool(self.losses)


class Conflict(models.Model):
    """The registry and people changed the same thing differently since the last import. Ours stays until decided.

    `path` leads to the thing itself, wherever it stands in the record (`ctgov.targets`); `category` and `trial_site` say
    of it what lists ask for. While it is open, `theirs` is what the record last taken in says there.
    """

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="registry_conflicts")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="conflicts")
    path = models.TextField("place in the record")
    category = models.CharField(
        "kind of thing", max_length=20, choices=ConflictCategory, default=ConflictCategory.PROTOCOL
    )
    trial_site = models.ForeignKey(
        TrialSite, models.CASCADE, null=True, related_name="registry_conflicts", verbose_name="site"
    )
    raised_at = models.DateTimeField("raised", db_default=models.functions.Now())
    base = models.JSONField("at the last import", null=True)
    theirs = models.JSONField("the registry's", null=True)
    ours = models.JSONField("ours", null=True)
    decision = models.CharField("decision", max_length=10, choices=Decision, blank=True, default="")
    decided_by = models.CharField("decided by", max_length=80, blank=True, default="")
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    reason = models.TextField("why", blank=True, default="")

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "path"], condition=Q(decision=""), name="conflict_open_once"),
        ]

    def __str__(self) -> str:
        return path_label(self.path, self.trial_site.facility.title if self.trial_site else "")


class SyncRun(models.Model):
    """One check of the trials that we follow: how far it came and what it found. `requested_nct_ids` empty: all of them."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Broken off"

    requested_nct_ids = models.JSONField("NCT numbers asked for", default=list, blank=True)
    state = models.CharField("state", max_length=10, choices=State, default=State.RUNNING)
    position = models.CharField("last NCT number that is done", max_length=11, blank=True, default="")
    started_at = models.DateTimeField("started", default=timezone.now)
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    checked = models.PositiveIntegerField("asked about", default=0)
    created = models.PositiveIntegerField("created", default=0)
    updated = models.PositiveIntegerField("updated", default=0)
    unchanged = models.PositiveIntegerField("unchanged", default=0)
    quarantined = models.PositiveIntegerField("quarantined", default=0)
    missing = models.PositiveIntegerField("not at the registry", default=0)

    class Meta:
        verbose_name = "check of the registry"
        verbose_name_plural = "checks of the registry"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.summary

    @property
    def counts(self) -> Counter[str]:
        names = ("created", "updated", "unchanged", "quarantined", "missing")
        return Counter({name: getattr(self, name) for name in names})

    @property
    def summary(self) -> str:
        """As an import's last line; `missing` are numbers that the registry no longer answers to."""
        return " ".join(f"{name}={count}" for name, count in self.counts.items())
