"""Confirmations: somebody who knows says "still true" on a day."""

from django.db import models
from django.db.models import Q

from history.tracking import tracked
from sites.codes import ConfirmedAs, SiteStatus
from sites.models.trial_site import TrialSite
from sites.triggers import only_undone, site_follows_confirmations, site_follows_undone_confirmations


@tracked()
class Confirmation(models.Model):
    """Ages the status; changes nothing else. One that is undone keeps its row, marked."""

    trial_site = models.ForeignKey(TrialSite, models.PROTECT, related_name="confirmations", verbose_name="site")
    status = models.CharField("confirmed status", max_length=40, choices=SiteStatus, blank=True, default="")
    confirmed_on = models.DateField("confirmed")
    confirmed_as = models.CharField(
        "confirmed as",
        max_length=20,
        choices=ConfirmedAs,
        blank=True,
        default="",
        help_text="In which capacity the author confirmed it. Blank: not recorded.",
    )
    author = models.CharField("author", max_length=80, help_text="A key such as user:7, never a name.")
    recorded_at = models.DateTimeField("recorded", db_default=models.functions.Now(), editable=False)
    undone_at = models.DateTimeField("undone", null=True, blank=True)

    class Meta:
        ordering = ["-confirmed_on", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(author=""), name="confirmation_has_an_author")]
        indexes = [models.Index(fields=["trial_site", "-confirmed_on"], name="confirmation_latest")]
        triggers = [site_follows_confirmations(), site_follows_undone_confirmations(), *only_undone()]

    def __str__(self) -> str:
        return f"Confirmed on {self.confirmed_on}"
