"""The tables that a request wrote, by the statistics of PostgreSQL, and the authors in the history."""

import re
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from history.models import TrailRow
from tests.access.loaded_once import LoadedOnce, SharedSavepoint

#: Tables without history, and the reason.
UNTRACKED = {
    "django_session": "sessions; the list of sessions is tracked",
    "pghistory_context": "part of the history",
    "django_content_type": "the models, written by migrations",
    "auth_permission": "the permissions, written by migrations; the rights of people are assignments",
    "django_admin_log": "never written: the history replaces it",
    "account_emailconfirmation": "never written: no address is confirmed by e-mail",
    "accounts_formdraft": "an unsaved form, for one hour",
    "accounts_attempts": "counts attempts for minutes",
    "publishing_stalemark": "what has to be computed again",
    "publishing_trialdocument": "computed",
    "publishing_documentversion": "computed documents that were replaced",
    "publishing_trialrow": "computed",
    "publishing_othername": "computed",
    "sites_facilitypoint": "computed",
    "sites_possibleduplicate": "computed; the decisions are tracked",
    "work_judgemark": "what has to be computed again",
    "work_finding": "computed by the rules",
    "work_storedhealth": "computed",
    "registries_importrun": "a record of who imported what",
    "registries_quarantinedrecord": "part of an import",
    "registries_studyversion": "the registry's record, one row for each version",
    "registries_registrylink": "the latest version",
    "registries_conflict": "stores who decided and when",
    "registries_syncrun": "a record of a request",
    "work_bulkchange": "a record of who changed what",
    "work_bulkdeed": "a part of a bulk change",
    "work_bulkdeed_interim": "a part of a bulk change",
    "work_reminder": "a record of a mail",
    "work_remindedsite": "a part of a mail",
    "contacts_erasedkey": "the suppression list of imports",
    "contacts_erasuresecret": "created once, with the first erasure",
}
#: Statements that write nothing. `set_config` counts as a write: it sets the author of later statements, among them
#: COPY, which no wrapper sees. The last use of a session is updated by every request and has no history.
_READS = re.compile(
    r"\s*(SELECT\b(?!.*\b(INSERT INTO|UPDATE \S+ SET|DELETE FROM|NEXTVAL|SET_CONFIG)\b)|SAVEPOINT|RELEASE|ROLLBACK"
    r'|UPDATE "usersessions_usersession" SET "last_seen_at")',
    re.IGNORECASE | re.DOTALL,
)
_COUNTS = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


def history_tables() -> dict[str, list[str]]:
    """{table: its history tables}."""
    tables: dict[str, list[str]] = {}
    for model in apps.get_models():
        if issubclass(model, TrailRow) and not model._meta.proxy:
            tables.setdefault(model.pgh_tracked_model._meta.db_table, []).append(model._meta.db_table)
    return tables


@dataclass
class RecordedResponse:
    status: int
    body: str
    location: str
    tables: set[str] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)
    stays: bool = False
    """Whether a write was committed to the surrounding transaction."""


class Sender:
    """Sends requests as one user and rolls them back.

    A SELECT FOR UPDATE outside of the view's own transaction is an error, as on a server without a test transaction.
    The statistics are read only when a statement could have written.
    """

    def __init__(self, client: Client):
        self.client, self.cookies, self.count = client, client.cookies.copy(), 0
        self.loaded_once, self.savepoint = LoadedOnce(), SharedSavepoint()
        self.trail_tables = {table for tables in history_tables().values() for table in tables}

    def send(self, method: str, address: str, data=None, **extra) -> RecordedResponse:
        self.count += 1
        self.client.cookies = self.cookies.copy()
        with self.savepoint.rolled_back(), self.loaded_once.during_request():
            watch = _Watch()
            refuse_unlocked = _refuse_unlocked(len(connection.atomic_blocks))
            with connection.execute_wrapper(refuse_unlocked), connection.execute_wrapper(watch):
                response = getattr(self.client, method)(address, data, **extra)
                body = b"".join(response.streaming_content if response.streaming else [response.content])
            tables, contexts = watch.written()
        self.client.cookies = self.cookies.copy()
        return RecordedResponse(
            response.status_code, body.decode("utf-8", "replace"), response.headers.get("Location", ""),
            tables - self.trail_tables, {actor for _, actor in contexts}, bool(contexts),
        )  # fmt: skip


class _Watch:
    """Reads the statistics before the first statement that may write, and at the end."""

    def __init__(self):
        self.before: tuple[dict[str, int], set] | None = None
        self.is_asking = False

    def __call__(self, run, sql, params, many, context):
        if self.before is None and not self.is_asking and not _READS.match(str(sql)):
            self.before = self._state()
        return run(sql, params, many, context)

    def written(self) -> tuple[set[str], set]:
        """(written tables, new contexts of the history)."""
        if self.before is None:
            return set(), set()
        (counts, contexts), (former, former_contexts) = self._state(), self.before
        return {table for table, count in counts.items() if count > former.get(table, 0)}, contexts - former_contexts

    def _state(self) -> tuple[dict[str, int], set]:
        self.is_asking = True
        with connection.cursor() as cursor:
            cursor.execute(_COUNTS)
            counts = dict(cursor.fetchall())
            cursor.execute("SELECT id, metadata ->> 'actor' FROM pghistory_context")
            self.is_asking = False
            return counts, set(cursor.fetchall())


def _refuse_unlocked(depth: int):
    def execute(run, sql, params, many, context):
        if "FOR UPDATE" in str(sql) and len(connection.atomic_blocks) <= depth:
            raise transaction.TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        return run(sql, params, many, context)

    return execute
