"""Read models: each trial's public document and search row, and marks of stale ones."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Replace

from publishing.querysets import DocumentVersionQuerySet, PublishedQuerySet, SearchRowQuerySet
from sites.status_summary import SiteCounts
from trials.choices import OverallStatus
from trials.models import Trial


class TrialDocument(models.Model):
    """The public document of a trial as JSON text (`publishing.documents`).

    No foreign key constraint: the document of a deleted trial stays until the stale mark of the deletion is processed.
    """

    trial = models.OneToOneField(Trial, models.CASCADE, primary_key=True, related_name="document", db_constraint=False)
    is_public = models.BooleanField()
    document = models.TextField()
    digest = models.CharField(max_length=32, help_text="Of the document: the ETag.")
    changed_at = models.DateTimeField(help_text="When the document last became another one.")
    rebuild_on = models.DateField(null=True, help_text="The day on which it changes by itself.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["rebuild_on"], name="document_due", condition=models.Q(rebuild_on__isnull=False)),
            models.Index(fields=["changed_at"], name="document_changed"),
        ]

    def __str__(self) -> str:
        return f"Document of trial {self.trial_id}"


class DocumentVersion(models.Model):
    """A public document that another one replaced, for questions about what the public saw on a day.

    `changes` says what the next document changed: [before, after] of `overall_status` and `enrollment_count`, and
    whether published contacts changed. Erased people are redacted (`publishing.erasure`). Deleted with its trial.
    """

    id = models.BigAutoField(primary_key=True)
    trial = models.ForeignKey(
        Trial, models.CASCADE, related_name="document_versions", db_constraint=False, db_index=False
    )
    is_public = models.BooleanField()
    document = models.TextField()
    digest = models.CharField(max_length=32)
    published_at = models.DateTimeField(help_text="When it became the public document.")
    replaced_at = models.DateTimeField(help_text="When the next one replaced it.")
    changes = models.JSONField(default=dict)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["trial", "replaced_at"], name="document_version_of_trial"),
            models.Index(fields=["-replaced_at"], name="document_version_newest"),
        ]

    def __str__(self) -> str:
        return f"Document of trial {self.trial_id} until {self.replaced_at:%Y-%m-%d %H:%M}"


class TrialRow(models.Model):
    """The search row of a trial: a narrow row with words and terms in one TOASTed vector.

    `updated_on` is a partial date or "", compared by bytes; all lists are ordered by it and the id.
    """

    trial = models.OneToOneField(
        Trial, models.CASCADE, primary_key=True, related_name="search_row", db_constraint=False
    )
    is_public = models.BooleanField()
    updated_on = models.CharField(max_length=10, db_collation="C")
    status = models.CharField(max_length=40, choices=OverallStatus)
    sites_total = models.IntegerField()
    sites_recruiting = models.IntegerField()
    sites_open = models.IntegerField(default=0)
    sites_ahead = models.IntegerField(default=0)
    sites_held_back = models.IntegerField(default=0)
    open_confirmed_on = ArrayField(
        models.DateField(), default=list, help_text="When the open sites were last confirmed, oldest first."
    )
    youngest = models.FloatField(help_text="Years.")
    oldest = models.FloatField(help_text="Years.")
    words = SearchVectorField()

    objects = SearchRowQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-updated_on", "-trial"], name="row_newest"),
            GinIndex(fields=["words"], name="row_words"),
        ]

    def __str__(self) -> str:
        return f"Search row of trial {self.trial_id}"

    @property
    def counts(self) -> SiteCounts:
        """Counts of the trial's sites."""
        return SiteCounts(
            total=self.sites_total,
            recruiting=self.sites_recruiting,
            open=self.sites_open,
            ahead=self.sites_ahead,
            held_back=self.sites_held_back,
            open_confirmed_on=tuple(self.open_confirmed_on),
        )


class OtherName(models.Model):
    """A synonym of an intervention from a public trial, as plain words (`publishing.search.synonyms`)."""

    id = models.BigAutoField(primary_key=True)
    trial = models.ForeignKey(Trial, models.CASCADE, related_name="+", db_constraint=False)
    name = models.CharField(max_length=100)
    other = models.CharField(max_length=100)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(Replace("other", models.Value(" "), models.Value("")), "name", name="other_name_meant"),
            models.Index(Replace("name", models.Value(" "), models.Value("")), "name", name="other_name_named"),
            models.Index(fields=["name", "other"], name="other_names_of_name"),
        ]

    def __str__(self) -> str:
        return f"{self.other}: {self.name}"


class StaleMark(models.Model):
    """A mark of a changed row whose trials must be rebuilt, inserted by triggers in the changing transaction.

    Marks are only inserted, so that writers wait neither for each other nor for a rebuild. The trials of a facility or
    person are looked up when the mark is processed, because a concurrent transaction may add a site.
    """

    class Kind(models.TextChoices):
        TRIAL = "T", "Trial"
        FACILITY = "F", "Facility"
        PERSON = "P", "Person"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=1, choices=Kind)
    row_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.row_id}"


from publishing import triggers  # noqa: E402, F401  (trigger proxies are models of this app)
