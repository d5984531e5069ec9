"""A grid that was sent: read, given a pasted table on request, saved, and shown again when it could not be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.http import Http404, QueryDict

from common.dates import day_first
from sites.enrollment.lines import Key, Standing, lines_of, texts_of, version_of
from sites.enrollment.matching import Cells, Matcher
from sites.enrollment.pasting import Leftover, read_table
from sites.enrollment.reported import Reported
from sites.enrollment.saving import Outcome, accepted_in, read_typed, save_grid
from sites.models import TrialSite
from sites.typed import Typed
from trials.partial_dates import PartialDate


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
