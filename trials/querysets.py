"""The QuerySet of trials."""

import re
from datetime import date, timedelta

from django.db import models

from common.assignment_scope import active_assignment_q
from common.permissions import has_any_assignment, is_administrator, reads_everything
from trials.choices import OverallStatus
from trials.rules import ENDED
from trials.unknown_status import CAN_TURN_UNKNOWN, YEARS_UNVERIFIED

#: Relations shown on the trial page, beside sites and contacts.
PAGE_RELATIONS = (
    "secondary_ids",
    "collaborators",
    "arm_groups",
    "interventions",
    "outcomes",
    "references",
    "see_also_links",
    "available_ipds",
)
KEY = re.compile(r"(?:(NCT[0-9]{8})|trial-([0-9]{1,18}))")


class TrialQuerySet(models.QuerySet):
    def public(self):
        return self.filter(is_public=True)

    def visible_to(self, user):
        """Trials the user may read: public ones, and those on which the user coordinates the trial or a site."""
        if reads_everything(user):
            return self.all()
        if not has_any_assignment(user):
            return self.public()
        coordinated = self.model.objects.assigned_to(user, include_sites=True).order_by().values("pk")
        return self.filter(models.Q(is_public=True) | models.Q(pk__in=coordinated))

    def assigned_to(self, user, *, include_sites: bool = False):
        """Trials on which the user has an active assignment; with `include_sites` also those with one at a site."""
        if not include_sites:
            return self.filter(active_assignment_q(user))
        by_trial = self.model.objects.assigned_to(user).order_by().values("pk")
        by_site = (
            self.model.objects.filter(active_assignment_q(user, "trial_sites__assignments__")).order_by().values("pk")
        )
        return self.filter(models.Q(pk__in=by_trial) | models.Q(pk__in=by_site))

    def editable_by(self, user):
        """Trials the user may edit: all for administrators, otherwise the assigned ones."""
        if user is None or not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self.all()
        return self.filter(pk__in=self.model.objects.assigned_to(user).order_by().values("pk"))

    def overseen_by(self, user):
        """Trials of which the user sees the figures of every site: all for global readers, else those they edit."""
        return self.all() if reads_everything(user) else self.editable_by(user)

    def with_status_on(self, day: date):
        """Annotate `shown_status`: the overall status to show on a day, as `Trial.status_on` returns it."""
        is_unverified = models.Q(verified_on__isnull=False) & ~models.Q(verified_on__from=_two_years_before(day))
        is_past = models.Q(completion_on__isnull=True) | ~models.Q(completion_on__from=day)
        is_unknown = models.Q(overall_status__in=CAN_TURN_UNKNOWN) & is_unverified & is_past
        shown = models.Case(
            models.When(is_unknown, then=models.Value(OverallStatus.UNKNOWN.value)),
            default=models.F("overall_status"),
            output_field=models.CharField(),
        )
        return self.annotate(shown_status=shown)

    def verification_overdue(self, day: date):
        """Trials whose `trials.verification.verification_due_on` lies before a day."""
        first_of_month = day.replace(day=1)
        in_time = models.Q(verified_on__from=first_of_month.replace(year=day.year - 1))
        return self.filter(~in_time, verified_on__isnull=False).exclude(overall_status__in=ENDED)

    def by_key(self, key: str):
        """The trial with a public key (`NCT01234567`, an obsolete number of it, or `trial-17`), as a queryset."""
        match = KEY.fullmatch(key)
        if match is None:
            return self.none()
        nct_id, pk = match.groups()
        if pk:
            return self.filter(pk=int(pk))
        return self.filter(models.Q(nct_id=nct_id) | models.Q(nct_id_aliases__contains=[nct_id]))

    def first_by_key(self, key: str):
        """The trial for a key in any spelling, or None; a current NCT number takes precedence over an obsolete one."""
        canonical = key.upper() if key[:3].upper() == "NCT" else key.lower()
        matches = list(self.by_key(canonical))
        return next((trial for trial in matches if trial.key == canonical), matches[0] if matches else None)

    def for_page(self):
        """With the protocol lists and the registry link, without the stored record itself."""
        origin = "registry_link__latest"
        return (
            self.select_related(origin)
            .defer(f"{origin}__received", f"{origin}__id_allocation")
            .prefetch_related(*PAGE_RELATIONS)
        )


def _two_years_before(day: date) -> date:
    """The day YEARS_UNVERIFIED years earlier; 1 March for 29 February."""
    try:
        return day.replace(year=day.year - YEARS_UNVERIFIED)
    except ValueError:
        return (day + timedelta(days=1)).replace(year=day.year - YEARS_UNVERIFIED)
