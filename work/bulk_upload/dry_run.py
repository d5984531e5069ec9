"""The dry run of a bulk change: the changes, errors and warnings of each row, by the rules of the services.

Writes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from common.partial_dates import PartialDate, compare_at_coarser
from common.rule_types import Level, Rule, violations
from sites.choices import SiteStatus
from sites.models import TrialSite
from sites.permissions import authorities_over, may_edit_targets
from sites.rules import CHANGE_RULES, StatusChangeInput, ends_too_early
from sites.services import StatusChangeRequest, rule_inputs_for
from sites.spreadsheets.site_matching import NO_MATCHING_SITE
from sites.status_transitions import Authority, with_required_steps
from work.bulk_upload.columns import INTERMEDIATE_COLUMNS, Column, SheetRow
from work.bulk_upload.row_parser import TARGET_FIELD_BY_COLUMN, RowChange, parse_row
from work.bulk_upload.site_matching import MatchedRow
from work.my_work.confirmations import review_reasons

MISSING_STATUS_RULE = "no-status-in-between-is-missing"
FILL_IN_TEXT = "Earlier statuses are missing. Enter {}."
TOO_MANY_STEPS_TEXT = "Too many missing statuses for one row. Update this site in two steps."

TARGET_LABELS = {name: column.value for column, name in TARGET_FIELD_BY_COLUMN.items()}
NO_STATUS_LABEL, NO_VALUE_LABEL, NOT_RECORDED_LABEL = "No status yet", "None", "Not recorded"
STALE_TEXT = "The site was changed after the table was made. Check the site and upload the row again."
TARGETS_NOT_ALLOWED_TEXT = "Only trial coordinators can change the enrollment target and the internal note."
REVIEW_REQUIRED_TEXT = "Review and confirm this site in My work."
NO_STATUS_TEXT = "The site has no status to confirm. Enter a new status."


def violation_text(rule: Rule, change: StatusChangeInput, row: SheetRow) -> str:
    """The message of a violated rule, with the column that it is about."""
    if rule.id == MISSING_STATUS_RULE:
        return _missing_steps_text(change)
    columns = [since for _, since in INTERMEDIATE_COLUMNS if since in row.cells]
    column = (
        _COLUMN_BY_RULE[rule.id]([*columns, Column.NEW_SINCE], change) if columns and rule.id in _COLUMN_BY_RULE else ""
    )
    return f"{column}: {rule.message(change)}" if column else rule.message(change)


def _missing_steps_text(change: StatusChangeInput) -> str:
    """All intermediate statuses in order with their columns, since entered ones may be in other columns."""
    *intermediate, _ = with_required_steps(change.start, change.steps)
    if len(intermediate) > len(INTERMEDIATE_COLUMNS):
        return TOO_MANY_STEPS_TEXT
    pairs = zip(intermediate, INTERMEDIATE_COLUMNS, strict=False)
    return FILL_IN_TEXT.format(
        ", and ".join(
            f"“{SiteStatus(missing).label}” under “{status}” with its date under “{since}”"
            for missing, (status, since) in pairs
        )
    )


def _first_out_of_order(columns: Sequence[Column], change: StatusChangeInput) -> Column:
    inversions = (compare_at_coarser(first, second) > 0 for first, second in pairwise(change.days))
    return columns[list(inversions).index(True)]


#: The column that a rule is about, by rule id: one of the columns of `change.days`.
_COLUMN_BY_RULE: dict[str, Callable[[Sequence[Column], StatusChangeInput], Column]] = {
    "days-are-in-order": _first_out_of_order,
    "change-is-not-before-the-present-status": lambda columns, change: columns[0],
    "leaving-open-has-a-later-date": lambda columns, change: columns[ends_too_early(change)[0]],
}


@dataclass(frozen=True, slots=True)
class CellChange:
    label: str
    old: str
    new: str


def describe_status_change(site: TrialSite, row_change: RowChange) -> CellChange:
    """The status change with its date, as one cell."""
    return CellChange(
        "Status", _status_text(site.status, site.status_since), _status_text(row_change.status, row_change.since)
    )


def describe_interim_changes(row_change: RowChange) -> Iterator[CellChange]:
    """The intermediate statuses before the new one."""
    for (column, _), (status, since) in zip(INTERMEDIATE_COLUMNS, row_change.interim or (), strict=False):
        yield CellChange(column, NOT_RECORDED_LABEL, _status_text(status, since))


def describe_confirmation(site: TrialSite) -> CellChange:
    last = site.last_confirmed_on
    return CellChange("Last confirmed", f"{last:%-d %B %Y}" if last else "Never", "Today")


def changed_targets(site: TrialSite, row_change: RowChange) -> dict[str, int | str | None]:
    """The columns whose value would change."""
    return {name: value for name, value in row_change.targets.items() if value != _normalize_text(getattr(site, name))}


def describe_target_changes(site: TrialSite, targets: Mapping[str, int | str | None]) -> Iterator[CellChange]:
    for name, value in targets.items():
        yield CellChange(TARGET_LABELS[name], _target_text(getattr(site, name)), _target_text(value))


def _normalize_text(value: int | str | None) -> int | str | None:
    """A text as a spreadsheet returns it, stripped and with normalized line ends."""
    return "\n".join(value.strip().splitlines()) if isinstance(value, str) else value


def _status_text(status: str, since: PartialDate | None) -> str:
    if not status:
        return NO_STATUS_LABEL
    label = SiteStatus(status).label
    return f"{label}, since {since.as_text()}" if since else label


def _target_text(value: int | str | None) -> str:
    return NO_VALUE_LABEL if value in (None, "") else f"{value:,}" if isinstance(value, int) else value


class RowState(StrEnum):
    ERROR = "errors"
    WARNING = "warnings"
    CHANGE = "changes"
    NOTHING = "nothing"


@dataclass(slots=True)
class CheckedRow:
    """A checked row: `changes` for display, `targets` by column; errors block it, warnings must be accepted."""

    entry: MatchedRow
    requested_change: RowChange
    site: TrialSite | None = None
    authority: Authority | None = None
    changes: list[CellChange] = field(default_factory=list)
    targets: dict[str, int | str | None] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def state(self) -> RowState:
        if self.errors:
            return RowState.ERROR
        if not self.changes:
            return RowState.NOTHING
        return RowState.WARNING if self.warnings else RowState.CHANGE

    @property
    def is_ready(self) -> bool:
        return self.state in (RowState.CHANGE, RowState.WARNING)

    @property
    def needs_rule_check(self) -> bool:
        """Whether the row has a complete status change that the rules can check."""
        is_current = self.site and self.entry.version == self.site.version
        return bool(
            is_current
            and self.requested_change.status
            and self.requested_change.since
            and self.requested_change.interim is not None
        )

    @property
    def is_confirmation(self) -> bool:
        """Whether the row confirms the current status."""
        return bool(
            self.site and self.requested_change.confirm and not self.requested_change.status and self.site.status
        )

    @property
    def site_text(self) -> str:
        """The site cells of the row, shown if no site matches."""
        names = (Column.SITE, Column.FACILITY, Column.CITY, Column.STATE, Column.COUNTRY, Column.LISTING, Column.TRIAL)
        return ", ".join(self.entry.row.cells[name] for name in names if name in self.entry.row.cells)

    @property
    def change_request(self) -> StatusChangeRequest:
        """The request for the service; for a row with a site and a new status."""
        change = self.requested_change
        return StatusChangeRequest(
            self.site, change.status, change.since, self.authority, change.reason, change.interim or ()
        )

    def add_violations(self, change: StatusChangeInput, on: date) -> None:
        """Add the violated rules to the errors and warnings."""
        for rule in violations(CHANGE_RULES, change, on=on):
            messages = self.errors if rule.level is Level.ERROR else self.warnings
            messages.append(violation_text(rule, change, self.entry.row))


@dataclass(frozen=True)
class DryRun:
    """All checked rows in the order of the table."""

    rows: Sequence[CheckedRow]

    @cached_property
    def state_counts(self) -> Counter[RowState]:
        return Counter(row.state for row in self.rows)

    @property
    def ready(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.is_ready]

    @property
    def has_errors(self) -> bool:
        return bool(self.state_counts[RowState.ERROR])

    @property
    def has_warnings(self) -> bool:
        """Whether warnings must be accepted first."""
        return bool(self.state_counts[RowState.WARNING])


def check_rows(entries: Iterable[MatchedRow], sites: Iterable[TrialSite], user, *, on: date) -> DryRun:
    """Check rows against the user's sites among them. Nine queries for any number of rows."""
    sites_by_id = {site.pk: site for site in sites}
    authorities = authorities_over(user, sites_by_id.values())
    rows = [_check_row(entry, sites_by_id.get(entry.site_id), authorities) for entry in entries]
    _reject_needing_review([row for row in rows if row.is_confirmation and not row.errors], on)
    to_check = [row for row in rows if row.needs_rule_check]
    for row, change in zip(to_check, rule_inputs_for([row.change_request for row in to_check]), strict=True):
        row.add_violations(change, on)
    return DryRun(rows)


def _check_row(entry: MatchedRow, site: TrialSite | None, authorities: Mapping[int, Authority]) -> CheckedRow:
    row = CheckedRow(entry, parse_row(entry.row))
    if entry.problem or site is None or site.pk not in authorities:
        row.errors = [entry.problem or NO_MATCHING_SITE]
        return row
    row.site, row.authority = site, authorities[site.pk]
    if entry.version != site.version:
        row.errors = [STALE_TEXT]
        return row
    row.targets = changed_targets(site, row.requested_change) if may_edit_targets(row.authority) else {}
    row.changes = list(_describe_changes(row))
    row.errors = [*row.requested_change.errors, *_row_errors(row)]
    return row


def _describe_changes(row: CheckedRow) -> Iterable[CellChange]:
    if row.requested_change.status:
        yield from describe_interim_changes(row.requested_change)
        yield describe_status_change(row.site, row.requested_change)
    elif row.is_confirmation:
        yield describe_confirmation(row.site)
    yield from describe_target_changes(row.site, row.targets)


def _reject_needing_review(rows: Sequence[CheckedRow], on: date) -> None:
    """Reject confirmations of sites that need a review."""
    reasons = review_reasons([row.site for row in rows], on=on)
    for row in rows:
        if row.site.pk in reasons:
            row.errors.append(" ".join([REVIEW_REQUIRED_TEXT, *reasons[row.site.pk]]))


def _row_errors(row: CheckedRow) -> Iterable[str]:
    if row.requested_change.confirm and not row.requested_change.status and not row.site.status:
        yield NO_STATUS_TEXT
    if row.requested_change.targets and not may_edit_targets(row.authority):
        yield TARGETS_NOT_ALLOWED_TEXT
