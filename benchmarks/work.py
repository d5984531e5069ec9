"""Benchmark of a coordinator's requests: `python -m benchmarks.work [--sites 2000] [--rounds 5]`.

One trial with many overdue sites, and the requests of its coordinator through all of Django, in turns with bare SQL:
for a page, reading its sites; for a spreadsheet upload, writing as many rows into bare copies of its tables (only a
primary key, no constraint, no trigger), one statement for each table.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from statistics import median

import psycopg

from benchmarks.database import bare_parameters, throwaway_database
from benchmarks.timing import TimeSpent, read_clocks

TRIAL = "NCT00000001"
WARMING = 1  # rounds before the first that counts
#: Tables to which an upload adds a row for each site; the sites themselves are updated.
ADDED = ("sites_statusevent", "sites_confirmation", "sites_trialsite_trail")
_READ = """
    SELECT s.*, f.*, t.* FROM sites_trialsite AS s JOIN sites_facility AS f ON f.id = s.facility_id
    JOIN trials_trial AS t ON t.id = s.trial_id WHERE t.nct_id = %s ORDER BY s.position LIMIT %s
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.work", description=__doc__.partition("\n")[0])
    parser.add_argument("--sites", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ["SECOND_FACTOR_DEMANDED"] = "false"
    with throwaway_database("work"):
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)  # pages link to these files
        measure(options.sites, options.rounds)


def measure(sites: int, rounds: int) -> None:
    from django.db import connection

    visitor = make_coordinator(sites)
    with closing(psycopg.connect(**bare_parameters(), autocommit=True)) as bare:
        make_bare(bare)
        requests = page_requests(visitor, bare, sites)
        times: dict[str, list[tuple[TimeSpent, TimeSpent]]] = {name: [] for name in requests}
        for number in range(WARMING + rounds):
            for name, (request, baseline) in requests.items():
                turn = _time_both(request, baseline, connection, bare)
                if number >= WARMING:
                    times[name].append(turn)
        print(f"{sites:,} sites of one trial, {rounds} rounds; medians of milliseconds\n")
        print(f"{'':24} {'clock':>8} {'processors':>11} {'bare SQL':>9} {'ratio':>7} {'queries':>8}")
        for name, (request, _) in requests.items():
            print_result(name, *zip(*times[name], strict=True), queries=queries_of(request))


def _time_both(request: Callable, baseline: Callable, connection, bare) -> tuple[TimeSpent, TimeSpent]:
    started = read_clocks(connection)
    request()
    ours = read_clocks(connection) - started
    started = read_clocks(bare)
    baseline()
    return ours, read_clocks(bare) - started


def print_result(name: str, times: Sequence[TimeSpent], baselines: Sequence[TimeSpent], *, queries: int) -> None:
    clock, work = (median(getattr(spent, kind) for spent in times) * 1000 for kind in ("clock", "work"))
    baseline = median(spent.clock for spent in baselines) * 1000
    print(f"{name:24} {clock:8.0f} {work:11.0f} {baseline:9.1f} {clock / baseline:7.1f} {queries:8}", flush=True)


def queries_of(request: Callable) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        request()
    return len(queries)


def page_requests(visitor, bare, sites: int) -> dict[str, tuple[Callable, Callable]]:
    """Name → (the coordinator's request, its baseline in bare SQL)."""
    uploads = Uploads(visitor)

    def reading(rows: int) -> Callable:
        return lambda: bare.execute(_READ, [TRIAL, rows]).fetchall()

    def page(address: str) -> Callable:
        return lambda: visitor.get_page(address)

    return {
        "my work": (page("/work/"), reading(100)),
        "board": (page(f"/trials/{TRIAL}/sites/"), reading(200)),
        "months of all sites": (page(f"/trials/{TRIAL}/enrollment/"), reading(sites)),
        "upload: dry run": (uploads.upload, reading(sites)),
        "upload: applied": (uploads.apply, lambda: write_bare(bare, sites)),
        "upload: undone": (uploads.undo, lambda: write_bare(bare, sites)),
    }


class Visitor:
    """A coordinator's requests with Django's test client."""

    def __init__(self, user):
        from django.test import Client

        self.client = Client(HTTP_HOST="localhost")
        self.client.force_login(user)

    def get_page(self, address: str) -> str:
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response.content.decode()

    def send(self, address: str, **values) -> str:
        """POST the values; returns the target of the redirect."""
        response = self.client.post(address, values)
        assert response.status_code == 302, (address, response.status_code, response.content.decode()[:4000])
        return response.headers["Location"]


class Uploads:
    """Uploads of a table of all sites: every other site is suspended, the others confirmed; applied and undone."""

    def __init__(self, visitor: Visitor):
        self.visitor, self.uploaded, self.applied = visitor, [], []
        self.table = "\n".join(["Site number\tNew status\tNew since\tConfirm", *self._lines()])

    def _lines(self) -> Iterator[str]:
        from common import dates
        from sites.models import TrialSite

        for number, pk in enumerate(TrialSite.objects.order_by("pk").values_list("pk", flat=True)):
            yield f"{pk}\tSuspended\t{dates.today()}\t" if number % 2 else f"{pk}\t\t\tyes"

    def upload(self) -> None:
        address = self.visitor.send("/work/bulk/", table=self.table)
        self.visitor.get_page(address)
        self.uploaded.append(address)

    def apply(self) -> None:
        """Apply the last upload."""
        address = self.uploaded.pop()
        self.visitor.send(f"{address}apply/", which="all", accept_warnings="on")
        self.applied.append(address)

    def undo(self) -> None:
        self.visitor.send(f"{self.applied.pop()}undo/")


def make_bare(bare) -> None:
    bare.execute("CREATE SCHEMA bare")
    for table in (*ADDED, "sites_trialsite"):
        bare.execute(f"CREATE TABLE bare.{table} AS TABLE {table} WITH NO DATA")
    bare.execute("INSERT INTO bare.sites_trialsite TABLE sites_trialsite")
    bare.execute("ALTER TABLE bare.sites_trialsite ADD PRIMARY KEY (id)")


def write_bare(bare, sites: int) -> None:
    """Write a row of each table for every site, in a transaction that is rolled back."""
    with bare.transaction(force_rollback=True):
        for table in ADDED:
            bare.execute(f"INSERT INTO bare.{table} SELECT * FROM {table} LIMIT %s", [sites])
        bare.execute("UPDATE bare.sites_trialsite SET version = version + 1, status = 'SUSPENDED'")


def make_coordinator(sites: int) -> Visitor:

    from accounts.models import Assignment, AssignmentKind, User
    from common import dates
    from history.authorship import authored
    from sites.models import Confirmation, Facility, StatusEvent, TrialSite
    from trials.models import Trial

    today = dates.today()
    since = (today - timedelta(days=400)).isoformat()
    with authored("benchmark"):
        trial = Trial.objects.create(nct_id=TRIAL, brief_title="A trial of many sites", overall_status="RECRUITING")
        for number in range(sites):
            place = Facility.objects.create(name=f"Hospital {number}", city=f"Town {number % 300}", country="France")
            site = TrialSite.objects.create(trial=trial, facility=place, position=number)
            StatusEvent.objects.create(
                trial_site=site, status="RECRUITING", effective_on=since, as_of=since, author="benchmark"
            )
            Confirmation.objects.create(
                trial_site=site, status="RECRUITING", confirmed_on=today - timedelta(days=40), author="benchmark"
            )
        user = User.objects.create(username="lead", is_staff=True)
        kind = AssignmentKind.TRIAL_COORDINATOR
        Assignment.objects.create(user=user, trial=trial, kind=kind, starts_on=today, granted_by="benchmark")
    return Visitor(user)


if __name__ == "__main__":
    main()
