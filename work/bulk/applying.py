"""Applying a bulk change: the rows as they were tried, once, each with its line on the receipt."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from sites.models import TrialSite
from sites.services import Recorded, change_statuses, confirm, set_plans
from work.bulk.beginning import tried
from work.bulk.judging import Judged
from work.models import BulkChange, BulkDeed

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
