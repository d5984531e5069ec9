"""A small load: a few processes that each ask one question after the other, on this machine only."""

from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from itertools import cycle
from multiprocessing import get_context
from time import perf_counter

CLIENTS = 2
HOST = "127.0.0.1"


def requests_a_second(port: int, paths: Sequence[str], headers: dict[str, str], seconds: float) -> float:
    """The rate at which whole answers come while `CLIENTS` processes ask for the paths, each from another place on."""
    shares = [paths[number::CLIENTS] for number in range(CLIENTS)]
    with get_context("spawn").Pool(CLIENTS) as pool:
        rates = pool.starmap(_rate, [(port, share, headers, seconds) for share in shares])
    return sum(rates)


def fetch(port: int, path: str, headers: dict[str, str]) -> bytes:
    """One answer; ValueError unless it is a 200."""
    with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
        return _ask(connection, path, headers)


def _rate(port: int, paths: Sequence[str], headers: dict[str, str], seconds: float) -> float:
    answers, asked = 0, cycle(paths)
    with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
        started = perf_counter()
        while perf_counter() - started < seconds:
            _ask(connection, next(asked), headers)
            answers += 1
        return answers / (perf_counter() - started)


def _ask(connection: HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise ValueError(f"{path}: {response.status} {body[:200]!r}")
    return body
