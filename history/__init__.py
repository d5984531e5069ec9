"""Audit trail: who changed what, when and why. Imports no other app.

Writing, anywhere:

    with history.authored("user:7", reason="The ethics committee paused it"):
        trial_site.save()

Tracking a model: `history.tracking.tracked`. Reading its trail: `history.trail`. Comparing the tables with their
trails: `history.verification`. Preventing lost updates: `history.optimistic_locking`. Database triggers write the trail
(`history.triggers`), so that no code path can bypass it.
"""

from history.authorship import authored, set_session_author

__all__ = ["authored", "set_session_author"]
