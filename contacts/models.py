"""Contacts with their roles, replacements, merges and erasures: the app with the personal data."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from common.db_lookups import PhoneEnding, PlainText
from contacts.choices import ContactRole, RoleKind
from contacts.querysets import PersonQuerySet, RoleQuerySet
from contacts.visibility import is_active_on
from history.optimistic_locking import Versioned
from history.tracking import tracked
from sites.models import TrialSite
from trials.models import Trial

PERSONAL_FIELDS = ("name", "phone", "phone_ext", "email", "mobile", "private_email", "notes")


def site_label(site: TrialSite) -> str:
    """The facility, with the number of its listing where the trial lists it more than once."""
    return f"{site.facility}{f', listing {site.duplicate_index}' if site.duplicate_index > 1 else ''}"


@tracked(erasable=PERSONAL_FIELDS)
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
                condition=Q(erased_at__isnull=True) | Q(**dict.fromkeys(PERSONAL_FIELDS, "")),
                name="erased_person_has_no_values",
                violation_error_message="An erased contact cannot be changed.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
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
    ends_before = models.DateField("end date", null=True, blank=True, help_text="The first day without the role.")

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
                condition=Q(starts_on__isnull=True) | Q(ends_before__isnull=True) | Q(ends_before__gte=F("starts_on")),
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
        return is_active_on(self.starts_on, self.ends_before, on=on)

    @property
    def was_cancelled(self) -> bool:
        """Whether the role was never in force: its end date is its first day."""
        return self.starts_on is not None and self.starts_on == self.ends_before


@tracked()
class Replacement(models.Model):
    """The roles that a replacement ended and began. `key` is the form's: sending a form twice makes one replacement.

    `steps`: for each ended role its id, its previous end date (or null) and its version afterwards, and the id and
    version of the successor's role (null where the successor already had it).
    """

    key = models.UUIDField("of the form", unique=True)
    leaver = models.ForeignKey(Person, models.PROTECT, related_name="replacements_by_others", verbose_name="replaced")
    successor = models.ForeignKey(Person, models.PROTECT, related_name="replacements_of_others", verbose_name="by")
    on = models.DateField("from")
    steps = models.JSONField("roles that ended and began", default=list)
    author = models.CharField("author", max_length=80)
    made_at = models.DateTimeField("made", auto_now_add=True)
    undone_at = models.DateTimeField("undone", null=True, blank=True)
    undone_by = models.CharField("undone by", max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.leaver_id} replaced by {self.successor_id}"


@tracked(erasable=("values_before", "values_chosen"))
class Merge(models.Model):
    """`merged` became a tombstone of `surviving`; roles and values are stored so that the merge can be undone.

    `roles`: ids of the roles that moved. `ended`: for moved roles that the surviving contact already had,
    {role id: [end date, previous end date]}. The values are personal; erasing the person empties them.
    """

    surviving = models.ForeignKey(Person, models.PROTECT, related_name="merges", verbose_name="surviving")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="merged_by", verbose_name="merged")
    roles = models.JSONField("roles that moved", default=list)
    ended = models.JSONField("roles that ended", default=dict)
    values_before = models.JSONField("values before the merge", default=dict)
    values_chosen = models.JSONField("values after the merge", default=dict)
    author = models.CharField("decided by", max_length=80)
    merged_at = models.DateTimeField("merged", auto_now_add=True)
    undone_at = models.DateTimeField("undone", null=True, blank=True)
    undone_by = models.CharField("undone by", max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="person_merged_once",
                violation_error_message="This contact is already merged.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.surviving_id}"


@tracked()
class NotTheSame(models.Model):
    """A pair of contacts marked as different people; `first` is the older one."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="first")
    second = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name="second")
    author = models.CharField("decided by", max_length=80)
    decided_at = models.DateTimeField("decided", auto_now_add=True)

    class Meta:
        verbose_name = "pair of different people"
        verbose_name_plural = "pairs of different people"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"


@tracked()
class Erasure(models.Model):
    """The removal of a person's values from one contact, or from several that were the same person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="erasures", verbose_name="person")
    reason = models.TextField("reason", help_text="Without naming the person.")
    author = models.CharField("erased by", max_length=80)
    erased_at = models.DateTimeField("erased", auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Erasure of person {self.person_id}"


class ErasedKey(models.Model):
    """A keyed digest of a signature that would identify an erased person in a record (`contacts.person_matching`)."""

    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="keys")
    digest = models.BinaryField("digest", max_length=32, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return bytes(self.digest).hex()[:12]


class ErasureSecret(models.Model):
    """The secret of the digests, in one row: independent of SECRET_KEY, so a new SECRET_KEY leaves them valid."""

    secret = models.BinaryField("secret", max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "The secret of the digests"
