"""Which site and month a line of a pasted table is about. A guess is no match: what is not clear is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from common.text import fold
from sites.enrollment.counting import plain_count
from sites.enrollment.lines import Key
from sites.enrollment.pasting import Leftover, Pasted
from sites.models import TrialSite
from trials.partial_dates import PartialDate

Cells = dict[Key, dict[str, str]]


class Matcher:
    """Finds the site of a line among `sites`; a line that names none is about the only one."""

    def __init__(self, sites: Iterable[TrialSite], *, month: PartialDate | None):
        self.month, self._by_name, self._by_number = month, defaultdict(set), {}
        for site in sites:
            self._by_number[str(site.pk)] = site.pk
            name, city = site.facility.title, site.facility.city
            for spelling in {name, f"{name}, {city}", f"{name} {city}"}:
                self._by_name[_plain(spelling)].add(site.pk)

    def place(self, lines: Sequence[Pasted]) -> tuple[Cells, list[Leftover]]:
        """The texts by line and count, and what has no place."""
        cells: Cells = {}
        leftovers = []
        for line in lines:
            why = self._put(line, cells)
            if why:
                leftovers.append(Leftover(line.number, line.text, why))
        return cells, leftovers

    def _put(self, line: Pasted, cells: Cells) -> str:
        """Why the line could not be placed; blank when it was."""
        found = self._sites_of(line)
        if len(found) != 1:
            return (
                "More than one site is called so: add its number or town."
                if found
                else "No site of yours is called so."
            )
        months = [month or line.month or self.month for month, _ in line.counts]
        if not line.counts:
            return "It holds no number."
        if None in months:
            return "It says no month."
        keys = [((*found, month), name) for month, (_, name) in zip(months, line.counts, strict=True)]
        if any(name in cells.get(key, {}) for key, name in keys):
            return "This site and month stood in an earlier line."
        for (key, name), text in zip(keys, line.counts.values(), strict=True):
            cells.setdefault(key, {})[name] = plain_count(text)
        return ""

    def _sites_of(self, line: Pasted) -> set[int]:
        if line.site_number:
            known = self._by_number.get(line.site_number.removeprefix("#"))
            return {known} if known else set()
        if not line.site:
            return set(self._by_number.values()) if len(self._by_number) == 1 else set()
        with_place = self._by_name.get(_plain(f"{line.site} {line.place}"), set()) if line.place else set()
        return with_place or self._by_name.get(_plain(line.site), set())


def _plain(text: str) -> str:
    return " ".join(fold(text).casefold().split())
