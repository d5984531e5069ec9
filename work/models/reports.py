"""Public reports: problems with a trial's page reported by visitors."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from contacts.models import Role
from history.tracking import tracked
from sites.models import TrialSite
from trials.models import Trial
from work.querysets import PublicReportQuerySet


class ReportedFault(models.TextChoices):
    """What a public report says is wrong."""

    CONTACT = "CONTACT", gettext_noop("A contact is wrong or does not answer")
    STATUS = "STATUS", gettext_noop("The status is out of date")
    PLACE = "PLACE", gettext_noop("The name or address is wrong")
    OTHER = "OTHER", gettext_noop("Something else")


class ReportOutcome(models.TextChoices):
    """How a report was closed; blank while it is open."""

    RIGHT = "RIGHT", "Record is correct"
    RESOLVED = "RESOLVED", "Resolved"
    NOT_OURS = "NOT_OURS", "Not our responsibility"


MESSAGE_LENGTH = 1_000


@tracked(exclude=["message", "email", "sender"])
class PublicReport(models.Model):
    """A report sent with the form of a trial's page; never published.

    `email` and `sender` (keyed digest of the network address, for the rate limit) are cleared when the report is
    closed, at the latest after `work.public_reports.services.SENDER_RETENTION`. `message` is not in the audit trail.
    """

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="public_reports", verbose_name="trial")
    trial_site = models.ForeignKey(
        TrialSite, models.PROTECT, null=True, blank=True, related_name="public_reports", verbose_name="site"
    )
    contact = models.ForeignKey(Role, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="contact")
    fault = models.CharField("what is wrong", max_length=20, choices=ReportedFault)
    message = models.TextField("message", blank=True, default="", max_length=MESSAGE_LENGTH)
    email = models.EmailField("e-mail for an answer", blank=True, default="")
    sender = models.CharField("digest of the address", max_length=64, blank=True, default="", editable=False)
    reported_at = models.DateTimeField("reported", db_default=models.functions.Now(), editable=False)
    outcome = models.CharField("outcome", max_length=20, choices=ReportOutcome, blank=True, default="")
    closed_by = models.CharField("closed by", max_length=80, blank=True, default="")
    closed_at = models.DateTimeField("closed", null=True, blank=True)

    objects = PublicReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", closed_by="", closed_at__isnull=True)
                | ~Q(outcome="") & ~Q(closed_by="") & Q(closed_at__isnull=False),
                name="report_outcome_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(email="", sender=""), name="report_closed_forgets_its_sender"
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "-reported_at"], name="report_of_a_sender"),
            models.Index(fields=["trial"], condition=Q(outcome=""), name="report_open_of_a_trial"),
        ]
        triggers = [pgtrigger.Protect(name="report_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_fault_display()}: {self.trial_site or self.trial}"

    def get_absolute_url(self) -> str:
        return reverse("work_report", args=[self.pk])
