"""Sites (one facility in one trial), their append-only status events, their confirmations and their milestones."""

from django.db import models
from django.db.models import Q

from common.date_parsing import format_iso_date
from common.partial_dates import PartialDateField, partial_date_constraint
from history.optimistic_locking import Versioned
from history.tracking import tracked
from sites.choices import ENDED, ActivationStage, ConfirmedAs, Listing, SiteStatus, Source
from sites.models.facility import Facility
from sites.querysets import TrialSiteQuerySet
from sites.triggers import CONFIRMATION_TRIGGERS, MILESTONE_TRIGGERS, STATUS_EVENT_TRIGGERS, TRIAL_SITE_TRIGGERS
from trials.models import Trial


@tracked()
class TrialSite(Versioned):
    """One facility in one trial.

    `status`, `status_since`, `status_as_of` and `last_confirmed_on` are derived from status events and confirmations by
    database triggers, which refuse other writes.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="trial_sites", verbose_name="trial")
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="trial_sites", verbose_name="facility")
    duplicate_index = models.PositiveSmallIntegerField(
        "number at this facility", default=1, help_text="2 for a second site at the same facility, and so on."
    )
    position = models.PositiveIntegerField("place in the record", default=0)
    listing = models.CharField("in the registry's record", max_length=10, choices=Listing, blank=True, default="")
    printed_overrides = models.JSONField(
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
                fields=["trial", "facility", "duplicate_index"],
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
        triggers = TRIAL_SITE_TRIGGERS

    def __str__(self) -> str:
        return f"{self.facility} in {self.trial.number}"

    def get_absolute_url(self) -> str:
        return f"{self.trial.get_absolute_url()}#site-{self.pk}"

    @property
    def has_ended(self) -> bool:
        """Whether the status is final."""
        return self.status in ENDED

    def show_past_status(self) -> None:
        """For display only: the status and confirmation of `with_status_as_of`; today's stays in `status_today`."""
        self.status_today = self.status
        self.status, self.status_since, self.status_as_of = self.status_then, self.since_then, self.known_on_then
        self.last_confirmed_on, self.confirmed_as = self.last_confirmed_then, self.confirmed_as_then


@tracked()
class Confirmation(models.Model):
    """A confirmation of a site's status on a date; an undone one keeps its row with `undone_at`."""

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
        triggers = CONFIRMATION_TRIGGERS

    def __str__(self) -> str:
        return f"Confirmed on {self.confirmed_on}"


@tracked()
class StatusEvent(models.Model):
    """A site is in a status since `effective_on`, as known on `as_of`.

    The current status is that of the latest uncorrected event by (`as_of`, `id`). `effective_on` is blank when not
    known; a blank status means that the record publishes none.
    """

    trial_site = models.ForeignKey(TrialSite, models.PROTECT, related_name="status_events", verbose_name="site")
    status = models.CharField("status", max_length=40, choices=SiteStatus, blank=True)
    effective_on = PartialDateField("since", null=True, blank=True)
    as_of = PartialDateField("known on")
    source = models.CharField("source", max_length=10, choices=Source, default=Source.PERSON)
    author = models.CharField("author", max_length=80, help_text="A key such as user:7, never a name.")
    reason = models.TextField("reason", blank=True, default="")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="corrects"
    )
    recorded_at = models.DateTimeField("recorded", db_default=models.functions.Now(), editable=False)

    class Meta:
        ordering = ["as_of", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(author=""), name="status_event_has_an_author"),
            models.CheckConstraint(condition=Q(as_of__isnull=False), name="status_event_says_when"),
            models.CheckConstraint(
                condition=Q(status="") | Q(status__in=SiteStatus.values), name="status_event_is_a_code"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""),
                name="status_correction_has_a_reason",
                violation_error_message="Say why this is corrected.",
            ),
            partial_date_constraint("effective_on", "as_of", name="status_event_dates_are_dates"),
        ]
        indexes = [models.Index(fields=["trial_site", "-as_of", "-id"], name="status_event_latest")]
        triggers = STATUS_EVENT_TRIGGERS

    def __str__(self) -> str:
        return f"{self.get_status_display() or 'Not published'} as of {format_iso_date(str(self.as_of))}"


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
        triggers = MILESTONE_TRIGGERS

    def __str__(self) -> str:
        return self.get_stage_display()
