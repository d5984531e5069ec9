"""A bulk change begins: its table is kept, each row with the site that it means at the version that was seen.

Applying a bulk change: the rows as they were tried, once, each with its line on the receipt.

Undoing a bulk change: what still is as it left it goes back, the rest is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from sites.models import TrialSite
from sites.permissions import authorities_over, may_plan
from sites.services import Recorded, change_statuses, confirm, revert_statuses, set_plans, undo_confirmations
from sites.services.bulk_status import DECIDED_BY_OTHERS
from sites.status_transitions import Authority
from work.bulk_upload.columns import Column, SheetRow
from work.bulk_upload.dry_run import PLANS, DryRun, Judged, dry_run
from work.bulk_upload.site_matching import Entry, entries_of, kept, matched, told_sites
from work.models import BulkChange, BulkDeed

UNAPPLIED_FOR = timedelta(days=30)
"""How long a table that nobody applied is kept at least: until its author brings the next one after that."""


def begin(rows: Sequence[SheetRow], user, *, door: str, name: str = "", notices: Sequence[str] = ()) -> BulkChange:
    """From a sheet that was pasted or uploaded; `notices` are what was told when it was read."""
    entries = kept(matched(rows, user))
    return _begun(user, door=door, name=name[:200], entries=entries, notices=list(notices))


def begin_with_chosen(versions: Mapping[int, int], cells: Mapping[Column, str], user) -> BulkChange:
    """The same cells for sites chosen on a board, at the versions (by id) that the board showed."""
    said = {column: text for column, text in cells.items() if text}
    rows = [SheetRow(number, said) for number in range(1, len(versions) + 1)]
    entries = [Entry(row, *seen) for row, seen in zip(rows, sorted(versions.items()), strict=True)]
    return _begun(user, door=BulkChange.Door.CHOSEN, entries=kept(entries))


def _begun(user, **said) -> BulkChange:
    """The tables that one brought long ago and never applied go, so that they are not kept for ever."""
    BulkChange.objects.of(user).filter(applied_at=None, made_at__lt=timezone.now() - UNAPPLIED_FOR).delete()
    return BulkChange.objects.create(author=user.actor, **said)


def tried(bulk: BulkChange, user, *, on: date, lock: bool = False) -> DryRun:
    """The rows judged now; with `lock` their sites stay as they are until the transaction ends."""
    entries = entries_of(bulk.entries)
    mine = TrialSite.objects.editable_by(user).filter(pk__in=[entry.site_id for entry in entries if entry.site_id])
    sites = told_sites(mine)
    return dry_run(entries, sites.select_for_update(of=("self",)) if lock else sites, user, on=on)


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


HAS_ERRORS = "Some rows cannot be applied as they are. Apply only the others, or mend the table and bring it again."
NOTHING_TO_DO = "There is nothing in the table that could be applied."
READ_WARNINGS = "Say that you have read the warnings."
#: What was recorded of sites, by their ids.
Written = dict[int, Recorded]
NOT_RECORDED = Recorded()


@transaction.atomic
def apply(bulk: BulkChange, user, *, only_valid: bool = False, accept_warnings: bool = False, on: date) -> BulkChange:
    """Do what the dry run told, of all rows or `only_valid`. A second time changes nothing.

    ValidationError when a row has errors and not only the valid ones are asked for, when warnings were not accepted,
    and when nothing is left to do.
    """
    bulk = BulkChange.objects.of(user).select_for_update().get(pk=bulk.pk)
    if bulk.applied_at:
        return bulk
    run = tried(bulk, user, on=on, lock=True)
    if run.has_errors and not only_valid:
        raise ValidationError(HAS_ERRORS, code="rows-have-errors")
    if not run.ready:
        raise ValidationError(NOTHING_TO_DO, code="nothing-to-apply")
    if run.asks and not accept_warnings:
        raise ValidationError(READ_WARNINGS, code="warnings-are-read")
    with authored(user.actor, reason=str(bulk)):
        written = _changed_statuses(run.ready, user.actor, on) | _confirmed(run.ready, user.actor, on)
        deeds = _done(run.ready, written)
        _set_plans([row for row in run.ready if row.plans], user.actor)
    _keep(bulk, deeds, run.rows)
    _keep_between(deeds.values(), written)
    return bulk


def _done(rows: Sequence[Judged], written: Written) -> dict[int, BulkDeed]:
    """The lines of the receipt by row number; of sites that do not have their new plans yet."""
    deeds = {}
    for row in rows:
        told = written.get(row.site.pk, NOT_RECORDED)
        deed = _line(row, BulkDeed.Outcome.DONE, event=told.event, confirmation=told.confirmation)
        deed.before = {name: getattr(row.site, name) for name in row.plans}
        deed.after = row.plans
        deeds[deed.number] = deed
    return deeds


def _changed_statuses(rows: Sequence[Judged], actor: str, on: date) -> Written:
    wanted = [row.wanted for row in rows if row.wish.status]
    recorded = change_statuses(wanted, author=actor, accept_warnings=True, as_of=on)
    return {one.site.pk: told for one, told in zip(wanted, recorded, strict=True)}


def _confirmed(rows: Sequence[Judged], actor: str, on: date) -> Written:
    sites = [row.site for row in rows if row.confirms]
    versions = {site.pk: site.version for site in sites}
    authorities = {row.site.pk: row.authority for row in rows}
    made = confirm(sites, author=actor, on=on, versions=versions, authorities=authorities) if sites else []
    return {confirmation.trial_site_id: Recorded(None, confirmation) for confirmation in made}


def _set_plans(rows: Sequence[Judged], actor: str) -> None:
    sites: list[TrialSite] = []
    for row in rows:
        for name, value in row.plans.items():
            setattr(row.site, name, value)
        sites.append(row.site)
    if sites:
        set_plans(sites, author=actor)


def _keep(bulk: BulkChange, done: dict[int, BulkDeed], rows: Sequence[Judged]) -> None:
    """The whole receipt; the table itself is not needed any more."""
    deeds = [done.get(row.entry.row.number) or _left(row) for row in rows]
    for deed in deeds:
        deed.bulk = bulk
    BulkDeed.objects.bulk_create(deeds)
    bulk.applied_at, bulk.entries = timezone.now(), []
    bulk.save(update_fields=["applied_at", "entries"])


def _keep_between(deeds: Iterable[BulkDeed], written: Written) -> None:
    """What lay in between, with the line of the receipt whose status came after it."""
    link = BulkDeed.interim.through
    link.objects.bulk_create(
        link(bulkdeed=deed, statusevent=event)
        for deed in deeds
        for event in written.get(deed.trial_site_id, NOT_RECORDED).interim
    )


def _left(row: Judged) -> BulkDeed:
    return _line(row, BulkDeed.Outcome.LEFT if row.errors else BulkDeed.Outcome.NOTHING)


def _line(row: Judged, outcome: str, **written) -> BulkDeed:
    return BulkDeed(
        number=row.entry.row.number,
        trial_site=row.site,
        outcome=outcome,
        changes=[list(asdict(change).values()) for change in row.changes],
        told=[*row.errors, *row.warnings],
        **written,
    )
