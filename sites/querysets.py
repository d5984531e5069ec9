"""Querysets of sites and facilities."""

import re
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from common.as_of import AsOf
from common.assignment_scope import active_assignment_q
from common.permissions import has_any_assignment, is_administrator, reads_everything
from sites.choices import ENDED, OPEN, SiteStatus
from sites.places.circle import Circle
from sites.public_status import held_back_q
from sites.status_as_of import with_status_as_of
from trials.models import Trial

SLUG_NUMBER = re.compile(r"(?:^|-)([0-9]{1,18})\Z")


class FacilityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Facilities with at least one site visible to the user, at them or at one merged into them."""
        if reads_everything(user):
            return self.all()
        own, merged = _sites_of_facility(self), _sites_of_facility(self, "facility__merged_into")
        return self.filter(models.Exists(own.visible_to(user)) | models.Exists(merged.visible_to(user)))

    def editable_by(self, user):
        """Facilities the user may correct: all for administrators, others where their trials have a site."""
        if is_administrator(user):
            return self.all()
        of_trials = _sites_of_facility(self).filter(trial__in=Trial.objects.editable_by(user).order_by().values("pk"))
        return self.filter(models.Exists(of_trials))

    def surviving(self):
        """Facilities that are not merged into another one."""
        return self.filter(merged_into=None)

    def by_slug(self, slug: str):
        """The facility with the number at the end of the slug, or the one it is merged into, as a queryset."""
        match = SLUG_NUMBER.search(slug)
        if not match:
            return self.none()
        named = self.model.objects.filter(pk=int(match[1])).order_by()
        return self.filter(pk__in=named.values_list(Coalesce("merged_into", "pk")))


class TrialSiteQuerySet(models.QuerySet):
    def at(self, facilities: models.QuerySet):
        """Sites at these facilities, and at those merged into them."""
        ids = facilities.order_by().values("pk")
        return self.filter(models.Q(facility__in=ids) | models.Q(facility__merged_into__in=ids))

    def recruiting(self):
        return self.filter(status=SiteStatus.RECRUITING)

    def open(self):
        """Sites that enroll people, by invitation or expanded access included."""
        return self.filter(status__in=OPEN)

    def _column(self, name: str, then: str) -> str:
        """A column of the site, or its annotation as of a past day where `sites.status_as_of` added it."""
        return then if then in self.query.annotations else name

    def publicly_in(self, statuses):
        """Sites with one of these public statuses; blank means not published or held back."""
        column = self._column("status", "status_then")
        held_back, codes = held_back_q(), [status for status in statuses if status]
        condition = models.Q(**{f"{column}__in": codes}) & ~held_back
        return self.filter(condition | models.Q(**{column: ""}) | held_back if "" in statuses else condition)

    def with_shown_status(self, *, as_entered: bool = False):
        """Annotate `shown_status`: the public status (blank where held back), or the status `as_entered`."""
        status = models.F(self._column("status", "status_then"))
        public = models.Case(models.When(held_back_q(), then=models.Value("")), default=status)
        return self.annotate(shown_status=status if as_entered else public)

    def with_status_as_of(self, as_of: AsOf):
        """Annotate statuses and confirmations as of a past day: see `sites.status_as_of`."""
        return with_status_as_of(self, as_of)

    def with_confirmed_as(self):
        """Annotate `confirmed_as`: the capacity of the last confirmation; blank where there is none."""
        confirmations = self.model._meta.get_field("confirmations").related_model.objects
        latest = confirmations.filter(
            trial_site=models.OuterRef("pk"), confirmed_on=models.OuterRef("last_confirmed_on"),
            status=models.OuterRef("status"), undone_at=None,
        )  # fmt: skip
        last = models.Subquery(latest.order_by("-pk").values("confirmed_as")[:1])
        return self.annotate(confirmed_as=Coalesce(last, models.Value(""), output_field=models.CharField()))

    def confirmed_as_by_id(self) -> dict[int, str]:
        """The capacity of the last confirmation by site id; only sites that have one. One query."""
        confirmations = self.model._meta.get_field("confirmations").related_model.objects
        latest = confirmations.filter(
            trial_site__in=self.order_by(), undone_at=None,
            confirmed_on=models.F("trial_site__last_confirmed_on"), status=models.F("trial_site__status"),
        )  # fmt: skip
        return dict(latest.order_by("pk").values_list("trial_site", "confirmed_as"))

    def within(self, circle: Circle):
        """Sites whose facility, or its city where it has no point of its own, is in a circle."""
        points, params = circle.points_sql
        return self.filter(facility__in=RawSQL(f"SELECT facility_id FROM ({points}) AS near", params))

    def confirmed_since(self, day):
        return self.filter(**{f"{self.last_confirmed_column}__gte": day})

    @property
    def last_confirmed_column(self) -> str:
        """The column of the last confirmation, today's or as of a past day."""
        return self._column("last_confirmed_on", "last_confirmed_then")

    def overdue(self, day: date):
        """Sites whose confirmation is overdue on a day, as `sites.confirmation_age.is_overdue` decides."""
        return self.filter(overdue_q(day))

    def visible_to(self, user):
        """Sites of the trials visible to the user."""
        if reads_everything(user):
            return self.all()
        if not has_any_assignment(user):
            return self.filter(trial__is_public=True)
        coordinated = Trial.objects.assigned_to(user, include_sites=True).order_by().values("pk")
        return self.filter(models.Q(trial__is_public=True) | models.Q(trial__in=coordinated))

    def assigned_to(self, user):
        """Sites with an assignment of the user in force."""
        return self.model.objects.filter(active_assignment_q(user))

    def editable_by(self, user):
        """Sites the user may edit: all for administrators, for others their own and those of their trials."""
        if user is None or not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self.all()
        own = self.assigned_to(user).order_by().values("pk")
        of_trials = Trial.objects.editable_by(user).order_by().values("pk")
        return self.filter(models.Q(pk__in=own) | models.Q(trial__in=of_trials))

    def showing_coordinators_to(self, user):
        """Sites whose coordinators and reminders the user may see: those of their trials, or all for global readers."""
        return self.all() if reads_everything(user) else self._of_editable_trials(user)

    def remindable_by(self, user):
        """Sites whose coordinators the user may remind: those of their trials, or all for managers."""
        return self.all() if getattr(user, "is_manager", False) else self._of_editable_trials(user)

    def _of_editable_trials(self, user):
        return self.filter(trial__in=Trial.objects.editable_by(user).order_by().values("pk"))

    def showing_counts_to(self, user):
        """Sites whose enrollment the user may see: those they may edit, or all for global readers."""
        return self.all() if reads_everything(user) else self.editable_by(user)


def overdue_q(day: date) -> models.Q:
    """Filter sites by an overdue confirmation: neither confirmed nor known within CONFIRMATION_DUE_DAYS of a day."""
    last_in_time = day - timedelta(days=settings.CONFIRMATION_DUE_DAYS)
    needs_confirmation = ~models.Q(status__in=["", *ENDED])
    is_confirmed = models.Q(last_confirmed_on__isnull=False, last_confirmed_on__gte=last_in_time)
    return needs_confirmation & ~is_confirmed & ~models.Q(status_as_of__from=last_in_time)


def _sites_of_facility(facilities: models.QuerySet, path: str = "facility"):
    """Sites whose `path` is the facility of the outer query."""
    trial_site = facilities.model._meta.get_field("trial_sites").related_model
    return trial_site.objects.filter(**{path: models.OuterRef("pk")})
