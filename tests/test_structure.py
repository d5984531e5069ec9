"""The house rules that a reader of the code relies on: imports point one way, and who may name whom."""

import ast
import re
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: From the first room to the last: a room may import those to its right only.
ORDER = [
    "demo", "api", "registries", "work", "publishing", "accounts", "contacts", "sites", "trials", "common", "history",
]  # fmt: skip


def modules() -> list[Path]:
    return [path for room in ORDER for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def imported_apps(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            rooms |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            rooms.add(node.module.partition(".")[0])
    return rooms & {*ORDER, "config"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    room = path.relative_to(ROOT).parts[0]
    allowed = {room, *ORDER[ORDER.index(room) + 1 :]}
    assert imported_apps(path) <= allowed


def test_api_and_registries_do_not_know_each_other():
    for room, other in (("api", "registries"), ("registries", "api"), ("work", "publishing"), ("publishing", "work")):
        for path in (ROOT / room).rglob("*.py"):
            assert other not in imported_apps(path), path


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").exists()]


def test_whatever_module_is_imported_first_no_import_goes_in_a_circle():
    names = {name_of(path): path for path in modules()}
    graph = {name: imported_on_top(path, names) - {name} for name, path in names.items()}
    TopologicalSorter(graph).prepare()


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported_on_top(path: Path, modules) -> set[str]:
    """Of these modules, those that run before this one can: named in it, and the packages of those."""
    named = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = (f"{node.module}.{alias.name}" for alias in node.names)
            named |= {part if part in modules else node.module for part in parts}
    around = {".".join(parts[:end]) for parts in (one.split(".") for one in named) for end in range(1, len(parts))}
    here = f"{name_of(path)}."
    return (named | {package for package in around if not here.startswith(f"{package}.")}) & set(modules)


def test_no_two_scripts_declare_the_same_global_name():
    """Classic scripts share one scope: of two functions with one name, the later replaces the earlier."""
    declaration = re.compile(r"^(?:async )?(?:function|class|const|let|var) (\w+)", re.MULTILINE)
    scripts = [path.read_text() for path in (ROOT / "static" / "js").glob("*.js")]
    names = Counter(name for script in scripts for name in set(declaration.findall(script)))
    assert "prepareDates" in names
    assert [name for name, count in names.items() if count > 1] == []
