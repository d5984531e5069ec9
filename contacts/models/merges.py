"""Decisions about possible duplicates: merges, and pairs marked as different people."""

from django.db import models
from django.db.models import F, Q

from contacts.models.people import Person
from history.tracking import tracked


@tracked(erasable=("values_before", "values_chosen"))
class Merge(models.Model):
    """`merged` became a tombstone of `surviving`; roles and values are stored so that the merge can be undone.

    `roles`: ids of the roles that moved. `ended`: for moved roles that the surviving contact already had,
    {role id: [end date, previous end date]}. The values are personal; erasing the person empties them.
    """

    surviving = models.ForeignKey(Person, models.PROTECT, related_name="merges", verbose_name="surviving")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="merged_by", verbose_name="merged")
    roles = models.JSONField("roles that moved", default=list)
    ended = models.JSONField("roles that ended", default=dict)
    values_before = models.JSONField("values before the merge", default=dict)
    values_chosen = models.JSONField("values after the merge", default=dict)
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
                violation_error_message="This contact is already merged.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.surviving_id}"


@tracked()
class NotTheSame(models.Model):
    """A pair of contacts marked as different people; `first` is the older one."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="first")
    second = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="second")
    author = models.CharField("decided by", max_length=80)
    decided_at = models.DateTimeField("decided", auto_now_add=True)

    class Meta:
        verbose_name = "pair of different people"
        verbose_name_plural = "pairs of different people"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
