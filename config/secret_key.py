"""What `./run` keeps beside the data from one start to the next."""

import os
import secrets
from pathlib import Path

INSECURE_DEFAULT_KEY = "insecure-key-of-commands-that-serve-nobody"  # refused by check --deploy
SECRET_FILE = "secret_key"


def load_secret(folder: Path) -> str:
    """The key that `./run` made, so that commands sign what its server accepts. Makes none."""
    try:
        return (folder / SECRET_FILE).read_text() or INSECURE_DEFAULT_KEY
    except OSError:
        return INSECURE_DEFAULT_KEY


def load_or_create_secret(folder: Path) -> str:
    """The kept key; a new one, readable by its owner only, when there is none."""
    if load_secret(folder) == INSECURE_DEFAULT_KEY:
        write_private(folder / SECRET_FILE, secrets.token_urlsafe(50))
    return load_secret(folder)


def write_private(path: Path, text: str) -> None:
    """Nobody else can read it, and nobody ever sees half of it."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.rename(path)
