"""Benchmark of the API's lists: `python -m benchmarks.api [--studies 57000] [--rounds 7] [--seconds 4]`.

Requests pages of 20 and 100 trials from the API and from a bare WSGI function that sends the same bytes (the floor),
each under gunicorn with two workers, in turns. The result is the median of the ratios.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from statistics import median

from benchmarks.http_load import HOST, fetch, requests_a_second
from benchmarks.seeded_database import arguments, filled_database

#: Page size → goal: our rate ÷ the floor's.
GOALS = {20: 0.40, 100: 0.50}
PAGES = 200
APPLICATIONS = {"ours": "config.wsgi:application", "floor": "benchmarks.bare_wsgi:application"}
NAME = "localhost"  # host name in the links of both responses, without their ports


def main() -> None:
    parser = arguments("benchmarks.api", __doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    with filled_database(options.studies, keep=options.keep):
        headers = {"Host": NAME, "Authorization": f"Bearer {make_key()}"}
        with served(APPLICATIONS["ours"]) as ours, served(APPLICATIONS["floor"]) as floor:
            print(f"{'':12} {'ours, requests/s':>18} {'floor':>8} {'ratio':>7}   KB a page")
            for size in GOALS:
                measure(size, {"ours": ours, "floor": floor}, headers, options.rounds, options.seconds)


def measure(size: int, ports: dict[str, int], headers: dict, rounds: int, seconds: float) -> None:
    paths = make_paths(size)
    length = compare(paths, ports, headers)
    rates: dict[str, list[float]] = {name: [] for name in ports}
    for _ in range(rounds):
        for name, port in ports.items():
            rates[name].append(requests_a_second(port, paths, headers, seconds))
    ratio = median(ours / floor for ours, floor in zip(rates["ours"], rates["floor"], strict=True))
    ours, floor = (median(measured) for measured in rates.values())
    verdict = f"goal {GOALS[size]:.2f}{'' if ratio >= GOALS[size] else ' missed'}"
    print(f"{size:4} a page  {ours:18.0f} {floor:8.0f} {ratio:7.2f} {length / 1000:11.0f}   {verdict}", flush=True)


def make_paths(size: int) -> list[str]:
    """Paths of pages at random positions of the list, without the last page."""
    from django.http import QueryDict

    from publishing.models import TrialRow
    from publishing.search.cursor import Cursor, query_key

    rows = TrialRow.objects.filter(is_public=True).order_by("-updated_on", "-trial").values_list("updated_on", "trial")
    keys = list(rows)[: -size - 1]
    sample = Random(5).sample(keys, min(PAGES, len(keys)))
    query = query_key("/api/v1/trials/", QueryDict(), without=())
    return [f"/api/v1/trials/?page_size={size}&cursor={Cursor('n', *key).signed(query)}" for key in sample]


def compare(paths: list[str], ports: dict[str, int], headers: dict) -> float:
    """The mean length of a response in bytes, after checking on a sample that both send the same bytes."""
    sample = paths[:20]
    for path in sample:
        ours, floor = (fetch(port, path, headers) for port in ports.values())
        if ours != floor:
            raise SystemExit(f"{path}: the responses differ: {ours[:200]!r} … {floor[:200]!r}")
    return sum(len(fetch(ports["floor"], path, headers)) for path in sample) / len(sample)


def make_key() -> str:
    """A new partner key, in plain text."""
    from accounts.models import Partner
    from accounts.services import add_partner, create_key

    partner = Partner.objects.filter(name="Benchmarks").first() or add_partner(name="Benchmarks", author="benchmarks")
    return create_key(partner, author="benchmarks", reason="Benchmark of the API")


@contextmanager
def served(application: str) -> Iterator[int]:
    """Run the application under gunicorn with two workers of one thread; yields the port."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"{HOST}:{port}", "--workers", "2"]
    command += ["--threads", "1", "--worker-class", "gthread", "--log-level", "error", "--no-control-socket"]
    environment = os.environ | {"ALLOWED_HOSTS": NAME, "DJANGO_SETTINGS_MODULE": "config.settings"}
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise SystemExit("gunicorn did not start.")
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("gunicorn does not respond.")


if __name__ == "__main__":
    main()
