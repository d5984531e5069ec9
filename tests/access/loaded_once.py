"""The session and the user of requests that are rolled back: from the database with the first of them only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy

import pytest
from django.contrib.sessions.backends.db import SessionStore

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
