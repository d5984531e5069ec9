"""Every variable is documented, and read in the settings only."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = [PROJECT / "config/settings.py", PROJECT / "config/localdb/settings.py"]
PACKAGES = [file.parent for file in PROJECT.glob("*/__init__.py") if file.parent.name not in ("tests", "benchmarks")]


def documented() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))


def read_by_settings() -> set[str]:
    return {name for path in SETTINGS for name in re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", path.read_text())}


def test_the_example_lists_exactly_what_the_settings_read():
    assert len(read_by_settings()) > 10
    assert documented() == read_by_settings()


def test_nothing_else_reads_the_environment():
    reading = re.compile(r"os\.environ(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|os\.getenv|\benviron\.Env\(")
    readers = {
        path.relative_to(PROJECT).as_posix()
        for app in PACKAGES
        for path in app.rglob("*.py")
        if reading.search(path.read_text())
    }

    assert readers == {"config/settings.py"}
