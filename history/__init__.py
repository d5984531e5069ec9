"""Who changed what, when and why. Knows no other app.

Writing, anywhere:

    with history.authored("user:7", reason="The ethics committee paused it"):
        trial_site.save()

Keeping a model's trail: `history.tracking.tracked`. Reading it: `history.trail`. Refusing lost updates:
`history.versioning`. The database does the keeping (`history.triggers`), so that no road around Python exists.
"""

from history.authorship import authored, set_session_author

__all__ = ["authored", "set_session_author"]
