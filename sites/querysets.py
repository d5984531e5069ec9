"""Which sites and facilities: their adjectives."""

import re

from django.db import models
from django.utils import timezone

from sites.codes import SiteStatus
from trials.models import Trial

OPEN = frozenset({SiteStatus.RECRUITING, SiteStatus.ENROLLING_BY_INVITATION, SiteStatus.AVAILABLE})
SLUG_NUMBER = re.compile(r"(?:^|-)(\d{1,18})$")


class FacilityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The facilities a user may read: those with a site the user may read; staff see all."""
        if user is not None and user.is_authenticated and (user.is_staff or user.is_superuser):
            return self.all()
        trial_site = self.model._meta.get_field("trial_sites").related_model
        visible = trial_site.objects.visible_to(user).filter(facility=models.OuterRef("pk"))
        return self.filter(models.Exists(visible))

    def by_slug(self, slug: str):
        """The facility whose public key ends in this slug's number, as a queryset."""
        match = SLUG_NUMBER.search(slug)
        return self.filter(pk=int(match[1])) if match else self.none()


class TrialSiteQuerySet(models.QuerySet):
    def recruiting(self):
        return self.filter(status=SiteStatus.RECRUITING)

    def open(self):
        """Sites that take people in, by whatever way."""
        return self.filter(status__in=OPEN)

    def confirmed_since(self, day):
        return self.filter(last_confirmed_on__gte=day)

    def visible_to(self, user):
        """The sites a user may read: those of the trials the user may read, and the user's own."""
        if user is None or not user.is_authenticated:
            return self.filter(trial__is_public=True)
        if user.is_staff or user.is_superuser:
            return self.all()
        of_trials = models.Q(trial__is_public=True) | models.Q(trial__in=Trial.objects.assigned_to(user).values("pk"))
        return self.filter(of_trials | models.Q(pk__in=self.assigned_to(user).values("pk")))

    def assigned_to(self, user):
        """The sites on which a user has an assignment in force, through the reverse relation `assignments`."""
        today = timezone.localdate()
        in_force = models.Q(assignments__user=user, assignments__starts_on__lte=today) & (
            models.Q(assignments__ends_on__isnull=True) | models.Q(assignments__ends_on__gte=today)
        )
        return self.model.objects.filter(in_force)

    def editable_by(self, user):
        """The sites a user may edit: administrators all; others their own and those of their trials."""
        if user is None or not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.all()
        own = self.assigned_to(user).values("pk")
        return self.filter(models.Q(pk__in=own) | models.Q(trial__in=Trial.objects.editable_by(user)))

    def showing_counts_to(self, user):
        """The sites whose enrollment a user may know: staff all; others their own and those of their trials."""
        if user is not None and user.is_authenticated and user.is_staff:
            return self.all()
        return self.editable_by(user)

    def showing_progress_to(self, user):
        """The sites whose numbers and milestones a user finds in a trial's rooms: managers all, others their own."""
        if user is not None and user.is_authenticated and user.is_manager:
            return self.all()
        return self.editable_by(user)
