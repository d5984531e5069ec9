"""Data that all studies of a synthetic registry share: sponsors, conditions, drugs, towns and facilities."""

from dataclasses import dataclass
from random import Random

from benchmarks.synthetic import places
from benchmarks.synthetic.vocabulary import Texts

_STUDIES_FOR_A_FACILITY = 1.4  # 6.1 sites a study, about one facility for 8.5 sites
_SPONSORS = {
    "University": "OTHER", "Pharma": "INDUSTRY", "Hospital": "OTHER", "Therapeutics": "INDUSTRY", "Institute": "OTHER",
    "Ministry of Health": "OTHER_GOV", "Network": "NETWORK", "National Institute": "NIH", "Biotech": "INDUSTRY",
    "Laboratories": "INDUSTRY", "Biologics": "INDUSTRY",
}  # fmt: skip
_CONDITION_TYPES = (
    "Cancer",
    "Disease",
    "Syndrome",
    "Diabetes",
    "Disorder",
    "Infection",
    "Deficiency",
    "Failure",
    "Pain",
)
_DRUG_ENDINGS = ("mab", "nib", "cillin", "vir", "statin", "pril")


@dataclass(slots=True)
class World:
    chance: Random
    texts: Texts
    towns: list[dict]
    facilities: list[dict]
    sponsors: list[dict]
    conditions: list[str]
    drugs: list[str]
    mesh: list[dict]


def make_world(chance: Random, studies: int) -> World:
    """The shared data for this number of studies; the same for the same state of `chance`."""
    texts = Texts(chance)
    towns = places.towns(chance, texts)
    facilities = places.facilities(chance, texts, max(300, int(studies / _STUDIES_FOR_A_FACILITY)), towns)
    sponsors = [_sponsor(texts.name(), chance.choice(list(_SPONSORS))) for _ in range(6_000)]
    conditions = [f"{texts.name()} {chance.choice(_CONDITION_TYPES)}" for _ in range(4_000)]
    drugs = [texts.name() + chance.choice(_DRUG_ENDINGS) for _ in range(5_000)]
    mesh = [
        {"id": f"D{number:09}", "term": f"{texts.name()} {chance.choice(_CONDITION_TYPES)}s"} for number in range(3_000)
    ]
    return World(chance, texts, towns, facilities, sponsors, conditions, drugs, mesh)


def _sponsor(name: str, kind: str) -> dict:
    return {"name": f"{name} {kind}", "class": _SPONSORS[kind]}
