"""Which site and month a line of a pasted table is about. A guess is no match: what is not clear is told."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple

from sites.enrollment.counting import plain_count
from sites.enrollment.lines import Key
from sites.enrollment.pasting import Leftover, Pasted
from sites.models import TrialSite
from sites.tables.matching import SiteMatcher
from trials.partial_dates import PartialDate

Cells = dict[Key, dict[str, str]]
NAMES_NO_SITE = "It names no site."
NAMES_NO_MONTH = "It names no month."


class Matcher:
    """Finds the site of a line among `sites`; a line that names none is about the only one.

    `month` is that of lines in a table without months.
    """

    def __init__(self, sites: Iterable[TrialSite], *, month: PartialDate | None):
        self.month, self._matcher = month, SiteMatcher(sites)

    def place(self, lines: Sequence[Pasted]) -> tuple[Cells, list[Leftover]]:
        """The texts by line and count, and what has no place."""
        cells: Cells = {}
        leftovers = []
        for line in lines:
            try:
                self._put(line, cells)
            except ValueError as error:
                leftovers.append(Leftover(line.number, line.text, str(error)))
        return cells, leftovers

    def _put(self, line: Pasted, cells: Cells) -> None:
        """ValueError, in words, where the line cannot be placed."""
        if line.problem:
            raise ValueError(line.problem)
        site = self._site(line)
        if not line.counts:
            raise ValueError("It holds no number.")
        usual = line.month if line.has_month_column else self.month
        keys = {(month, name): (site.pk, month or usual) for month, name in line.counts}
        if any(month is None for _, month in keys.values()):
            raise ValueError(NAMES_NO_MONTH)
        if any(name in cells.get(key, {}) for (_, name), key in keys.items()):
            raise ValueError("This site and month stood in an earlier line.")
        for (month, name), text in line.counts.items():
            cells.setdefault(keys[month, name], {})[name] = plain_count(text)

    def _site(self, line: Pasted) -> TrialSite:
        if not any(astuple(line.site)) and len(self._matcher.sites) > 1:
            raise ValueError(NAMES_NO_SITE)
        return self._matcher.match(line.site)
