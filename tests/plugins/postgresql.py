"""Marks the tests whose result depends on the PostgreSQL server, so that CI runs them on a second version of it.

`pytest -m postgresql` runs tests of SQL, triggers, search, import, locking and migrations. A test module is marked
when it lies in one of the folders below, when it sends SQL or commits itself, or when it imports a product module
that holds SQL or locks; models do not count, since nearly every test imports them. Tests in a browser and those of
who sees what are left out: they look at responses.
"""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/history/", "tests/publishing/", "tests/registries/", "tests/work/public_reports/")
RESPONSE_FOLDERS = ("tests/browser/", "tests/access/")
#: What a test does that depends on the server.
_TEST_USES_SERVER = re.compile(
    r"connection\.cursor|transaction=True|transactional_db|other_processes|IntegrityError|DatabaseError|InternalError"
)
#: SQL, triggers and locks in a product module.
_HOLDS_SQL = re.compile(r"cursor\(|RawSQL|Trigger\(|select_for_update|pg_advisory|SearchVector|ON CONFLICT|\bSELECT\b")


@cache
def holds_sql(path: Path) -> bool:
    """Whether a product module holds SQL, triggers or locks."""
    is_model = path.name == "models.py" or path.parent.name == "models"
    return not is_model and bool(_HOLDS_SQL.search(path.read_text()))


def imported_modules(source: str) -> Iterable[Path]:
    """The files of the product modules that a source imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            path = ROOT.joinpath(*name.split("."))
            yield from (file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file())


@cache
def depends_on_server(path: Path) -> bool:
    """Whether the tests of a module belong to those that run on the second server."""
    name, source = str(path.relative_to(ROOT)), path.read_text()
    if name.startswith(RESPONSE_FOLDERS):
        return False
    return (
        name.startswith(FOLDERS)
        or bool(_TEST_USES_SERVER.search(source))
        or any(holds_sql(module) for module in imported_modules(source))
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if depends_on_server(item.path):
            item.add_marker("postgresql")
