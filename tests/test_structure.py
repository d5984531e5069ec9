"""Import order, circular imports, and unique global names of scripts."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.count_code import functions_called_once, import_circles, import_graph, read_modules

ROOT = Path(__file__).resolve().parents[1]

#: An app imports only those to its right.
ORDER = [
    "demo", "api", "registries", "work", "publishing", "accounts", "contacts", "sites", "trials", "common", "history",
]  # fmt: skip


def modules() -> list[Path]:
    return [path for app in ORDER for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def imported_apps(path: Path) -> set[str]:
    apps = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            apps |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            apps.add(node.module.partition(".")[0])
    return apps & {*ORDER, "config"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    app = path.relative_to(ROOT).parts[0]
    allowed = {app, *ORDER[ORDER.index(app) + 1 :]}
    assert imported_apps(path) <= allowed


def test_api_and_registries_do_not_import_each_other():
    for app, other in (("api", "registries"), ("registries", "api"), ("work", "publishing"), ("publishing", "work")):
        for path in (ROOT / app).rglob("*.py"):
            assert other not in imported_apps(path), path


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").exists()]


def test_no_import_goes_in_a_circle():
    """Whatever module is imported first; imports for type checkers only count as well."""
    assert import_circles(import_graph(read_modules())) == []


@pytest.fixture
def checkout(tmp_path):
    """Writes modules of a made-up checkout: path → text."""

    def write(**files: str):
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return read_modules(tmp_path)

    return write


@pytest.mark.parametrize("closing", ["from sites.a import A", "if TYPE_CHECKING:\n    from sites.a import A"])
def test_a_circle_of_imports_is_noticed(checkout, closing):
    modules = checkout(sites__a="from sites import b", sites__b="from sites.c import C", sites__c=closing)
    [circle] = import_circles(import_graph(modules))
    assert set(circle) == {"sites.a", "sites.b", "sites.c"}


def test_a_function_called_once_from_elsewhere_is_counted(checkout):
    definitions = "def once(): ...\ndef twice(): ...\ndef inside(): ...\ndef passed(): ...\ninside()"
    uses = "from sites import a\nfrom sites.a import once, passed, twice\nonce()\ntwice()\na.twice()\nmap(passed, [])"
    assert functions_called_once(checkout(sites__a=definitions, trials__b=uses)) == ["sites.a.once"]


def test_no_two_scripts_declare_the_same_global_name():
    """Classic scripts share one scope: of two functions with one name, the later replaces the earlier."""
    declaration = re.compile(r"^(?:async )?(?:function|class|const|let|var) (\w+)", re.MULTILINE)
    scripts = [path.read_text() for path in (ROOT / "static" / "js").glob("*.js")]
    names = Counter(name for script in scripts for name in set(declaration.findall(script)))
    assert "prepareDates" in names
    assert [name for name, count in names.items() if count > 1] == []
