"""What the rules found, and since when. Derived: only `work.findings.evaluate` writes it, and no trail is kept of it."""

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.rules import Level, Rule
from contacts.models import Role
from contacts.rules_page import RULES
from sites.models import TrialSite
from trials.models import Trial
from work.querysets import FindingQuerySet

RULES_BY_ID = {rule.id: rule for rule in RULES}


class Finding(models.Model):
    """A rule that a trial, one of its sites or somebody's role there does not keep.

    `trial` is always the trial that it is about. A site's finding names the site too; a role's names the role, and the
    site where it is held at one. It closes itself when mended; what breaks again is a new row.

    No foreign keys in the database: a judge who adds a row would wait for whoever holds the site, and they for the
    judge.
    """

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="findings", db_constraint=False)
    trial_site = models.ForeignKey(TrialSite, models.CASCADE, null=True, related_name="findings", db_constraint=False)
    role = models.ForeignKey(Role, models.CASCADE, null=True, related_name="findings", db_constraint=False)
    rule = models.CharField(max_length=80)
    level = models.CharField(max_length=7, choices=[(level.value, level.value.capitalize()) for level in Level])
    since = models.DateField(help_text="The day on which it was first found, and broken ever since.")
    due_on = models.DateField(null=True, help_text="By when it is to be mended; what only asks or tells has no day.")
    closed_at = models.DateTimeField(null=True, help_text="When it was found mended.")

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
        """The rule; None when the rulebook no longer has it (the next night closes what it found)."""
        return RULES_BY_ID.get(self.rule)

    @property
    def text(self) -> str:
        """What is so, and of whom where it is about somebody's role."""
        text = self.rule_definition.text if self.rule_definition else "A rule that no longer holds"
        return f"{self.role.person.title}: {text}" if self.role else text

    @property
    def fix_url(self) -> str:
        """The page of the administration on which it is mended."""
        if self.role:
            return reverse("admin:contacts_person_change", args=[self.role.person_id])
        return reverse("admin:trials_trial_change", args=[self.trial_id])


class PendingEvaluation(models.Model):
    """A trial has changed in something that a rule looks at. Written by the database in the transaction that changes
    it, and only added: writers wait neither for each other nor for a judge.
    """

    trial_id = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "work_judgemark"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Trial {self.trial_id}"
