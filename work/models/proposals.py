"""Change requests: changes that need the approval of a trial coordinator or administrator."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from history.tracking import tracked
from sites.models import Facility, TrialSite
from work.querysets import ProposalQuerySet


class ProposalKind(models.TextChoices):
    """The subject of a change request."""

    STATUS = "STATUS", "Recruitment status"
    FACILITY = "FACILITY", "Facility name and address"
    TARGET = "TARGET", "Enrollment target"
    STAGES = "STAGES", "Milestone dates"
    SITE = "SITE", "New site"


class ProposalDecision(models.TextChoices):
    """The decision about a change request; blank while it is open."""

    ACCEPTED = "ACCEPTED", "Accepted"
    DECLINED = "DECLINED", "Declined"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


IMMUTABLE_FIELDS = ("trial_site", "facility", "kind", "old", "new", "seen_version", "why", "proposed_by", "proposed_at")
UNDECIDED = Q(decision="", decided_by="", decided_at__isnull=True)


@tracked()
class Proposal(models.Model):
    """A request to change values of a site or its facility; decided once, never deleted.

    `old` and `new` are values as texts by field (read by `work.proposals.types`): those shown to the requester at
    `seen_version` of the site or facility, and those requested.
    """

    trial_site = models.ForeignKey(TrialSite, models.PROTECT, related_name="proposals", verbose_name="site")
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="facility"
    )
    kind = models.CharField("kind", max_length=20, choices=ProposalKind)
    old = models.JSONField("old values")
    new = models.JSONField("requested values")
    seen_version = models.PositiveIntegerField("version seen")
    why = models.TextField("reason for change")
    proposed_by = models.CharField("requested by", max_length=80, help_text="A key such as user:7, never a name.")
    proposed_at = models.DateTimeField("requested", db_default=models.functions.Now(), editable=False)
    decision = models.CharField("decision", max_length=20, choices=ProposalDecision, blank=True, default="")
    decision_note = models.TextField("comment to requester", blank=True, default="")
    decided_by = models.CharField("decided by", max_length=80, blank=True, default="")
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    acknowledged_at = models.DateTimeField("acknowledged by requester", null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial_site", "kind"],
                condition=Q(decision="", facility__isnull=True),
                name="proposal_open_once_for_a_site",
            ),
            models.UniqueConstraint(
                fields=["facility"],
                condition=Q(decision="", facility__isnull=False),
                name="proposal_open_once_for_a_facility",
            ),
            models.CheckConstraint(
                condition=Q(kind="FACILITY", facility__isnull=False) | ~Q(kind="FACILITY") & Q(facility__isnull=True),
                name="proposal_kind_fits_its_place",
            ),
            models.CheckConstraint(condition=~Q(why="") & ~Q(proposed_by=""), name="proposal_says_who_and_why"),
            models.CheckConstraint(
                condition=UNDECIDED | ~Q(decision="") & ~Q(decided_by="") & Q(decided_at__isnull=False),
                name="proposal_decision_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(decision="DECLINED") | ~Q(decision_note=""), name="proposal_declined_in_words"
            ),
        ]
        indexes = [models.Index(fields=["proposed_by", "-decided_at"], name="proposal_of_its_author")]
        triggers = [
            pgtrigger.Protect(name="proposal_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="proposal_as_proposed", fields=list(IMMUTABLE_FIELDS)),
            pgtrigger.Protect(
                name="proposal_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.decision <> '' AND OLD.decision IS DISTINCT FROM NEW.decision"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.trial_site}"

    def get_absolute_url(self) -> str:
        return reverse("work_proposal", args=[self.pk])

    @property
    def is_new_site(self) -> bool:
        """Whether a new site is requested; `trial_site` is then one of the requester's sites."""
        return self.kind == ProposalKind.SITE

    @property
    def is_open(self) -> bool:
        return self.decision == ""

    def can_be_decided_by(self, user) -> bool:
        """Whether the user can decide it."""
        return Proposal.objects.decidable_by(user).filter(pk=self.pk).exists()
