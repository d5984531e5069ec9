"""A submitted enrollment grid: reading its rows, adding a pasted table, and saving all rows or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, QueryDict

from common.dates import day_first
from common.form_fields import parse_whole_number
from common.partial_dates import PartialDate
from history.optimistic_locking import StaleVersion
from sites.enrollment.grid import GridState, Key, ValidationErrors, count_texts, format_key, grid_rows, version_of
from sites.enrollment.parsing import normalize_count, parse_count, parse_iso_month
from sites.enrollment.paste import Cells, PasteMatcher, RejectedRow, read_table
from sites.enrollment.reports import ReportedCounts
from sites.models import EnrollmentReport, TrialSite
from sites.row_merge import RowEdit, load_seen_values
from sites.rules import CUMULATIVE
from sites.services import MonthlyCounts, save_enrollment_reports, validate_reports


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The number of saved rows, or the errors by row key and the number of rows that another user changed."""

    saved: int = 0
    errors: Mapping[str, ValidationErrors] = field(default_factory=dict)
    stale: int = 0

    @property
    def is_saved(self) -> bool:
        return not self.errors and not self.stale


def read_edits(post: QueryDict) -> dict[Key, RowEdit]:
    """The submitted rows by key. BadRequest for a malformed row."""
    try:
        return dict(_read_edit(text, post) for text in post.getlist("seen"))
    except ValueError:
        raise BadRequest("Invalid row of the grid.") from None


def _read_edit(text: str, post: QueryDict) -> tuple[Key, RowEdit]:
    key, _, seen_values = text.partition("=")
    version, shown = load_seen_values(seen_values, CUMULATIVE)
    texts = {name: normalize_count(post.get(f"{name}-{key}", shown[name])) for name in CUMULATIVE}
    return read_key(key), RowEdit(version, shown, texts, post.get(f"reason-{key}", "").strip())


def read_key(text: str) -> Key:
    site, _, month = text.partition("-")
    site_id, parsed_month = parse_whole_number(site), parse_iso_month(month)
    if parsed_month is None or site_id is None:
        raise ValueError(text)
    return site_id, parsed_month


def rows_with_accepted_warnings(post: QueryDict, edits: Mapping[Key, RowEdit]) -> frozenset[str]:
    """The keys of rows whose warnings are accepted and whose values are still those of the warning."""
    if not post.get("accept"):
        return frozenset()
    warned = dict(text.partition("=")[::2] for text in post.getlist("warned"))
    submitted = {format_key(key): "|".join(edit.edits.values()) for key, edit in edits.items()}
    return frozenset(key for key, texts in warned.items() if submitted.get(key) == texts)


def save_grid(
    edits: Mapping[Key, RowEdit], reports: ReportedCounts, *, author: str, accepted=frozenset(), on: date
) -> SaveResult:
    """Save the changed rows, or return all errors; `reports` are the saved ones."""
    new = {key: edit for key, edit in edits.items() if _has_changes(edit, reports.get(*key))}
    stale = sum(edit.is_stale(version_of(report), count_texts(report)) for edit, report in _with_reports(new, reports))
    parse_errors = {format_key(key): errors for key, edit in new.items() if (errors := list(_parse_errors(edit)))}
    parsed = {key: edit for key, edit in new.items() if format_key(key) not in parse_errors}
    counts = [_monthly_counts(key, edit, reports.get(*key)) for key, edit in parsed.items()]
    if stale or parse_errors:
        return SaveResult(errors=parse_errors | validate_reports(counts, reports, on=on), stale=stale)
    try:
        return SaveResult(
            saved=len(save_enrollment_reports(counts, author=author, accepted_keys=accepted, on=on)) if counts else 0
        )
    except StaleVersion:
        return SaveResult(stale=1)
    except ValidationError as error:
        return SaveResult(errors=error.error_dict if hasattr(error, "error_dict") else {"": error.error_list})


def _with_reports(
    new: Mapping[Key, RowEdit], reports: ReportedCounts
) -> Iterator[tuple[RowEdit, EnrollmentReport | None]]:
    return ((edit, reports.get(*key)) for key, edit in new.items())


def _has_changes(edit: RowEdit, report: EnrollmentReport | None) -> bool:
    has_new_reason = bool(report and edit.reason and edit.reason != report.reason)
    return edit.differs_from(count_texts(report)) or has_new_reason


def _parse_errors(edit: RowEdit) -> Iterator[ValidationError]:
    for name, text in edit.changed.items():
        try:
            parse_count(text)
        except ValueError as error:
            yield ValidationError(str(error), code=name)


def _monthly_counts(key: Key, edit: RowEdit, report: EnrollmentReport | None) -> MonthlyCounts:
    counts = {name: parse_count(text) for name, text in edit.merged_into(count_texts(report)).items()}
    return MonthlyCounts(*key, counts, version_of(report), edit.reason)


@dataclass(frozen=True, slots=True)
class GridSubmission:
    """The submitted grid; `sites` are those the user may edit, in page order, `month` that of the page, if any."""

    sites: Sequence[TrialSite]
    post: QueryDict
    month: PartialDate | None = None
    edits: dict[Key, RowEdit] = field(default_factory=dict)
    rejected_rows: list[RejectedRow] = field(default_factory=list)

    def read(self) -> None:
        """Read the submitted rows. Http404 for a site that the user may not edit."""
        self.edits.update(read_edits(self.post))
        if not {site for site, _ in self.edits} <= {site.pk for site in self.sites}:
            raise Http404

    def paste(self) -> int:
        """Apply the pasted table over the submitted rows, without saving; returns the number of rows filled."""
        rows, unparsed = read_table(self.post.get("table", ""), day_first=day_first())
        cells, unmatched = PasteMatcher(self.sites, month=self.month).match_rows(rows)
        self._apply_paste(cells)
        self.rejected_rows.extend(sorted([*unparsed, *unmatched], key=lambda rejected: rejected.number))
        return len(cells)

    @property
    def other_months(self) -> list[PartialDate]:
        """The months of rows that are not the month of the page."""
        return sorted({month for _, month in self.edits if self.month and month != self.month})

    def _apply_paste(self, cells: Cells) -> None:
        reports = ReportedCounts([site for site in self.sites if any(site.pk == key[0] for key in cells)])
        for key, texts in cells.items():
            report = reports.get(*key)
            edit = self.edits.get(key) or RowEdit(version_of(report), count_texts(report), count_texts(report))
            self.edits[key] = RowEdit(edit.version, edit.initial, {**edit.edits, **texts}, edit.reason)

    def save(self, *, author: str, on: date) -> SaveResult:
        accepted = rows_with_accepted_warnings(self.post, self.edits)
        return save_grid(self.edits, ReportedCounts(self.edited_sites), author=author, accepted=accepted, on=on)

    @property
    def edited_sites(self) -> list[TrialSite]:
        edited = {site for site, _ in self.edits}
        return [site for site in self.sites if site.pk in edited]

    def rows(self, errors: Mapping[str, Sequence] | None = None):
        """The submitted and pasted rows, by site and month."""
        order = {site.pk: index for index, site in enumerate(self.sites)}
        by_id = {site.pk: site for site in self.sites}
        keys = sorted(self.edits, key=lambda key: (order[key[0]], key[1]))
        state = GridState(ReportedCounts(self.edited_sites), self.edits, errors or {}, frozenset(by_id))
        return grid_rows([(by_id[site], month) for site, month in keys], state)
