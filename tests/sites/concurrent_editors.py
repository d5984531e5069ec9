"""A hundred workers who edit one site at once: four processes of twenty-five threads, each with a way of its own.

In each round everybody reads the site first; when the last has read, all write. Who came too late looks once more.
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
from history.versioning import StaleVersion
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records
from sites.models import TrialSite
from sites.services import change_status, confirm
from tests.form_filling import form_of
from work.bulk_upload.columns import Column
from work.bulk_upload.services import apply, create_for_selection

PROCESSES, THREADS, ROUNDS = 4, 25, 20
CONNECTIONS = 20  # of a process: a thread holds one only while it talks
NUMBER = "NCT90000001"
TARGET = "Hospital of everybody"
PLACES = 2 * PROCESSES  # two for the importer of each process
NEXT = {"RECRUITING": "SUSPENDED", "SUSPENDED": "RECRUITING", "ENROLLING_BY_INVITATION": "SUSPENDED"}


@dataclass(frozen=True)
class SiteSnapshot:
    """The site as somebody read it."""

    version: int
    status: str
    note: str


@dataclass(frozen=True)
class Attempt:
    """One attempt: `answer` is done, late, or what broke. `token` is what it added to the note."""

    who: str
    way: str
    version: int
    answer: str
    token: str = ""


class StaleEdit(Exception):  # noqa: N818 (an answer, not a mistake)
    """Somebody else was quicker."""


@dataclass
class Worker:
    """`number` is unique among all; `site_id` is what everybody edits."""

    number: int
    site_id: int
    user: User
    client: Client
    dice: random.Random
    form: dict[str, list[str]] = field(default_factory=dict)
    place: int = 0

    def look(self) -> SiteSnapshot:
        return SiteSnapshot(*TrialSite.objects.values_list("version", "status", "internal_note").get(pk=self.site_id))

    @property
    def site(self) -> TrialSite:
        return TrialSite(pk=self.site_id)

    @property
    def month(self) -> str:
        """A month can be left and entered again; of a day the rules ask a later one."""
        return timezone.localdate().strftime("%Y-%m")


def by_service(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    change_status(
        worker.site, to=NEXT[seen.status], effective_on=worker.month, author=worker.user.actor, version=seen.version
    )


def by_page(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    said = {"to": NEXT[seen.status], "effective_on": worker.month, "version": seen.version}
    _response_outcome(worker.client.post(f"/work/sites/{worker.site_id}/change/", said))


def by_admin(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    said = worker.form | {"internal_note": [seen.note + token], "version": [str(seen.version)]}
    _response_outcome(worker.client.post(f"/admin/sites/trialsite/{worker.site_id}/change/", said))


def by_bulk_note(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    _bulk(worker, seen, {Column.NOTE: seen.note + token})


def by_bulk_status(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    _bulk(worker, seen, {Column.NEW_STATUS: NEXT[seen.status], Column.NEW_SINCE: worker.month})


def by_confirming(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    confirm([worker.site], author=worker.user.actor, versions={worker.site_id: seen.version})


def by_import(worker: Worker, seen: SiteSnapshot, token: str) -> None:
    """A record of its own: the site at a place where no other worker's record has it, in some status."""
    worker.place = 1 - worker.place
    place = 2 * (worker.number // THREADS) + worker.place
    line = json.dumps(record(place, worker.dice.choice(list(NEXT))))
    run = import_records(iter_records(io.BytesIO(line.encode())), source="crowd", author=worker.user.actor)
    if run.updated != 1:
        raise RuntimeError(f"imported: {run.summary}")


#: The way of each thread of a process; one of them all is at the form of the administration.
COMMON_EDITS: list[Callable[[Worker, SiteSnapshot, str], None]] = [
    by_import, *[by_page] * 2, *[by_bulk_note] * 2, by_bulk_status, *[by_confirming] * 3, *[by_service] * 16,
]  # fmt: skip
EDITS_BY_WORKER = [*COMMON_EDITS[:-1], by_admin, *COMMON_EDITS * (PROCESSES - 1)]
#: How often somebody looks and writes in a round, until it is done: the slow ones win when the others rest.
MAX_ATTEMPTS = {by_import: 1, by_service: 2, by_admin: 5}
DEFAULT_ATTEMPTS = 3
NOTE_EDITS = {by_admin, by_bulk_note}


def record(place: int, status: str) -> dict:
    """The trial's record with the site at that place among others."""
    listed = [{"facility": f"Hospital {number}", "city": "Lyon", "country": "France"} for number in range(PLACES - 1)]
    listed.insert(place, {"facility": TARGET, "status": status, "city": "Lyon", "country": "France"})
    posted = {"date": timezone.localdate().isoformat(), "type": "ACTUAL"}
    return {
        "protocolSection": {
            "identificationModule": {"nctId": NUMBER, "briefTitle": "A trial that everybody edits"},
            "statusModule": {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": posted},
            "contactsLocationsModule": {"locations": listed},
        },
        "hasResults": False,
    }


def run_workers(site_id: int, user_ids: list[int]) -> list[Attempt]:
    """Let everybody loose on the site; gives every attempt. The caller's connections are closed before the fork."""
    context = get_context("fork")
    connections.close_all()
    together = context.Barrier(PROCESSES * THREADS)
    parts = [(site_id, user_ids[start::PROCESSES], start) for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, context, initializer=_share, initargs=(together,)) as processes:
        return [one for tries in processes.map(_process, parts) for one in tries]


def _share(together) -> None:
    global _together
    _together = together


def _process(part: tuple[int, list[int], int]) -> list[Attempt]:
    site_id, user_ids, process = part
    connection.settings_dict["OPTIONS"] = {"pool": {"min_size": 1, "max_size": CONNECTIONS, "timeout": 60}}
    connection.settings_dict["CONN_MAX_AGE"] = 0
    numbers = [process * THREADS + thread for thread in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        found = threads.map(_work, zip(numbers, user_ids, strict=True), [site_id] * THREADS)
        tries = [one for tries in found for one in tries]
    connection.close_pool()
    return tries


def _work(who: tuple[int, int], site_id: int) -> list[Attempt]:
    number, user_id = who
    with _connection():
        worker = Worker(number, site_id, User.objects.get(pk=user_id), Client(), random.Random(number))
        worker.client.force_login(worker.user)
        worker.form = _admin_form(worker) if _way(worker) is by_admin else {}
    return [one for turn in range(ROUNDS) for one in _round(worker, turn)]


def _round(worker: Worker, turn: int) -> list[Attempt]:
    with _connection():
        seen = worker.look()
    _together.wait(timeout=120)
    with _connection():
        return list(_tries(worker, seen, turn))


def _tries(worker: Worker, seen: SiteSnapshot, turn: int) -> Iterator[Attempt]:
    way = _way(worker)
    for again in range(MAX_ATTEMPTS.get(way, DEFAULT_ATTEMPTS)):
        seen = worker.look() if again else seen
        token = f" {worker.number}.{turn}.{again}" if way in NOTE_EDITS else ""
        answer = _answer(way, worker, seen, token)
        yield Attempt(worker.user.actor, way.__name__, seen.version, answer, token.strip())
        if answer == "done":
            return


def _way(worker: Worker):
    return EDITS_BY_WORKER[worker.number]


def _admin_form(worker: Worker) -> dict[str, list[str]]:
    """The form as the page shows it; without what it remembers of the other fields, which nobody types into."""
    form = form_of(worker.client.get(f"/admin/sites/trialsite/{worker.site_id}/change/"), "trialsite_form")
    return {name: texts for name, texts in form.items() if name != "seen"}


def _answer(way, worker: Worker, seen: SiteSnapshot, token: str) -> str:
    try:
        way(worker, seen, token)
    except (StaleVersion, StaleEdit):
        return "late"
    except Exception as error:  # told to the test, which fails
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
    """A connection of the pool, for as long as it is needed."""
    try:
        yield
    finally:
        connection.close()
