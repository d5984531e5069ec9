"""Status events: what is known of a site's recruitment, when, and from whom. Append-only product data."""

from django.db import models
from django.db.models import Q

from history.tracking import tracked
from sites.codes import SiteStatus, Source
from sites.models.trial_site import TrialSite
from sites.triggers import append_only, corrects_its_own_site, site_follows_events
from trials.partial_dates import PartialDateField, partial_date_constraint


@tracked()
class StatusEvent(models.Model):
    """A site is in a status since a day, as known on a day.

    The current status is that of the latest event by (`as_of`, `id`) that no later event corrects. `effective_on` is
    blank when nobody said since when: nothing is invented. A blank status means: the record publishes none.
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
        triggers = [append_only("status_event"), corrects_its_own_site(), site_follows_events()]

    def __str__(self) -> str:
        return f"{self.get_status_display() or 'Not published'} as of {self.as_of}"
