"""What requests that are rolled back share: the session and the user as the first of them loaded them, a savepoint."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction

from accounts.backends import PrefetchAssignmentsMixin


class LoadedOnce:
    """Loads as the first request found them. No request finds another row than the one before it, since each is
    rolled back; only a session that a request has saved is loaded again by that request.
    """

    def __init__(self):
        self._found: dict[tuple, object] = {}
        self._saved: set[str] = set()

    @contextmanager
    def during_request(self) -> Iterator[None]:
        load_session, save_session = SessionStore.load, SessionStore.save
        load_user = PrefetchAssignmentsMixin.get_user

        def load(store):
            if store.session_key in self._saved:
                return load_session(store)
            return self._copy_of(("session", store.session_key), lambda: load_session(store), deepcopy)

        def save(store, *arguments, **named):
            save_session(store, *arguments, **named)
            self._saved.add(store.session_key)

        def get_user(backend, pk):
            return self._copy_of((type(backend), pk), lambda: load_user(backend, pk), copy)

        self._saved.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SessionStore, "load", load)
            patch.setattr(SessionStore, "save", save)
            patch.setattr(PrefetchAssignmentsMixin, "get_user", get_user)
            yield

    def _copy_of(self, key: tuple, load: Callable, copied: Callable):
        """What was found is copied for each request; what was not is looked for again."""
        if key not in self._found:
            if not (one := load()):
                return one
            self._found[key] = one
        return copied(self._found[key])


class SharedSavepoint:
    """As `atomic` with a rollback, by one statement for a request instead of three. For one test."""

    def __init__(self):
        self._name = ""

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        self._name = self._name or transaction.savepoint()
        hooks = len(connection.run_on_commit)
        yield
        transaction.set_rollback(False)
        transaction.savepoint_rollback(self._name)
        del connection.run_on_commit[hooks:]
