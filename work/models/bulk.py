"""Bulk changes: the uploaded table and the result of each of its rows."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from sites.models import Confirmation, StatusEvent, TrialSite


class BulkChangeQuerySet(models.QuerySet):
    def authored_by(self, user):
        """The bulk changes of the user; nobody else can read or apply them."""
        return self.filter(author=user.actor)


class BulkChange(models.Model):
    """A table of changes: previewed any number of times, applied once, undone once.

    `entries` are rows serialized by `work.bulk_upload.site_matching`, each with its site and the version shown.
    """

    class InputMethod(models.TextChoices):
        CHOSEN = "CHOSEN", "Selected sites"
        PASTED = "PASTED", "Pasted"
        UPLOADED = "UPLOADED", "Uploaded"

    author = models.CharField("author", max_length=80, help_text="A key such as user:7, never a name.")
    input_method = models.CharField("source", max_length=10, choices=InputMethod)
    name = models.CharField("file", max_length=200, blank=True, default="")
    entries = models.JSONField("rows", default=list, editable=False)
    notices = models.JSONField("notices on reading", default=list, blank=True, editable=False)
    made_at = models.DateTimeField("made", db_default=models.functions.Now(), editable=False)
    applied_at = models.DateTimeField("applied", null=True, editable=False)
    undone_at = models.DateTimeField("undone", null=True, editable=False)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(applied_at__isnull=False), name="bulk_undone_after_applied"
            )
        ]
        indexes = [models.Index(fields=["author", "-id"], name="bulk_by_author")]

    def __str__(self) -> str:
        return f"Bulk change {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("bulk_change", args=[self.pk])


class BulkChangeRow(models.Model):
    """The result of one row. `changes` are [label, old, new] for display; `messages` are its errors and warnings.

    `before` and `after` hold the target columns that were set; `event`, `interim` and `confirmation` are what the row
    recorded.
    """

    class Outcome(models.TextChoices):
        DONE = "DONE", "Done"
        SKIPPED = "SKIPPED", "Not done"
        NOTHING = "NOTHING", "Nothing to do"

    bulk = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("row")
    trial_site = models.ForeignKey(TrialSite, models.PROTECT, null=True, related_name="bulk_change_rows")
    outcome = models.CharField("outcome", max_length=10, choices=Outcome)
    changes = models.JSONField("changes", default=list)
    messages = models.JSONField("messages", default=list)
    before = models.JSONField("columns before", default=dict)
    after = models.JSONField("columns after", default=dict)
    event = models.ForeignKey(StatusEvent, models.PROTECT, null=True, related_name="+")
    interim = models.ManyToManyField(StatusEvent, related_name="+", verbose_name="intermediate statuses")
    confirmation = models.ForeignKey(Confirmation, models.PROTECT, null=True, related_name="+")
    undo_message = models.TextField("result of undo", blank=True, default="")

    #: `undo_message` of a row that was undone completely.
    UNDONE = "Undone."

    class Meta:
        db_table = "work_bulkdeed"
        ordering = ["bulk", "number"]
        constraints = [models.UniqueConstraint(fields=["bulk", "number"], name="bulk_row_once")]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.get_outcome_display()}"

    @property
    def is_undone(self) -> bool:
        """Whether the row was undone completely."""
        return self.undo_message == self.UNDONE
