"""Builds the search row of a trial: words by weight, terms, and columns for lists. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from common.countries import canonical_country_name
from common.search_tokens import indexed_text
from common.slugs import name_slug
from publishing.derived_values import DerivedValues
from publishing.search.terms import TermType, make_term, word_terms
from publishing.trial_data import Row, TrialData
from sites.choices import SiteStatus
from sites.public_status import public_status
from trials.ages import age_in_years
from trials.choices import AgencyClass, Sex

#: Indexed characters of each weight, together well below the 1 MB limit of a tsvector.
LONGEST = {"A": 20_000, "B": 30_000, "C": 80_000, "D": 60_000}
NO_LOWER_LIMIT, NO_UPPER_LIMIT = 0.0, 1000.0


@dataclass(frozen=True, slots=True)
class SearchIndexEntry:
    """One row of `TrialRow`; the words of the four weights become its text vector. Ages are in years."""

    trial_id: int
    is_public: bool
    updated_on: str
    status: str
    sites_total: int
    sites_recruiting: int
    sites_open: int
    sites_ahead: int
    sites_held_back: int
    open_confirmed_on: list[date]
    youngest: float
    oldest: float
    words_a: str
    words_b: str
    words_c: str
    words_d: str
    terms: list[str]


def build_index_entry(trial_data: TrialData, derived: DerivedValues) -> SearchIndexEntry:
    """The search row as of the day of the derived values."""
    trial = trial_data.trial
    oldest = age_in_years(trial["maximum_age"])
    ancestors = _mesh(trial, "condition_ancestors", "intervention_ancestors")
    return SearchIndexEntry(
        trial_id=trial["id"],
        is_public=trial["is_public"],
        updated_on=derived.updated_on,
        status=derived.status,
        sites_total=derived.counts.total,
        sites_recruiting=derived.counts.recruiting,
        sites_open=derived.counts.open,
        sites_ahead=derived.counts.ahead,
        sites_held_back=derived.counts.held_back,
        open_confirmed_on=list(derived.counts.open_confirmed_on),
        youngest=age_in_years(trial["minimum_age"]) or NO_LOWER_LIMIT,
        oldest=NO_UPPER_LIMIT if oldest is None else oldest,
        words_a=_weighted_text(
            "A", [trial["brief_title"], trial["official_title"], trial["acronym"], *trial["conditions"]]
        ),
        words_b=_weighted_text("B", _weight_b_texts(trial_data)),
        words_c=_weighted_text("C", _place_names(trial_data)),
        words_d=_weighted_text("D", [*ancestors, trial["brief_summary"], trial["eligibility_criteria"]]),
        terms=sorted(set(terms_of(trial_data, derived))),
    )


def _weighted_text(weight: str, texts: list[str]) -> str:
    """Texts joined by line breaks, so that words of neighbouring texts are not joined."""
    return indexed_text("\n".join(filter(None, texts))[: LONGEST[weight]])[: LONGEST[weight]]


def _weight_b_texts(trial_data: TrialData) -> list[str]:
    trial, parts = trial_data.trial, trial_data.lists
    names = [name for row in parts["interventions"] for name in (row["name"], *row["other_names"])]
    mesh = _mesh(trial, "condition_mesh", "intervention_mesh")
    sponsors = [trial["lead_sponsor"], *(row["name"] for row in parts["collaborators"])]
    return [*names, *trial["keywords"], *mesh, *sponsors, *_numbers(trial_data)]


def _mesh(trial: Row, *columns: str) -> list[str]:
    return [entry.get("term", "") for column in columns for entry in trial[column]]


def _place_names(trial_data: TrialData) -> list[str]:
    """Names of facilities, their other names, cities, states and countries, each once."""
    facilities = [site["facility"] for site in trial_data.sites]
    other = [name for site in trial_data.sites for name in site.get("facility_names", ())]
    printed = (row[column] for row in facilities for column in ("name", "city", "state", "country"))
    return list(dict.fromkeys([*printed, *other]))


def terms_of(trial_data: TrialData, derived: DerivedValues) -> Iterator[str]:
    """All terms of the trial."""
    trial, parts = trial_data.trial, trial_data.lists
    yield from (make_term(TermType.NUMBER, number) for number in _numbers(trial_data) if number)
    yield from _codes(trial_data, derived)
    yield from _countries(trial_data)
    names = [name for row in parts["interventions"] for name in (row["name"], *row["other_names"])]
    yield from word_terms(TermType.CONDITION, [*trial["conditions"], *_mesh(trial, "condition_mesh")])
    yield from word_terms(TermType.INTERVENTION, [*names, *_mesh(trial, "intervention_mesh")])
    yield from word_terms(TermType.SPONSOR, (trial["lead_sponsor"], *(row["name"] for row in parts["collaborators"])))
    yield from _slugs(trial_data)


def _slugs(trial_data: TrialData) -> Iterator[str]:
    """The terms of the pages that list the trial: conditions, their MeSH terms and ancestors; organizations."""
    trial = trial_data.trial
    names = [*trial["conditions"], *_mesh(trial, "condition_mesh", "condition_ancestors")]
    yield from (_cached_term(TermType.CONDITION_SLUG, slug) for name in names if (slug := name_slug(name)))
    organizations = [(trial["lead_sponsor"], trial["lead_sponsor_class"])]
    organizations += [(row["name"], row["agency_class"]) for row in trial_data.lists["collaborators"]]
    for name, agency_class in organizations:
        if agency_class != AgencyClass.INDIV and (slug := name_slug(name)):
            yield _cached_term(TermType.SPONSOR_SLUG, slug)


def _numbers(trial_data: TrialData) -> list[str]:
    trial = trial_data.trial
    others = [row["value"] for row in trial_data.lists["secondary_ids"]]
    return [trial["nct_id"], trial["org_study_id"], *trial["nct_id_aliases"], *others]


@lru_cache(maxsize=4_096)
def _cached_term(kind: TermType, value: str) -> str:
    """A cached term shared by many trials."""
    return make_term(kind, value)


def _codes(trial_data: TrialData, derived: DerivedValues) -> Iterator[str]:
    trial = trial_data.trial
    yield _cached_term(TermType.STATUS, derived.status)
    yield _cached_term(TermType.STUDY_TYPE, trial["study_type"])
    yield _cached_term(TermType.SPONSOR_CLASS, trial["lead_sponsor_class"])
    yield from (_cached_term(TermType.PHASE, phase) for phase in trial["phases"])
    yield from (_cached_term(TermType.SEX, sex) for sex in _eligible_sexes(trial["sex"]))
    yield _cached_term(TermType.HEALTHY, str(bool(trial["healthy_volunteers"])))
    yield _cached_term(TermType.RESULTS, str(bool(trial["has_results"])))


def _eligible_sexes(sex: str) -> list[str]:
    """The sexes a trial is open to; ALL includes both."""
    return list(Sex.values) if sex == Sex.ALL else [sex]


def _countries(trial_data: TrialData) -> Iterator[str]:
    """Countries with a site, and countries with a recruiting site."""
    trial, recruiting = trial_data.trial, SiteStatus.RECRUITING.value
    for named, status in {(site["facility"]["country"], site["status"]) for site in trial_data.sites}:
        country = canonical_country_name(named) or named
        yield _cached_term(TermType.COUNTRY, country)
        if status == recruiting == public_status(trial["overall_status"], trial["last_known_status"], status):
            yield _cached_term(TermType.RECRUITING_IN, country)
