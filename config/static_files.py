"""Collects, hashes and compresses the static files only when they changed."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = "static_files"


def collect_static_files() -> None:
    stamp, state = settings.DATA_DIR / STAMP, _state()
    if not (
        stamp.exists() and stamp.read_text() == state and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def _state() -> str:
    """A hash of paths, sizes and modification times of all static files."""
    return sha256("\n".join([str(settings.STATIC_ROOT), *sorted(_files())]).encode()).hexdigest()


def _files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            yield f"{storage.path(path)} {status.st_size} {status.st_mtime_ns}"
