"""A grid that was sent: read, given a pasted table on request, saved, and shown again when it could not be.

What came back from a grid, and saving it: all of it or none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, QueryDict

from common.dates import day_first
from common.numbers import whole_number
from common.partial_dates import PartialDate
from history.versioning import StaleVersion
from sites.enrollment.grid import Key, Refusals, Standing, key_text, lines_of, texts_of, version_of
from sites.enrollment.parsing import a_month, plain_count, read_count
from sites.enrollment.paste import Cells, Leftover, Matcher, read_table
from sites.enrollment.reports import Reported
from sites.models import EnrollmentReport, TrialSite
from sites.row_edits import Typed, read_seen
from sites.rules.enrollment import CUMULATIVE
from sites.services import SaidOfMonth, refusals_of, report_many


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many lines were saved; or why none was: lines refused, by their keys, or changed by somebody else."""

    saved: int = 0
    refused: Mapping[str, Refusals] = field(default_factory=dict)
    stale: int = 0

    @property
    def is_saved(self) -> bool:
        return not self.refused and not self.stale


def read_typed(post: QueryDict) -> dict[Key, Typed]:
    """Every line of the page that was sent. BadRequest for what no page of ours sends."""
    try:
        return dict(_typed(text, post) for text in post.getlist("seen"))
    except ValueError:
        raise BadRequest("Not a line of the grid.") from None


def _typed(text: str, post: QueryDict) -> tuple[Key, Typed]:
    key, _, remembered = text.partition("=")
    version, shown = read_seen(remembered, CUMULATIVE)
    typed = {name: plain_count(post.get(f"{name}-{key}", shown[name])) for name in CUMULATIVE}
    return read_key(key), Typed(version, shown, typed, post.get(f"reason-{key}", "").strip())


def read_key(text: str) -> Key:
    site, _, month = text.partition("-")
    number, known = whole_number(site), a_month(month)
    if known is None or number is None:
        raise ValueError(text)
    return number, known


def accepted_in(post: QueryDict, typed: Mapping[Key, Typed]) -> frozenset[str]:
    """The lines whose warnings were read, as long as they still say what was asked about."""
    if not post.get("accept"):
        return frozenset()
    asked = dict(text.partition("=")[::2] for text in post.getlist("asked"))
    said = {key_text(key): "|".join(one.typed.values()) for key, one in typed.items()}
    return frozenset(key for key, texts in asked.items() if said.get(key) == texts)


def save_grid(
    typed: Mapping[Key, Typed], reported: Reported, *, author: str, accepted=frozenset(), on: date
) -> Outcome:
    """Save what is new in these lines, or tell all that stands in the way; `reported` is what is there now."""
    new = {key: one for key, one in typed.items() if _is_new(one, reported.get(*key))}
    stale = sum(one.is_stale(version_of(report), texts_of(report)) for one, report in _beside(new, reported))
    unreadable = {key_text(key): errors for key, one in new.items() if (errors := list(_unreadable(one)))}
    readable = {key: one for key, one in new.items() if key_text(key) not in unreadable}
    said = [_said(key, one, reported.get(*key)) for key, one in readable.items()]
    if stale or unreadable:
        return Outcome(refused=unreadable | refusals_of(said, reported, on=on), stale=stale)
    try:
        return Outcome(saved=len(report_many(said, author=author, accepted=accepted, on=on)) if said else 0)
    except StaleVersion:
        return Outcome(stale=1)
    except ValidationError as error:
        return Outcome(refused=error.error_dict if hasattr(error, "error_dict") else {"": error.error_list})


def _beside(new: Mapping[Key, Typed], reported: Reported) -> Iterator[tuple[Typed, EnrollmentReport | None]]:
    return ((one, reported.get(*key)) for key, one in new.items())


def _is_new(typed: Typed, report: EnrollmentReport | None) -> bool:
    says_why = bool(report and typed.reason and typed.reason != report.reason)
    return typed.is_new_to(texts_of(report)) or says_why


def _unreadable(typed: Typed) -> Iterator[ValidationError]:
    for name, text in typed.touched.items():
        try:
            read_count(text)
        except ValueError as error:
            yield ValidationError(str(error), code=name)


def _said(key: Key, typed: Typed, report: EnrollmentReport | None) -> SaidOfMonth:
    counts = {name: read_count(text) for name, text in typed.over(texts_of(report)).items()}
    return SaidOfMonth(*key, counts, version_of(report), typed.reason)


@dataclass(frozen=True, slots=True)
class PostedGrid:
    """`sites` are those that the user may edit, in the order of the page; `month` is the page's, if it has one."""

    sites: Sequence[TrialSite]
    post: QueryDict
    month: PartialDate | None = None
    typed: dict[Key, Typed] = field(default_factory=dict)
    leftovers: list[Leftover] = field(default_factory=list)

    def read(self) -> None:
        """Http404 when a line is about a site that is not the user's to edit."""
        self.typed.update(read_typed(self.post))
        if not {site for site, _ in self.typed} <= {site.pk for site in self.sites}:
            raise Http404

    def paste(self) -> int:
        """Put the pasted table over what was typed; gives how many lines it reached. Nothing is saved."""
        lines, leftovers = read_table(self.post.get("table", ""), day_first=day_first())
        cells, unplaced = Matcher(self.sites, month=self.month).place(lines)
        self._lay_over(cells)
        self.leftovers.extend(sorted([*leftovers, *unplaced], key=lambda leftover: leftover.number))
        return len(cells)

    @property
    def other_months(self) -> list[PartialDate]:
        """The months of the lines that are not the page's."""
        return sorted({month for _, month in self.typed if self.month and month != self.month})

    def _lay_over(self, cells: Cells) -> None:
        reported = Reported([site for site in self.sites if any(site.pk == key[0] for key in cells)])
        for key, texts in cells.items():
            report = reported.get(*key)
            shown = self.typed.get(key) or Typed(version_of(report), texts_of(report), texts_of(report))
            self.typed[key] = Typed(shown.version, shown.shown, {**shown.typed, **texts}, shown.reason)

    def save(self, *, author: str, on: date) -> Outcome:
        accepted = accepted_in(self.post, self.typed)
        return save_grid(self.typed, Reported(self.typed_sites), author=author, accepted=accepted, on=on)

    @property
    def typed_sites(self) -> list[TrialSite]:
        typed = {site for site, _ in self.typed}
        return [site for site in self.sites if site.pk in typed]

    def lines(self, refused: Mapping[str, Sequence] | None = None):
        """Every line that was sent or pasted, site by site."""
        order = {site.pk: place for place, site in enumerate(self.sites)}
        by_id = {site.pk: site for site in self.sites}
        keys = sorted(self.typed, key=lambda key: (order[key[0]], key[1]))
        standing = Standing(Reported(self.typed_sites), self.typed, refused or {}, frozenset(by_id))
        return lines_of([(by_id[site], month) for site, month in keys], standing)
