"""The enrollment grid: a row for each site and month, a cell for each count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from common.partial_dates import PartialDate
from sites.enrollment.reports import ReportedCounts
from sites.models import EnrollmentReport, TrialSite
from sites.row_merge import RowEdit, dump_seen_values
from sites.rules import CUMULATIVE, ENROLLMENT_RULES

#: A site's id and a month.
Key = tuple[int, PartialDate]
FIELDS_OF = {rule.id: rule.fields for rule in ENROLLMENT_RULES}
WARNINGS = frozenset(rule.id for rule in ENROLLMENT_RULES if rule.level == "WARNING")
ValidationErrors = Sequence[ValidationError]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count. `before` is the last known count of an earlier month, `theirs` the value another user saved."""

    name: str
    text: str
    before: int | None = None
    theirs: str | None = None
    errors: Sequence[str] = ()
    is_changed: bool = False

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class GridRow:
    """One month of a site. `is_open`: the user may edit it; `errors` are those without a cell."""

    site: TrialSite
    month: PartialDate
    cells: Sequence[Cell]
    seen_values: str
    before_month: str = ""
    is_open: bool = True
    is_locked: bool = False
    is_stale: bool = False
    reason: str = ""
    saved_reason: str = ""
    requires_reason: bool = False
    errors: Sequence[str] = field(default=())
    warned_values: str = ""

    @property
    def key(self) -> str:
        return format_key((self.site.pk, self.month))


@dataclass(frozen=True, slots=True)
class GridState:
    """The saved reports, edits and errors of a grid, and the ids of the sites the user may edit."""

    reports: ReportedCounts
    edits: Mapping[Key, RowEdit] = field(default_factory=dict)
    errors: Mapping[str, ValidationErrors] = field(default_factory=dict)
    editable: frozenset[int] = frozenset()


def format_key(key: Key) -> str:
    return f"{key[0]}-{key[1]}"


def count_texts(report: EnrollmentReport | None) -> dict[str, str]:
    """A report's counts as texts, blank for not known."""
    counts = {name: getattr(report, name, None) for name in CUMULATIVE}
    return {name: "" if count is None else str(count) for name, count in counts.items()}


def version_of(report: EnrollmentReport | None) -> int:
    return report.version if report else 0


def grid_rows(site_months: Iterable[tuple[TrialSite, PartialDate]], state: GridState) -> list[GridRow]:
    return [_grid_row(site, month, state) for site, month in site_months]


def _grid_row(site: TrialSite, month: PartialDate, state: GridState) -> GridRow:
    report, before = state.reports.get(site.pk, month), state.reports.before(site.pk, month)
    current, edit = count_texts(report), state.edits.get((site.pk, month))
    is_stale = edit is not None and edit.is_stale(version_of(report), current)
    errors = state.errors.get(format_key((site.pk, month)), ())
    texts = edit.merged_into(current) if edit else current
    is_locked = state.reports.is_locked(site.pk, month)
    warnings = [error for error in errors if error.code in WARNINGS]
    return GridRow(
        site,
        month,
        [_cell(name, texts, current, before, errors, is_stale) for name in CUMULATIVE],
        dump_seen_values(version_of(report), current),
        before_month=before.month if before else "",
        is_open=site.pk in state.editable and not is_locked,
        is_locked=is_locked,
        is_stale=is_stale,
        reason=edit.reason if edit else "",
        saved_reason=report.reason if report else "",
        requires_reason=bool(edit and edit.reason) or any("reason" in _fields(error) for error in errors),
        errors=[error.message for error in errors if not set(_fields(error)) & set(CUMULATIVE)],
        warned_values="|".join(texts.values()) if warnings else "",
    )


def _cell(
    name: str, texts, current, before: EnrollmentReport | None, row_errors: ValidationErrors, is_stale: bool
) -> Cell:
    errors = [error.message for error in row_errors if _fields(error)[:1] == (name,)]
    is_changed = texts[name] != current[name]
    theirs = current[name] if is_stale and is_changed else None
    return Cell(name, texts[name], getattr(before, name, None), theirs, errors, is_changed)


def _fields(error: ValidationError) -> tuple[str, ...]:
    return FIELDS_OF.get(error.code, (error.code,))
