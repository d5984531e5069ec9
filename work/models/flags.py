"""Flags: questions of managers to the responsible coordinators."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from history.tracking import tracked
from sites.models import TrialSite
from trials.models import Trial
from work.querysets import FlagQuerySet


@tracked()
class Flag(models.Model):
    """A question about a trial or a site for its coordinators.

    Closed once: by their answer, or withdrawn without one by its author.
    """

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="flags", verbose_name="trial")
    trial_site = models.ForeignKey(
        TrialSite, models.CASCADE, null=True, blank=True, related_name="flags", verbose_name="site"
    )
    text = models.CharField("question or issue", max_length=500)
    raised_by = models.CharField("raised by", max_length=80, help_text="A key such as user:7.")
    raised_at = models.DateTimeField("raised", auto_now_add=True)
    answer = models.CharField("answer", max_length=500, blank=True, default="")
    closed_by = models.CharField("closed by", max_length=80, blank=True, default="")
    closed_at = models.DateTimeField("closed", null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="flag_says_something"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by="", answer="")
                | Q(closed_at__isnull=False) & ~Q(closed_by=""),
                name="flag_is_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("work_flag", args=[self.pk])
