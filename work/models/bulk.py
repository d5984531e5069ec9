"""Bulk changes: the table that somebody brought, and the receipt of what was done with it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from sites.models import Confirmation, StatusEvent, TrialSite


class BulkChangeQuerySet(models.QuerySet):
    def of(self, user):
        """A bulk change is its author's alone, read and done."""
        return self.filter(author=user.actor)


class BulkChange(models.Model):
    """A table of changes: tried as often as one likes, applied once, undone once.

    `entries` are those of `work.bulk_upload.site_matching`: each row with its site, at the version that was seen.
    """

    class InputMethod(models.TextChoices):
        CHOSEN = "CHOSEN", "Chosen on a board"
        PASTED = "PASTED", "Pasted"
        UPLOADED = "UPLOADED", "Uploaded"

    author = models.CharField("author", max_length=80, help_text="A key such as user:7, never a name.")
    input_method = models.CharField("came by", max_length=10, choices=InputMethod)
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
    """What became of one row. `changes` are [what, old, new] in words; `messages` say why something was not done.

    `before` and `after` hold the columns that were set; event, confirmation and the events of what lay in between are
    what the row recorded.
    """

    class Outcome(models.TextChoices):
        DONE = "DONE", "Done"
        LEFT = "LEFT", "Not done"
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
    interim = models.ManyToManyField(StatusEvent, related_name="+", verbose_name="in between")
    confirmation = models.ForeignKey(Confirmation, models.PROTECT, null=True, related_name="+")
    undo_message = models.TextField("what the undo did", blank=True, default="")

    #: `undone` where nothing was left.
    UNDONE = "Undone."

    class Meta:
        db_table = "work_bulkdeed"
        ordering = ["bulk", "number"]
        constraints = [models.UniqueConstraint(fields=["bulk", "number"], name="bulk_row_once")]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.get_outcome_display()}"

    @property
    def is_undone(self) -> bool:
        """Whether nothing of it is left."""
        return self.undo_message == self.UNDONE
