"""Undoing a bulk change: what still is as it left it goes back, the rest is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from sites.authority import authorities_over, may_plan
from sites.models import TrialSite
from sites.services import revert_statuses, set_plans, undo_confirmations
from sites.services.reverting import DECIDED_BY_OTHERS
from sites.transitions import Authority
from work.bulk.changes import PLANS
from work.bulk.matching import told_sites
from work.models import BulkChange, BulkDeed

NOT_YOURS_NOW = "The site is no longer yours, so it stays."
CONFIRMED_ALONE = "Its confirmation was taken back already."


@transaction.atomic
def undo(bulk: BulkChange, user) -> BulkChange:
    """Take an applied bulk change back, as far as that is possible. A second time changes nothing."""
    bulk = BulkChange.objects.of(user).select_for_update().get(pk=bulk.pk)
    if not bulk.applied_at or bulk.undone_at:
        return bulk
    with authored(user.actor, reason=f"Undo of bulk change {bulk.pk}"):
        _Undoing(bulk, user).all()
    bulk.undone_at = timezone.now()
    bulk.save(update_fields=["undone_at"])
    return bulk


class _Undoing:
    """`told` collects, by deed, what could not be undone; `kept` are those whose status, so confirmation, stays."""

    def __init__(self, bulk: BulkChange, user):
        self.actor, self.reason = user.actor, f"Undo of bulk change {bulk.pk}"
        done = bulk.deeds.filter(outcome=BulkDeed.Outcome.DONE)
        told = done.select_related("event__corrects", "confirmation").prefetch_related("interim")
        self.deeds = list(told.order_by("trial_site"))
        mine = TrialSite.objects.editable_by(user).filter(pk__in=[deed.trial_site_id for deed in self.deeds])
        self.sites = {site.pk: site for site in told_sites(mine).select_for_update(of=("self",))}
        self.authorities: dict[int, Authority] = authorities_over(user, self.sites.values())
        self.told: dict[int, list[str]] = defaultdict(list)
        self.kept: set[int] = set()

    def all(self) -> None:
        mine = [deed for deed in self.deeds if deed.trial_site_id in self.authorities]
        for deed in self.deeds:
            if deed.trial_site_id not in self.authorities:
                self.told[deed.pk].append(NOT_YOURS_NOW)
        self._plans([deed for deed in mine if deed.after])
        self._statuses([deed for deed in mine if deed.event])
        self._confirmations([deed for deed in mine if deed.confirmation and deed.pk not in self.kept])
        self._keep_what_was_told()

    def _statuses(self, deeds: Sequence[BulkDeed]) -> None:
        left = revert_statuses(
            [deed.event for deed in deeds],
            author=self.actor,
            reason=self.reason,
            authorities=self.authorities,
            interim={deed.event_id: deed.interim.all() for deed in deeds},
        )
        for deed in deeds:
            if deed.event_id in left:
                self.told[deed.pk].append(left[deed.event_id])
                self.kept.add(deed.pk)

    def _confirmations(self, deeds: Sequence[BulkDeed]) -> None:
        for deed in deeds:
            if deed.confirmation.undone_at:
                self.told[deed.pk].append(CONFIRMED_ALONE)
        undo_confirmations([deed.confirmation_id for deed in deeds], author=self.actor, reason=self.reason)

    def _plans(self, deeds: Iterable[BulkDeed]) -> None:
        sites = [site for deed in deeds if (site := self._with_plans_back(deed))]
        if sites:
            set_plans(sites, author=self.actor, reason=self.reason)

    def _with_plans_back(self, deed: BulkDeed) -> TrialSite | None:
        """The site with what still is as the bulk change left it put back; None where nothing is."""
        site = self.sites[deed.trial_site_id]
        if not may_plan(self.authorities[site.pk]):
            self.told[deed.pk].append(DECIDED_BY_OTHERS)
            return None
        back = {name for name, value in deed.after.items() if getattr(site, name) == value}
        for name in back:
            setattr(site, name, deed.before[name])
        self.told[deed.pk] += [
            f"{PLANS[name]}: changed again since, so it stays." for name in deed.after if name not in back
        ]
        return site if back else None

    def _keep_what_was_told(self) -> None:
        """As many updates as there are different answers."""
        answers = defaultdict(list)
        for deed in self.deeds:
            answers[" ".join(self.told[deed.pk]) or BulkDeed.UNDONE].append(deed.pk)
        for answer, ids in answers.items():
            BulkDeed.objects.filter(pk__in=ids).update(undone=answer)
