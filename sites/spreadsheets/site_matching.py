"""Matching table rows to sites, by site number or by trial, facility name and place."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from common.countries import canonical_country_name
from common.form_fields import parse_whole_number
from common.text import comparison_key, normalize
from sites.models import TrialSite
from trials.models import Trial
from trials.querysets import KEY
from trials.text_search import nct_number

NO_MATCHING_SITE = "Site not found among your sites."
_ENTRY = re.compile(r"(?:(?:entry|listing)\s*)?(\d{1,4})(?:\s+of this (?:facility|place)(?: in the record)?)?")


@dataclass(frozen=True, slots=True)
class SiteCells:
    """The cells of a row that identify its site; blank where the table has none."""

    trial: str = ""
    number: str = ""
    name: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    entry: str = ""


def trial_spellings(trial: Trial) -> set[str]:
    """The comparison keys of a trial: its number, study ID, acronym, and key in addresses."""
    return {
        trial_comparison_key(text)
        for text in (trial.key, trial.nct_id or "", trial.org_study_id, trial.acronym)
        if text
    }


def trial_comparison_key(text: str) -> str:
    """The comparison key of a trial's name; all spellings of an NCT number have one key."""
    number = nct_number(text)
    return number or comparison_key(text)


def trials_called(texts: Iterable[str]) -> QuerySet[Trial]:
    """At least the trials that these texts name by number, key, study ID or acronym."""
    texts = list(texts)
    numbers = {number for text in texts if (number := nct_number(text))}
    keys = {int(match[2]) for text in texts if (match := KEY.match(text.strip().lower())) and match[2]}
    names = {normalize(" ".join(text.split())).upper() for text in texts}
    trials = Trial.objects.annotate(study_id=Upper("org_study_id"), name=Upper("acronym"))
    return trials.filter(Q(nct_id__in=numbers) | Q(pk__in=keys) | Q(study_id__in=names) | Q(name__in=names))


def parse_site_number(text: str) -> int | None:
    """The site number in a cell, such as `7` or `#7`; None for other texts."""
    return parse_whole_number(text.removeprefix("#").strip())


def candidate_sites(sites: QuerySet[TrialSite], rows: Iterable[SiteCells]) -> QuerySet[TrialSite]:
    """Those of `sites` that the rows may mean: by number, or in a trial that a row names."""
    rows = list(rows)
    numbers = {number for row in rows if (number := parse_site_number(row.number)) is not None}
    trials = trials_called({row.trial for row in rows if row.trial})
    return sites.filter(Q(pk__in=numbers) | Q(trial__in=trials.values("pk")))


class SiteMatcher:
    """Matches the cells of a row to one of `sites`, whose trial and facility are loaded. No queries."""

    def __init__(self, sites: Iterable[TrialSite]):
        self.sites = list(sites)
        self._by_number = {site.pk: site for site in self.sites}
        self._by_name: dict[str, list[TrialSite]] = defaultdict(list)
        self._trials: dict[str, set[int]] = defaultdict(set)
        self._keys: dict[int, str] = {}
        for site in self.sites:
            for spelling in _names(site):
                self._by_name[spelling].append(site)
            if site.trial_id not in self._keys:
                self._keys[site.trial_id] = site.trial.key
                for spelling in trial_spellings(site.trial):
                    self._trials[spelling].add(site.trial_id)

    def match(self, cells: SiteCells) -> TrialSite:
        """The matching site. ValueError, with a message for the user, for none and for more than one."""
        trial = self._trial(cells.trial) if cells.trial else None
        if cells.number:
            return self._checked(self._numbered(cells.number), cells, trial)
        candidates = self._by_name.get(comparison_key(cells.name), []) if cells.name else self.sites
        candidates = [site for site in candidates if trial in (None, site.trial_id) and _is_at(site, cells)]
        if not candidates:
            raise ValueError(NO_MATCHING_SITE)
        return candidates[0] if len(candidates) == 1 else self._match_entry(candidates, cells)

    def _trial(self, text: str) -> int:
        trials = self._trials.get(trial_comparison_key(text), set())
        if not trials:
            raise ValueError(NO_MATCHING_SITE)
        if len(trials) > 1:
            keys = ", ".join(sorted(self._keys[pk] for pk in trials))
            raise ValueError(f"“{text[:60]}” is the name of {len(trials)} trials: {keys}. Enter the NCT number.")
        return next(iter(trials))

    def _numbered(self, text: str) -> TrialSite:
        number = parse_site_number(text)
        if number is None:
            raise ValueError(f"“{text[:40]}” is not a site number. Use the “Site number” from the downloaded table.")
        site = self._by_number.get(number)
        if site is None:
            raise ValueError(NO_MATCHING_SITE)
        return site

    def _checked(self, site: TrialSite, cells: SiteCells, trial: int | None) -> TrialSite:
        """The site of a number, checked against trial and name: a mismatch means that columns or rows have shifted."""
        if trial not in (None, site.trial_id):
            raise ValueError(NO_MATCHING_SITE)
        if cells.name and comparison_key(cells.name) not in _names(site):
            raise ValueError(
                f"Site number {site.pk} is “{site.facility.title}”, not “{cells.name[:80]}”. Correct one of the two."
            )
        return site

    def _match_entry(self, candidates: Collection[TrialSite], cells: SiteCells) -> TrialSite:
        match = _ENTRY.fullmatch(comparison_key(cells.entry))
        if match:
            matches = [site for site in candidates if site.duplicate_index == int(match[1])]
            if len(matches) == 1:
                return matches[0]
        listed = "; ".join(
            self._describe(site, candidates) for site in sorted(candidates, key=lambda site: site.pk)[:6]
        )
        raise ValueError(f"Several sites match: {listed}. Add the “Site number” or the “Listing”.")

    def _describe(self, site: TrialSite, candidates: Collection[TrialSite]) -> str:
        """A site by its place, listing and number, and by its trial where the candidates are of several."""
        place = ", ".join(site.facility.place)
        trial = f" in {self._keys[site.trial_id]}" if len({other.trial_id for other in candidates}) > 1 else ""
        return f"{place or site.facility.title}{trial}, listing {site.duplicate_index} (site number {site.pk})"


def _names(site: TrialSite) -> set[str]:
    name, city = site.facility.title, site.facility.city
    return {comparison_key(text) for text in (name, f"{name}, {city}", f"{name} {city}") if text}


def _is_at(site: TrialSite, cells: SiteCells) -> bool:
    facility = site.facility
    country, known_country = (canonical_country_name(name) or name for name in (cells.country, facility.country))
    given = ((cells.city, facility.city), (cells.state, facility.state), (country, known_country))
    return all(not text or comparison_key(text) == comparison_key(known) for text, known in given)
