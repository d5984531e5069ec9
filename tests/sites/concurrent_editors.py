"""A hundred workers that edit one site concurrently: four processes with 25 threads, each with one kind of edit.

In each round all workers read the site, wait for each other, and write; those with a stale version try again.
"""

import io
import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from history.optimistic_locking import StaleVersion
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from sites.models import TrialSite
from sites.services import change_status, confirm
from tests.form_filling import form_of
from work.bulk_upload.columns import Column
from work.bulk_upload.services import apply, create_for_selection

PROCESSES, THREADS, ROUNDS = 4, 25, 20
CONNECTIONS = 20  # per process; a thread holds one only during its queries
NUMBER = "NCT90000001"
TARGET = "Shared Hospital"
PLACES = 2 * PROCESSES  # two for the importer of each process
NEXT = {"RECRUITING": "SUSPENDED", "SUSPENDED": "RECRUITING", "ENROLLING_BY_INVITATION": "SUSPENDED"}


@dataclass(frozen=True)
class SiteSnapshot:
    """The site as a worker read it."""

    version: int
    status: str
    note: str


@dataclass(frozen=True)
class Attempt:
    """One attempt: `answer` is done, late, or an error; `token` is the text added to the note."""

    author: str
    edit: str
    version: int
    answer: str
    token: str = ""


class StaleEdit(Exception):  # noqa: N818 (an expected outcome)
    """Another worker changed the site first."""


@dataclass
class Worker:
    """One editor; `number` is unique, `site_id` the same for all."""

    number: int
    site_id: int
    user: User
    client: Client
    dice: random.Random
    form: dict[str, list[str]] = field(default_factory=dict)
    place: int = 0

    def read(self) -> SiteSnapshot:
        return SiteSnapshot(*TrialSite.objects.values_list("version", "status", "internal_note").get(pk=self.site_id))

    @property
    def site(self) -> TrialSite:
        return TrialSite(pk=self.site_id)

    @property
    def month(self) -> str:
        """The month as effective date: with a full date, the rules would require a later one for each change."""
        return timezone.localdate().strftime("%Y-%m")


def by_service(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    change_status(
        worker.site, to=NEXT[seen.status], effective_on=worker.month, author=worker.user.actor, version=seen.version
    )


def by_page(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    data = {"to": NEXT[seen.status], "effective_on": worker.month, "version": seen.version}
    _response_outcome(worker.client.post(f"/work/sites/{worker.site_id}/change/", data))


def by_admin(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    data = worker.form | {"internal_note": [seen.note + token], "version": [str(seen.version)]}
    _response_outcome(worker.client.post(f"/admin/sites/trialsite/{worker.site_id}/change/", data))


def by_bulk_note(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    _bulk(worker, seen, {Column.NOTE: seen.note + token})


def by_bulk_status(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    _bulk(worker, seen, {Column.NEW_STATUS: NEXT[seen.status], Column.NEW_SINCE: worker.month})


def by_confirming(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    confirm([worker.site], author=worker.user.actor, versions={worker.site_id: seen.version})


def by_import(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    """Import a record with the site at a position used by no other worker, with a random status."""
    worker.place = 1 - worker.place
    place = 2 * (worker.number // THREADS) + worker.place
    line = json.dumps(record(place, worker.dice.choice(list(NEXT))))
    run = import_records(iter_records(io.BytesIO(line.encode())), source="test", author=worker.user.actor)
    if run.updated != 1:
        raise RuntimeError(f"imported: {run.summary}")


#: The edit of each thread of a process; one thread uses the admin form instead.
COMMON_EDITS: list[Callable[[Worker, SiteSnapshot, str], None]] = [
    by_import, *[by_page] * 2, *[by_bulk_note] * 2, by_bulk_status, *[by_confirming] * 3, *[by_service] * 16,
]  # fmt: skip
EDITS_BY_WORKER = [*COMMON_EDITS[:-1], by_admin, *COMMON_EDITS * (PROCESSES - 1)]
#: The number of attempts in a round: slow edits need more to succeed.
MAX_ATTEMPTS = {by_import: 1, by_service: 2, by_admin: 5}
DEFAULT_ATTEMPTS = 3
NOTE_EDITS = {by_admin, by_bulk_note}


def record(place: int, status: str) -> dict:
    """The trial's record with the site at a position among others."""
    listed = [{"facility": f"Hospital {number}", "city": "Lyon", "country": "France"} for number in range(PLACES - 1)]
    listed.insert(place, {"facility": TARGET, "status": status, "city": "Lyon", "country": "France"})
    posted = {"date": timezone.localdate().isoformat(), "type": "ACTUAL"}
    return {
        "protocolSection": {
            "identificationModule": {"nctId": NUMBER, "briefTitle": "A trial with concurrent edits"},
            "statusModule": {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": posted},
            "contactsLocationsModule": {"locations": listed},
        },
        "hasResults": False,
    }


def run_workers(site_id: int, user_ids: list[int]) -> list[Attempt]:
    """Run all workers and return their attempts. Closes the caller's connections before the fork."""
    context = get_context("fork")
    connections.close_all()
    barrier = context.Barrier(PROCESSES * THREADS)
    parts = [(site_id, user_ids[start::PROCESSES], start) for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, context, initializer=_share, initargs=(barrier,)) as processes:
        return [attempt for attempts in processes.map(_process, parts) for attempt in attempts]


def _share(barrier) -> None:
    global _barrier
    _barrier = barrier


def _process(part: tuple[int, list[int], int]) -> list[Attempt]:
    site_id, user_ids, process = part
    connection.settings_dict["OPTIONS"] = {"pool": {"min_size": 1, "max_size": CONNECTIONS, "timeout": 60}}
    connection.settings_dict["CONN_MAX_AGE"] = 0
    numbers = [process * THREADS + thread for thread in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        results = threads.map(_work, zip(numbers, user_ids, strict=True), [site_id] * THREADS)
        attempts = [attempt for by_worker in results for attempt in by_worker]
    connection.close_pool()
    return attempts


def _work(numbered_user: tuple[int, int], site_id: int) -> list[Attempt]:
    number, user_id = numbered_user
    with _connection():
        worker = Worker(number, site_id, User.objects.get(pk=user_id), Client(), random.Random(number))
        worker.client.force_login(worker.user)
        worker.form = _admin_form(worker) if _edit(worker) is by_admin else {}
    return [attempt for turn in range(ROUNDS) for attempt in _round(worker, turn)]


def _round(worker: Worker, turn: int) -> list[Attempt]:
    with _connection():
        seen = worker.read()
    _barrier.wait(timeout=120)
    with _connection():
        return list(_attempts(worker, seen, turn))


def _attempts(worker: Worker, seen: SiteSnapshot, turn: int) -> Iterator[Attempt]:
    edit = _edit(worker)
    for number in range(MAX_ATTEMPTS.get(edit, DEFAULT_ATTEMPTS)):
        seen = worker.read() if number else seen
        token = f" {worker.number}.{turn}.{number}" if edit in NOTE_EDITS else ""
        answer = _answer(edit, worker, seen, token)
        yield Attempt(worker.user.actor, edit.__name__, seen.version, answer, token.strip())
        if answer == "done":
            return


def _edit(worker: Worker):
    return EDITS_BY_WORKER[worker.number]


def _admin_form(worker: Worker) -> dict[str, list[str]]:
    """The admin form as shown, without the remembered values of fields that are not edited."""
    form = form_of(worker.client.get(f"/admin/sites/trialsite/{worker.site_id}/change/"), "trialsite_form")
    return {name: texts for name, texts in form.items() if name != "seen"}


def _answer(edit, worker: Worker, seen: SiteSnapshot, token: str) -> str:
    try:
        edit(worker, seen, token)
    except (StaleVersion, StaleEdit):
        return "late"
    except Exception as error:  # reported to the test, which fails
        return f"{type(error).__name__}: {error}"
    return "done"


def _bulk(worker: Worker, seen: SiteSnapshot, cells: dict[Column, str]) -> None:
    bulk = create_for_selection({worker.site_id: seen.version}, cells, worker.user)
    try:
        apply(bulk, worker.user, on=timezone.localdate())
    except ValidationError as error:
        if error.code != "rows-have-errors":
            raise
        raise StaleEdit from None


def _response_outcome(response) -> None:
    if response.status_code == 409:
        raise StaleEdit
    if response.status_code != 302:
        raise RuntimeError(f"answered {response.status_code}")


@contextmanager
def _connection() -> Iterator[None]:
    """Close the thread's connection after use, which returns it to the pool."""
    try:
        yield
    finally:
        connection.close()
