"""Countries, towns and facilities. Countries are real, because the product knows them; the rest is invented."""

from random import Random

from benchmarks.synthetic.sampling import zipf_choice
from benchmarks.synthetic.vocabulary import Texts

#: Countries by number of sites → (latitude, longitude) of their centre. Some have an older name.
COUNTRIES = {
    "United States": (39, -95), "China": (33, 110), "France": (47, 2), "Canada": (49, -90), "Germany": (51, 10),
    "United Kingdom": (53, -2), "Spain": (40, -4), "Italy": (43, 12), "Korea, Republic of": (36, 128),
    "Turkey": (39, 34), "Egypt": (28, 30), "Belgium": (51, 4), "Netherlands": (52, 5), "Israel": (32, 35),
    "Denmark": (56, 10), "Poland": (52, 19), "Australia": (-30, 140), "Taiwan": (24, 121), "Brazil": (-18, -48),
    "Japan": (36, 138), "Switzerland": (47, 8), "Sweden": (60, 16), "Austria": (47, 14), "India": (21, 78),
    "Czechia": (50, 15), "Hungary": (47, 19), "Mexico": (22, -101), "Norway": (61, 9), "Russian Federation": (56, 40),
    "Thailand": (15, 101), "Greece": (39, 22), "Argentina": (-34, -62), "Romania": (46, 25), "Bulgaria": (43, 25),
    "South Africa": (-29, 25), "Ukraine": (49, 31), "Portugal": (40, -8), "Chile": (-33, -71), "Colombia": (5, -74),
    "New Zealand": (-40, 175), "Malaysia": (3, 102), "Ireland": (53, -8), "Peru": (-10, -76), "Kenya": (0, 37),
}  # fmt: skip
_TOWNS = 9_000
_KINDS = ("University Hospital", "Medical Center", "Cancer Institute", "General Hospital", "Clinic", "Health Service")
Place = dict


def towns(chance: Random, texts: Texts) -> list[Place]:
    """Towns, the most frequent first, as the keys of a location."""
    return [_town(chance, texts, number) for number in range(_TOWNS)]


def facilities(chance: Random, texts: Texts, count: int, in_towns: list[Place]) -> list[Place]:
    """Facilities, the most frequent first, as locations without status and contacts."""
    return [_facility(chance, texts, number, zipf_choice(chance, in_towns)) for number in range(count)]


def _town(chance: Random, texts: Texts, number: int) -> Place:
    country = zipf_choice(chance, list(COUNTRIES))
    latitude, longitude = COUNTRIES[country]
    town = {"city": texts.name(), "country": country}
    if chance.random() < 0.56:
        town["state"] = f"State {number % 50}"
    if chance.random() < 0.92:
        town["zip"] = f"{10_000 + number}"
    if chance.random() < 0.97:
        town["geoPoint"] = {"lat": _about(chance, latitude), "lon": _about(chance, longitude)}
    return town


def _facility(chance: Random, texts: Texts, number: int, town: Place) -> Place:
    return {"facility": f"{texts.name()} {chance.choice(_KINDS)} {number}", **town}


def _about(chance: Random, degrees: float) -> float:
    return round(degrees + chance.gauss(0, 2.5), 5)
