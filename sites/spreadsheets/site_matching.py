"""Which site a row of a table means: by its number, or by the trial, the name and the place that screens show."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from common.countries import canonical_country_name
from common.text import comparison_key, normalize
from sites.models import TrialSite
from trials.models import Trial
from trials.querysets import KEY
from trials.text_search import nct_number

NO_MATCHING_SITE = "No site of yours is meant by this row."
_ENTRY = re.compile(r"(?:entry\s*)?(\d{1,4})(?:\s+of this place(?: in the record)?)?")


@dataclass(frozen=True, slots=True)
class SiteCells:
    """The cells of a row that say which site it is about; blank where the table has none."""

    trial: str = ""
    number: str = ""
    name: str = ""
    town: str = ""
    state: str = ""
    country: str = ""
    entry: str = ""


def trial_spellings(trial: Trial) -> set[str]:
    """What a row may call the trial: its number, its study ID, its acronym, its key in addresses."""
    return {trial_key(text) for text in (trial.key, trial.nct_id or "", trial.org_study_id, trial.acronym) if text}


def trial_key(text: str) -> str:
    """The name of a trial as it is compared: one NCT number for all its spellings."""
    number = nct_number(text)
    return number or comparison_key(text)


def trials_called(texts: Iterable[str]) -> QuerySet[Trial]:
    """The trials that these texts may name, at least: by number, key, study ID or acronym."""
    texts = list(texts)
    numbers = {number for text in texts if (number := nct_number(text))}
    keys = {int(match[2]) for text in texts if (match := KEY.match(text.strip().lower())) and match[2]}
    names = {normalize(" ".join(text.split())).upper() for text in texts}
    named = Trial.objects.annotate(study_id=Upper("org_study_id"), name=Upper("acronym"))
    return named.filter(Q(nct_id__in=numbers) | Q(pk__in=keys) | Q(study_id__in=names) | Q(name__in=names))


class SiteMatcher:
    """Finds one of `sites` (with trial and facility at hand) by the cells of a row. No queries."""

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
        """The site. ValueError, in words for whoever brought the table, for none and for more than one."""
        trial = self._trial(cells.trial) if cells.trial else None
        if cells.number:
            return self._checked(self._numbered(cells.number), cells, trial)
        found = self._by_name.get(comparison_key(cells.name), []) if cells.name else self.sites
        found = [site for site in found if trial in (None, site.trial_id) and _is_at(site, cells)]
        if not found:
            raise ValueError(NO_MATCHING_SITE)
        return found[0] if len(found) == 1 else self._match_entry(found, cells)

    def _trial(self, text: str) -> int:
        trials = self._trials.get(trial_key(text), set())
        if not trials:
            raise ValueError(NO_MATCHING_SITE)
        if len(trials) > 1:
            keys = ", ".join(sorted(self._keys[pk] for pk in trials))
            raise ValueError(f"“{text[:60]}” is the name of {len(trials)} trials: {keys}. Give the trial’s number.")
        return next(iter(trials))

    def _numbered(self, text: str) -> TrialSite:
        digits = text.removeprefix("#").strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise ValueError(f"“{text[:40]}” is not a site number. Take it from “Site number” in the downloaded table.")
        site = self._by_number.get(int(digits))
        if site is None:
            raise ValueError(NO_MATCHING_SITE)
        return site

    def _checked(self, site: TrialSite, cells: SiteCells, trial: int | None) -> TrialSite:
        """The number decides; another trial or name beside it means that the rows have slipped."""
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
            chosen = [site for site in candidates if site.duplicate_index == int(match[1])]
            if len(chosen) == 1:
                return chosen[0]
        listed = "; ".join(
            self._describe(site, candidates) for site in sorted(candidates, key=lambda site: site.pk)[:6]
        )
        raise ValueError(f"More than one site is called so: {listed}. Give the “Site number” or the “Entry”.")

    def _describe(self, site: TrialSite, candidates: Collection[TrialSite]) -> str:
        """A site by what screens show of it and the others do not have."""
        place = ", ".join(site.facility.place)
        trial = f" in {self._keys[site.trial_id]}" if len({other.trial_id for other in candidates}) > 1 else ""
        return f"{place or site.facility.title}{trial}, entry {site.duplicate_index} (site number {site.pk})"


def _names(site: TrialSite) -> set[str]:
    name, town = site.facility.title, site.facility.city
    return {comparison_key(text) for text in (name, f"{name}, {town}", f"{name} {town}") if text}


def _is_at(site: TrialSite, cells: SiteCells) -> bool:
    facility = site.facility
    country, known_country = (canonical_country_name(name) or name for name in (cells.country, facility.country))
    given = ((cells.town, facility.city), (cells.state, facility.state), (country, known_country))
    return all(not text or comparison_key(text) == comparison_key(known) for text, known in given)
