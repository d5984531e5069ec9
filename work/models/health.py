"""Stored health scores of trials, for comparison with trials of the same kind."""

from django.db import models

from trials.models import Trial


class StoredHealth(models.Model):
    """The score of a trial on the day on which `manage.py update_health` computed it; every site and finding counts."""

    trial = models.OneToOneField(Trial, models.CASCADE, primary_key=True, related_name="stored_health")
    computed_on = models.DateField("computed on")
    comparison_group = models.CharField("study type and phases", max_length=80)
    total = models.PositiveSmallIntegerField("total", null=True)
    points = models.JSONField("points by part", default=dict)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["comparison_group"], name="stored_health_group")]

    def __str__(self) -> str:
        return f"Health of trial {self.trial_id}"
