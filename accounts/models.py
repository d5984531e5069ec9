"""Users, their dated assignments, removals of their second factors, and API partners."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import cached_property

from accounts.drafts.models import FormDraft  # noqa: F401 - found by Django here
from common import dates
from common.assignment_scope import in_force_q
from history.authorship import authored
from history.tracking import tracked
from sites.models import TrialSite
from trials.models import Trial

__all__ = ["Assignment", "AssignmentKind", "FactorRemoval", "Partner", "User"]


#: Personal columns, whose former values can be erased.
PERSONAL = ("username", "first_name", "last_name", "email")
#: The reason saved when the hash of an unchanged password is updated.
REHASH_REASON = "Password hash updated, same password"


@tracked(erasable=PERSONAL, secret=("password",), authorless=("last_login",))
class User(AbstractUser):
    """A user who signs in. `actor` is the author key of the user's changes."""

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def actor(self) -> str:
        return f"user:{self.pk}"

    def check_password(self, raw_password) -> bool:
        """Whether the password is the user's; an outdated hash is replaced, with REHASH_REASON in the history."""
        with authored(self.actor, reason=REHASH_REASON):
            return super().check_password(raw_password)

    @cached_property
    def kinds_in_force(self) -> frozenset[str]:
        """The kinds of the assignments in force today. One query for each user object."""
        if not self.is_active:
            return frozenset()
        return frozenset(self.assignments.in_force(dates.today()).order_by().values_list("kind", flat=True))

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.is_superuser

    @property
    def is_manager(self) -> bool:
        """Whether the user may correct entries of others: managers and administrators."""
        return self.is_administrator or AssignmentKind.MANAGER in self.kinds_in_force

    @property
    def is_inspector(self) -> bool:
        return AssignmentKind.INSPECTOR in self.kinds_in_force

    @property
    def reads_everything(self) -> bool:
        return self.is_manager or self.is_inspector

    @property
    def has_any_assignment(self) -> bool:
        return self.is_administrator or bool(self.kinds_in_force)

    @property
    def coordinates_trials(self) -> bool:
        return self.is_administrator or AssignmentKind.TRIAL_COORDINATOR in self.kinds_in_force

    @property
    def oversees_trials(self) -> bool:
        """Whether the user sees the figures of whole trials: global readers and trial coordinators."""
        return self.reads_everything or self.coordinates_trials

    @property
    def coordinates_sites(self) -> bool:
        return AssignmentKind.SITE_COORDINATOR in self.kinds_in_force

    @property
    def can_edit_something(self) -> bool:
        """Whether the user is a coordinator or an administrator; managers and inspectors only read."""
        return self.coordinates_trials or self.coordinates_sites

    @property
    def can_open_admin(self) -> bool:
        """Whether the user is active staff with an assignment in force today; `is_staff` alone is not enough."""
        return self.is_active and self.is_staff and self.has_any_assignment

    @property
    def needs_second_factor(self) -> bool:
        """Whether a second factor is required: for all roles but site coordinators and partners."""
        return self.reads_everything or self.coordinates_trials


class AssignmentKind(models.TextChoices):
    SITE_COORDINATOR = "SITE_COORDINATOR", "Site coordinator"
    TRIAL_COORDINATOR = "TRIAL_COORDINATOR", "Trial coordinator"
    MANAGER = "MANAGER", "Manager"
    INSPECTOR = "INSPECTOR", "Inspector"


class AssignmentQuerySet(models.QuerySet):
    def in_force(self, day):
        """The assignments in force on a day; `ends_on` is the last day."""
        return self.filter(in_force_q(day))


@tracked()
class Assignment(models.Model):
    """A dated role of a user, and who granted it.

    A coordinator's assignment is for one trial or site, a manager's or inspector's for all.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name="user")
    kind = models.CharField("kind", max_length=20, choices=AssignmentKind)
    trial = models.ForeignKey(
        Trial, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name="trial"
    )
    trial_site = models.ForeignKey(
        TrialSite, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name="site"
    )
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)
    granted_by = models.CharField("granted by", max_length=80, editable=False, help_text="A key such as user:7.")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["user", "-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="SITE_COORDINATOR", trial__isnull=True, trial_site__isnull=False)
                | Q(kind="TRIAL_COORDINATOR", trial__isnull=False, trial_site__isnull=True)
                | Q(kind__in=["MANAGER", "INSPECTOR"], trial__isnull=True, trial_site__isnull=True),
                name="assignment_kind_fits_its_place",
                violation_error_message="Choose a site for a site coordinator, a trial for a trial coordinator, and "
                "neither for a manager or inspector.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="INSPECTOR") | Q(ends_on__isnull=False),
                name="assignment_of_an_inspector_ends",
                violation_error_message="Inspector access is limited. Enter the last day.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="assignment_ends_after_it_starts",
                violation_error_message="An assignment cannot end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


@tracked()
class FactorRemoval(models.Model):
    """An append-only record that a user's second factors were removed."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="factor_removals", verbose_name="user")
    removed_by = models.CharField("removed by", max_length=80, help_text="A key such as user:7.")
    removed_at = models.DateTimeField("removed", auto_now_add=True)

    class Meta:
        verbose_name = "removal of second factors"
        verbose_name_plural = "removals of second factors"
        ordering = ["-removed_at", "-id"]

    def __str__(self) -> str:
        return date_format(self.removed_at, "j F Y")


@tracked()
class Partner(models.Model):
    """An organization that uses the API. Its keys belong to its user, which cannot sign in with a password."""

    name = models.CharField("name", max_length=200, unique=True)
    user = models.OneToOneField(User, models.PROTECT, related_name="partner", verbose_name="user of the keys")
    is_active = models.BooleanField("active", default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


from accounts import tracked_library_models  # noqa: E402, F401 - the history of other packages' tables about users
