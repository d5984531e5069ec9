"""The records that were invented for this project."""

from pathlib import Path

import pytest

OWN = Path(__file__).parents[2] / "records"


@pytest.fixture(scope="session")
def own_folder() -> Path:
    return OWN


@pytest.fixture(scope="session")
def own_records() -> list[bytes]:
    """Each invented study as its JSON bytes."""
    return (OWN / "studies.ndjson").read_bytes().splitlines()
