"""HTTP load generator: a few local processes, each with one request at a time."""

from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from itertools import cycle
from multiprocessing import get_context
from time import perf_counter

CLIENTS = 2
HOST = "127.0.0.1"


def requests_a_second(port: int, paths: Sequence[str], headers: dict[str, str], seconds: float) -> float:
    """Complete responses per second while `CLIENTS` processes request the paths, each its own share."""
    shares = [paths[number::CLIENTS] for number in range(CLIENTS)]
    with get_context("spawn").Pool(CLIENTS) as pool:
        rates = pool.starmap(_rate, [(port, share, headers, seconds) for share in shares])
    return sum(rates)


def fetch(port: int, path: str, headers: dict[str, str]) -> bytes:
    """The body of one response; ValueError unless its status is 200."""
    with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
        return _request(connection, path, headers)


def _rate(port: int, paths: Sequence[str], headers: dict[str, str], seconds: float) -> float:
    responses, next_paths = 0, cycle(paths)
    with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
        started = perf_counter()
        while perf_counter() - started < seconds:
            _request(connection, next(next_paths), headers)
            responses += 1
        return responses / (perf_counter() - started)


def _request(connection: HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise ValueError(f"{path}: {response.status} {body[:200]!r}")
    return body
