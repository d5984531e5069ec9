"""The site: one facility's part in one trial, the thing that recruits."""

from django.db import models
from django.db.models import Q

from history.tracking import tracked
from history.versioning import Versioned
from sites.codes import ENDED, ActivationStage, Listing, SiteStatus
from sites.models.facility import Facility
from sites.querysets import TrialSiteQuerySet
from sites.triggers import no_status_at_birth, status_only_by_events
from trials.models import Trial
from trials.partial_dates import PartialDateField, partial_date_constraint


@tracked()
class TrialSite(Versioned):
    """One facility's part in one trial.

    `status`, `status_since`, `status_as_of` and `last_confirmed_on` follow the status events and confirmations: the
    database keeps them and refuses any other way of writing them.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="trial_sites", verbose_name="trial")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="trial_sites", verbose_name="facility")
    twin = models.PositiveSmallIntegerField(
        "number at this facility", default=1, help_text="2 for a second site at the same facility, and so on."
    )
    position = models.PositiveIntegerField("place in the record", default=0)
    listing = models.CharField("in the registry's record", max_length=10, choices=Listing, blank=True, default="")
    listed_as = models.JSONField(
        "listed as",
        null=True,
        blank=True,
        help_text="What the record prints for this place where it differs from the facility.",
    )
    status = models.CharField("recruitment status", max_length=40, choices=SiteStatus, blank=True, default="")
    status_since = PartialDateField("in this status since", null=True, blank=True)
    status_as_of = PartialDateField("status known on", null=True, blank=True)
    last_confirmed_on = models.DateField("last confirmed", null=True, blank=True)
    stage = models.CharField("activation stage", max_length=20, choices=ActivationStage, blank=True, default="")
    enrollment_target = models.PositiveIntegerField("enrollment target", null=True, blank=True)
    internal_note = models.TextField("internal note", blank=True, default="", help_text="Never published.")

    objects = TrialSiteQuerySet.as_manager()

    class Meta:
        verbose_name = "site"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "facility", "twin"],
                name="site_once_in_a_trial",
                violation_error_message="This facility already is a site of the trial. Add it again only for a "
                "second site at the same facility.",
            ),
            models.CheckConstraint(
                condition=Q(status="") | Q(status__in=SiteStatus.values),
                name="site_status_is_a_code",
                violation_error_message="Choose one of the recruitment statuses.",
            ),
            partial_date_constraint("status_since", "status_as_of", name="site_dates_are_dates"),
        ]
        indexes = [
            models.Index(fields=["facility", "status"], include=["trial"], name="site_at_facility"),
            models.Index(fields=["status", "-id"], name="site_by_status"),
        ]
        triggers = [status_only_by_events(), no_status_at_birth()]

    def __str__(self) -> str:
        return f"{self.facility} in {self.trial.number}"

    def get_absolute_url(self) -> str:
        return f"{self.trial.get_absolute_url()}#site-{self.pk}"

    @property
    def has_ended(self) -> bool:
        """Whether no ordinary change leads on from here."""
        return self.status in ENDED
