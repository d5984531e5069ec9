"""Which people and roles: who holds a role on a day, and what of it may be published."""

from django.db import models
from django.db.models import Q

from common.permissions import is_administrator, reads_everything
from contacts.choices import RoleKind
from sites.models import TrialSite
from sites.public_status import joinable_sites_q, joinable_trials_q
from trials.models import Trial


def editable_role_q(user) -> Q:
    """Of roles and of their trail: those at trials and sites that the user may edit."""
    trials, sites = Trial.objects.editable_by(user), TrialSite.objects.editable_by(user)
    return Q(trial__in=trials.order_by().values("pk")) | Q(trial_site__in=sites.order_by().values("pk"))


class PersonQuerySet(models.QuerySet):
    def present(self):
        """Without those who were erased, or merged into another entry."""
        return self.filter(erased_at__isnull=True, merged_into__isnull=True)

    def visible_to(self, user):
        """The people a user finds, whether shown to everybody or not: those they may edit; who reads all, all."""
        return self.all() if reads_everything(user) else self.editable_by(user)

    def editable_by(self, user):
        """The people a user may edit: administrators all; others those with a role at a trial or site of theirs."""
        if is_administrator(user):
            return self.all()
        role = self.model._meta.get_field("roles").related_model
        return self.filter(models.Exists(role.objects.editable_by(user).filter(person=models.OuterRef("pk"))))


class RoleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The roles a user finds, whether shown to everybody or not: those they may edit; who reads all, all."""
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
        """With what a line about a role says: the trial, or the site with its trial and facility."""
        told = ("nct_id", "org_study_id", "acronym", "brief_title", "overall_status", "last_known_status", "is_public")
        places = [f"{path}__{name}" for path in ("trial", "trial_site__trial") for name in told]
        facility = [f"trial_site__facility__{name}" for name in ("name", "city", "state", "country")]
        own = [field.name for field in self.model._meta.concrete_fields]
        return self.select_related("trial", "trial_site__trial", "trial_site__facility").only(
            *own,
            *places,
            *facility,
            "trial_site__status",
            "trial_site__facility_id",
            "trial_site__printed_overrides",
            "trial_site__duplicate_index",
        )

    def active_on(self, day):
        """Roles in force on a day."""
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=day)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )

    def not_over(self, day):
        """Roles in force on a day or later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day)).exclude(ends_on=models.F("starts_on"))

    def publishable(self):
        """Roles that may be shown to everybody: only while somebody can join. Officials always.

        Source: publication practice of ClinicalTrials.gov (the rules of contacts in docs/rules).
        """
        return self.filter(
            Q(kind=RoleKind.OFFICIAL)
            | Q(kind=RoleKind.CENTRAL_CONTACT) & joinable_trials_q("trial__")
            | Q(kind=RoleKind.SITE_CONTACT) & joinable_sites_q("trial_site__")
        )

    def shown_on(self, day):
        """What a page may say to everybody on a day, with the person; who was erased is nobody's contact any more."""
        return self.publishable().active_on(day).filter(person__erased_at__isnull=True).select_related("person")
