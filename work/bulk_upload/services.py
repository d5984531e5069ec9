"""Bulk changes: create from a table or selection, dry run, apply once, undo once.

Applying saves one `BulkChangeRow` for each row. Undoing reverts what was not changed again later and saves a message
for the rest.
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
    TRIAL_COORDINATOR_ONLY_TEXT,
    Authority,
    RecordedChange,
    change_statuses,
    confirm,
    revert_statuses,
    undo_confirmations,
    update_targets_and_notes,
)
from work.bulk_upload.columns import Column, SheetRow
from work.bulk_upload.dry_run import TARGET_LABELS, CheckedRow, DryRun, check_rows
from work.bulk_upload.site_matching import MatchedRow, deserialize_rows, match_rows, serialize_rows, with_list_fields
from work.models import BulkChange, BulkChangeRow

UNAPPLIED_RETENTION = timedelta(days=30)
"""Minimum age of tables that were not applied before they are deleted, at the author's next upload."""

NO_LONGER_EDITABLE_TEXT = "Not undone: the site is no longer assigned to you."
ALREADY_UNDONE_TEXT = "Not undone: its confirmation was already undone."
HAS_ERRORS_TEXT = "Some rows have errors. Apply the valid rows, or fix the table and upload it again."
NOTHING_TO_APPLY_TEXT = "The table has no changes to apply."
WARNINGS_NOT_ACCEPTED_TEXT = "Confirm that you have read the warnings."
#: The recorded changes by site id.
RecordedBySite = dict[int, RecordedChange]
NOT_RECORDED = RecordedChange()


def create_from_rows(
    rows: Sequence[SheetRow], user, *, input_method: str, name: str = "", notices: Sequence[str] = ()
) -> BulkChange:
    """From the rows of a pasted or uploaded table; `notices` are those of its parser."""
    entries = serialize_rows(match_rows(rows, user))
    return _create(user, input_method=input_method, name=name[:200], entries=entries, notices=list(notices))


def create_for_selection(versions: Mapping[int, int], cells: Mapping[Column, str], user) -> BulkChange:
    """The same cells for selected sites; `versions` are those shown, by site id."""
    filled = {column: text for column, text in cells.items() if text}
    rows = [SheetRow(number, filled) for number in range(1, len(versions) + 1)]
    entries = [MatchedRow(row, *shown) for row, shown in zip(rows, sorted(versions.items()), strict=True)]
    return _create(user, input_method=BulkChange.InputMethod.CHOSEN, entries=serialize_rows(entries))


def _create(user, **fields) -> BulkChange:
    """Create a bulk change, and delete the author's old ones that were not applied."""
    BulkChange.objects.authored_by(user).filter(
        applied_at=None, made_at__lt=timezone.now() - UNAPPLIED_RETENTION
    ).delete()
    return BulkChange.objects.create(author=user.actor, **fields)


def run_dry_run(bulk: BulkChange, user, *, on: date, lock: bool = False) -> DryRun:
    """Check the rows now; with `lock` their sites are locked until the transaction ends."""
    entries = deserialize_rows(bulk.entries)
    editable = TrialSite.objects.editable_by(user).filter(pk__in=[entry.site_id for entry in entries if entry.site_id])
    sites = with_list_fields(editable)
    return check_rows(entries, sites.select_for_update(of=("self",)) if lock else sites, user, on=on)


@transaction.atomic
def undo(bulk: BulkChange, user) -> BulkChange:
    """Undo an applied bulk change as far as possible. A second call has no effect."""
    bulk = BulkChange.objects.authored_by(user).select_for_update().get(pk=bulk.pk)
    if not bulk.applied_at or bulk.undone_at:
        return bulk
    with authored(user.actor, reason=f"Undo of bulk change {bulk.pk}"):
        _Undo(bulk, user).run()
    bulk.undone_at = timezone.now()
    bulk.save(update_fields=["undone_at"])
    return bulk


class _Undo:
    """One undo: `messages` by row id; `skipped_status_row_ids` are rows whose status and confirmation stay."""

    def __init__(self, bulk: BulkChange, user):
        self.actor, self.reason = user.actor, f"Undo of bulk change {bulk.pk}"
        done = bulk.rows.filter(outcome=BulkChangeRow.Outcome.DONE)
        rows = done.select_related("event__corrects", "confirmation").prefetch_related("interim")
        self.rows = list(rows.order_by("trial_site"))
        editable = TrialSite.objects.editable_by(user).filter(pk__in=[row.trial_site_id for row in self.rows])
        self.sites = {site.pk: site for site in with_list_fields(editable).select_for_update(of=("self",))}
        self.authorities: dict[int, Authority] = authorities_over(user, self.sites.values())
        self.messages: dict[int, list[str]] = defaultdict(list)
        self.skipped_status_row_ids: set[int] = set()

    def run(self) -> None:
        editable_rows = [row for row in self.rows if row.trial_site_id in self.authorities]
        for row in self.rows:
            if row.trial_site_id not in self.authorities:
                self.messages[row.pk].append(NO_LONGER_EDITABLE_TEXT)
        self._undo_targets([row for row in editable_rows if row.after])
        self._undo_statuses([row for row in editable_rows if row.event])
        self._undo_confirmations(
            [row for row in editable_rows if row.confirmation and row.pk not in self.skipped_status_row_ids]
        )
        self._save_messages()

    def _undo_statuses(self, rows: Sequence[BulkChangeRow]) -> None:
        refused = revert_statuses(
            [row.event for row in rows],
            author=self.actor,
            reason=self.reason,
            authorities=self.authorities,
            interim={row.event_id: row.interim.all() for row in rows},
        )
        for row in rows:
            if row.event_id in refused:
                self.messages[row.pk].append(refused[row.event_id])
                self.skipped_status_row_ids.add(row.pk)

    def _undo_confirmations(self, rows: Sequence[BulkChangeRow]) -> None:
        for row in rows:
            if row.confirmation.undone_at:
                self.messages[row.pk].append(ALREADY_UNDONE_TEXT)
        undo_confirmations([row.confirmation_id for row in rows], author=self.actor, reason=self.reason)

    def _undo_targets(self, rows: Iterable[BulkChangeRow]) -> None:
        sites = [site for row in rows if (site := self._restore_targets(row))]
        if sites:
            update_targets_and_notes(sites, author=self.actor, reason=self.reason)

    def _restore_targets(self, row: BulkChangeRow) -> TrialSite | None:
        """The site with the values restored that were not changed later; None if there are none."""
        site = self.sites[row.trial_site_id]
        if not may_edit_targets(self.authorities[site.pk]):
            self.messages[row.pk].append(TRIAL_COORDINATOR_ONLY_TEXT)
            return None
        restored = {name for name, value in row.after.items() if getattr(site, name) == value}
        for name in restored:
            setattr(site, name, row.before[name])
        self.messages[row.pk] += [
            f"{TARGET_LABELS[name]}: not undone, changed again later." for name in row.after if name not in restored
        ]
        return site if restored else None

    def _save_messages(self) -> None:
        """One update for each distinct message."""
        ids_by_message = defaultdict(list)
        for row in self.rows:
            ids_by_message[" ".join(self.messages[row.pk]) or BulkChangeRow.UNDONE].append(row.pk)
        for message, ids in ids_by_message.items():
            BulkChangeRow.objects.filter(pk__in=ids).update(undo_message=message)


@transaction.atomic
def apply(bulk: BulkChange, user, *, only_valid: bool = False, accept_warnings: bool = False, on: date) -> BulkChange:
    """Apply all rows, or `only_valid` ones. A second call has no effect.

    ValidationError if rows have errors and not `only_valid`, if warnings were not accepted, or if nothing would change.
    """
    bulk = BulkChange.objects.authored_by(user).select_for_update().get(pk=bulk.pk)
    if bulk.applied_at:
        return bulk
    run = run_dry_run(bulk, user, on=on, lock=True)
    if run.has_errors and not only_valid:
        raise ValidationError(HAS_ERRORS_TEXT, code="rows-have-errors")
    if not run.ready:
        raise ValidationError(NOTHING_TO_APPLY_TEXT, code="nothing-to-apply")
    if run.has_warnings and not accept_warnings:
        raise ValidationError(WARNINGS_NOT_ACCEPTED_TEXT, code="warnings-are-read")
    with authored(user.actor, reason=str(bulk)):
        written = _apply_statuses(run.ready, user.actor, on) | _apply_confirmations(run.ready, user.actor, on)
        result_rows = _build_done_rows(run.ready, written)
        _apply_targets([row for row in run.ready if row.targets], user.actor)
    _save_results(bulk, result_rows, run.rows)
    _link_interim_events(result_rows.values(), written)
    return bulk


def _build_done_rows(rows: Sequence[CheckedRow], written: RecordedBySite) -> dict[int, BulkChangeRow]:
    """The rows of the result by row number. The sites still have their old targets."""
    result_rows = {}
    for row in rows:
        recorded = written.get(row.site.pk, NOT_RECORDED)
        result = _build_row(row, BulkChangeRow.Outcome.DONE, event=recorded.event, confirmation=recorded.confirmation)
        result.before = {name: getattr(row.site, name) for name in row.targets}
        result.after = row.targets
        result_rows[result.number] = result
    return result_rows


def _apply_statuses(rows: Sequence[CheckedRow], actor: str, on: date) -> RecordedBySite:
    requests = [row.change_request for row in rows if row.requested_change.status]
    recorded = change_statuses(requests, author=actor, accept_warnings=True, as_of=on)
    return {change.site.pk: result for change, result in zip(requests, recorded, strict=True)}


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
    """Save all rows of the result and clear the table."""
    result_rows = [done.get(row.entry.row.number) or _build_skipped_row(row) for row in rows]
    for row in result_rows:
        row.bulk = bulk
    BulkChangeRow.objects.bulk_create(result_rows)
    bulk.applied_at, bulk.entries = timezone.now(), []
    bulk.save(update_fields=["applied_at", "entries"])


def _link_interim_events(rows: Iterable[BulkChangeRow], written: RecordedBySite) -> None:
    """Link the intermediate status events to the rows whose status followed them."""
    link = BulkChangeRow.interim.through
    link.objects.bulk_create(
        link(bulkchangerow=row, statusevent=event)
        for row in rows
        for event in written.get(row.trial_site_id, NOT_RECORDED).interim
    )


def _build_skipped_row(row: CheckedRow) -> BulkChangeRow:
    return _build_row(row, BulkChangeRow.Outcome.SKIPPED if row.errors else BulkChangeRow.Outcome.NOTHING)


def _build_row(row: CheckedRow, outcome: str, **written) -> BulkChangeRow:
    return BulkChangeRow(
        number=row.entry.row.number,
        trial_site=row.site,
        outcome=outcome,
        changes=[list(asdict(change).values()) for change in row.changes],
        messages=[*row.errors, *row.warnings],
        **written,
    )
