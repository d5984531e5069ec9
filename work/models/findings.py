"""Findings: rule violations with their dates. Derived data, written by `work.findings.evaluate` and not audited."""

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.rule_types import Level, Rule
from contacts.models import Role
from contacts.rules_document import RULES
from history.tracking import tracked
from sites.models import TrialSite
from trials.models import Trial
from work.querysets import FindingQuerySet, FlagQuerySet

RULES_BY_ID = {rule.id: rule for rule in RULES}


class Finding(models.Model):
    """A rule violation of a trial, one of its sites or a contact role.

    `trial` is always set. `trial_site` is set for a site and for a role at a site; `role` for a contact role. A finding
    is closed when it is resolved; a later violation of the same rule is a new row.

    No foreign key constraints in the database: inserts would deadlock with transactions that hold the site's row.
    """

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="findings", db_constraint=False)
    trial_site = models.ForeignKey(TrialSite, models.CASCADE, null=True, related_name="findings", db_constraint=False)
    role = models.ForeignKey(Role, models.CASCADE, null=True, related_name="findings", db_constraint=False)
    rule = models.CharField(max_length=80)
    level = models.CharField(max_length=7, choices=[(level.value, level.value.capitalize()) for level in Level])
    since = models.DateField(help_text="The day on which the violation was first found.")
    due_on = models.DateField(null=True, help_text="Due date of an error; blank for warnings and notes.")
    closed_at = models.DateTimeField(null=True, help_text="When it was resolved.")

    objects = FindingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["trial", "rule", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "rule", "trial_site", "role"],
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="finding_open_once",
            ),
            models.CheckConstraint(condition=Q(level__in=list(Level)), name="finding_level_is_a_level"),
        ]
        indexes = [
            models.Index(fields=["trial_site"], name="finding_open_at_site", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} of trial {self.trial_id}"

    @cached_property
    def rule_definition(self) -> Rule | None:
        """The rule; None if it no longer exists (the nightly run then closes the finding)."""
        return RULES_BY_ID.get(self.rule)

    @property
    def text(self) -> str:
        """The text of the rule, with the contact's name for a role."""
        text = self.rule_definition.text if self.rule_definition else "A rule that no longer exists"
        return f"{self.role.person.title}: {text}" if self.role else text

    @property
    def fix_url(self) -> str:
        """The admin page on which it can be fixed."""
        if self.role:
            return reverse("admin:contacts_person_change", args=[self.role.person_id])
        return reverse("admin:trials_trial_change", args=[self.trial_id])


class PendingEvaluation(models.Model):
    """A trial with changes that the rules must evaluate.

    Inserted by database triggers in the transaction of the change. Rows are only added, so that writers never wait for
    each other or for an evaluation.
    """

    trial_id = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "work_judgemark"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Trial {self.trial_id}"


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
