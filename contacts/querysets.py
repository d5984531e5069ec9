"""Querysets of contacts and roles: scope, period and publication; and the SQL of a role's trial for triggers."""

from django.db import models
from django.db.models import Q

from common.permissions import is_administrator, reads_everything
from contacts.choices import RoleKind
from sites.models import TrialSite
from sites.public_status import joinable_sites_q, joinable_trials_q
from trials.models import Trial

#: The trial id of a row of contacts_role with the alias `changed`: the role's own trial, or that of its site.
ROLE_TRIAL_ID_SQL = (
    "COALESCE(changed.trial_id, "
    "(SELECT site.trial_id FROM sites_trialsite AS site WHERE site.id = changed.trial_site_id))"
)


def editable_role_q(user) -> Q:
    """A filter of roles or their events: those at trials and sites that the user may edit."""
    trials, sites = Trial.objects.editable_by(user), TrialSite.objects.editable_by(user)
    return Q(trial__in=trials.order_by().values("pk")) | Q(trial_site__in=sites.order_by().values("pk"))


class PersonQuerySet(models.QuerySet):
    def present(self):
        """Without erased and merged contacts."""
        return self.filter(erased_at__isnull=True, merged_into__isnull=True)

    def visible_to(self, user):
        """The contacts in a user's scope, public or not: all for users who read everything, else the editable ones."""
        return self.all() if reads_everything(user) else self.editable_by(user)

    def editable_by(self, user):
        """The contacts a user may edit: all for administrators, else those with a role at an own trial or site."""
        if is_administrator(user):
            return self.all()
        role = self.model._meta.get_field("roles").related_model
        return self.filter(models.Exists(role.objects.editable_by(user).filter(person=models.OuterRef("pk"))))


class RoleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The roles in a user's scope, public or not: all for users who read everything, else the editable ones."""
        return self.all() if reads_everything(user) else self.editable_by(user)

    def editable_by(self, user):
        """The roles a user may edit: those at trials and sites that the user may edit."""
        if user is None or not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self.all()
        return self.filter(editable_role_q(user))

    def of_trials(self, trials):
        """Roles for these trials, or at their sites."""
        keys = trials.order_by().values("pk")
        return self.filter(Q(trial__in=keys) | Q(trial_site__trial__in=keys))

    def with_place(self):
        """With the columns of a role's row: its trial, or its site with trial and facility."""
        columns = (
            "nct_id", "org_study_id", "acronym", "brief_title", "overall_status", "last_known_status", "is_public",
        )  # fmt: skip
        trial_columns = [f"{path}__{name}" for path in ("trial", "trial_site__trial") for name in columns]
        facility_columns = [f"trial_site__facility__{name}" for name in ("name", "city", "state", "country")]
        role_columns = [field.name for field in self.model._meta.concrete_fields]
        return self.select_related("trial", "trial_site__trial", "trial_site__facility").only(
            *role_columns,
            *trial_columns,
            *facility_columns,
            "trial_site__status",
            "trial_site__facility_id",
            "trial_site__printed_overrides",
            "trial_site__duplicate_index",
        )

    def active_on(self, day):
        """Roles in force on a day."""
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=day)).filter(
            Q(ends_before__isnull=True) | Q(ends_before__gt=day)
        )

    def active_or_future_on(self, day):
        """Roles in force on a day or later."""
        return self.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=day)).exclude(
            ends_before=models.F("starts_on")
        )

    def publishable(self):
        """Roles that may be published: contacts only while participants can join, officials always.

        Source: publication practice of ClinicalTrials.gov (the rules of contacts in docs/rules).
        """
        return self.filter(
            Q(kind=RoleKind.OFFICIAL)
            | Q(kind=RoleKind.CENTRAL_CONTACT) & joinable_trials_q("trial__")
            | Q(kind=RoleKind.SITE_CONTACT) & joinable_sites_q("trial_site__")
        )

    def shown_on(self, day):
        """The roles that are public on a day, with their contacts; without erased contacts."""
        return self.publishable().active_on(day).filter(person__erased_at__isnull=True).select_related("person")
