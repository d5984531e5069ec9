"""The grid as it is shown: a line for each site and month, a cell for each count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from common.partial_dates import PartialDate
from sites.enrollment.reports import ReportedCounts
from sites.models import EnrollmentReport, TrialSite
from sites.row_edits import RowEdit, dump_seen_values
from sites.rules.enrollment import CUMULATIVE, ENROLLMENT_RULES

#: A site's id and a month.
Key = tuple[int, PartialDate]
FIELDS_OF = {rule.id: rule.fields for rule in ENROLLMENT_RULES}
WARNINGS = frozenset(rule.id for rule in ENROLLMENT_RULES if rule.level == "WARNING")
ValidationErrors = Sequence[ValidationError]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count. `before` is the last one known of an earlier month; `theirs` what somebody else saved meanwhile."""

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
    """A site's month. It can be typed in where it `is_open`; `errors` are those that belong to no one cell."""

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
    """What is known of the lines of a grid: what was reported, typed and refused, and where one may type."""

    reports: ReportedCounts
    edits: Mapping[Key, RowEdit] = field(default_factory=dict)
    errors: Mapping[str, ValidationErrors] = field(default_factory=dict)
    editable: frozenset[int] = frozenset()


def format_key(key: Key) -> str:
    return f"{key[0]}-{key[1]}"


def count_texts(report: EnrollmentReport | None) -> dict[str, str]:
    """A report's counts as texts; a blank is not known."""
    counts = {name: getattr(report, name, None) for name in CUMULATIVE}
    return {name: "" if count is None else str(count) for name, count in counts.items()}


def version_of(report: EnrollmentReport | None) -> int:
    return report.version if report else 0


def grid_rows(places: Iterable[tuple[TrialSite, PartialDate]], state: GridState) -> list[GridRow]:
    return [_grid_row(site, month, state) for site, month in places]


def _grid_row(site: TrialSite, month: PartialDate, state: GridState) -> GridRow:
    report, before = state.reports.get(site.pk, month), state.reports.before(site.pk, month)
    present, typed = count_texts(report), state.edits.get((site.pk, month))
    is_stale = typed is not None and typed.is_stale(version_of(report), present)
    refused = state.errors.get(format_key((site.pk, month)), ())
    texts = typed.merged_into(present) if typed else present
    is_locked = state.reports.is_locked(site.pk, month)
    asks = [error for error in refused if error.code in WARNINGS]
    return GridRow(
        site,
        month,
        [_cell(name, texts, present, before, refused, is_stale) for name in CUMULATIVE],
        dump_seen_values(version_of(report), present),
        before_month=before.month if before else "",
        is_open=site.pk in state.editable and not is_locked,
        is_locked=is_locked,
        is_stale=is_stale,
        reason=typed.reason if typed else "",
        saved_reason=report.reason if report else "",
        requires_reason=bool(typed and typed.reason) or any("reason" in _fields(error) for error in refused),
        errors=[error.message for error in refused if not set(_fields(error)) & set(CUMULATIVE)],
        warned_values="|".join(texts.values()) if asks else "",
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
