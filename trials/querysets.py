"""Which trials: the adjectives of a trial."""

import re

from django.db import models

from common.permissions import active_assignment_q, has_any_assignment, is_administrator, reads_everything

#: The relations of a trial that its page shows beside its sites and people.
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
        """The trials a user may read: the public ones, and those of which they look after the whole or a site."""
        if reads_everything(user):
            return self.all()
        if not has_any_assignment(user):
            return self.public()
        entrusted = self.model.objects.coordinated_by(user).order_by().values("pk")
        return self.filter(models.Q(is_public=True) | models.Q(pk__in=entrusted))

    def assigned_to(self, user):
        """The trials on which a user has an assignment in force."""
        return self.filter(active_assignment_q(user))

    def coordinated_by(self, user):
        """The trials that a user looks after, or a site of them."""
        whole = self.model.objects.assigned_to(user).order_by().values("pk")
        a_site = (
            self.model.objects.filter(active_assignment_q(user, "trial_sites__assignments")).order_by().values("pk")
        )
        return self.filter(models.Q(pk__in=whole) | models.Q(pk__in=a_site))

    def editable_by(self, user):
        """The trials a user may edit: administrators all, others those they are assigned to."""
        if user is None or not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self.all()
        return self.filter(pk__in=self.model.objects.assigned_to(user).order_by().values("pk"))

    def by_key(self, key: str):
        """The trial with a public key (`NCT01234567`, an obsolete number of it, or `trial-17`), as a queryset."""
        match = KEY.fullmatch(key)
        if match is None:
            return self.none()
        nct_id, pk = match.groups()
        if pk:
            return self.filter(pk=int(pk))
        return self.filter(models.Q(nct_id=nct_id) | models.Q(nct_id_aliases__contains=[nct_id]))

    def with_key(self, key: str):
        """The one trial that a key in any spelling means, or None; a number in use goes before an obsolete one."""
        canonical = key.upper() if key[:3].upper() == "NCT" else key.lower()
        found = list(self.by_key(canonical))
        return next((trial for trial in found if trial.key == canonical), found[0] if found else None)

    def for_page(self):
        """With the lists of the protocol, and where the record came from but not the record itself."""
        origin = "registry_link__latest"
        return (
            self.select_related(origin)
            .defer(f"{origin}__received", f"{origin}__manifest")
            .prefetch_related(*PAGE_RELATIONS)
        )
