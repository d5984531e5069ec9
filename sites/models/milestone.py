"""Milestones of a site from selection to close-out, with planned, forecast and actual dates."""

from django.db import models

from history.tracking import tracked
from history.versioning import Versioned
from sites.choices import ActivationStage
from sites.models.trial_site import TrialSite
from sites.triggers.milestones import site_follows_milestones


@tracked()
class Milestone(Versioned):
    """One stage of one site with its three dates. Internal, independent of the recruitment status."""

    trial_site = models.ForeignKey(TrialSite, models.CASCADE, related_name="milestones", verbose_name="site")
    stage = models.CharField("stage", max_length=20, choices=ActivationStage)
    planned_on = models.DateField("planned", null=True, blank=True)
    forecast_on = models.DateField("forecast", null=True, blank=True)
    actual_on = models.DateField("actual", null=True, blank=True)

    class Meta:
        ordering = ["trial_site", "planned_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial_site", "stage"],
                name="milestone_once_a_site",
                violation_error_message="This site already has that milestone.",
            ),
        ]
        triggers = site_follows_milestones()

    def __str__(self) -> str:
        return self.get_stage_display()
