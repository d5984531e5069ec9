"""Two entries that are one person, and two that are not: what people decided about likely duplicates."""

from django.db import models
from django.db.models import F, Q

from contacts.models.people import Person
from history.tracking import tracked


@tracked(erasable=("values_before", "values_chosen"))
class Merge(models.Model):
    """`merged` became a tombstone of `kept`. What moved and what changed is kept here, so that it can be undone.

    `roles` are the ids of those that moved; `ended` says of those of them that the kept entry held already on which
    day they ended, and when they were to end before. The values are personal: erasing the person empties them.
    """

    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges", verbose_name="kept")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="merged_by", verbose_name="merged")
    roles = models.JSONField("roles that moved", default=list)
    ended = models.JSONField("roles that ended", default=dict)
    values_before = models.JSONField("what the kept entry said before", default=dict)
    values_chosen = models.JSONField("what it said afterwards", default=dict)
    author = models.CharField("decided by", max_length=80)
    merged_at = models.DateTimeField("merged", auto_now_add=True)
    undone_at = models.DateTimeField("undone", null=True, blank=True)
    undone_by = models.CharField("undone by", max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="person_merged_once",
                violation_error_message="This person has been merged already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


@tracked()
class NotTheSame(models.Model):
    """Somebody looked at two entries and said that they are two people; `first` is the older one."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="first")
    second = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="second")
    author = models.CharField("said by", max_length=80)
    decided_at = models.DateTimeField("said", auto_now_add=True)

    class Meta:
        verbose_name = "pair that is not the same"
        verbose_name_plural = "pairs that are not the same"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
