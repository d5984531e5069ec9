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
from sites.permissions import authorities_over, may_edit_targets
from sites.services import (
    RecordedChange,
    change_statuses,
    confirm,
    revert_statuses,
    undo_confirmations,
    update_targets_and_notes,
)
from sites.services.bulk_status import DECIDED_BY_OTHERS
from sites.status_transitions import Authority
from work.bulk_upload.columns import Column, SheetRow
from work.bulk_upload.dry_run import TARGET_LABELS, CheckedRow, DryRun, check_rows
from work.bulk_upload.site_matching import MatchedRow, deserialize_rows, match_rows, serialize_rows, with_list_fields
from work.models import BulkChange, BulkChangeRow

UNAPPLIED_RETENTION = timedelta(days=30)
"""How long a table that nobody applied is kept at least: until its author brings the next one after that."""


def create_from_rows(
    rows: Sequence[SheetRow], user, *, input_method: str, name: str = "", notices: Sequence[str] = ()
) -> BulkChange:
    """From a sheet that was pasted or uploaded; `notices` are what was told when it was read."""
    entries = serialize_rows(match_rows(rows, user))
    return _create(user, input_method=input_method, name=name[:200], entries=entries, notices=list(notices))


def create_for_selection(versions: Mapping[int, int], cells: Mapping[Column, str], user) -> BulkChange:
    """The same cells for sites chosen on a board, at the versions (by id) that the board showed."""
    said = {column: text for column, text in cells.items() if text}
    rows = [SheetRow(number, said) for number in range(1, len(versions) + 1)]
    entries = [MatchedRow(row, *seen) for row, seen in zip(rows, sorted(versions.items()), strict=True)]
    return _create(user, input_method=BulkChange.InputMethod.CHOSEN, entries=serialize_rows(entries))


def _create(user, **fields) -> BulkChange:
    """The tables that one brought long ago and never applied go, so that they are not kept for ever."""
    BulkChange.objects.of(user).filter(applied_at=None, made_at__lt=timezone.now() - UNAPPLIED_RETENTION).delete()
    return BulkChange.objects.create(author=user.actor, **fields)


def run_dry_run(bulk: BulkChange, user, *, on: date, lock: bool = False) -> DryRun:
    """The rows judged now; with `lock` their sites stay as they are until the transaction ends."""
    entries = deserialize_rows(bulk.entries)
    mine = TrialSite.objects.editable_by(user).filter(pk__in=[entry.site_id for entry in entries if entry.site_id])
    sites = with_list_fields(mine)
    return check_rows(entries, sites.select_for_update(of=("self",)) if lock else sites, user, on=on)


NO_LONGER_EDITABLE_TEXT = "The site is no longer yours, so it stays."
ALREADY_UNDONE_TEXT = "Its confirmation was taken back already."


@transaction.atomic
def undo(bulk: BulkChange, user) -> BulkChange:
    """Take an applied bulk change back, as far as that is possible. A second time changes nothing."""
    bulk = BulkChange.objects.of(user).select_for_update().get(pk=bulk.pk)
    if not bulk.applied_at or bulk.undone_at:
        return bulk
    with authored(user.actor, reason=f"Undo of bulk change {bulk.pk}"):
        _UndoRun(bulk, user).all()
    bulk.undone_at = timezone.now()
    bulk.save(update_fields=["undone_at"])
    return bulk


class _UndoRun:
    """`told` collects, by deed, what could not be undone; `kept` are those whose status, so confirmation, stays."""

    def __init__(self, bulk: BulkChange, user):
        self.actor, self.reason = user.actor, f"Undo of bulk change {bulk.pk}"
        done = bulk.rows.filter(outcome=BulkChangeRow.Outcome.DONE)
        told = done.select_related("event__corrects", "confirmation").prefetch_related("interim")
        self.rows = list(told.order_by("trial_site"))
        mine = TrialSite.objects.editable_by(user).filter(pk__in=[deed.trial_site_id for deed in self.rows])
        self.sites = {site.pk: site for site in with_list_fields(mine).select_for_update(of=("self",))}
        self.authorities: dict[int, Authority] = authorities_over(user, self.sites.values())
        self.messages: dict[int, list[str]] = defaultdict(list)
        self.kept_status_ids: set[int] = set()

    def all(self) -> None:
        mine = [deed for deed in self.rows if deed.trial_site_id in self.authorities]
        for deed in self.rows:
            if deed.trial_site_id not in self.authorities:
                self.messages[deed.pk].append(NO_LONGER_EDITABLE_TEXT)
        self._undo_targets([deed for deed in mine if deed.after])
        self._undo_statuses([deed for deed in mine if deed.event])
        self._undo_confirmations([deed for deed in mine if deed.confirmation and deed.pk not in self.kept_status_ids])
        self._save_messages()

    def _undo_statuses(self, rows: Sequence[BulkChangeRow]) -> None:
        left = revert_statuses(
            [deed.event for deed in rows],
            author=self.actor,
            reason=self.reason,
            authorities=self.authorities,
            interim={deed.event_id: deed.interim.all() for deed in rows},
        )
        for deed in rows:
            if deed.event_id in left:
                self.messages[deed.pk].append(left[deed.event_id])
                self.kept_status_ids.add(deed.pk)

    def _undo_confirmations(self, rows: Sequence[BulkChangeRow]) -> None:
        for deed in rows:
            if deed.confirmation.undone_at:
                self.messages[deed.pk].append(ALREADY_UNDONE_TEXT)
        undo_confirmations([deed.confirmation_id for deed in rows], author=self.actor, reason=self.reason)

    def _undo_targets(self, rows: Iterable[BulkChangeRow]) -> None:
        sites = [site for deed in rows if (site := self._restore_targets(deed))]
        if sites:
            update_targets_and_notes(sites, author=self.actor, reason=self.reason)

    def _restore_targets(self, row: BulkChangeRow) -> TrialSite | None:
        """The site with what still is as the bulk change left it put back; None where nothing is."""
        site = self.sites[row.trial_site_id]
        if not may_edit_targets(self.authorities[site.pk]):
            self.messages[row.pk].append(DECIDED_BY_OTHERS)
            return None
        back = {name for name, value in row.after.items() if getattr(site, name) == value}
        for name in back:
            setattr(site, name, row.before[name])
        self.messages[row.pk] += [
            f"{TARGET_LABELS[name]}: changed again since, so it stays." for name in row.after if name not in back
        ]
        return site if back else None

    def _save_messages(self) -> None:
        """As many updates as there are different answers."""
        answers = defaultdict(list)
        for deed in self.rows:
            answers[" ".join(self.messages[deed.pk]) or BulkChangeRow.UNDONE].append(deed.pk)
        for answer, ids in answers.items():
            BulkChangeRow.objects.filter(pk__in=ids).update(undo_message=answer)


HAS_ERRORS = "Some rows cannot be applied as they are. Apply only the others, or mend the table and bring it again."
NOTHING_TO_DO = "There is nothing in the table that could be applied."
READ_WARNINGS = "Say that you have read the warnings."
#: What was recorded of sites, by their ids.
RecordedBySite = dict[int, RecordedChange]
NOT_RECORDED = RecordedChange()


@transaction.atomic
def apply(bulk: BulkChange, user, *, only_valid: bool = False, accept_warnings: bool = False, on: date) -> BulkChange:
    """Do what the dry run told, of all rows or `only_valid`. A second time changes nothing.

    ValidationError when a row has errors and not only the valid ones are asked for, when warnings were not accepted,
    and when nothing is left to do.
    """
    bulk = BulkChange.objects.of(user).select_for_update().get(pk=bulk.pk)
    if bulk.applied_at:
        return bulk
    run = run_dry_run(bulk, user, on=on, lock=True)
    if run.has_errors and not only_valid:
        raise ValidationError(HAS_ERRORS, code="rows-have-errors")
    if not run.ready:
        raise ValidationError(NOTHING_TO_DO, code="nothing-to-apply")
    if run.has_warnings and not accept_warnings:
        raise ValidationError(READ_WARNINGS, code="warnings-are-read")
    with authored(user.actor, reason=str(bulk)):
        written = _apply_statuses(run.ready, user.actor, on) | _apply_confirmations(run.ready, user.actor, on)
        deeds = _build_done_rows(run.ready, written)
        _apply_targets([row for row in run.ready if row.targets], user.actor)
    _save_results(bulk, deeds, run.rows)
    _link_interim_events(deeds.values(), written)
    return bulk


def _build_done_rows(rows: Sequence[CheckedRow], written: RecordedBySite) -> dict[int, BulkChangeRow]:
    """The lines of the receipt by row number; of sites that do not have their new plans yet."""
    deeds = {}
    for row in rows:
        told = written.get(row.site.pk, NOT_RECORDED)
        deed = _build_row(row, BulkChangeRow.Outcome.DONE, event=told.event, confirmation=told.confirmation)
        deed.before = {name: getattr(row.site, name) for name in row.targets}
        deed.after = row.targets
        deeds[deed.number] = deed
    return deeds


def _apply_statuses(rows: Sequence[CheckedRow], actor: str, on: date) -> RecordedBySite:
    wanted = [row.change_request for row in rows if row.requested_change.status]
    recorded = change_statuses(wanted, author=actor, accept_warnings=True, as_of=on)
    return {one.site.pk: told for one, told in zip(wanted, recorded, strict=True)}


def _apply_confirmations(rows: Sequence[CheckedRow], actor: str, on: date) -> RecordedBySite:
    sites = [row.site for row in rows if row.is_confirmation]
    versions = {site.pk: site.version for site in sites}
    authorities = {row.site.pk: row.authority for row in rows}
    made = confirm(sites, author=actor, on=on, versions=versions, authorities=authorities) if sites else []
    return {confirmation.trial_site_id: RecordedChange(None, confirmation) for confirmation in made}


def _apply_targets(rows: Sequence[CheckedRow], actor: str) -> None:
    sites: list[TrialSite] = []
    for row in rows:
        for name, value in row.targets.items():
            setattr(row.site, name, value)
        sites.append(row.site)
    if sites:
        update_targets_and_notes(sites, author=actor)


def _save_results(bulk: BulkChange, done: dict[int, BulkChangeRow], rows: Sequence[CheckedRow]) -> None:
    """The whole receipt; the table itself is not needed any more."""
    deeds = [done.get(row.entry.row.number) or _build_skipped_row(row) for row in rows]
    for deed in deeds:
        deed.bulk = bulk
    BulkChangeRow.objects.bulk_create(deeds)
    bulk.applied_at, bulk.entries = timezone.now(), []
    bulk.save(update_fields=["applied_at", "entries"])


def _link_interim_events(rows: Iterable[BulkChangeRow], written: RecordedBySite) -> None:
    """What lay in between, with the line of the receipt whose status came after it."""
    link = BulkChangeRow.interim.through
    link.objects.bulk_create(
        link(bulkchangerow=deed, statusevent=event)
        for deed in rows
        for event in written.get(deed.trial_site_id, NOT_RECORDED).interim
    )


def _build_skipped_row(row: CheckedRow) -> BulkChangeRow:
    return _build_row(row, BulkChangeRow.Outcome.LEFT if row.errors else BulkChangeRow.Outcome.NOTHING)


def _build_row(row: CheckedRow, outcome: str, **written) -> BulkChangeRow:
    return BulkChangeRow(
        number=row.entry.row.number,
        trial_site=row.site,
        outcome=outcome,
        changes=[list(asdict(change).values()) for change in row.changes],
        messages=[*row.errors, *row.warnings],
        **written,
    )
