"""Querysets of conflicts and quarantined records, by state and by permission."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q

from common.permissions import reads_everything
from registries.choices import SITE_COORDINATOR_CATEGORIES
from sites.models import TrialSite
from trials.models import Trial


class QuarantinedRecordQuerySet(models.QuerySet):
    def held(self):
        """Incomplete records, decided or not."""
        return self.exclude(losses=[])

    def undecided(self):
        """Held records of imports (not of dry runs) without a decision."""
        return self.held().filter(decision="", run__is_dry=False)

    def waiting(self):
        """Undecided records that are not superseded by a later import of the trial."""
        newer = self.model.run.field.related_model.objects.filter(
            versions__latest_of__nct_id=OuterRef("nct_id"), pk__gt=OuterRef("run")
        )
        return self.undecided().filter(~Exists(newer))

    def seen_again(self, rows: Iterable) -> set[tuple[str, bytes]]:
        """Update the undecided rows of the same held records from these new rows; returns the keys of those updated."""
        new = {row.same_record: row for row in rows if row.is_held}
        undecided = self.undecided().filter(nct_id__in={nct_id for nct_id, _ in new})
        repeated = [row for row in undecided if row.same_record in new]
        names = ["run", "place", "reason", "losses", "last_seen_at"]
        for row in repeated:
            for name in names:
                setattr(row, name, getattr(new[row.same_record], name))
        self.bulk_update(repeated, names)
        return {row.same_record for row in repeated}


class ConflictQuerySet(models.QuerySet):
    def open(self):
        return self.filter(decision="")

    def decidable_by(self, user):
        """All conflicts of trials that the user may edit; at editable sites those of `SITE_COORDINATOR_CATEGORIES`."""
        sites = TrialSite.objects.editable_by(user).order_by().values("pk")
        of_sites = Q(category__in=SITE_COORDINATOR_CATEGORIES, trial_site__in=sites)
        return self.filter(Q(trial__in=Trial.objects.editable_by(user).order_by().values("pk")) | of_sites)

    def visible_to(self, user):
        """Conflicts that the user may resolve; all for users who read everything."""
        return self.all() if reads_everything(user) else self.decidable_by(user)
