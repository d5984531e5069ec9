"""Generates synthetic studies: `python -m benchmarks.generator OUT.ndjson.gz N [--seed S] [--profile lean]`.

The same seed gives the same bytes. Two profiles: `full` records have the average size of real ones without results
(about 14 KB), `lean` ones that of the baselines (about 5.8 KB).
"""

import argparse
import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import orjson

from benchmarks.synthetic.study import make_study
from benchmarks.synthetic.world import make_world

PROFILES = {"full": 1.15, "lean": 0.17}
SEED = 7


def records(
    count: int, *, seed: int = SEED, profile: str = "full", first: int = 1, of: int | None = None
) -> Iterator[dict]:
    """`count` studies numbered from `first`, in a world for `of` studies (default: `count`).

    With another `first` and the same `of`: other studies at the same facilities.
    """
    world = make_world(Random(seed), of or count)
    world.chance.seed(f"{seed}:{first}")
    for number in range(first, first + count):
        yield make_study(world, number, PROFILES[profile])


def changed(studies: Iterable[dict], share: float) -> Iterator[dict]:
    """The studies, a share of them (0.01: every hundredth) in a new version."""
    due = 0.0
    for study in studies:
        due += share
        if due >= 1:
            due -= 1
            study = new_version(study)
        yield study


def new_version(study: dict) -> dict:
    """A typical update: new verification date, another enrollment count, and one site closed if sites have statuses."""
    protocol = study["protocolSection"]
    status = protocol["statusModule"] | {
        "statusVerifiedDate": "2025-12",
        "lastUpdateSubmitDate": "2025-12-01",
        "lastUpdatePostDateStruct": {"date": "2025-12-02", "type": "ACTUAL"},
    }
    design = protocol["designModule"]
    enrollment = design["enrollmentInfo"] | {"count": design["enrollmentInfo"]["count"] + 1}
    modules = {"statusModule": status, "designModule": design | {"enrollmentInfo": enrollment}}
    if places := protocol.get("contactsLocationsModule", {}).get("locations"):
        modules["contactsLocationsModule"] = protocol["contactsLocationsModule"] | {"locations": _one_closed(places)}
    misc = {"miscInfoModule": {"versionHolder": "2025-12-03"}}
    return study | {"protocolSection": protocol | modules, "derivedSection": study["derivedSection"] | misc}


def _one_closed(locations: list[dict]) -> list[dict]:
    closed = [dict(location) for location in locations]
    first = next((location for location in closed if location.get("status") == "RECRUITING"), None)
    if first is not None:
        first["status"] = "ACTIVE_NOT_RECRUITING"
        first.pop("contacts", None)
    return closed


def write(path: Path, studies: Iterable[dict]) -> int:
    """Write NDJSON, gzipped when the name ends in .gz; returns the number of bytes before compression."""
    written = 0
    with _opened(path) as file:
        for study in studies:
            written += file.write(orjson.dumps(study, option=orjson.OPT_APPEND_NEWLINE))
    return written


@contextmanager
def _opened(path: Path):
    with path.open("wb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as packed:
            yield packed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generator", description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("studies", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--profile", choices=PROFILES, default="full")
    options = parser.parse_args()
    size = write(options.out, records(options.studies, seed=options.seed, profile=options.profile))
    print(f"{options.studies:,} studies, {size / options.studies / 1000:.1f} KB each")


if __name__ == "__main__":
    main()
