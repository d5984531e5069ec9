"""A trial's search row: its words by weight, its terms, and the few columns that lists filter and show. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from common.countries import present_name
from common.search_tokens import indexed_text
from publishing.derived_values import Facts
from publishing.search.terms import Kind, term, word_terms
from publishing.trial_data import Bundle, Row
from sites.choices import SiteStatus
from sites.public_status import public_status
from trials.ages import age_in_years
from trials.choices import Sex

#: Characters of each weight that are indexed: together well below the 1 MB that PostgreSQL takes.
LONGEST = {"A": 20_000, "B": 30_000, "C": 80_000, "D": 60_000}
NO_LOWER_LIMIT, NO_UPPER_LIMIT = 0.0, 1000.0


@dataclass(frozen=True, slots=True)
class SearchRow:
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


def row_of(bundle: Bundle, facts: Facts) -> SearchRow:
    """The search row as of the facts' day."""
    trial = bundle.trial
    oldest = age_in_years(trial["maximum_age"])
    ancestors = _mesh(trial, "condition_ancestors", "intervention_ancestors")
    return SearchRow(
        trial_id=trial["id"],
        is_public=trial["is_public"],
        updated_on=facts.updated_on,
        status=facts.status,
        sites_total=facts.counts.total,
        sites_recruiting=facts.counts.recruiting,
        sites_open=facts.counts.open,
        sites_ahead=facts.counts.ahead,
        sites_held_back=facts.counts.held_back,
        open_confirmed_on=list(facts.counts.open_confirmed_on),
        youngest=age_in_years(trial["minimum_age"]) or NO_LOWER_LIMIT,
        oldest=NO_UPPER_LIMIT if oldest is None else oldest,
        words_a=_joined("A", [trial["brief_title"], trial["official_title"], trial["acronym"], *trial["conditions"]]),
        words_b=_joined("B", _of_weight_b(bundle)),
        words_c=_joined("C", _places(bundle)),
        words_d=_joined("D", [*ancestors, trial["brief_summary"], trial["eligibility_criteria"]]),
        terms=sorted(set(terms_of(bundle, facts))),
    )


def _joined(weight: str, texts: list[str]) -> str:
    """A line between texts: words that stand together in one are not joined with those of the next."""
    return indexed_text("\n".join(filter(None, texts))[: LONGEST[weight]])[: LONGEST[weight]]


def _of_weight_b(bundle: Bundle) -> list[str]:
    trial, parts = bundle.trial, bundle.parts
    names = [name for row in parts["interventions"] for name in (row["name"], *row["other_names"])]
    mesh = _mesh(trial, "condition_mesh", "intervention_mesh")
    sponsors = [trial["lead_sponsor"], *(row["name"] for row in parts["collaborators"])]
    return [*names, *trial["keywords"], *mesh, *sponsors, *_numbers(bundle)]


def _mesh(trial: Row, *columns: str) -> list[str]:
    return [entry.get("term", "") for column in columns for entry in trial[column]]


def _places(bundle: Bundle) -> list[str]:
    """Facilities, towns and countries, each once: a trial's hundred sites lie in few towns."""
    facilities = [site["facility"] for site in bundle.sites]
    return list(dict.fromkeys(row[column] for row in facilities for column in ("name", "city", "state", "country")))


def terms_of(bundle: Bundle, facts: Facts) -> Iterator[str]:
    """Every term under which the trial is found."""
    trial, parts = bundle.trial, bundle.parts
    yield from (term(Kind.NUMBER, number) for number in _numbers(bundle) if number)
    yield from _codes(bundle, facts)
    yield from _countries(bundle)
    names = [name for row in parts["interventions"] for name in (row["name"], *row["other_names"])]
    yield from word_terms(Kind.CONDITION, [*trial["conditions"], *_mesh(trial, "condition_mesh")])
    yield from word_terms(Kind.INTERVENTION, [*names, *_mesh(trial, "intervention_mesh")])
    yield from word_terms(Kind.SPONSOR, (trial["lead_sponsor"], *(row["name"] for row in parts["collaborators"])))


def _numbers(bundle: Bundle) -> list[str]:
    trial = bundle.trial
    others = [row["value"] for row in bundle.parts["secondary_ids"]]
    return [trial["nct_id"], trial["org_study_id"], *trial["nct_id_aliases"], *others]


@lru_cache(maxsize=4_096)
def _code(kind: Kind, value: str) -> str:
    """A term that many trials share, made once."""
    return term(kind, value)


def _codes(bundle: Bundle, facts: Facts) -> Iterator[str]:
    trial = bundle.trial
    yield _code(Kind.STATUS, facts.status)
    yield _code(Kind.STUDY_TYPE, trial["study_type"])
    yield _code(Kind.SPONSOR_CLASS, trial["lead_sponsor_class"])
    yield from (_code(Kind.PHASE, phase) for phase in trial["phases"])
    yield from (_code(Kind.SEX, sex) for sex in _open_to(trial["sex"]))
    yield _code(Kind.HEALTHY, str(bool(trial["healthy_volunteers"])))
    yield _code(Kind.RESULTS, str(bool(trial["has_results"])))


def _open_to(sex: str) -> list[str]:
    """A trial for all is open to women and to men."""
    return list(Sex.values) if sex == Sex.ALL else [sex]


def _countries(bundle: Bundle) -> Iterator[str]:
    """Where it has sites, and where a site recruits: the second is about one site, not about the trial and a site."""
    trial, recruiting = bundle.trial, SiteStatus.RECRUITING.value
    for named, status in {(site["facility"]["country"], site["status"]) for site in bundle.sites}:
        country = present_name(named) or named
        yield _code(Kind.COUNTRY, country)
        if status == recruiting == public_status(trial["overall_status"], trial["last_known_status"], status):
            yield _code(Kind.RECRUITING_IN, country)
