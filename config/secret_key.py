"""The secret key that `./run` stores in the data folder."""

import os
import secrets
from pathlib import Path

INSECURE_DEFAULT_KEY = "insecure-key-of-commands-that-serve-nobody"  # rejected by check --deploy
SECRET_FILE = "secret_key"


def load_secret(folder: Path) -> str:
    """The key stored by `./run`, so that commands use the same one; never creates a key."""
    try:
        return (folder / SECRET_FILE).read_text() or INSECURE_DEFAULT_KEY
    except OSError:
        return INSECURE_DEFAULT_KEY


def load_or_create_secret(folder: Path) -> str:
    """The stored key, or a new one readable by its owner only."""
    if load_secret(folder) == INSECURE_DEFAULT_KEY:
        write_private(folder / SECRET_FILE, secrets.token_urlsafe(50))
    return load_secret(folder)


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.rename(path)
