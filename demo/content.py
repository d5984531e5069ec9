"""Reads the demo's files: `content/trials/*.toml`, CSV tables and logins."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


@cache
def trials() -> dict[str, dict[str, Any]]:
    """File name → values of every trial, in the order of NCT numbers; unregistered ones last.

    Single values and lists of texts are columns of Trial; lists of tables are its lists, contacts and officials.
    """
    trials_by_name = {path.stem: _read_toml(path) for path in sorted((CONTENT / "trials").glob("*.toml"))}
    return dict(sorted(trials_by_name.items(), key=lambda item: item[1].get("nct_id", "~")))


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of `facilities`, `sites` or `people`."""
    with (CONTENT / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def logins() -> list[dict[str, Any]]:
    return _read_toml(CONTENT / "logins.toml")["logins"]


@cache
def partner() -> dict[str, str]:
    return _read_toml(CONTENT / "logins.toml")["partner"]


def _read_toml(path: Path) -> dict[str, Any]:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
