"""Contacts and the roles that they hold for trials and at sites."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.urls import reverse

from common.db_lookups import PhoneEnding, PlainText
from contacts.choices import ContactRole, RoleKind
from contacts.querysets import PersonQuerySet, RoleQuerySet
from contacts.visibility import is_active_on
from history.tracking import tracked
from history.versioning import Versioned
from sites.models import TrialSite
from trials.models import Trial

PERSONAL = ("name", "phone", "phone_ext", "email", "mobile", "private_email", "notes")


def site_label(site: TrialSite) -> str:
    """The facility, with the number of its listing where the trial lists it more than once."""
    return f"{site.facility}{f', listing {site.duplicate_index}' if site.duplicate_index > 1 else ''}"


@tracked(erasable=PERSONAL)
class Person(Versioned):
    """A contact: a person or a job title ("Study Coordinator").

    Personal values are not in the trail but in `values_trail`, which erasure empties. A merged contact stays as a
    tombstone without roles: it is in no list, but its URL still works.
    """

    name = models.TextField("name", blank=True, default="", help_text="A name or a job title.")
    phone = models.TextField("phone", blank=True, default="")
    phone_ext = models.TextField("extension", blank=True, default="")
    email = models.TextField("e-mail", blank=True, default="")
    mobile = models.TextField("private mobile", blank=True, default="", help_text="Never published.")
    private_email = models.TextField("private e-mail", blank=True, default="", help_text="Never published.")
    notes = models.TextField("notes", blank=True, default="", help_text="Never published.")
    last_verified_on = models.DateField("last verified", null=True, blank=True)
    erased_at = models.DateTimeField("erased", null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="tombstones",
        verbose_name="merged into",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        verbose_name_plural = "contacts"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(**dict.fromkeys(PERSONAL, "")),
                name="erased_person_has_no_values",
                violation_error_message="An erased contact cannot be changed.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="person_not_merged_into_themselves",
                violation_error_message="A contact cannot be merged with itself.",
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="person_by_name"),
            models.Index(fields=["email"], name="person_by_email"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="person_name_parts"),
            GinIndex(OpClass(PlainText("name"), name="gin_trgm_ops"), name="person_plain_name"),
            models.Index(PhoneEnding("phone"), name="person_by_phone_ending"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    @property
    def title(self) -> str:
        """The name to display, or a text that says that there is none."""
        if self.erased_at:
            return "Erased person"
        return self.name or self.email or self.phone or "Contact without a name"


@tracked()
class Role(Versioned):
    """A dated role of a contact for a trial or at a site."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="roles", verbose_name="person")
    kind = models.CharField("kind", max_length=20, choices=RoleKind)
    role = models.CharField("role", max_length=40, choices=ContactRole, blank=True, default="")
    trial = models.ForeignKey(Trial, models.CASCADE, null=True, blank=True, related_name="roles", verbose_name="trial")
    trial_site = models.ForeignKey(
        TrialSite, models.CASCADE, null=True, blank=True, related_name="roles", verbose_name="site"
    )
    affiliation = models.TextField("affiliation", blank=True, default="")
    position = models.PositiveIntegerField("order in the registry record", default=0)
    starts_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("end date", null=True, blank=True, help_text="The first day without the role.")

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(trial__isnull=False, trial_site__isnull=True)
                | Q(trial__isnull=True, trial_site__isnull=False),
                name="role_of_a_trial_or_a_site",
                violation_error_message="Choose a trial or a site, not both.",
            ),
            models.CheckConstraint(
                condition=Q(kind=RoleKind.SITE_CONTACT, trial_site__isnull=False)
                | Q(kind__in=[RoleKind.CENTRAL_CONTACT, RoleKind.OFFICIAL], trial__isnull=False),
                name="role_kind_fits_its_place",
                violation_error_message="A site contact needs a site; a central contact or official needs a trial.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="role_ends_after_it_starts",
                violation_error_message="A role cannot end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.duty}"

    @property
    def duty(self) -> str:
        """The role's label, such as "Contact" or "Principal Investigator"; for a trial with the kind of the role."""
        label = self.get_role_display()
        if self.kind == RoleKind.SITE_CONTACT:
            return label or self.get_kind_display()
        return f"{self.get_kind_display()} ({label})" if label and label != "Contact" else self.get_kind_display()

    @property
    def of_trial(self) -> Trial:
        """The role's trial, or the trial of its site."""
        return self.trial or self.trial_site.trial

    @property
    def place(self) -> str:
        """The facility, with the number of its listing where a trial lists it more than once; or the whole trial."""
        return site_label(self.trial_site) if self.trial_site else "The whole trial"

    def is_active_on(self, *, on: date) -> bool:
        return is_active_on(self.starts_on, self.ends_on, on=on)

    @property
    def was_cancelled(self) -> bool:
        """Whether the role was never in force: its end date is its first day."""
        return self.starts_on is not None and self.starts_on == self.ends_on
