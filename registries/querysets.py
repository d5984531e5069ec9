"""Which conflicts: whose they are to decide and to read."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q

from registries.choices import SITE_COORDINATOR_CATEGORIES
from sites.models import TrialSite
from trials.models import Trial


class QuarantinedRecordQuerySet(models.QuerySet):
    def held(self):
        """Parts of records, decided or not."""
        return self.exclude(losses=[])

    def undecided(self):
        """Held by an import that was no dry run, until a person decides."""
        return self.held().filter(decision="", run__is_dry=False)

    def waiting(self):
        """Those that somebody can still decide: no other record of the trial came in since."""
        newer = self.model.run.field.related_model.objects.filter(
            versions__latest_of__nct_id=OuterRef("nct_id"), pk__gt=OuterRef("run")
        )
        return self.undecided().filter(~Exists(newer))

    def seen_again(self, rows: Iterable) -> set[tuple[str, bytes]]:
        """Bring undecided rows of the same held records up to these new ones; gives which records that were."""
        new = {row.same_record: row for row in rows if row.is_held}
        known = {row.same_record: row for row in self.undecided().filter(nct_id__in={nct_id for nct_id, _ in new})}
        found = [known[record] for record in new if record in known]
        for row in found:
            latest = new[row.same_record]
            for name in ("run", "place", "reason", "losses", "last_seen_at"):
                setattr(row, name, getattr(latest, name))
        self.bulk_update(found, ["run", "place", "reason", "losses", "last_seen_at"])
        return {row.same_record for row in found}


class ConflictQuerySet(models.QuerySet):
    def open(self):
        return self.filter(decision="")

    def decidable_by(self, user):
        """Trial coordinators decide everything of their trials; site coordinators what is theirs at their sites."""
        own_sites = TrialSite.objects.editable_by(user).order_by().values("pk")
        at_the_site = Q(category__in=SITE_COORDINATOR_CATEGORIES, trial_site__in=own_sites)
        return self.filter(Q(trial__in=Trial.objects.editable_by(user).order_by().values("pk")) | at_the_site)

    def visible_to(self, user):
        """Those that a user may decide; managers and inspectors read all."""
        return self.all() if reads_everything(user) else self.decidable_by(user)


def reads_everything(user) -> bool:
    return user.is_authenticated and user.reads_everything


def comparable_trials(user) -> models.QuerySet:
    """The trials whose record and rows a user may see side by side."""
    if reads_everything(user):
        return Trial.objects.all()
    own_sites = TrialSite.objects.editable_by(user).order_by().values("trial")
    mine = Q(pk__in=Trial.objects.editable_by(user).order_by().values("pk")) | Q(pk__in=own_sites)
    return Trial.objects.filter(mine)
