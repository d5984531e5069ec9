"""A grid that was sent: read, given a pasted table on request, saved, and shown again when it could not be.

What came back from a grid, and saving it: all of it or none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, QueryDict

from common.dates import day_first
from common.numbers import parse_whole_number
from common.partial_dates import PartialDate
from history.versioning import StaleVersion
from sites.enrollment.grid import GridState, Key, ValidationErrors, count_texts, format_key, grid_rows, version_of
from sites.enrollment.parsing import normalize_count, parse_count, parse_iso_month
from sites.enrollment.paste import Cells, PasteMatcher, RejectedLine, read_table
from sites.enrollment.reports import ReportedCounts
from sites.models import EnrollmentReport, TrialSite
from sites.row_edits import RowEdit, load_seen_values
from sites.rules.enrollment import CUMULATIVE
from sites.services import MonthlyCounts, save_enrollment_reports, validate_reports


@dataclass(frozen=True, slots=True)
class SaveResult:
    """How many lines were saved; or why none was: lines refused, by their keys, or changed by somebody else."""

    saved: int = 0
    errors: Mapping[str, ValidationErrors] = field(default_factory=dict)
    stale: int = 0

    @property
    def is_saved(self) -> bool:
        return not self.errors and not self.stale


def read_edits(post: QueryDict) -> dict[Key, RowEdit]:
    """Every line of the page that was sent. BadRequest for what no page of ours sends."""
    try:
        return dict(_read_edit(text, post) for text in post.getlist("seen"))
    except ValueError:
        raise BadRequest("Not a line of the grid.") from None


def _read_edit(text: str, post: QueryDict) -> tuple[Key, RowEdit]:
    key, _, remembered = text.partition("=")
    version, shown = load_seen_values(remembered, CUMULATIVE)
    typed = {name: normalize_count(post.get(f"{name}-{key}", shown[name])) for name in CUMULATIVE}
    return read_key(key), RowEdit(version, shown, typed, post.get(f"reason-{key}", "").strip())


def read_key(text: str) -> Key:
    site, _, month = text.partition("-")
    number, known = parse_whole_number(site), parse_iso_month(month)
    if known is None or number is None:
        raise ValueError(text)
    return number, known


def accepted_keys(post: QueryDict, edits: Mapping[Key, RowEdit]) -> frozenset[str]:
    """The lines whose warnings were read, as long as they still say what was asked about."""
    if not post.get("accept"):
        return frozenset()
    asked = dict(text.partition("=")[::2] for text in post.getlist("asked"))
    said = {format_key(key): "|".join(one.edits.values()) for key, one in edits.items()}
    return frozenset(key for key, texts in asked.items() if said.get(key) == texts)


def save_grid(
    edits: Mapping[Key, RowEdit], reports: ReportedCounts, *, author: str, accepted=frozenset(), on: date
) -> SaveResult:
    """Save what is new in these lines, or tell all that stands in the way; `reported` is what is there now."""
    new = {key: one for key, one in edits.items() if _has_changes(one, reports.get(*key))}
    stale = sum(one.is_stale(version_of(report), count_texts(report)) for one, report in _with_reports(new, reports))
    unreadable = {format_key(key): errors for key, one in new.items() if (errors := list(_parse_errors(one)))}
    readable = {key: one for key, one in new.items() if format_key(key) not in unreadable}
    said = [_monthly_counts(key, one, reports.get(*key)) for key, one in readable.items()]
    if stale or unreadable:
        return SaveResult(errors=unreadable | validate_reports(said, reports, on=on), stale=stale)
    try:
        return SaveResult(
            saved=len(save_enrollment_reports(said, author=author, accepted_keys=accepted, on=on)) if said else 0
        )
    except StaleVersion:
        return SaveResult(stale=1)
    except ValidationError as error:
        return SaveResult(errors=error.error_dict if hasattr(error, "error_dict") else {"": error.error_list})


def _with_reports(
    new: Mapping[Key, RowEdit], reports: ReportedCounts
) -> Iterator[tuple[RowEdit, EnrollmentReport | None]]:
    return ((one, reports.get(*key)) for key, one in new.items())


def _has_changes(edit: RowEdit, report: EnrollmentReport | None) -> bool:
    says_why = bool(report and edit.reason and edit.reason != report.reason)
    return edit.differs_from(count_texts(report)) or says_why


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
    """`sites` are those that the user may edit, in the order of the page; `month` is the page's, if it has one."""

    sites: Sequence[TrialSite]
    post: QueryDict
    month: PartialDate | None = None
    edits: dict[Key, RowEdit] = field(default_factory=dict)
    rejected_lines: list[RejectedLine] = field(default_factory=list)

    def read(self) -> None:
        """Http404 when a line is about a site that is not the user's to edit."""
        self.edits.update(read_edits(self.post))
        if not {site for site, _ in self.edits} <= {site.pk for site in self.sites}:
            raise Http404

    def paste(self) -> int:
        """Put the pasted table over what was typed; gives how many lines it reached. Nothing is saved."""
        lines, leftovers = read_table(self.post.get("table", ""), day_first=day_first())
        cells, unplaced = PasteMatcher(self.sites, month=self.month).place(lines)
        self._apply_paste(cells)
        self.rejected_lines.extend(sorted([*leftovers, *unplaced], key=lambda leftover: leftover.number))
        return len(cells)

    @property
    def other_months(self) -> list[PartialDate]:
        """The months of the lines that are not the page's."""
        return sorted({month for _, month in self.edits if self.month and month != self.month})

    def _apply_paste(self, cells: Cells) -> None:
        reported = ReportedCounts([site for site in self.sites if any(site.pk == key[0] for key in cells)])
        for key, texts in cells.items():
            report = reported.get(*key)
            shown = self.edits.get(key) or RowEdit(version_of(report), count_texts(report), count_texts(report))
            self.edits[key] = RowEdit(shown.version, shown.initial, {**shown.edits, **texts}, shown.reason)

    def save(self, *, author: str, on: date) -> SaveResult:
        accepted = accepted_keys(self.post, self.edits)
        return save_grid(self.edits, ReportedCounts(self.edited_sites), author=author, accepted=accepted, on=on)

    @property
    def edited_sites(self) -> list[TrialSite]:
        typed = {site for site, _ in self.edits}
        return [site for site in self.sites if site.pk in typed]

    def lines(self, errors: Mapping[str, Sequence] | None = None):
        """Every line that was sent or pasted, site by site."""
        order = {site.pk: place for place, site in enumerate(self.sites)}
        by_id = {site.pk: site for site in self.sites}
        keys = sorted(self.edits, key=lambda key: (order[key[0]], key[1]))
        standing = GridState(ReportedCounts(self.edited_sites), self.edits, errors or {}, frozenset(by_id))
        return grid_rows([(by_id[site], month) for site, month in keys], standing)
