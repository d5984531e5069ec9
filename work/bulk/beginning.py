"""A bulk change begins: its table is kept, each row with the site that it means at the version that was seen."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils import timezone

from sites.models import TrialSite
from work.bulk.columns import Column, SheetRow
from work.bulk.entries import Entry, entries_of, kept
from work.bulk.judging import DryRun, dry_run
from work.bulk.matching import matched, told_sites
from work.models import BulkChange

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
